"""A server of `dlfix-agent serve` over a folder of its own, and a client; for the tests beside."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.parse

SOURCE = pathlib.Path(__file__).resolve().parents[3]
PROGRAMS = SOURCE / "data" / "programs"
# A repair of some seconds.
QUICK = {"path": "blobs_zeros.py", "technique": "guided", "budget": "4trials", "seeds": 1, "prove_seeds": 1}


def same(result):
    """A result without what a second way to it may change: times, and what the store knew."""
    kept = {key: value for key, value in result.items()
            if key not in ("cost", "stored_trainings", "stored_replies", "warnings")}
    return strip_seconds(kept)


def strip_seconds(value):
    if isinstance(value, dict):
        return {key: strip_seconds(item) for key, item in value.items() if "seconds" not in key}
    return [strip_seconds(item) for item in value] if isinstance(value, list) else value


class Served:
    """Starts the server in the constructor; use as a context manager."""

    def __init__(self, binary, *options, files=("blobs_zeros.py", "cancer_softmax.py"), folder=None,
                 environment=None):
        self.binary, self.options = str(pathlib.Path(binary).resolve()), options
        self.own = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="dlfix-serve-"))
        self.root = self.folder / "root"
        self.root.mkdir(exist_ok=True)
        for name in files:
            shutil.copy(PROGRAMS / name, self.root / name)
        runtime = self.folder / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=str(runtime), DLFIX_HOME=str(SOURCE),
                                XDG_CONFIG_HOME=str(self.folder / "config"), **(environment or {}))
        if "DLFIX_TRAINER" in self.environment:
            self.environment["DLFIX_TRAINER"] = str(pathlib.Path(self.environment["DLFIX_TRAINER"]).resolve())
        self.process = None
        self.start()

    def command(self):
        return [self.binary, "serve", "--root", str(self.root), "--port", "0", "--store",
                str(self.folder / "store" / "store.sqlite"), *self.options]

    def start(self):
        begun = time.monotonic()
        self.process = subprocess.Popen(self.command(), stderr=subprocess.PIPE, text=True, env=self.environment)
        self.record = None
        while self.record is None:
            if self.process.poll() is not None:
                raise RuntimeError("the server ended: " + self.process.stderr.read())
            if time.monotonic() > begun + 60:
                self.process.kill()
                raise RuntimeError("the server does not begin")
            for file in (self.folder / "run" / "dlfix-agent").glob("*.json"):
                record = json.loads(file.read_text())
                if record["pid"] == self.process.pid:
                    self.record, self.run_file = record, file
            time.sleep(0.005)
        self.ready = time.monotonic() - begun
        self.token = self.record["token"]
        place = urllib.parse.urlsplit(self.record["url"])
        self.host, self.port, self.tls = place.hostname, place.port, None
        if place.scheme == "https":
            self.tls = ssl.create_default_context(cafile=self.record["certificate"])

    def connect(self, timeout):
        if self.tls:
            return http.client.HTTPSConnection(self.host, self.port, timeout=timeout, context=self.tls)
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stderr.close()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=30)
        self.process.stderr.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        if self.own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, method, path, body=None, headers=None, token=True):
        """(status, headers, bytes)"""
        connection = self.connect(60)
        sent = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            sent["Authorization"] = "Bearer " + self.token
        sent.update(headers or {})
        data = body if body is None or isinstance(body, (bytes, str)) else json.dumps(body)
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def json(self, method, path, body=None, **more):
        status, _, text = self.ask(method, path, body, **more)
        return status, json.loads(text)

    def events(self, job, after=0, most=None):
        """Events of a job until the stream ends, as (id, type, data)."""
        connection = self.connect(120)
        events = []
        try:
            connection.request("GET", "/v1/jobs/%s/events" % job, None,
                               {"Authorization": "Bearer " + self.token, "Last-Event-ID": str(after)})
            answer = connection.getresponse()
            fields = {}
            for line in answer if answer.status == 200 else ():
                line = line.decode().rstrip("\n")
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "id" in fields:
                    events.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
                    fields = {}
                    if most and len(events) >= most:
                        break
        except (OSError, http.client.HTTPException):
            pass                                    # the server was killed
        finally:
            connection.close()
        return events
