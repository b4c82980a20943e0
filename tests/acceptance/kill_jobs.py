#!/usr/bin/env python3
"""Kills the local endpoint with SIGKILL at random moments of jobs and starts it again.

    kill_jobs.py --agent PROGRAM --trainer PROGRAM [--kills 20] [--seed 1]

Every job has to end with the result of a run that nothing disturbed, and a client that reads its events, coming back with
Last-Event-ID after each kill, has to see every number once. Every trial begins with an empty run store. Exit 77 where
programs cannot be contained.
"""
import argparse
import pathlib
import random
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "agent" / "serve"))
from served import QUICK, Served, same  # noqa: E402

LONGEST = 180          # seconds for one job
PROGRAMS = ("blobs_zeros.py", "cancer_softmax.py")


def forget_trainings(served):
    """With the server down: nothing of earlier runs answers for the next."""
    for file in (served.folder / "store").iterdir():
        if file.is_file():
            file.unlink()


def post(served, program, seed):
    status, job = served.json("POST", "/v1/repair", dict(QUICK, path=program, seed=seed))
    if status != 202:
        sys.exit("no job was made: %s" % job)
    return job["id"]


def read_to_the_end(served, job, seen):
    events = served.events(job, after=seen[-1][0] if seen else 0)
    return seen + events


def undisturbed(served, program):
    begun = time.monotonic()
    job = post(served, program, 1)
    read_to_the_end(served, job, [])
    return served.json("GET", "/v1/jobs/" + job)[1]["result"], time.monotonic() - begun


def kill_once(served, program, moment, wanted):
    """What is wrong after one kill; empty: nothing."""
    job = post(served, program, 1)
    begun = time.monotonic()
    seen = []
    while time.monotonic() - begun < moment:          # a client that reads until the server is gone
        after = seen[-1][0] if seen else 0
        seen += served.events(job, after=after, most=1)
        if seen and seen[-1][1] in ("done", "failed", "cancelled"):
            break
    phase = next((data.get("name") for _, kind, data in reversed(seen) if kind == "phase"), "before the first phase")
    served.kill()
    served.start()
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        seen = read_to_the_end(served, job, seen)
        answer = served.json("GET", "/v1/jobs/" + job)[1]
        if answer["status"] not in ("queued", "running"):
            break
    wrong = []
    if answer["status"] != "done":
        wrong.append("it is %s" % answer["status"])
    elif same(answer["result"]) != same(wanted):
        wrong.append("another result")
    numbers = [number for number, _, _ in seen]
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append("events %s" % numbers)
    if seen[-1][1] != "done":
        wrong.append("the last event is " + seen[-1][1])
    return phase, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", required=True)
    parser.add_argument("--trainer", required=True)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    try:
        served = Served(arguments.agent, "--allow-run", environment={"DLFIX_TRAINER": arguments.trainer}, files=PROGRAMS)
    except RuntimeError as error:
        if "--allow-run" in str(error):
            print("skipped: %s" % error)
            return 77
        raise
    failures = 0
    with served:
        wanted = {}
        for program in PROGRAMS:
            wanted[program] = undisturbed(served, program)
            print("%s undisturbed: %.1f s" % (program, wanted[program][1]), flush=True)
        for kill in range(arguments.kills):
            program = PROGRAMS[kill % len(PROGRAMS)]
            result, seconds = wanted[program]
            served.kill()
            forget_trainings(served)
            served.start()
            moment = draw.uniform(0, seconds)
            phase, wrong = kill_once(served, program, moment, result)
            failures += bool(wrong)
            print("kill %d of %s after %.2f s, in %s: %s" % (kill + 1, program, moment, phase, "; ".join(wrong) or "ok"), flush=True)
    print("%d kills, %d failures" % (arguments.kills, failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
