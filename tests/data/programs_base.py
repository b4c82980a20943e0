"""What the tests of the bundled programs share: the folders, and the probe as a subprocess."""
import functools
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = ROOT / "data" / "programs"
BENCHMARK = ROOT / "data" / "benchmark"
SHARED = Path(os.environ.get("DLFIX_SHARED") or ROOT.parent / "shared")
SKIPPED = 77  # what ctest reads as skipped

sys.path.insert(0, str(ROOT / "mapping" / "probe"))
from dlfix_probe import keras_names  # noqa: E402


@functools.lru_cache(maxsize=None)
def probe(*arguments):
    """The probe's document, asked for once. Errors: AssertionError with the probe's message."""
    done = subprocess.run([sys.executable, "-m", "dlfix_probe", *map(str, arguments)], capture_output=True, text=True,
                          env=dict(os.environ, PYTHONPATH=str(ROOT / "mapping" / "probe")))
    try:
        document = json.loads(done.stdout)
    except ValueError:
        raise AssertionError("the probe does not answer: " + done.stderr[-2000:])
    if "error" in document:
        raise AssertionError("%s: %s" % (arguments[1], document["error"]["message"]))
    return document


def selected_model(document):
    return next(model for model in document["models"] if model["selected"])


def plain(value):
    """A hyperparameter's value in the words of the study's configurations."""
    if value == "linear" or value is None:
        return "None"
    if isinstance(value, dict):
        return value["custom"] if "custom" in value else value["class"]
    if isinstance(value, str):
        return keras_names.initialiser_name(value) or keras_names.loss_name(value) or value
    return value


def manifests():
    """[(folder, manifest)] of every benchmark fault."""
    return [(path.parent, json.loads(path.read_text())) for path in sorted(BENCHMARK.glob("*/manifest.json"))]


def main():
    """Runs the calling module's tests; exit 77 when every one was skipped."""
    result = unittest.main(exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIPPED if result.testsRun and len(result.skipped) == result.testsRun else 0)
