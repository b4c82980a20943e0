"""A Keras that learns nothing: dense layers with weights drawn by the seed, and the names of everything
that was done. It stands in for Keras where none is installed."""

import os
import time

import numpy

from . import backend, callbacks, constraints, initializers, layers, losses, metrics, optimizers, regularizers, utils  # noqa: F401, E501


def Input(shape):  # noqa: N802 (Keras's name)
    return layers.Tensor(tuple(shape))


class Model:
    """A chain of layers; with outputs given, one that computes them."""

    def __init__(self, inputs=None, outputs=None):
        self.layers, self.inputs, self.outputs = [], inputs or [], outputs or []
        self.optimizer = self.stop_training = None

    def add(self, item):
        if isinstance(item, layers.Tensor):
            self.inputs = self.outputs = [item]
            return
        self.outputs = [item(self.outputs[0])]
        self.layers.append(item)

    def compile(self, optimizer, loss, metrics):
        self.optimizer, self.loss, self.metrics = optimizer, loss, metrics

    def predict(self, x, batch_size=32, verbose=0):
        computed = [output.compute(x) for output in self.outputs]
        return computed if len(computed) > 1 else computed[0]

    def __call__(self, x, training):
        return self.predict(x)

    def compute_loss(self, x, y, y_pred, sample_weight):
        return numpy.abs(y_pred[:, 0] - y).mean()

    def fit(self, x, y, batch_size, epochs, shuffle, sample_weight, verbose, callbacks, **options):
        print("Epoch 1 of", epochs)  # Keras talks; the protocol must not hear it
        if self.layers[0].units == 13:
            raise ValueError("thirteen units are refused")
        if self.layers[0].units == 14:
            raise MemoryError()
        if self.layers[0].units == 15:
            os.abort()
        for callback in callbacks:
            callback.model = self
        for epoch in range(epochs):
            for callback in callbacks:
                callback.on_epoch_begin(epoch)
            time.sleep(float(os.environ.get("FAKE_EPOCH_SECONDS", "0")))
            answer = self.evaluate(x, y, verbose=0, return_dict=True)
            logs = dict(answer, loss=answer["loss"] / (epoch + 1))
            if options.get("validation_split"):
                first = int(len(y) * (1 - options["validation_split"]))
                held = self.evaluate(x[first:], y[first:], verbose=0, return_dict=True)
                logs.update({"val_" + key: value for key, value in held.items()})
            for callback in callbacks:
                callback.on_epoch_end(epoch, logs)
            if self.stop_training:
                return

    def evaluate(self, x, y, verbose=0, return_dict=True):
        error = numpy.abs(self.predict(x)[:, 0] - y.reshape(len(y)))
        nan = float("nan") if self.optimizer.learning_rate > 1e6 else 0.0
        return {"loss": float(error.mean()) + nan, "mae": float(error.mean())}


Sequential = Model
