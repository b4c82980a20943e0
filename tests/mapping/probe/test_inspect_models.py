"""Models in the shapes that programs build them."""

import unittest

from test_inspect_base import ProgramTest, attributes, classes, selected, values

END = """
model.compile(loss='mse', optimizer='sgd')
model.fit(x, y, epochs=2)
"""


class Sequentials(ProgramTest):
    def test_by_list(self):
        document = self.inspect("""
from tensorflow import keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
""" + END)
        self.assertEqual(classes(document), ["Dense", "Dense"])
        self.assertEqual(selected(document)["inputs"], [{"shape": [4], "dtype": "float32", "layer": -1}])
        self.assertEqual(attributes(document, 0)["units"], 8)
        self.assertEqual(attributes(document, 1)["activation"], "linear")
        self.assertEqual(selected(document)["layers"][1]["output_shape"], [1])

    def test_by_add_with_star_import(self):
        document = self.inspect("""
from keras.models import *
from keras.layers import *
model = Sequential()
model.add(Conv2D(4, 3, input_shape=(8, 8, 1), padding="same", strides=2))
model.add(MaxPooling2D())
model.add(Flatten())
model.add(Dense(3, activation='softmax'))
""" + END)
        self.assertEqual(classes(document), ["Conv2D", "MaxPooling2D", "Flatten", "Dense"])
        self.assertEqual([layer["output_shape"] for layer in selected(document)["layers"]],
                         [[4, 4, 4], [2, 2, 4], [16], [3]])
        self.assertEqual(attributes(document, 1)["strides"], [2, 2])

    def test_variables_constants_and_arithmetic(self):
        document = self.inspect("""
import tensorflow as tf
from tensorflow.keras import layers as L
BASE = 16
ACTIVATION = "elu"
width = BASE * 2
model = tf.keras.models.Sequential(name="net")
model.add(L.Dense(width // 2 + 1, ACTIVATION, input_dim=3))
model.add(L.Dense(int(width / 4)))
""" + END)
        self.assertEqual(attributes(document, 0)["units"], 17)
        self.assertEqual(attributes(document, 0)["activation"], "elu")
        self.assertEqual(attributes(document, 1)["units"], 8)

    def test_loops_and_lists_of_sizes(self):
        document = self.inspect("""
from keras import Sequential, layers
model = Sequential()
for i, width in enumerate([32, 16]):
    model.add(layers.Dense(width, activation='relu'))
    if i == 0:
        model.add(layers.Dropout(0.1))
for _ in range(2):
    model.add(layers.Dense(5))
body = [layers.Dense(n) for n in (3, 2)]
for layer in body:
    model.add(layer)
""" + END)
        self.assertEqual([attributes(document, index).get("units", "dropout") for index in range(7)],
                         [32, "dropout", 16, 5, 5, 3, 2])

    def test_built_in_functions(self):
        document = self.inspect("""
from keras import Sequential
from keras.layers import Dense
def block(model, units, **options):
    model.add(Dense(units, **options))
def build(units=12, activation='relu', depth=2):
    net = Sequential()
    for _ in range(depth):
        block(net, units, activation=activation)
    block(net, 1)
    return net
def main():
    model = build(depth=1, units=24)
    model.compile('adam', 'mse')
    model.fit(x, y, 16, 3)
if __name__ == '__main__':
    main()
""")
        self.assertEqual([attributes(document, i)["units"] for i in range(2)], [24, 1])
        self.assertEqual(selected(document)["name"], "model")
        self.assertEqual((document["fit"]["batch_size"], document["fit"]["epochs"]), (16, 3))

    def test_built_in_a_class(self):
        document = self.inspect("""
import keras
class Trainer:
    units = 9
    def __init__(self, rate=0.2):
        self.rate = rate
        self.model = self.build()
    def build(self):
        model = keras.Sequential([keras.layers.Dense(self.units), keras.layers.Dropout(self.rate)])
        model.compile(optimizer=keras.optimizers.Adam(self.rate), loss='mse')
        return model
    def train(self):
        self.model.fit(x, y)
Trainer(0.3).train()
""")
        self.assertEqual(attributes(document, 0)["units"], 9)
        self.assertEqual(attributes(document, 1)["rate"], 0.3)

    def test_what_depends_on_data_is_unknown(self):
        document = self.inspect("""
import sys, keras
n = data.shape[1]
if len(sys.argv) > 1:
    width = int(sys.argv[1])
else:
    width = 10
model = keras.Sequential([keras.layers.Dense(n * 2), keras.layers.Dense(width), keras.layers.Dense(1)])
""" + END)
        self.assertIsNone(attributes(document, 0)["units"])
        self.assertIsNone(attributes(document, 1)["units"])
        self.assertIn("models.0.layers.0.attributes.units", document["unknown"])
        self.assertIn("models.0.layers.1.attributes.units", document["unknown"])

    def test_layers_under_an_unknown_condition_are_said(self):
        document = self.inspect("""
import os, keras
model = keras.Sequential([keras.layers.Dense(4)])
if os.environ.get("DEEP"):
    model.add(keras.layers.Dense(4))
""" + END)
        self.assertIn("models.0.layers", document["unknown"])
        self.assertEqual(document["warnings"][0]["line"], 5)
        self.assertEqual(classes(document), ["Dense"])

    def test_static_and_class_methods_properties_and_options(self):
        document = self.inspect("""
import argparse, keras
parser = argparse.ArgumentParser()
parser.add_argument('name')
parser.add_argument('--width', type=int, required=True)
parser.add_argument('--rate', type=float, default=0.4)
options = vars(parser.parse_args())
class Builder:
    @staticmethod
    def dense(n):
        return keras.layers.Dense(n)
    @classmethod
    def drop(cls, rate):
        return keras.layers.Dropout(rate)
    @property
    def width(self):
        return 6
b = Builder()
model = keras.Sequential([b.dense(3), Builder.dense(4), Builder.drop(options["rate"]), b.dense(b.width),
                          b.dense(options["width"])])
""" + END)
        self.assertEqual([attributes(document, i).get("units") for i in (0, 1, 3, 4)], [3, 4, 6, None])
        self.assertEqual(attributes(document, 2)["rate"], 0.4)

    def test_a_loop_that_may_end_early(self):
        document = self.inspect("""
import keras
model = keras.Sequential()
for i in range(4):
    model.add(keras.layers.Dense(3))
    if enough(i):
        break
model.add(keras.layers.Dense(1))
""" + END)
        self.assertEqual([attributes(document, i)["units"] for i in range(len(classes(document)))], [3, 1])
        self.assertIn("models.0.layers", document["unknown"])

    def test_while_loops(self):
        document = self.inspect("""
import keras
model = keras.Sequential()
width = 16
while width > 2:
    model.add(keras.layers.Dense(width))
    width //= 2
while True:
    break
""" + END)
        self.assertEqual([attributes(document, i)["units"] for i in range(3)], [16, 8, 4])
        self.assertEqual(document["unknown"], ["fit.x.0.shape", "fit.y.shape"])

    def test_known_branches(self):
        document = self.inspect("""
import keras
from keras import backend as K
if K.image_data_format() == 'channels_first':
    shape = (1, 8, 8)
else:
    shape = (8, 8, 1)
model = keras.Sequential([keras.layers.Flatten(input_shape=shape), keras.layers.Dense(2)])
""" + END)
        self.assertEqual(selected(document)["layers"][0]["output_shape"], [64])


