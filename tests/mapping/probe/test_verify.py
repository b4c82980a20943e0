"""verify: real trainings in an installed Keras."""

import subprocess
import sys
import unittest

from test_capture_base import HEAD, MODEL, PROBE, CaptureTest, keras_python

KERAS = keras_python()
PROGRAM = """
import numpy as np
import keras
from keras.models import Sequential
from keras.layers import Dense
keras.utils.set_random_seed(7)
x = np.random.rand(80, 4)
y = (x[:, 0] > 0.5).astype(int)
""" + MODEL


class Usage(CaptureTest):
    def test_wrong_options(self):
        path = self.write(HEAD)
        for options in (["--seeds", "0"], ["--x", "a.npy"], ["--nonsense"]):
            result = subprocess.run([sys.executable, "-m", "dlfix_probe", "verify", path] + options,
                                    cwd=PROBE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual((result.returncode, result.stdout), (2, b""))
            self.assertNotIn(b"Traceback", result.stderr)

    def test_without_keras(self):
        import importlib.util
        if importlib.util.find_spec("tensorflow"):
            self.skipTest("Keras is installed here")
        error = self.refused(HEAD, command="verify")
        self.assertEqual(error["code"], "missing_module")


@unittest.skipUnless(KERAS, "no Keras in this interpreter nor in DLFIX_KERAS_PYTHON")
class RealTraining(CaptureTest):
    def verify(self, text, *options):
        document = self.run_probe(self.write(text), *options, python=KERAS, command="verify")
        self.assertNotIn("error", document)
        return document["runs"]

    def test_seeds_differ_and_the_data_do_not(self):
        runs = self.verify(PROGRAM + "model.fit(x, y, epochs=2, verbose=0)\nmodel.evaluate(x, y)\n"
                           "open('sum.txt', 'a').write(str(x.sum()) + '\\n')\n"
                           "assert len(set(open('sum.txt'))) == 1, 'other data'\n", "--seeds", "2")
        self.assertEqual([run["seed"] for run in runs], [0, 1])
        self.assertEqual(set(runs[0]["metrics"]), {"loss", "accuracy"})
        self.assertNotEqual(runs[0]["metrics"]["loss"], runs[1]["metrics"]["loss"])

    def test_one_seed_is_one_result_and_validation_is_measured(self):
        text = PROGRAM + "model.fit(x, y, epochs=1, verbose=0, validation_split=0.25)\n"
        first, second = (self.verify(text, "--seeds", "1")[0]["metrics"] for _ in range(2))
        self.assertEqual(first, second)
        other = text.replace(", validation_split=0.25", "").replace("(x, y,", "(x[:60], y[:60],") \
            + "model.evaluate(x[60:], y[60:], verbose=0)\n"
        third = self.verify(other, "--seeds", "1")[0]["metrics"]
        self.assertAlmostEqual(first["loss"], third["loss"], places=4)

    def test_errors_are_capture_s(self):
        error = self.refused(PROGRAM + "nothing_here\n", python=KERAS, command="verify")
        self.assertEqual(error["code"], "program_failed")
        self.assertIn("nothing_here", error["message"])


if __name__ == "__main__":
    unittest.main()
