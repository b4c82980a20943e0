"""The tables of test_standin_layers.py hold in an installed Keras, too."""

import json
import os
import subprocess
import unittest

from test_capture_base import keras_python

KERAS = keras_python()
SCRIPT = """
import json, sys
import keras
from keras import layers as L
cases, wrong = json.load(sys.stdin)
for text, given, expected, parameters in cases:
    layer = eval(text)
    shape = layer(keras.Input(shape=tuple(given))).shape
    if tuple(shape[1:]) != tuple(expected) or layer.count_params() != parameters:
        print(text, shape, layer.count_params())
for text, given in wrong:
    try:
        eval(text)(keras.Input(shape=tuple(given)))
    except (ValueError, TypeError):
        continue
    print("does not raise:", text)
"""


@unittest.skipUnless(KERAS, "no Keras in this interpreter nor in DLFIX_KERAS_PYTHON")
class Tables(unittest.TestCase):
    def test_shapes_parameters_and_errors(self):
        from test_standin_layers import CASES, WRONG
        result = subprocess.run([KERAS, "-c", SCRIPT], input=json.dumps([CASES, WRONG]).encode(),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"})
        self.assertEqual(result.returncode, 0, result.stderr.decode()[-2000:])
        self.assertEqual(result.stdout.decode(), "")


if __name__ == "__main__":
    unittest.main()
