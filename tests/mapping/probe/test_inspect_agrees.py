"""What inspect reads is what a run finds: inspect against capture (with the stand-in Keras)."""

import json
import os
import subprocess
import sys
import unittest

from test_inspect_base import ROOT, ProgramTest, check_spans, selected
from dlfix_probe.inspect_program import inspect_program

DATA = """
import numpy as np
rng = np.random.RandomState(0)
x = rng.rand(60, 8)
y = (x.sum(axis=1) > 4).astype(int)
x_train, x_test = x[:40], x[40:]
y_train, y_test = y[:40], y[40:]
"""
PROGRAMS = {
    "functions": DATA + """
import keras
from keras import layers, optimizers, regularizers
UNITS = [12, 6]
ACT = 'elu'
def block(model, units, **options):
    model.add(layers.Dense(units, **options))
    model.add(layers.BatchNormalization())
    model.add(layers.Activation(ACT))
def build(depth=2, rate=0.1, loss='binary_crossentropy'):
    net = keras.Sequential()
    net.add(keras.Input(shape=(8,)))
    for i in range(depth):
        block(net, UNITS[i], kernel_regularizer=regularizers.l2(0.01 * (i + 1)))
        if i % 2 == 0:
            net.add(layers.Dropout(rate))
    net.add(layers.Dense(1, activation='sigmoid'))
    net.compile(optimizer=optimizers.Adam(learning_rate=10 ** -2), loss=loss, metrics=['accuracy'])
    return net
model = build(rate=0.25)
model.fit(x_train, y_train, epochs=UNITS[1], validation_data=(x_test, y_test))
print(model.evaluate(x_test, y_test))
""",
    "functional": DATA + """
from tensorflow.keras.layers import Input, Dense, Concatenate, Add, Reshape, Conv1D, GlobalMaxPooling1D, Flatten
from tensorflow.keras.models import Model
from tensorflow.keras.initializers import RandomNormal
inputs = Input((8,))
side = Input((8,), name='side')
shared = Dense(5, activation='tanh', kernel_initializer=RandomNormal(stddev=0.1))
a, b = shared(inputs), shared(side)
c = Reshape((4, 2))(inputs)
c = Conv1D(3, 2, activation='relu', padding='same')(c)
c = Flatten()(c)
merged = Concatenate()([a, b, c])
skip = Dense(5)(merged)
out = Add()([skip, a])
out = Dense(1, activation='sigmoid')(out)
model = Model(inputs=[inputs, side], outputs=out)
model.compile('sgd', 'mse')
model.fit([x_train, x_train * 2], y_train, batch_size=10, epochs=2, shuffle=False)
model.predict([x_test, x_test])
""",
    "classes": DATA + """
import argparse
from keras.models import Sequential
from keras.layers import *
from keras.optimizers import *
from keras.callbacks import EarlyStopping
parser = argparse.ArgumentParser()
parser.add_argument('--epochs', type=int, default=3)
parser.add_argument('--rate', type=float, default=0.05)
args = parser.parse_args()
class Classifier:
    def __init__(self, options):
        self.options = options
        self.model = None
    def build(self):
        self.model = Sequential([Dense(self.options['units'], activation=self.options['activation'], input_dim=8),
                                 LeakyReLU(), Dense(units=1)])
        self.model.add(Activation('sigmoid'))
        self.model.compile(loss='binary_crossentropy', optimizer=SGD(args.rate, momentum=0.5), metrics=['acc'])
    def train(self, data, labels):
        stop = EarlyStopping(monitor='loss', patience=2)
        self.model.fit(data, labels, epochs=args.epochs, callbacks=[stop], validation_split=0.25)
classifier = Classifier(dict(units=9, activation='relu'))
classifier.build()
classifier.train(x_train, y_train)
""",
    "recurrent": DATA + """
from keras.models import Sequential
from keras.layers import LSTM, GRU, Bidirectional, Dense, TimeDistributed, Embedding
ids = (x_train * 10).astype(int)
model = Sequential()
model.add(Embedding(10, 4))
model.add(Bidirectional(LSTM(3, return_sequences=True)))
model.add(TimeDistributed(Dense(4, activation='relu')))
model.add(GRU(2, dropout=0.1))
model.add(Dense(1, activation='sigmoid', bias_initializer='ones'))
model.compile(loss='mae', optimizer='rmsprop')
model.fit(ids, y_train)
""",
    "folds": DATA + """
from tensorflow import keras
if x.shape[0] > 10:
    width = 6
else:
    width = 7
for fold in range(3):
    model = keras.models.Sequential()
    model.add(keras.layers.Dense(4, input_shape=(8,), activation='relu', use_bias=False))
    model.add(keras.layers.Dense(1, kernel_constraint=keras.constraints.MaxNorm(2)))
    model.compile(loss=keras.losses.MeanSquaredError(), optimizer=keras.optimizers.RMSprop(1e-3))
    model.fit(x_train, y_train, epochs=fold + 1)
""",
    "config": DATA + """
import keras
def train(config):
    model = keras.Sequential()
    model.add(keras.layers.Dense(config["unit1"], activation=config["act1"], input_dim=8))
    for i in range(config["layer2"]):
        model.add(keras.layers.Dense(4, activation=config["act2"], kernel_initializer=config["ki2"]))
    model.add(keras.layers.Dense(1, activation=config["act3"]))
    model.compile(loss=config["loss"], optimizer=keras.optimizers.Adam(config["lr"]))
    model.fit(x_train, y_train, epochs=config["epochs"], batch_size=config["batch_size"])
train({"unit1": 5, "act1": "relu", "layer2": 2, "act2": "tanh", "ki2": "he_normal", "act3": "sigmoid",
       "loss": "mse", "lr": 0.01, "epochs": 2, "batch_size": 8})
""",
}
COMPARED = ("compile", "fit", "evaluate", "predict", "hyperparameters", "optimizer_site", "imports",
            "layer_sites", "seed_lines", "files")


