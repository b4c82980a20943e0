"""Errors of `inspect`: code, place, way out; the command line; the time it takes."""

import json
import os
import subprocess
import sys
import time
import unittest

from test_inspect_base import ROOT, ProgramTest
from dlfix_probe.errors import ProbeError
from dlfix_probe.inspect_program import inspect_program

MODEL = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"


class Errors(ProgramTest):
    def test_not_found(self):
        with self.assertRaises(ProbeError) as caught:
            inspect_program(os.path.join(self.folder, "missing.py"))
        self.assertEqual(caught.exception.code, "not_found")

    def test_not_python(self):
        for raw in (b"\x00\x01\x02", b"\xff\xfe\xfa = 1", b"# coding: nonsense\nx = 1"):
            self.assertEqual(self.error(raw).code, "not_python", raw)
        with self.assertRaises(ProbeError) as caught:
            inspect_program(self.folder)
        self.assertEqual(caught.exception.code, "not_python")

    def test_syntax_error_has_a_line(self):
        error = self.error("import keras\nx = (1,\ny = 2 3\n")
        self.assertEqual(error.code, "syntax_error")
        self.assertTrue(error.line)

    def test_print_statement(self):
        error = self.error("import keras\nprint 'hello'\n")
        self.assertEqual((error.code, error.line), ("syntax_error", 2))
        self.assertIn("Python 2", error.message)
        self.assertIn("2to3", error.remedy)

    def test_nothing_to_read(self):
        self.assertEqual(self.error("").code, "no_model")
        self.assertEqual(self.error("print('hello')\n").code, "no_model")
        self.assertEqual(self.error(MODEL).code, "no_fit")

    def test_two_models(self):
        text = MODEL + "model.fit(x, y)\n" + MODEL.replace("model", "other") + "other.fit(x, y, epochs=3)\n"
        error = self.error(text)
        self.assertEqual(error.code, "several_models")
        self.assertIn("--model", error.remedy)
        self.assertEqual(self.inspect(text, model="other")["fit"]["epochs"], 3)
        self.assertEqual(self.inspect(text, model="model")["fit"]["epochs"], 1)
        self.assertEqual(self.error(text, model="third").code, "no_model")

    def test_subclassed_model(self):
        error = self.error("""
import keras
class Net(keras.Model):
    def call(self, x):
        return x
net = Net()
net.fit(x, y)
""")
        self.assertEqual((error.code, error.line), ("unsupported", 6))

    def test_programs_that_would_not_end_are_not_run(self):
        started = time.perf_counter()
        document = self.inspect(MODEL + """
def f(n):
    return f(n + 1)
f(0)
while True:
    f(1)
    break
for i in range(10 ** 9):
    z = [a * b for a in range(100) for b in range(500)]
open('written.txt', 'w').write('x')
model.fit(x, y, epochs=2 ** 3)
""")
        self.assertEqual(document["fit"]["epochs"], 8)
        self.assertLess(time.perf_counter() - started, 10)
        self.assertFalse(os.path.exists("written.txt"))


    def test_values_of_the_wrong_kind_are_unknown(self):
        for value in ("...", "3 + 4j", "1e400", "b'x'", "[[1], {}]", "{(1, 2): 3}"):
            path = self.write("program.py", """
import keras
from keras.layers import Conv2D, Dense
from keras.initializers import RandomNormal
model = keras.Sequential([Conv2D(%s, %s, kernel_initializer=RandomNormal(stddev=[])), Dense(1, rate=%s)])
model.compile(keras.optimizers.SGD(%s), 'mse')
model.fit(x, y, epochs=%s)
""" % ((value,) * 5))
            document = inspect_program(path)
            json.dumps(document, allow_nan=False)
            self.assertIn("models.0.layers.0.attributes.kernel_initializer", document["unknown"])


class CommandLine(ProgramTest):
    def run_probe(self, *arguments, python=sys.executable):
        return subprocess.run([python, "-m", "dlfix_probe", *arguments], capture_output=True, text=True,
                              env=dict(os.environ, PYTHONPATH=os.path.join(ROOT, "mapping", "probe")))

    def test_document_and_error(self):
        result = self.run_probe("inspect", self.write("p.py", MODEL + "model.fit(x, y)\n"))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(json.loads(result.stdout)["version"], 1)
        result = self.run_probe("inspect", self.write("p.py", "x = = 1\n"))
        self.assertEqual((result.returncode, result.stderr), (1, ""))
        self.assertEqual(json.loads(result.stdout)["error"]["line"], 1)

    def test_options(self):
        path = self.write("p.py", MODEL + "model.fit(x, y)\n")
        names = self.write("map.json", json.dumps({"name_map": {"rate": {"layer": None, "attribute": "lr"}}}))
        result = self.run_probe("inspect", path, "--name-map", names, "--keras-profile=keras22")
        document = json.loads(result.stdout)
        self.assertEqual([entry["name"] for entry in document["hyperparameters"]], ["rate"])
        self.assertEqual(document["keras"]["profile"], "keras22")
        self.assertEqual(self.run_probe("inspect", path, "--nonsense").returncode, 1)

    def test_needs_no_library(self):
        path = self.write("p.py", MODEL + "model.fit(x, y)\n")
        result = subprocess.run([sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, %r); "
                                 "from dlfix_probe.inspect_program import inspect_program; inspect_program(%r); "
                                 "print('numpy' in sys.modules)"
                                 % (os.path.join(ROOT, "mapping", "probe"), path)], capture_output=True, text=True)
        self.assertEqual((result.stdout.strip(), result.stderr), ("False", ""))


if __name__ == "__main__":
    unittest.main()
