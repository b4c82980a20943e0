#!/usr/bin/env python3
"""Kills a run that asks a model for replies at random moments and reruns it, over and over.

    kill_replies.py --ask PROGRAM --server PROGRAM [--kills 20] [--replies 300] [--seed 0]

After every kill: what is in the run store is never asked for again. In the end: every reply exactly
once in the store, as the endpoint gave it. Exit 0 when that held.
"""
import argparse
import collections
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time


class Server:
    """The protocol test server; counts what it was asked."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "0", "--delay", "20", "300"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        self.asked = collections.Counter()
        self.lock = threading.Lock()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            question = json.loads(line)["messages"][0]["content"]
            with self.lock:
                self.asked[question] += 1

    def take(self):
        """What was asked since the last call."""
        time.sleep(0.5)  # what is still on its way
        with self.lock:
            asked, self.asked = self.asked, collections.Counter()
        return asked

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


def stored(store):
    """Question -> outcome, of every row."""
    if not os.path.exists(store):
        return {}
    with sqlite3.connect(store) as connection:
        rows = connection.execute("SELECT request, response FROM replies").fetchall()
    result = {}
    for request, response in rows:
        question = json.loads(request)["messages"][0]["content"]
        assert question not in result, "stored twice: " + question
        result[question] = json.loads(response)["outcome"]
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ask", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--replies", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    problems = []
    kills = 0
    with tempfile.TemporaryDirectory(prefix="dlfix-kill-") as folder:
        server = Server(options.server)
        store = os.path.join(folder, "store.sqlite")
        command = [options.ask, "http://127.0.0.1:{}/v1".format(server.port), store,
                   str(options.replies), "8"]
        for number in range(options.kills):
            before = stored(store)
            process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
            time.sleep(draw.uniform(0.05, 0.6))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                kills += 1
            process.wait()
            asked = server.take()
            again = sorted(set(asked) & set(before))
            if again:
                problems.append("asked again though stored: " + ", ".join(again[:5]))
            print("{:>3} stored {:>3}, asked {:>3}".format(
                number, len(stored(store)), sum(asked.values())), flush=True)
        before = stored(store)
        last = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        asked = server.take()
        if set(asked) & set(before):
            problems.append("the last run asked for what was stored")
        if sum(asked.values()) != options.replies - len(before):
            problems.append("the last run asked {} times for {} replies".format(
                sum(asked.values()), options.replies - len(before)))
        final = stored(store)
        if len(final) != options.replies or set(final.values()) != {"ok"}:
            problems.append("the store has {} replies".format(len(final)))
        server.stop()
    print("{} kills, {} replies in the store, last run {}: {}".format(
        kills, len(final), last, "; ".join(problems) or "nothing lost, nothing asked twice"))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
