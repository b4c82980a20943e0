#!/usr/bin/env python3
"""Repairs every bundled sample and every fixed twin and holds the results against what they must be.

    tests/acceptance/repair_samples.py [--agent PATH] [--out DIR] [--store FILE] [--fixed] [--keras PYTHON] [NAME ...]

Faulty samples: proven, IR >= 0.9, p < 0.05, at most two more changed lines than the fix, at most three minutes; the
samples whose fault no hyperparameter reaches: outside_config at the line in samples.json. --fixed: the twins, which
must end as no_fault_shown or with a proven gain under 0.02. --keras: faulty and patched program also run in the Keras
of that Python, and what the patched one reaches there must lie within our seeds' values (one evaluation row of
slack; for errors 5 %).
"""

import argparse
import difflib
import json
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "data" / "programs"


def changed_lines(before, after):
    """Lines removed or added, the larger of the two counts."""
    diff = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    removed = sum(1 for line in diff if line.startswith("-"))
    added = sum(1 for line in diff if line.startswith("+"))
    return max(removed, added)


def lines_in_diff(diff):
    removed = sum(1 for line in diff.splitlines() if line.startswith("-") and not line.startswith("---"))
    added = sum(1 for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++"))
    return max(removed, added)


def run(options, program, truth):
    command = [options.agent, "repair", str(program), "--json", "--store", options.store]
    if truth is not None:
        command += ["--ground-truth", str(truth)]
    if options.keras:
        command += ["--verify", "keras", "--python", options.keras]
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    seconds = time.monotonic() - start
    try:
        result = json.loads(done.stdout)
    except ValueError:
        result = {"outcome": "no JSON", "error": done.stderr[-500:]}
    (options.out / (program.stem + ".json")).write_text(json.dumps(result, indent=1))
    (options.out / (program.stem + ".log")).write_text(done.stderr)
    return result, seconds


def judge_faulty(options, sample, name, result, seconds):
    expected = sample.get("outcome", "proven")
    problems = []
    if result["outcome"] != expected:
        problems.append("outcome %s" % result["outcome"])
    if expected == "outside_config":
        lines = [finding.get("line") for finding in result.get("findings", [])]
        if sample.get("line") not in lines:
            problems.append("line %s in place of %s" % (lines, sample.get("line")))
        return problems
    fix = changed_lines((PROGRAMS / (name + ".py")).read_text(), (PROGRAMS / (name + "_fixed.py")).read_text())
    if (result.get("ir") or 0) < 0.9:
        problems.append("IR %s" % result.get("ir"))
    if result.get("p_value") is None or result["p_value"] >= 0.05:
        problems.append("p %s" % result.get("p_value"))
    if lines_in_diff(result.get("diff", "")) > fix + 2:
        problems.append("%d changed lines, the fix has %d" % (lines_in_diff(result["diff"]), fix))
    if options.keras:
        problems += judge_keras(result)
    elif seconds > 180:
        problems.append("%.0f s" % seconds)
    return problems


def judge_keras(result):
    """The patched program in Keras beside our own seeds."""
    values = [value for value in result["patched"]["values"] if value is not None]
    for figures in result.get("verify", []):
        if figures["program"] != "patched":
            continue
        if figures.get("keras") is None:
            return ["not run in Keras: %s" % figures.get("remark")]
        slack = 1 / result["n_final"] if result.get("higher_is_better", True) else 0.05 * max(values)
        print("    patched: Keras %.4f, ours %.4f (%.4f to %.4f)" % (
            figures["keras"], figures["ours"], min(values), max(values)))
        if min(values) - slack <= figures["keras"] <= max(values) + slack:
            return []
        return ["Keras %.4f is outside of %.4f to %.4f" % (figures["keras"], min(values), max(values))]
    return ["nothing was verified"]


def judge_fixed(result, seconds):
    if result["outcome"] == "no_fault_shown":
        return []
    if result["outcome"] == "proven":
        faulty, patched = result["faulty"]["mean"], result["patched"]["mean"]
        gain = abs(patched - faulty)
        if not result.get("higher_is_better", True):
            gain = gain / abs(faulty)
        if gain < 0.02:
            return []
        return ["proven gain %.3f" % gain]
    return ["outcome %s" % result["outcome"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", default=str(ROOT / "build" / "bin" / "dlfix-agent"))
    parser.add_argument("--out", default="/tmp/dlfix-acceptance", type=pathlib.Path)
    parser.add_argument("--store")
    parser.add_argument("--fixed", action="store_true")
    parser.add_argument("--keras", help="a Python with Keras: --verify keras")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    options.store = options.store or str(options.out / "store.sqlite")
    listed = json.loads((PROGRAMS / "samples.json").read_text())["samples"]
    samples = {sample["program"]: sample for sample in listed}
    failed = 0
    for name in options.names or sorted(samples):
        program = PROGRAMS / (name + ("_fixed.py" if options.fixed else ".py"))
        truth = None if options.fixed else PROGRAMS / (name + "_fixed.py")
        result, seconds = run(options, program, truth)
        problems = judge_fixed(result, seconds) if options.fixed else judge_faulty(
            options, samples[name], name, result, seconds)
        failed += bool(problems)
        ir = result.get("ir")
        print("%-24s %-15s IR %-6s p %-8s %5.0f s  %s  %s" % (
            program.stem, result["outcome"], "-" if ir is None else "%.2f" % ir,
            result.get("p_value") if result.get("p_value") is None else "%.4f" % result["p_value"], seconds,
            " ".join("%s:%s->%s" % (c["hyperparameter"], c["from"], c["to"]) for c in result.get("changes", [])),
            "; ".join(problems) or "ok"), flush=True)
    count = len(options.names or samples)
    print("%d passed, %d failed" % (count - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