class OldSpellings(ProgramTest):
    def test_keras_1(self):
        document = self.inspect("""
from keras.models import Sequential
from keras.layers.core import Dense, Activation, Flatten
from keras.layers.convolutional import Convolution2D, MaxPooling2D
model = Sequential()
model.add(Convolution2D(32, 3, 3, border_mode='same', init='he_normal', input_shape=(8, 8, 1)))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(output_dim=10, init='uniform', W_regularizer='l2'))
model.compile(loss='mse', optimizer='adadelta')
model.fit(x, y, batch_size=32, nb_epoch=7)
""")
        self.assertEqual(document["keras"]["profile"], "keras22")
        first = attributes(document, 0)
        self.assertEqual((first["filters"], first["kernel_size"], first["padding"]), (32, [3, 3], "same"))
        self.assertEqual(first["kernel_initializer"], {"class": "he_normal"})
        self.assertEqual(attributes(document, 4)["units"], 10)
        self.assertEqual(attributes(document, 4)["kernel_regularizer"], {"class": "l1_l2", "l1": 0.0, "l2": 0.01})
        self.assertEqual(document["fit"]["epochs"], 7)
        self.assertEqual(document["compile"]["optimizer"]["learning_rate"], 1.0)
        self.assertEqual(values(document)["act1"], "relu")

    def test_two_numbers_after_the_filters_are_size_and_stride_today(self):
        document = self.inspect("""
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Conv2D
model = Sequential([Conv2D(8, 3, 2)])
""" + END)
        self.assertEqual(attributes(document, 0)["strides"], [2, 2])


