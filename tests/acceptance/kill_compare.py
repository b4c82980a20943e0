#!/usr/bin/env python3
"""A comparison that is killed again and again, or done by three machines, ends as an undisturbed one.

usage: kill_compare.py --agent DLFIX_AGENT [--kills 10] [PROGRAM...]

Compares recorded replies, random and guided on three samples once undisturbed; then with another store, killed
at random moments (every third time by Ctrl-C) and run again; then as three shards with stores of their own,
merged in two orders. Exit 0: all results are equal, cost aside, and merged stores have nothing trained again.
"""
import argparse
import contextlib
import json
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ["blobs_zeros", "moons_slow", "cancer_softmax"]


class Comparison:
    def __init__(self, agent, programs, folder):
        self.agent, self.programs, self.folder = agent, programs, folder

    def command(self, store, *options):
        return [self.agent, "compare", *self.programs, "--replay", str(SOURCE / "data/recordings/examples.jsonl"),
                "--techniques", "random,guided", "--repetitions", "6", "--budget", "10", "--json", "-q",
                "--store", self.store(store), *options]

    def store(self, name):
        return f"{self.folder}/{name}/store.sqlite"

    def finish(self, store, *options):
        """The result without its cost."""
        done = subprocess.run(self.command(store, *options), capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{store}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        document = json.loads(done.stdout)
        document.pop("cost")
        return document

    def break_off(self, store, seconds, by):
        """Whether it was still running by then."""
        process = subprocess.Popen(self.command(store), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            process.wait(timeout=seconds)
            return False
        except subprocess.TimeoutExpired:
            process.send_signal(by)
            error = process.communicate()[1]
            if by == signal.SIGINT and process.returncode not in (0, 130):
                sys.exit(f"Ctrl-C: exit {process.returncode}\n{error}")
            return True

    def merge(self, into, stores):
        for store in stores:
            done = subprocess.run([self.agent, "store", "merge", self.store(store), "--store", self.store(into)],
                                  capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"store merge: exit {done.returncode}\n{done.stdout}{done.stderr}")

    def trainings(self, store):
        with contextlib.closing(sqlite3.connect(self.store(store))) as database:
            return database.execute("SELECT COUNT(*) FROM trainings").fetchone()[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agent", required=True)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("programs", nargs="*", default=[str(SOURCE / f"data/programs/{name}.py") for name in SAMPLES])
    arguments = parser.parse_args()
    random.seed(7)
    right = True

    def say(what, good):
        nonlocal right
        right = right and good
        print(f"{'ok  ' if good else 'FAIL'} {what}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        comparison = Comparison(arguments.agent, arguments.programs, folder)
        begin = time.monotonic()
        expected = comparison.finish("undisturbed")
        whole = time.monotonic() - begin
        trainings = comparison.trainings("undisturbed")
        print(f"     undisturbed: {trainings} trainings, {whole:.0f} s", flush=True)
        done = sum(comparison.break_off("killed", random.uniform(0.1, 0.5 * whole),
                                        signal.SIGINT if number % 3 == 2 else signal.SIGKILL)
                   for number in range(arguments.kills))
        say(f"killed {done} times, the same result", comparison.finish("killed") == expected)
        say("and not a training more", comparison.trainings("killed") == trainings)
        for shard in (1, 2, 3):
            comparison.finish(f"shard{shard}", "--shard", f"{shard}/3")
        for order in ((1, 2, 3), (3, 1, 2)):
            merged = "merged" + "".join(map(str, order))
            comparison.merge(merged, [f"shard{shard}" for shard in order])
            before = comparison.trainings(merged)
            say(f"shards merged as {order}, the same result", comparison.finish(merged) == expected)
            say("and nothing trained again", comparison.trainings(merged) == before)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
