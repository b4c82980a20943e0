"""Requests as our client sends them, and a worker process to send them to."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
FOLDERS = [os.path.join(ROOT, "trainer", "keras"), os.path.join(ROOT, "mapping", "probe")]
FAKE = os.path.join(HERE, "fake")
SKIPPED = 77
sys.path[:0] = FOLDERS


def keras_python():
    """An interpreter with a real Keras: DLFIX_KERAS_PYTHON, or this one; None without."""
    question = ("import importlib.util as u, sys; sys.exit(not (u.find_spec('keras') and u.find_spec('tensorflow')"
                " and u.find_spec('tf_keras')))")
    for python in (os.environ.get("DLFIX_KERAS_PYTHON"), sys.executable):
        if python and subprocess.run([python, "-c", question]).returncode == 0:
            return python
    return None


def run_in_keras(module):
    """main() of a test module that needs Keras: in this interpreter, else in one that has it."""
    python = keras_python()
    if python is None:
        print("no keras, tf_keras and tensorflow here nor in DLFIX_KERAS_PYTHON: skipped")
        sys.exit(SKIPPED)
    if os.path.realpath(python) != os.path.realpath(sys.executable):
        os.execv(python, [python] + sys.argv)
    unittest.main(module=module, argv=[module, "-q"] + sys.argv[1:])


def array(folder, name, values):
    """An array on disk, as a request names it."""
    path = os.path.join(folder, name + ".npy")
    numpy.save(path, values)
    return {"path": path, "shape": list(values.shape), "dtype": str(values.dtype), "sha256": path}


def rows(inputs, labels, chosen=None, weights=()):
    """A row set of whole arrays, one part each."""
    return {"inputs": [[one] for one in inputs], "labels": [labels], "sample_weights": list(weights),
            "rows": chosen}


def layer(class_name, place, line=0, name="", inbound=None, **attributes):
    """A layer of a chain, or with `inbound` of a graph."""
    return {"class": class_name, "name": name or class_name.lower(), "attributes": attributes,
            "inbound": [[[place - 1, 0]]] if inbound is None else inbound, "file": "", "line": line}


def chain(shape, *layers):
    """A sequential model."""
    return {"layers": list(layers), "input_shapes": [shape], "inputs": [[-1, 0]],
            "outputs": [[len(layers) - 1, 0]]}


def request(model, train, **changes):
    """A request with quiet defaults; changes are fields of the request, or of `fit` and `compile`."""
    fit = {"batch_size": 32, "epochs": 3, "shuffle": True, "validation_split": 0.0, "steps_per_epoch": None,
           "class_weight": None, "callbacks": []}
    compiled = {"loss": "mean_squared_error", "loss_options": {}, "metrics": [],
                "optimizer": {"name": "sgd", "learning_rate": 0.01, "options": {}}}
    result = {"model": model, "compile": compiled, "fit": fit, "train": train, "validation": None,
              "evaluate": [{"name": "rows", "data": train}], "metric": "loss", "seed": 1, "profile": "keras3",
              "symptoms": False}
    for key, value in changes.items():
        part = next((part for part in (fit, compiled) if key in part), result)
        part[key] = value
    return result


class Process:
    """A worker process. `keras` real or fake."""

    def __init__(self, python=sys.executable, fake=False, arguments=(), **environment):
        folders = ([FAKE] if fake else []) + FOLDERS
        variables = dict(os.environ, PYTHONPATH=os.pathsep.join(folders), PYTHONDONTWRITEBYTECODE="1",
                         OMP_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3", **environment)
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [python, "-m", "dlfix_keras_worker", "--device", "cpu", "--memory-share", "0.5"] + list(arguments),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, env=variables)

    def send(self, **message):
        self.process.stdin.write((json.dumps(message) + "\n").encode())
        self.process.stdin.flush()

    def next(self):
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            raise AssertionError("the worker ended: " + self.errors.read().decode(errors="replace")[-4000:])
        return json.loads(line)

    def until(self, kind):
        """Messages up to the first of a kind."""
        messages = [self.next()]
        while messages[-1]["type"] != kind:
            messages.append(self.next())
        return messages

    def train(self, *requests, number=1):
        """Results by place."""
        self.send(type="train", id=number, shared={}, requests=list(requests))
        messages = self.until("done")
        results = {m["request"]: m["result"] for m in messages if m["type"] == "result"}
        return [results[place] for place in range(len(requests))]

    def end(self):
        """Closes the input; the exit code."""
        self.process.stdin.close()
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.errors.close()
        return code
