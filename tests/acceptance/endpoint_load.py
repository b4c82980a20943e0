#!/usr/bin/env python3
"""The local endpoint under load, while a repair trains beside it.

    endpoint_load.py --agent PROGRAM [--seconds 300] [--program FILE] [--json FILE]

wrk asks over 64 connections for the static findings of a program: the same text always (cached), then texts that differ
each time (unseen). Asked for: cached at least 500 requests/s with 99 % under 250 ms; unseen at least 20/s with 99 % under
5 s; no error; memory of the server in the last fifth of the time within 5 % of the
first, after warming up; and beyond its queue 503 with Retry-After.
Exit 77 where there is no wrk or programs cannot be contained.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "agent" / "serve"))
from served import Served  # noqa: E402

CONNECTIONS = 64
SCRIPT = """
local text = io.open(os.getenv("LOAD_BODY")):read("*a")
local threads = {}
function setup(thread) thread:set("number", #threads); table.insert(threads, thread) end
function init() asked, bad, without_retry = 0, 0, 0 end
function request()
  asked = asked + 1
  local body = text:gsub("LOAD_MARK", os.getenv("LOAD_PHASE") .. number .. "_" .. asked)
  local headers = {["Authorization"] = "Bearer " .. os.getenv("LOAD_TOKEN"), ["Content-Type"] = "application/json"}
  return wrk.format("POST", "/v1/localise", headers, body)
end
function response(status, headers)
  if status ~= 200 then bad = bad + 1 end
  if status == 503 and not (headers["Retry-After"] or headers["retry-after"]) then without_retry = without_retry + 1 end
end
function done(summary, latency)
  local bad, without_retry = 0, 0
  for _, thread in ipairs(threads) do
    bad = bad + thread:get("bad"); without_retry = without_retry + thread:get("without_retry")
  end
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(99),
    bad, without_retry, errors.connect + errors.read + errors.write + errors.timeout))
end
"""


def resident(pid):
    """MB of a process and all below it, as the parent's own pages and its probes' are what could grow."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = pathlib.Path("/proc", entry, "stat").read_text().rsplit(")", 1)[1].split()
                children.setdefault(int(fields[1]), []).append(int(entry))
            except OSError:
                pass
    with open("/proc/%d/status" % pid) as file:
        own = int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024
    probes = 0.0
    for child in children.get(pid, []):
        try:
            if b"dlfix_probe.worker" in pathlib.Path("/proc", str(child), "cmdline").read_bytes():
                status = pathlib.Path("/proc", str(child), "status").read_text()
                probes += int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024
        except (OSError, AttributeError):
            pass
    return own, probes


def load(served, folder, phase, seconds, body, connections=CONNECTIONS):
    script, file = os.path.join(folder, "load.lua"), os.path.join(folder, phase + ".json")
    pathlib.Path(script).write_text(SCRIPT)
    pathlib.Path(file).write_text(json.dumps(body))
    environment = dict(os.environ, LOAD_BODY=file, LOAD_PHASE=phase, LOAD_TOKEN=served.token)
    memory = []
    stopped = threading.Event()

    def watch():
        while not stopped.wait(1.0):
            memory.append(resident(served.process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    run = subprocess.run(["wrk", "-t2", "-c%d" % connections, "-d%d" % seconds, "--timeout", "30", "-s", script,
                          served.record["url"]], env=environment, capture_output=True, text=True)
    stopped.set()
    watcher.join()
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", run.stdout)
    if not found:
        sys.exit("wrk failed: " + run.stdout + run.stderr)
    requests, micros, p99, bad, without_retry, errors = map(int, found.groups())
    warm = memory[max(1, len(memory) // 10):] or memory[-1:]
    fifth = max(1, len(warm) // 5)
    mean = lambda part: sum(own for own, _ in part) / len(part)
    return {"requests": requests, "per_second": requests / (micros / 1e6), "p99_ms": p99 / 1000, "not_200": bad,
            "503_without_retry_after": without_retry, "errors": errors,
            "memory_mb": [round(mean(warm[:fifth]), 1), round(mean(warm[-fifth:]), 1)],   # begin and end, after warming up
            "most_memory_mb": round(max(own for own, _ in memory), 1),
            "probes_mb": [round(warm[0][1], 1), round(max(probes for _, probes in warm), 1)]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", required=True)
    parser.add_argument("--trainer", default="")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--program", default=str(SOURCE / "data" / "benchmark" / "D8" / "faulty.py"))
    parser.add_argument("--json")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        print("skipped: wrk is not installed")
        return 77
    text = pathlib.Path(arguments.program).read_text()
    environment = {"DLFIX_TRAINER": arguments.trainer} if arguments.trainer else None
    figures = {}
    with tempfile.TemporaryDirectory(prefix="dlfix-load-") as folder:
        try:
            served = Served(arguments.agent, "--allow-run", environment=environment, files=("digits_fast.py",))
        except RuntimeError as error:
            if "--allow-run" in str(error):
                print("skipped: %s" % error)
                return 77
            raise
        with served:
            _, job = served.json("POST", "/v1/repair", {"path": "digits_fast.py", "budget": "3000s", "technique": "random"})
            while served.json("GET", "/v1/jobs/" + job["id"])[1]["status"] == "queued":
                time.sleep(0.1)
            cached = {"path": "model.py", "text": text}
            figures["cached"] = load(served, folder, "cached", arguments.seconds, cached)
            unseen = {"path": "model.py", "text": text + "\n# LOAD_MARK\n"}
            figures["unseen"] = load(served, folder, "unseen", arguments.seconds, unseen)
            figures["training_ran_to_the_end"] = served.json("GET", "/v1/jobs/" + job["id"])[1]["status"] == "running"
            served.ask("POST", "/v1/jobs/%s/cancel" % job["id"])
        with Served(arguments.agent, "--queue", "2", "--probe-workers", "1", files=()) as served:
            figures["beyond_the_queue"] = load(served, folder, "full", min(10, arguments.seconds), unseen)
    print(json.dumps(figures, indent=1))
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(figures, indent=1) + "\n")
    asked = {
        "cached at least 500/s": figures["cached"]["per_second"] >= 500,
        "cached 99 % under 250 ms": figures["cached"]["p99_ms"] < 250,
        "unseen at least 20/s": figures["unseen"]["per_second"] >= 20,
        "unseen 99 % under 5 s": figures["unseen"]["p99_ms"] < 5000,
        "no error": all(figures[name]["errors"] == 0 and figures[name]["not_200"] == 0 for name in ("cached", "unseen")),
        "memory flat": all(abs(figures[name]["memory_mb"][1] / figures[name]["memory_mb"][0] - 1) <= 0.05 for name in ("cached", "unseen")),
        "a training ran beside": figures["training_ran_to_the_end"],
        "503 beyond the queue, with Retry-After": figures["beyond_the_queue"]["not_200"] > 0
        and figures["beyond_the_queue"]["503_without_retry_after"] == 0,
    }
    for what, held in asked.items():
        print("{} {}".format("ok  " if held else "FAIL", what))
    return 0 if all(asked.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
