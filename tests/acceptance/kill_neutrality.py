#!/usr/bin/env python3
"""A neutrality analysis that is killed again and again ends with the graph of an undisturbed one.

usage: kill_neutrality.py DLFIX_AGENT PROGRAM [KILLS] [OPTION...]

Runs `neutrality PROGRAM OPTION... --json` once undisturbed; then in another store kills it (SIGKILL)
KILLS times (10) at random moments and lets it finish. Exit 0: equal, cost aside.
"""
import json
import random
import subprocess
import sys
import tempfile
import time


def command(agent, program, store, options):
    return [agent, "neutrality", program, "--store", store, "--json", "-q", *options]


def finish(arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    document = json.loads(done.stdout)
    cost = document.pop("cost")
    return document, cost


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    agent, program = sys.argv[1:3]
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 10
    options = sys.argv[4:]
    random.seed(20)
    with tempfile.TemporaryDirectory() as folder:
        begin = time.monotonic()
        expected, cost = finish(command(agent, program, f"{folder}/a/store.sqlite", options))
        whole = time.monotonic() - begin
        again = command(agent, program, f"{folder}/b/store.sqlite", options)
        done = 0
        for _ in range(kills):
            process = subprocess.Popen(again, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(timeout=random.uniform(0.1, 0.6 * whole))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                done += 1
        resumed, _ = finish(again)
    equal = resumed == expected
    print(f"{program}: {expected['generated']} settings, {expected['alternatives']} alternatives, "
          f"{cost['trainings']} trainings in {whole:.0f} s; killed {done} times: "
          f"{'the same graph' if equal else 'ANOTHER GRAPH'}")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
