"""Where a Keras is installed (DLFIX_KERAS_PYTHON, or this Python's): the stand-in describes the corpus as it does."""

import os
import subprocess
import sys
import unittest

import compare_keras


def keras_python(package):
    """An interpreter that has the package, or None."""
    for python in (os.environ.get("DLFIX_KERAS_PYTHON"), sys.executable):
        if python and subprocess.run([python, "-c", "import importlib.util as u, sys; sys.exit(not (u.find_spec(%r) "
                                      "and u.find_spec('tensorflow')))" % package], check=False).returncode == 0:
            return python
    return None


class AsKeras(unittest.TestCase):
    maxDiff = None

    def check(self, flavour, package):
        python = keras_python(package)
        if python is None:
            self.skipTest("no %s here: name a Python that has it with DLFIX_KERAS_PYTHON" % package)
        compared, different, _ = compare_keras.differences(python, flavour)
        self.assertGreater(compared, 80)
        self.assertEqual(different, [])

    def test_keras_3(self):
        self.check("keras3", "keras")

    def test_tf_keras(self):
        self.check("tf_keras", "tf_keras")


if __name__ == "__main__":
    unittest.main()
