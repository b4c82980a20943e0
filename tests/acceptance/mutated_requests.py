#!/usr/bin/env python3
"""Sends mutated requests to the local endpoint; meant for a build with sanitizers.

    mutated_requests.py --agent PROGRAM [--requests 10000] [--seed 1]

Valid requests of all routes are changed in bytes, lines, headers and JSON members, cut into pieces and sent one behind the
other. The server has to stay up, answer with HTTP or close, run nothing, leak no token into an answer, and a sanitizer
must have said nothing.
"""
import argparse
import collections
import json
import pathlib
import random
import re
import socket
import sys
import threading

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "agent" / "serve"))
from served import PROGRAMS, Served  # noqa: E402

THREADS = 6
VALUES = [None, True, False, 0, -1, 1e300, -1e-300, 2 ** 63, 2 ** 64, "", "a", "\0", "\ud800", "../../etc/passwd", "é" * 300, [], {},
          [[]], {"a": {}}, "x" * 5000, [1] * 200]
WORDS = [b"\r\n", b"\0", b" ", b"\t", b":", b"%00", b"/..", b"\xff\xfe", b"HTTP/1.1", b"Content-Length: 0\r\n", b"Host: x\r\n",
         b"Transfer-Encoding: chunked\r\n", b"Expect: 100-continue\r\n", b"Connection: close\r\n", b"Range: bytes=0-1\r\n", b"{", b"}",
         b'"', b"\\u0000", b"[" * 50, b"Last-Event-ID: 99999999999999999999\r\n", b"Upgrade: h2c\r\n", b"Content-Encoding: gzip\r\n"]


def valid_requests(served, canary):
    """(method, path, body) of all routes of the description, with its examples and a program that would leave a mark."""
    document = json.loads(served.ask("GET", "/openapi.json")[2])
    program = "open(%r, 'w').write('run')\n" % str(canary) + (PROGRAMS / "blobs_zeros.py").read_text()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            place = path.replace("{id}", "0" * 24)
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            yield method.upper(), place, content.get("example", {}) if content else None
            if content:
                yield method.upper(), place, {"path": "mark.py", "text": program, "version": 3, "position_encoding": "utf-8"}


def mutated_value(draw, value):
    """A document with one of its members changed, added or taken away."""
    if isinstance(value, dict) and value and draw.random() < 0.8:
        name = draw.choice(sorted(value))
        changed = dict(value)
        kind = draw.randrange(4)
        if kind == 0:
            changed.pop(name)
        elif kind == 1:
            changed[draw.choice(["x", "", name + "é", "seeds", "only", "budget", "dynamic", "llm"])] = draw.choice(VALUES)
        elif kind == 2:
            changed[name] = mutated_value(draw, changed[name])
        else:
            changed[name] = draw.choice(VALUES)
        return changed
    if isinstance(value, str) and value and draw.random() < 0.7:
        at = draw.randrange(len(value))
        return value[:at] + draw.choice(["\0", "é", "(", '"""', "\\", "\t", "lambda: ", "*" * 40, "", "\ud83d"]) + value[at + draw.randrange(3):]
    return draw.choice(VALUES)


def mutated_bytes(draw, data):
    for _ in range(draw.choice([0, 0, 1, 1, 2, 5])):
        at = draw.randrange(len(data) + 1)
        kind = draw.randrange(5)
        if kind == 0:
            data = data[:at] + bytes([draw.randrange(256)]) + data[at + 1:]
        elif kind == 1:
            data = data[:at] + data[at + draw.randrange(1, 20):]
        elif kind == 2:
            data = data[:at] + draw.choice(WORDS) + data[at:]
        elif kind == 3:
            lines = data.split(b"\r\n")
            lines.insert(draw.randrange(len(lines)), draw.choice(lines))
            data = b"\r\n".join(lines)
        else:
            data = data[:at] + data[max(0, at - draw.randrange(1, 60)):]
    return data


def request_bytes(draw, served, method, path, body):
    if body is not None:
        for _ in range(draw.choice([0, 1, 1, 2, 3])):
            body = mutated_value(draw, body)
    data = b"" if body is None else json.dumps(body, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass")
    if draw.random() < 0.2:
        method = draw.choice(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get", "X" * 300])
    if draw.random() < 0.2:
        path = draw.choice([path + "?" + "a=b&" * draw.randrange(5), path + "/", path.upper(), "/" + "a/" * draw.randrange(600), path + "%2e", "//" + path])
    lines = ["%s %s HTTP/1.%d" % (method, path, draw.random() < 0.9), "Host: 127.0.0.1:%d" % served.port]
    if draw.random() < 0.9:
        lines.append("Authorization: Bearer " + served.token)
    if body is not None or draw.random() < 0.2:
        lines += ["Content-Type: application/json", "Content-Length: %d" % max(0, len(data) + draw.choice([0, 0, 0, 0, -1, 1, 1000]))]
    if draw.random() < 0.3:
        lines.append(draw.choice(["Idempotency-Key: " + "k" * draw.randrange(300), "Dlfix-Client: " + "c" * draw.randrange(100),
                                  "Last-Event-ID: %d" % draw.randrange(-2, 1 << 40), "Origin: null", "X: " + "y" * draw.randrange(20000)]))
    return mutated_bytes(draw, "\r\n".join(lines).encode() + b"\r\n\r\n" + data)


def send(served, draw, data):
    """The statuses that came back."""
    with socket.create_connection((served.host, served.port), timeout=20) as client:
        try:
            while data:
                size = draw.choice([len(data), len(data), draw.randrange(1, len(data) + 1)])
                client.sendall(data[:size])
                data = data[size:]
            client.shutdown(socket.SHUT_WR)
            client.settimeout(20)
            received = b""
            while block := client.recv(65536):
                received += block
        except (ConnectionError, BrokenPipeError):
            return ["closed"], b""
        except TimeoutError:
            return ["no answer"], b""
    return re.findall(rb"HTTP/1\.1 (\d\d\d) ", received) or ["closed"], received


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", required=True)
    parser.add_argument("--requests", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    counts, failures, lock = collections.Counter(), [], threading.Lock()
    with Served(arguments.agent, environment={"ASAN_OPTIONS": "detect_leaks=0"}) as served:
        canary = served.folder / "canary"
        bases = list(valid_requests(served, canary))

        def work(number):
            draw = random.Random("%d-%d" % (arguments.seed, number))
            for _ in range(arguments.requests // THREADS + 1):
                data = b"".join(request_bytes(draw, served, *draw.choice(bases)) for _ in range(draw.choice([1, 1, 1, 2])))
                try:
                    statuses, received = send(served, draw, data)
                except OSError as error:
                    statuses, received = ["%s" % error], b""
                with lock:
                    counts.update(map(str, (s.decode() if isinstance(s, bytes) else s for s in statuses)))
                    if served.token.encode() in received:
                        failures.append("the token is in an answer")
                    if b"500" in statuses or "no answer" in statuses:
                        failures.append("%s: %r" % (statuses, data[:600]))

        workers = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if served.process.poll() is not None:
            failures.append("the server ended with %s" % served.process.returncode)
        elif served.ask("GET", "/health")[0] != 200:
            failures.append("the server is not well")
        if canary.exists():
            failures.append("a posted program was run")
        served.process.terminate()
        told = served.process.stderr.read()
        if "Sanitizer" in told or "runtime error" in told:
            failures.append(told[-4000:])
        served.process.wait()
    print(dict(counts.most_common()))
    for failure in failures[:20]:
        print("FAIL " + failure)
    print("%d requests, %d failures" % (arguments.requests, len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