def interpreter():
    """A Python that has numpy, or None."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        try:
            found = subprocess.run([candidate, "-c", "import numpy"], capture_output=True)
        except OSError:
            continue
        if found.returncode == 0:
            return candidate
    return None


class Agreement(ProgramTest):
    def captured(self, path):
        environment = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "mapping", "probe"))
        result = subprocess.run([interpreter(), "-m", "dlfix_probe", "capture", path, "--out",
                                 os.path.join(self.folder, "out"), "--frontend", "standin"],
                                capture_output=True, text=True, env=environment, cwd=self.folder)
        document = json.loads(result.stdout)
        self.assertNotIn("error", document)
        return document

    def agree(self, read, run, path):
        """Everything that inspect claims to know is what the run found."""
        if read is None:
            return
        if isinstance(read, dict):
            self.assertEqual(set(read), set(run) - {"weights"}, path)
            for key, value in read.items():
                if not (path.endswith(tuple("0123456789")) and key == "name" and "layers" in path):
                    self.agree(value, run[key], path + "." + key)
        elif isinstance(read, list):
            self.assertEqual(len(read), len(run), path)
            for index, value in enumerate(read):
                self.agree(value, run[index], "%s.%d" % (path, index))
        elif path.endswith("dtype"):
            return
        else:
            self.assertEqual(read, run, path)

    def check(self, name):
        if interpreter() is None:
            self.skipTest("no Python with numpy")
        path = self.write("program.py", PROGRAMS[name])
        read, run = inspect_program(path), self.captured(path)
        check_spans(self, run)
        self.agree(selected(read), selected(run), "models.layers")
        for key in COMPARED:
            self.agree(read[key], run[key], key)
        left = [unknown for unknown in read["unknown"] if not unknown.endswith("shape")]
        self.assertEqual(left, [])

    def test_functions(self):
        self.check("functions")

    def test_functional(self):
        self.check("functional")

    def test_classes(self):
        self.check("classes")

    def test_recurrent(self):
        self.check("recurrent")

    def test_folds(self):
        self.check("folds")

    def test_config(self):
        self.check("config")


if __name__ == "__main__":
    unittest.main()
