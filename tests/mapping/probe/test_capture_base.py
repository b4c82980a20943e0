"""Helpers of the capture tests: running the probe, comparing documents, finding Keras."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

PROBE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "..", "mapping", "probe"))
PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs_capture")

HEAD = """\
import numpy as np
import keras
from keras import layers
from keras.models import Sequential
from keras.layers import Dense
x = np.arange(40, dtype="float32").reshape(10, 4)
y = np.arange(10) % 2
"""
MODEL = """\
model = Sequential([Dense(3, activation="relu", input_shape=(4,)), Dense(1, activation="sigmoid")])
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
"""


def keras_python():
    """An interpreter with a real Keras: DLFIX_KERAS_PYTHON, or this one; None without."""
    for python in (os.environ.get("DLFIX_KERAS_PYTHON"), sys.executable):
        if python and subprocess.run([python, "-c", "import importlib.util as u, sys;"
                                      "sys.exit(not (u.find_spec('keras') and u.find_spec('tensorflow')"
                                      "))"]).returncode == 0:
            return python
    return None


def tree_hash(folder):
    """Names and contents of everything below a folder."""
    digest = hashlib.sha256()
    for path, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(folders + files):
            full = os.path.join(path, name)
            digest.update(full.encode())
            if os.path.isfile(full):
                with open(full, "rb") as file:
                    digest.update(file.read())
    return digest.hexdigest()


class CaptureTest(unittest.TestCase):
    """A temporary folder with a program in it, and the command that captures it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dlfix-test-")
        self.work = os.path.join(self.folder, "work")
        self.out = os.path.join(self.folder, "out")
        os.makedirs(self.work)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, text, name="program.py"):
        path = os.path.join(self.work, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        return path

    def run_probe(self, path, *options, python=sys.executable, frontend="standin", command="capture"):
        arguments = [python, "-m", "dlfix_probe", command, path, "--cwd", self.work]
        if command == "capture":
            arguments += ["--out", self.out, "--frontend", frontend]
        result = subprocess.run(arguments + list(options), cwd=PROBE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=dict(os.environ, PYTHONPATH=PROBE))
        self.assertTrue(result.stdout, result.stderr.decode(errors="replace"))
        document = json.loads(result.stdout.decode())
        self.assertEqual(result.returncode, 1 if "error" in document else 0)
        return document

    def capture(self, text, *options, **keywords):
        document = self.run_probe(self.write(text), *options, **keywords)
        if "error" in document:
            self.fail("{}\n{}".format(document["error"], self.printed()))
        return document

    def refused(self, text, *options, **keywords):
        document = self.run_probe(self.write(text), *options, **keywords)
        self.assertIn("error", document, "the program was captured")
        self.assertNotIn("Traceback", document["error"]["message"])
        self.assertTrue(document["error"]["remedy"])
        return document["error"]

    def printed(self):
        path = os.path.join(self.out, "output.txt")
        if not os.path.exists(path):
            return ""
        with open(path, errors="replace") as file:
            return file.read()

    def array(self, reference):
        import numpy
        return numpy.load(os.path.join(self.out, reference["path"]))

    @staticmethod
    def selected(document):
        return [model for model in document["models"] if model["selected"]][0]
