#!/usr/bin/env python3
"""Repairs programs with planted faults and counts those that are proven with IR >= 0.9 of what was taken away.

    scripts/plant_faults --seed 7 --count 30 --measure --out DIR data/programs/*_fixed.py tests/acceptance/programs/*.py
    tests/acceptance/repair_planted.py [--agent PATH] [--out DIR] [--store FILE] [--least 24] DIR

Exit 0 when at least --least of them are.
"""

import argparse
import json
import pathlib
import sys

from repair_samples import run

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--agent", default=str(ROOT / "build" / "bin" / "dlfix-agent"))
    parser.add_argument("--out", default="/tmp/dlfix-planted", type=pathlib.Path)
    parser.add_argument("--store")
    parser.add_argument("--least", type=int, default=24)
    parser.set_defaults(keras=None)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    options.store = options.store or str(options.out / "store.sqlite")
    planted = json.loads((options.folder / "planted.json").read_text())["planted"]
    good = 0
    for entry in planted:
        result, seconds = run(options, options.folder / entry["program"], entry["origin"])
        ir = result.get("ir")
        repaired = result["outcome"] == "proven" and ir is not None and ir >= 0.9
        good += repaired
        print("%-16s %-28s %-40s %-15s IR %-5s %4.0f s  %s  %s" % (
            entry["program"], pathlib.Path(entry["origin"]).stem,
            " ".join("%s(%s:%s->%s)" % (f["type"], f["hyperparameter"], f["from"], f["to"]) for f in entry["faults"]),
            result["outcome"], "-" if ir is None else "%.2f" % ir, seconds,
            " ".join("%s:%s->%s" % (c["hyperparameter"], c["from"], c["to"]) for c in result.get("changes", [])),
            "ok" if repaired else "NOT"), flush=True)
    print("%d of %d proven with IR >= 0.9" % (good, len(planted)))
    return 0 if good >= options.least else 1


if __name__ == "__main__":
    sys.exit(main())
