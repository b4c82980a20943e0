"""Programs that cannot be captured: a code, a place and a remedy, never a traceback."""

import os
import unittest

from test_capture_base import HEAD, MODEL, CaptureTest


class Refusals(CaptureTest):
    def check(self, text, code, line=None, contains="", *options):
        error = self.refused(text, *options)
        self.assertEqual(error["code"], code, error)
        if line is not None:
            self.assertEqual(error["line"], line, error)
        self.assertIn(contains, error["message"])
        return error

    def test_missing_file_or_not_python(self):
        document = self.run_probe(os.path.join(self.work, "absent.py"))
        self.assertEqual(document["error"]["code"], "not_found")
        path = self.write("", "binary.py")
        with open(path, "wb") as file:
            file.write(b"\xff\xfe\x00\x01")
        self.assertEqual(self.run_probe(path)["error"]["code"], "not_python")

    def test_syntax_error(self):
        self.check("x = 1\ndef f(:\n", "syntax_error", 2)
        error = None
        self.write("y = (\n", "broken.py")
        error = self.check("import os\nimport broken\n", "program_failed")
        self.assertTrue(error["file"].endswith("broken.py"))

    def test_no_model_and_no_fit(self):
        self.check("print('hello')\n", "no_model")
        self.check(HEAD + MODEL, "no_fit", 8)
        self.check(HEAD + "model = Sequential([Dense(2)])\n", "no_fit", 8)
        turns = HEAD + MODEL + "judge = keras.Sequential([layers.Dense(1, input_shape=(4,))])\n" \
            "judge.compile('sgd', 'mse')\nmodel.train_on_batch(x, y)\njudge.train_on_batch(x, y)\n"
        self.check(turns, "unsupported", 13, "several models are trained by turns")

    def test_missing_module(self):
        error = self.check("import numpy\nimport no_such_module_at_all\n", "missing_module", 2,
                           "no_such_module_at_all")
        self.assertIn("--python", error["remedy"])

    def test_missing_data_file(self):
        for line in ('np.loadtxt("rows.csv")', 'open("rows.csv")',
                     '__import__("pandas").read_csv("rows.csv")'):
            error = self.check(HEAD + line + "\n", "missing_file", 8, "rows.csv")
            self.assertIn(self.work, error["remedy"])

    def test_missing_dataset(self):
        error = self.check("from keras.datasets import imdb\nimdb.load_data()\n", "missing_dataset", 2,
                           "imdb", "--data-dir", self.folder)
        self.assertIn("dlfix-agent data get imdb", error["remedy"])

    def test_failing_data_code(self):
        self.check("import numpy as np\nx = np.zeros(3)\nx[7]\n", "program_failed", 3, "IndexError")
        self.check("raise SystemExit('no data')\n", "program_failed", 1, "no data")
        self.check("n = int(input('rows? '))\n", "program_failed", 1, "input()")
        self.check("raise SystemExit('usage: rows FILE')\n", "program_failed", 1, "itself: usage")
        self.check("import os\nprint('leaving', flush=True)\nos._exit(4)\n", "wrote_nothing", None,
                   "4); it printed last: leaving")
        self.check("import ctypes\nctypes.string_at(0)\n", "program_failed", None, "signal 11")

    def test_a_fault_while_building_is_the_program_s(self):
        self.check(HEAD + "m = Sequential([Dense(3, input_shape=(4,)), layers.Conv2D(2, 3)])\n",
                   "program_failed", 8, "expected ndim=4")
        self.check(HEAD + "layers.Dense(3, activation='rleu')\n", "program_failed", 8, "rleu")
        self.check(HEAD + "model = Sequential([Dense(1)])\nmodel.fit(x, y)\n", "program_failed", 9,
                   "compile")
        self.check(HEAD + MODEL + "model.fit(x, y[:5])\n", "program_failed", 10, "cardinality")
        self.check(HEAD + MODEL + "model.fit(x[:0], y[:0])\n", "program_failed", 10, "empty")
        self.check(HEAD + MODEL + "model.fit(x, y, validation_split=0.95)\n", "program_failed", 10,
                   "validation_split")
        self.check(HEAD + MODEL + "model.fit(x, y, epoch=3)\n", "program_failed", 10, "epoch")

    def test_arrays_of_other_things(self):
        self.check(HEAD + MODEL + "model.fit(x, np.array(['a'] * 10))\n", "program_failed", 10, "text")
        self.check(HEAD + MODEL + "model.fit(np.array([{}] * 10), y)\n", "program_failed", 10, "dict")

    def test_time(self):
        error = self.check("import numpy\nwhile True:\n    pass\n", "timeout", None, "2 seconds",
                           "--timeout", "2")
        self.assertIn(error["line"], (2, 3))
        self.assertIn("--capture-timeout", error["remedy"])
        self.check("import time\ntry:\n    time.sleep(60)\nexcept BaseException:\n    time.sleep(60)\n",
                   "timeout", 3, "", "--timeout", "2")

    def test_memory(self):
        self.check("import numpy\nrows = numpy.ones((40000, 40000))\n", "memory", 2, "1500 MB",
                   "--memory", "1500")

    def test_unsupported_parts_are_named(self):
        self.check("from keras.layers import MultiHeadAttention\n", "unsupported", 1,
                   "keras.layers.MultiHeadAttention")
        self.check("import tensorflow as tf\ntf.signal.fft([1.0])\n", "unsupported", 2,
                   "tensorflow.signal")
        self.check("import tensorflow_hub_of_mine\n", "missing_module", 1)
        self.check("from keras.applications import VGG16\n", "unsupported", 1, "keras.applications")
        self.check(HEAD + "class Mine(keras.Model):\n    pass\nm = Mine()\n"
                   "m.compile('sgd', 'mse')\nm.fit(x, y)\n", "unsupported")

    def test_real_keras_that_is_absent(self):
        import importlib.util
        if importlib.util.find_spec("keras"):
            self.skipTest("Keras is installed here")
        document = self.run_probe(self.write(HEAD), frontend="keras")
        self.assertEqual(document["error"]["code"], "missing_module")
        document = self.run_probe(self.write(HEAD + MODEL + "model.fit(x, y)\n"), frontend="auto")
        self.assertEqual(document["frontend"], "standin")


if __name__ == "__main__":
    unittest.main()
