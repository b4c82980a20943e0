"""compile, fit and evaluate in the shapes that programs write them."""

import unittest

from test_inspect_base import ProgramTest, attributes, find, text_at, values

HEAD = """
import keras
import tensorflow as tf
from keras import losses, optimizers, initializers, regularizers, activations, constraints
from keras.layers import Dense
from keras.optimizers import SGD, Adam as A
model = keras.Sequential([Dense(4, input_dim=3), Dense(1)])
"""


class Optimizers(ProgramTest):
    def optimizer(self, expression, before=""):
        return self.inspect(HEAD + before + """
model.compile(loss='mse', optimizer=%s)
model.fit(x, y)
""" % expression)

    def test_string(self):
        document = self.optimizer("'RMSprop'")
        self.assertEqual(document["compile"]["optimizer"]["class"], "rmsprop")
        self.assertEqual(document["optimizer_site"]["form"], "string")
        self.assertEqual(find(document, "lr")["edit"], {"form": "optimizer"})
        self.assertEqual(find(document, "lr")["value"], 0.001)

    def test_object_in_a_variable(self):
        document = self.optimizer("opt", "rate = 1e-2\nopt = SGD(lr=rate, momentum=0.9, nesterov=True)\n")
        entry = document["compile"]["optimizer"]
        self.assertEqual((entry["learning_rate"], entry["momentum"], entry["nesterov"]), (0.01, 0.9, True))
        site = document["optimizer_site"]
        self.assertEqual((site["form"], site["callee"]["text"]), ("call", "SGD"))
        self.assertEqual([item["name"] for item in site["arguments"]], ["learning_rate", "momentum", "nesterov"])
        self.assertEqual(text_at(find(document, "lr")), "1e-2")

    def test_alias_without_arguments(self):
        document = self.optimizer("A()")
        self.assertEqual(find(document, "lr")["edit"]["prefix"], "learning_rate=")
        self.assertEqual(document["imports"]["names"]["Adam"], "A")

    def test_class(self):
        document = self.optimizer("keras.optimizers.Nadam")
        self.assertEqual(document["optimizer_site"]["form"], "class")
        self.assertEqual(document["optimizer_site"]["class"], "nadam")

    def test_absent(self):
        document = self.inspect(HEAD + "model.compile(loss='mse')\nmodel.fit(x, y)\n")
        site = document["optimizer_site"]
        self.assertEqual((site["form"], site["prefix"], site["class"]), ("absent", ", optimizer=", "rmsprop"))

    def test_made_by_unknown_code_is_unknown(self):
        document = self.optimizer("make()")
        self.assertIsNone(document["compile"]["optimizer"])
        self.assertIn("compile.optimizer", document["unknown"])
        self.assertEqual(document["optimizer_site"]["form"], "other")

    def test_schedule_and_decay(self):
        document = self.optimizer("optimizers.Adam(optimizers.schedules.ExponentialDecay(0.1, 10, 0.9))")
        self.assertIsNone(document["compile"]["optimizer"]["learning_rate"])
        self.assertIn("compile.optimizer.learning_rate", document["unknown"])

    def test_arithmetic_rate_is_replaced_whole(self):
        document = self.optimizer("SGD(learning_rate=1.0 / 1000)")
        self.assertEqual(text_at(find(document, "lr")), "1.0 / 1000")
        self.assertEqual(find(document, "lr")["value"], 0.001)


class Objects(ProgramTest):
    def first(self, arguments):
        document = self.inspect(HEAD.replace("Dense(4, input_dim=3)", "Dense(4, %s)" % arguments) + """
model.compile('sgd', 'mse')
model.fit(x, y)
""")
        return attributes(document, 0), document

    def test_activations(self):
        for expression, expected in (("'relu'", "relu"), ("tf.nn.relu", "relu"), ("activations.tanh", "tanh"),
                                     ("None", "linear"), ("keras.layers.LeakyReLU()", {"custom": "LeakyReLU"}),
                                     ("lambda v: v", {"custom": "<lambda>"}), ("'swish'", "silu")):
            self.assertEqual(self.first("activation=" + expression)[0]["activation"], expected, expression)

    def test_initialisers(self):
        for expression, expected in (
                ("'uniform'", {"class": "random_uniform", "minval": -0.05, "maxval": 0.05}),
                ("initializers.RandomNormal(stddev=0.01)", {"class": "random_normal", "mean": 0.0, "stddev": 0.01}),
                ("keras.initializers.he_normal()", {"class": "he_normal"}),
                ("initializers.Constant(2)", {"class": "constant", "value": 2.0}),
                ("'Zeros'", {"class": "zeros"}), ("initializers.GlorotNormal", {"class": "glorot_normal"})):
            self.assertEqual(self.first("kernel_initializer=" + expression)[0]["kernel_initializer"], expected,
                             expression)

    def test_regularisers_and_constraints(self):
        for expression, expected in (("'l2'", (0.0, 0.01)), ("regularizers.l2(0.1)", (0.0, 0.1)),
                                     ("regularizers.L1L2(l1=0.5)", (0.5, 0.0)), ("regularizers.l1(l=0.3)", (0.3, 0.0))):
            given = self.first("kernel_regularizer=" + expression)[0]["kernel_regularizer"]
            self.assertEqual((given["l1"], given["l2"]), expected, expression)
        self.assertEqual(self.first("kernel_constraint=constraints.max_norm(3)")[0]["kernel_constraint"],
                         {"class": "max_norm", "max_value": 3.0, "axis": 0})

    def test_unknown_parameters_of_an_initialiser(self):
        document = self.first("kernel_initializer=initializers.RandomNormal(stddev=s)")[1]
        self.assertIn("models.0.layers.0.attributes.kernel_initializer", document["unknown"])


