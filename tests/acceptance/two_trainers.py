#!/usr/bin/env python3
"""Our trainer and the user's Keras over the same programs: the means of ten seeds must agree.

    tests/acceptance/two_trainers.py --agent PATH [--python PYTHON] [NAME ...]

Trains bundled samples as written with --trainer torch and with --trainer keras. The difference of the means must be
within three standard errors and one evaluation row (errors: 1 %). Needs a Python with Keras: --python, or
DLFIX_KERAS_PYTHON; exit 77 without.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "data" / "programs"
SAMPLES = ("moons_slow_fixed", "digits_branches", "diabetes_sigmoid_fixed")
SEEDS = 10
SKIPPED = 77


def has_keras(python):
    question = "import importlib.util as u, sys; sys.exit(not (u.find_spec('keras') and u.find_spec('tensorflow')))"
    return bool(python) and subprocess.run([python, "-c", question]).returncode == 0


def train(options, name, trainer, store):
    """The result document; its reproduction has a value per seed."""
    command = [options.agent, "repair", str(PROGRAMS / (name + ".py")), "--json", "--quiet", "--trainer", trainer,
               "--device", "cpu", "--python", options.python, "--technique", "random", "--budget", "1trials",
               "--seeds", str(SEEDS), "--prove-seeds", "1", "--no-minimise", "--store", store]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    try:
        return json.loads(done.stdout)
    except ValueError:
        sys.exit("{} with {}: no JSON: {}".format(name, trainer, done.stderr[-2000:]))


def judge(name, ours, theirs):
    """Problems of one program, as sentences."""
    if not ours.get("trainer", "").startswith("torch") or not theirs.get("trainer", "").startswith("keras"):
        return ["trained by {} and {}".format(ours.get("trainer"), theirs.get("trainer"))]
    if theirs["stored_trainings"]:
        return ["Keras's trainings came from the store of ours"]
    values = [document["reproduction"]["values"] for document in (ours, theirs)]
    if any(len(list_of) != SEEDS or None in list_of for list_of in values):
        return ["not every seed has a value: {}".format(values)]
    means = [statistics.mean(list_of) for list_of in values]
    error = sum(statistics.variance(list_of) / SEEDS for list_of in values) ** 0.5
    slack = 1.0 / ours["rows"]["search"] if ours["higher_is_better"] else 0.01 * means[1]
    print("{}: {} {:.4f} with {}, {:.4f} with {}; standard error {:.4f}".format(
        name, ours["metric"], means[0], ours["trainer"], means[1], theirs["trainer"], error), flush=True)
    if abs(means[0] - means[1]) > 3 * error + slack:
        return ["the means differ by {:.4f}".format(abs(means[0] - means[1]))]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agent", default="dlfix-agent")
    parser.add_argument("--python", default=os.environ.get("DLFIX_KERAS_PYTHON"))
    parser.add_argument("names", nargs="*", default=SAMPLES)
    options = parser.parse_args()
    if not has_keras(options.python):
        print("no Python with Keras: neither --python nor DLFIX_KERAS_PYTHON names one")
        sys.exit(SKIPPED)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in options.names or SAMPLES:
            store = os.path.join(folder, name + ".sqlite")
            documents = [train(options, name, trainer, store) for trainer in ("torch", "keras")]
            for problem in judge(name, *documents):
                print("{}: {}".format(name, problem))
                wrong += 1
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
