"""scripts/measure_samples with a stand-in for Keras: what it records, keeps and prints."""
import contextlib
import importlib.machinery
import importlib.util
import io
import json
import sys
import tempfile
import types
import unittest
from pathlib import Path

from programs_base import PROGRAMS, ROOT, main

PROGRAM = """
import fake_keras
model = fake_keras.Model()
model.fit([1, 2, 3], [0, 1, 0])
print("printed by the program")
model.evaluate([1, 2], [0, 1])
"""


def load_script():
    loader = importlib.machinery.SourceFileLoader("measure_samples", str(ROOT / "scripts" / "measure_samples"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("measure_samples", loader))
    loader.exec_module(module)
    return module


class FakeKeras(types.ModuleType):
    """Counts its fits; evaluate answers loss 0.5 and the seed as metric."""

    def __init__(self):
        super().__init__("fake_keras")
        keras, self.fits, self.seed = self, 0, None

        class Model:
            def fit(self, x, y):
                keras.fits += 1

            def evaluate(self, x, y):
                return [0.5, float(keras.seed)]

        self.Model = Model
        self.backend = types.SimpleNamespace(clear_session=lambda: None)
        self.utils = types.SimpleNamespace(set_random_seed=lambda seed: setattr(keras, "seed", seed))


class MeasureSamples(unittest.TestCase):
    def setUp(self):
        self.script, self.keras = load_script(), FakeKeras()
        sys.modules["fake_keras"] = self.keras
        self.addCleanup(sys.modules.pop, "fake_keras")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = Path(folder.name) / "program.py"
        self.program.write_text(PROGRAM)
        self.document = {"results": {}}

    def measure(self, seeds):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.script.measure([self.program], self.keras, seeds, self.document, lambda: None)
        return printed.getvalue()

    def test_records_metric_and_rows_of_every_seed(self):
        printed = self.measure(3)
        runs = self.document["results"]["program"]["runs"]
        self.assertEqual([run["metric"] for run in runs], [1.0, 2.0, 3.0])
        self.assertEqual({(run["loss"], run["rows"]) for run in runs}, {(0.5, 2)})
        self.assertNotIn("printed by the program", printed)

    def test_measured_programs_are_not_run_again_until_their_text_changes(self):
        self.measure(2)
        self.measure(2)
        self.assertEqual(self.keras.fits, 2)
        self.program.write_text(PROGRAM + "\n")
        self.measure(2)
        self.assertEqual(self.keras.fits, 4)

    def test_failing_program_is_a_result_and_keras_is_given_back(self):
        self.program.write_text(PROGRAM + "raise ValueError('no such thing')\n")
        fit = self.keras.Model.fit
        self.assertIn("ValueError: no such thing", self.measure(1))
        self.assertIs(self.keras.Model.fit, fit)

    def test_table_has_a_row_for_every_sample(self):
        runs = [{"seed": 1, "loss": 0.1, "metric": 0.25, "seconds": 2.0, "rows": 200},
                {"seed": 2, "loss": 0.1, "metric": 0.75, "seconds": 4.0, "rows": 200}]
        figures = self.program.with_suffix(".json")
        figures.write_text(json.dumps({"keras": "keras", "version": "3", "tensorflow": "2", "seeds": 2,
                                       "results": {"rings_loss_fixed": {"sha256": "", "runs": runs}}}))
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.script.table([figures])
        rows = [line for line in printed.getvalue().splitlines() if line.startswith("| ")]
        samples = json.loads((PROGRAMS / "samples.json").read_text())["samples"]
        self.assertEqual(len(rows), 1 + len(samples))
        self.assertTrue(any("| 200 | - | 0.500 (0.250 to 0.750) | 3.0 |" in row for row in rows))


if __name__ == "__main__":
    main()