class Losses(ProgramTest):
    def test_all_spellings(self):
        for expression, expected in (
                ("'MSE'", "mean_squared_error"), ("losses.BinaryCrossentropy()", "binary_crossentropy"),
                ("losses.categorical_crossentropy", "categorical_crossentropy"),
                ("tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
                 "sparse_categorical_crossentropy"), ("['mae']", "mean_absolute_error"),
                ("mine", {"custom": "mine"}), ("'kullback_leibler_divergence'", "kl_divergence")):
            document = self.inspect(HEAD + """
def mine(a, b):
    return a - b
model.compile(optimizer='sgd', loss=%s, metrics=['accuracy', keras.metrics.AUC(), mine])
model.fit(x, y)
""" % expression)
            self.assertEqual(document["compile"]["loss"], expected, expression)
            options = {"from_logits": True} if "logits" in expression else {}
            self.assertEqual(document["compile"]["loss_options"], options)
            self.assertEqual(document["compile"]["metrics"], ["accuracy", "auc", "mine"])


class Fits(ProgramTest):
    def test_everything_that_fit_takes(self):
        document = self.inspect(HEAD + """
from keras.callbacks import EarlyStopping
stop = EarlyStopping(patience=3, monitor='loss')
model.compile('sgd', 'mse')
history = model.fit(x_train[:100], y_train, validation_split=0.1, shuffle=False, callbacks=[stop],
                    class_weight={0: 1.0, 1: 2.0}, batch_size=16, epochs=5)
score = model.evaluate(x_test, y_test, batch_size=64)
model.predict(x_test)
""")
        fit = document["fit"]
        self.assertEqual((fit["validation_split"], fit["shuffle"], fit["batch_size"], fit["epochs"]),
                         (0.1, False, 16, 5))
        self.assertEqual(fit["callbacks"][0]["attributes"]["patience"], 3)
        self.assertEqual(fit["x"][0]["name"], "x_train[:100]")
        self.assertEqual(document["evaluate"][0]["batch_size"], 64)
        self.assertEqual(document["predict"][0]["x"][0]["name"], "x_test")

    def test_defaults_and_validation_data(self):
        document = self.inspect(HEAD + """
model.compile('sgd', 'mse')
model.fit([a, b], y, validation_data=([c, d], z))
""")
        fit = document["fit"]
        self.assertEqual((fit["batch_size"], fit["epochs"], fit["shuffle"]), (32, 1, True))
        self.assertEqual([array["name"] for array in fit["x"]], ["a", "b"])
        self.assertEqual([array["name"] for array in fit["validation"]["x"]], ["c", "d"])
        self.assertEqual(values(document)["epochs"], 1)
        self.assertTrue(find(document, "epochs")["inserted"])

    def test_command_line_defaults(self):
        document = self.inspect(HEAD + """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument('--epochs', '-e', type=int, default=12)
args = parser.parse_args()
model.compile('sgd', 'mse')
model.fit(x, y, epochs=args.epochs)
""")
        self.assertEqual(document["fit"]["epochs"], 12)
        self.assertEqual(text_at(find(document, "epochs")), "12")

    def test_unknown_arguments(self):
        document = self.inspect(HEAD + """
model.compile('sgd', 'mse')
model.fit(x, y, **read_options())
""")
        self.assertIsNone(document["fit"]["epochs"])
        self.assertIn("fit.epochs", document["unknown"])
        self.assertEqual(find(document, "epochs")["edit"]["form"], "none")

    def test_lines_of_arrays(self):
        document = self.inspect("""
from keras.datasets import mnist
from sklearn.model_selection import train_test_split
import numpy as np
np.random.seed(3)
""" + HEAD + """
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = x_train.reshape(-1, 784)
x_train /= 255
other = 3
x_train, x_val, y_train, y_val = train_test_split(x_train, y_train)
np.random.shuffle(y_train)
y_train[:3] = 0
model.compile('sgd', 'mse')
model.fit(x_train, y_train, validation_data=(x_val, y_val))
""")
        texts = [line["text"] for line in document["fit"]["x"][0]["lines"]]
        self.assertIn("(x_train, y_train), (x_test, y_test) = mnist.load_data()", texts)
        self.assertIn("x_train /= 255", texts)
        self.assertNotIn("other = 3", texts)
        numbers = [line["line"] for line in document["fit"]["x"][0]["lines"]]
        self.assertEqual(numbers, sorted(numbers))
        labels = [line["text"] for line in document["fit"]["y"]["lines"]]
        self.assertIn("np.random.shuffle(y_train)", labels)
        self.assertIn("y_train[:3] = 0", labels)
        self.assertEqual([line["text"] for line in document["seed_lines"]], ["np.random.seed(3)"])


if __name__ == "__main__":
    unittest.main()
