"""What a program defines itself, taken from the program in real Keras: losses, layers, functions, callbacks."""

import os
import tempfile
import textwrap
import unittest

import numpy
from requests_base import Process, array, chain, keras_python, layer, request, rows, run_in_keras

PROGRAM = """\
import os
import numpy as np
import {package} as keras
from {package} import layers
import tensorflow as tf

np.random.seed(0)
open("left_behind.txt", "w").write("this must not land beside the program")

class Doubled(layers.Layer):
    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor
    def build(self, shape):
        self.kernel = self.add_weight(shape=(int(shape[-1]),), initializer="ones", name="kernel")
    def call(self, x):
        return x * self.kernel * self.factor
    def get_config(self):
        return dict(super().get_config(), factor=self.factor)

def bent(x):
    return tf.nn.relu(x) - 0.1 * tf.nn.relu(-x)

def half_error(y_true, y_pred):
    return tf.reduce_mean(0.5 * tf.square(tf.cast(y_true, tf.float32) - y_pred), axis=-1)

class Stop(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch >= 1:
            self.model.stop_training = True

x = np.random.normal(size=(60, 3)).astype("float32")
y = (x[:, :1] * 2).astype("float32")
model = keras.Sequential([
    layers.Dense(4, activation=bent, input_shape=(3,)),
    layers.Lambda(lambda t: t + 1.0),
    Doubled(factor=3.0),
    layers.Dense(1),
])
model.compile(loss=half_error, optimizer=keras.optimizers.SGD(learning_rate=0.01))
model.fit(x, y, epochs=4, batch_size=20, callbacks=[Stop()])
print(model.evaluate(x, y))
"""
WHOLE = """\
import numpy as np
import {package} as keras
from {package} import layers

keras.utils.set_random_seed(7)
x = np.random.normal(size=(60, 3)).astype("float32")
y = (x[:, :1] * 2).astype("float32")

class Net(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.hidden = layers.Dense(units, activation="tanh")
        self.out = layers.Dense(1)

    def call(self, x):
        return self.out(self.hidden(x))

model = Net(8)
model.build((None, 3))
model.compile(loss="mse", optimizer="sgd")
model.fit(x, y, epochs=1)
"""
GLOROT = {"class": "glorot_uniform"}


class OwnObjects(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        x = numpy.random.RandomState(0).normal(size=(60, 3)).astype("float32")
        self.x, self.y = x, (x[:, :1] * 2).astype("float32")
        self.rows = rows([array(self.folder, "x", self.x)], array(self.folder, "y", self.y))

    def program(self, text=PROGRAM, package="keras"):
        folder = os.path.join(self.folder, "program")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "program.py")
        with open(path, "w") as file:
            file.write(textwrap.dedent(text).replace("{package}", package))
        return path

    def train(self, path, *requests):
        self.scratch = os.path.join(self.folder, "scratch")
        arguments = ["--program", path, "--cwd", os.path.dirname(path), "--scratch", self.scratch] if path else []
        worker = Process(keras_python(), arguments=arguments)
        worker.next()
        try:
            return worker.train(*requests)
        finally:
            worker.end()

    def request(self, **changes):
        activation = changes.pop("activation", {"custom": "bent"})
        model = chain([3], layer("Dense", 0, 37, "dense", units=4, activation=activation, kernel_initializer=GLOROT),
                      layer("Lambda", 1, 38, "lambda"), layer("Doubled", 2, 39, "doubled", factor=3.0),
                      layer("Dense", 3, 40, "dense_1", units=1, activation="linear", kernel_initializer=GLOROT))
        options = dict({"loss": "custom:half_error", "epochs": 4, "batch_size": 20}, **changes)
        return request(model, self.rows, **options)

    def test_rebuilds_and_trains_as_the_program_itself(self):
        for package, profile in (("keras", "keras3"), ("tf_keras", "tf211")):
            with self.subTest(package):
                path = self.program(package=package)
                first, other, again = self.train(path, self.request(profile=profile),
                                                 self.request(profile=profile, seed=2),
                                                 self.request(profile=profile))
                self.assertEqual(first["status"], "ok", first["reason"])
                self.assertEqual(first["evaluations"], again["evaluations"])
                self.assertNotEqual(first["evaluations"], other["evaluations"])
                self.assertEqual(len(first["epochs"]["loss"]), 4)
                self.assertLess(first["epochs"]["loss"][-1], first["epochs"]["loss"][0])
                self.assertAlmostEqual(self.half_error(first), first["evaluations"][0]["loss"], places=4)
                self.assertFalse(os.path.exists(os.path.join(os.path.dirname(path), "left_behind.txt")))

    def half_error(self, result):
        """The program's loss, from the outputs that the result has."""
        scores = numpy.array(result["evaluations"][0]["scores"])
        return float(numpy.mean(0.5 * (scores - self.y[:, 0]) ** 2))

    def test_changes_of_the_config_apply_to_the_rest(self):
        path = self.program()
        own, changed, stopped = self.train(
            path, self.request(), self.request(activation="tanh"),
            self.request(callbacks=[{"class": "Stop", "attributes": {"custom": "Stop"}}]))
        self.assertEqual([r["status"] for r in (own, changed, stopped)], ["ok"] * 3)
        self.assertNotEqual(own["evaluations"][0]["loss"], changed["evaluations"][0]["loss"])
        self.assertEqual(len(stopped["epochs"]["loss"]), 2)

    def test_a_model_that_decides_its_layers_while_it_runs(self):
        for package, profile in (("keras", "keras3"), ("tf_keras", "tf211")):
            with self.subTest(package):
                whole = request(chain([3], layer("Net", 0, 10, "net")), self.rows, profile=profile, epochs=20,
                                optimizer={"name": "sgd", "learning_rate": 0.1, "options": {}}, metric="mse")
                first, other, again, slow = self.train(
                    self.program(WHOLE, package), whole, dict(whole, seed=2), whole, dict(whole, compile=dict(
                        whole["compile"], optimizer={"name": "sgd", "learning_rate": 1e-9, "options": {}})))
                self.assertEqual(first["status"], "ok", first["reason"])
                self.assertEqual(first["evaluations"], again["evaluations"])
                self.assertNotEqual(first["evaluations"], other["evaluations"])
                self.assertLess(first["evaluations"][0]["value"], 0.3 * slow["evaluations"][0]["value"])

    def test_without_a_program_the_layer_is_named(self):
        loss, lambda_layer = self.train(None, self.request(), self.request(
            loss="mean_squared_error", activation="relu"))
        self.assertEqual([loss["status"], lambda_layer["status"]], ["unsupported"] * 2)
        self.assertIn("activation of Dense 'dense' (line 37)", loss["reason"])
        self.assertIn("Lambda 'lambda' (line 38)", lambda_layer["reason"])

    def test_a_program_that_fails_says_so(self):
        result, = self.train(self.program("import keras\nraise ValueError('no data today')\n"), self.request())
        self.assertEqual(result["status"], "unsupported")
        self.assertIn("no data today", result["reason"])


if __name__ == "__main__":
    run_in_keras("test_keras_program")