class Functionals(ProgramTest):
    BRANCHES = """
import keras
from keras.layers import Input, Dense, concatenate, Dropout
a = Input(shape=(3,))
b = Input(shape=(5,))
h = Dense(4, activation='relu')(a)
g = Dense(6)(b)
g = Dropout(0.5)(g)
m = concatenate([h, g])
out = Dense(2, activation='softmax')(m)
model = keras.Model([a, b], out)
"""

    def test_branches_in_keras_order(self):
        document = self.inspect(self.BRANCHES + END)
        model = selected(document)
        self.assertEqual(classes(document), ["InputLayer", "InputLayer", "Dense", "Dense", "Dropout",
                                             "Concatenate", "Dense"])
        self.assertEqual([layer["inbound"] for layer in model["layers"]],
                         [[], [], [[[0, 0]]], [[[1, 0]]], [[[2, 0]]], [[[3, 0], [4, 0]]], [[[5, 0]]]])
        self.assertEqual([entry["shape"] for entry in model["inputs"]], [[3], [5]])
        self.assertEqual(model["layers"][5]["output_shape"], [10])
        self.assertEqual(model["outputs"], [[6, 0]])

    def test_shared_layer_and_helper_functions(self):
        document = self.inspect("""
from tensorflow.keras import Input, Model, layers
def tower(x, n):
    x = layers.Dense(n)(x)
    return layers.Activation('tanh')(x)
left, right = Input((2,)), Input((2,))
shared = layers.Dense(3)
merged = layers.add([tower(shared(left), 3), tower(shared(right), 3)])
model = Model(inputs=[left, right], outputs=layers.Dense(1)(merged))
""" + END)
        layers = selected(document)["layers"]
        shared = [layer for layer in layers if layer["attributes"].get("units") == 3][0]
        self.assertEqual(shared["inbound"], [[[0, 0]], [[1, 0]]])
        self.assertEqual(classes(document).count("Dense"), 4)

    def test_operators_on_tensors_are_layers(self):
        document = self.inspect("""
import tensorflow as tf
i = tf.keras.Input(shape=4)
h = tf.keras.layers.Dense(3)(i)
h = tf.nn.relu(h) + 1
model = tf.keras.Model(i, tf.keras.layers.Dense(1)(h))
""" + END)
        self.assertEqual(classes(document), ["InputLayer", "Dense", "TFOpLambda", "TFOpLambda", "Dense"])
        self.assertIn("models.0.layers.2.attributes", document["unknown"])

    def test_what_feeds_a_layer_is_not_known(self):
        document = self.inspect("""
import keras
i = keras.Input((4,))
h = keras.layers.Dense(3)(unknown(i).output)
model = keras.Model(i, keras.layers.Dense(1)(h))
""" + END)
        self.assertIn("models.0.layers", document["unknown"])

    def test_recurrent_with_wrappers(self):
        document = self.inspect("""
from keras.models import Sequential
from keras.layers import Embedding, Bidirectional, LSTM, Dense
model = Sequential()
model.add(Embedding(1000, 16, input_length=20))
model.add(Bidirectional(LSTM(8, return_sequences=False)))
model.add(Dense(1, activation='sigmoid'))
""" + END)
        self.assertEqual(attributes(document, 1)["layer"]["attributes"]["units"], 8)
        self.assertEqual(values(document)["unit1"], 8)
        self.assertEqual(values(document)["act1"], "tanh")
        self.assertEqual(values(document)["act2"], "sigmoid")


if __name__ == "__main__":
    unittest.main()
