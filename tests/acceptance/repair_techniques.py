#!/usr/bin/env python3
"""Repairs the bundled samples with each search technique and holds the techniques against each other.

    tests/acceptance/repair_techniques.py [--agent PATH] [--out DIR] [--store FILE] [--budget 10]
                                          [--techniques random,hebo,bohb,autotrainer] [NAME ...]

At equal budget: hebo and bohb proven on at least eight samples with a median IR not below random's, autotrainer proven
on at least three, at most three minutes each. What is in --out already is not run again.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "data" / "programs"
PROVEN = {"hebo": 8, "bohb": 8, "autotrainer": 3}
SECONDS = 180


def run(options, name, technique):
    kept = options.out / ("%s.%s.json" % (name, technique))
    if kept.exists():
        return json.loads(kept.read_text())
    command = [options.agent, "repair", str(PROGRAMS / (name + ".py")), "--json", "--store", options.store,
               "--technique", technique, "--budget", options.budget,
               "--ground-truth", str(PROGRAMS / (name + "_fixed.py"))]
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    try:
        result = json.loads(done.stdout)
    except ValueError:
        result = {"outcome": "no JSON", "error": done.stderr[-500:]}
    result["wall_seconds"] = time.monotonic() - start
    kept.write_text(json.dumps(result, indent=1))
    return result


def improvement(result):
    """IR; 0 where nothing was proven."""
    return (result.get("ir") or 0) if result["outcome"] == "proven" else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agent", default=str(ROOT / "build" / "bin" / "dlfix-agent"))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("/tmp/dlfix-acceptance/techniques"))
    parser.add_argument("--store", default="/tmp/dlfix-acceptance/techniques.sqlite")
    parser.add_argument("--budget", default="10")
    parser.add_argument("--techniques", default="random,hebo,bohb,autotrainer")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    samples = json.loads((PROGRAMS / "samples.json").read_text())["samples"]
    names = options.names or [sample["program"] for sample in samples if sample.get("outcome", "proven") == "proven"]
    techniques = options.techniques.split(",")
    results = {technique: {} for technique in techniques}
    problems = []
    for name in names:
        for technique in techniques:
            result = results[technique][name] = run(options, name, technique)
            print("%-22s %-12s %-14s IR %-6s %5.0f s" % (name, technique, result["outcome"],
                  "-" if result.get("ir") is None else "%.2f" % result["ir"], result["wall_seconds"]), flush=True)
            if result["wall_seconds"] > SECONDS:
                problems.append("%s, %s: %.0f s" % (name, technique, result["wall_seconds"]))
    for technique in techniques:
        proven = sum(1 for result in results[technique].values() if result["outcome"] == "proven")
        median = statistics.median(improvement(result) for result in results[technique].values())
        print("%-12s proven %d of %d, median IR %.2f" % (technique, proven, len(names), median))
        if proven < PROVEN.get(technique, 0):
            problems.append("%s: proven on %d" % (technique, proven))
        if technique in ("hebo", "bohb") and "random" in results:
            random = statistics.median(improvement(result) for result in results["random"].values())
            if median < random:
                problems.append("%s: median IR below random's %.2f" % (technique, random))
    for problem in problems:
        print("NOT AS IT MUST BE: " + problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
