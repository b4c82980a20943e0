"""Initialisers that a program defines: their names, what they mean, and when they are none."""

import unittest

from test_inspect_base import ProgramTest, attributes, check_round_trip, find, text_at, values

PROGRAM = '''
import numpy as np
from keras import backend as K
from keras.initializers import Constant, GlorotNormal, RandomNormal
from keras.layers import Dense
from keras.models import Sequential

{definitions}

model = Sequential()
model.add(Dense(4, input_shape=(3,), kernel_initializer={first}))
model.add(Dense(2, kernel_initializer={second}))
model.compile(loss="mse", optimizer="sgd")
model.fit(np.zeros((8, 3)), np.zeros((8, 2)))
'''
NORMAL = {"class": "random_normal", "mean": 0.0, "stddev": 0.1}


class OwnInitialisers(ProgramTest):
    def read(self, definitions, first, second="'zeros'"):
        return self.inspect(PROGRAM.format(definitions=definitions, first=first, second=second))

    def expect_named(self, document, name, text):
        self.assertEqual([(entry["name"], entry["text"], entry["value"]) for entry in document["initializers"]],
                         [(name, text, NORMAL)])
        entry = find(document, "ki1")
        self.assertEqual((entry["value"], text_at(entry), entry["edit"]["form"]), (name, text, "literal"))
        self.assertEqual(attributes(document, 0)["kernel_initializer"], NORMAL)

    def test_variable(self):
        self.expect_named(self.read("init = RandomNormal(mean=0.0, stddev=0.1)", "init"), "init", "init")

    def test_function_that_makes_the_object(self):
        definitions = "def init():\n    '''Small.'''\n    return RandomNormal(stddev=0.1)"
        self.expect_named(self.read(definitions, "init()"), "init", "init()")

    def test_function_of_the_shape(self):
        definitions = "def init(shape, dtype=None):\n    return RandomNormal(stddev=0.1)(shape, dtype=dtype)"
        self.expect_named(self.read(definitions, "init"), "init", "init")

    def test_function_of_keras_1(self):
        definitions = ("from keras import initializations\n"
                       "def init(shape, name=None):\n    return initializations.normal(shape, scale=0.1, name=name)")
        self.expect_named(self.read(definitions, "init"), "init", "init")
        document = self.read(definitions.replace("normal", "uniform"), "init")
        self.assertEqual(attributes(document, 0)["kernel_initializer"],
                         {"class": "random_uniform", "minval": -0.1, "maxval": 0.1})
        document = self.read(definitions.replace("0.1", "unknown"), "init")
        self.assertEqual(attributes(document, 0)["kernel_initializer"], {"custom": "init"})

    def test_class_without_parameters(self):
        document = self.read("init = GlorotNormal", "init")
        self.assertEqual(values(document)["ki1"], "init")
        self.assertEqual(attributes(document, 0)["kernel_initializer"], {"class": "glorot_normal"})

    def test_two_layers_with_one_name_are_edited_apart(self):
        document = self.read("init = RandomNormal(mean=0.0, stddev=0.1)", "init", "init")
        self.assertEqual([values(document)[name] for name in ("ki1", "ki2")], ["init", "init"])
        self.assertNotEqual(find(document, "ki1")["start"], find(document, "ki2")["start"])

    def test_unused_definitions_are_listed(self):
        document = self.read("first = Constant(1.0)\nsecond = Constant(2.0)", "second")
        self.assertEqual([entry["name"] for entry in document["initializers"]], ["first", "second"])

    def test_strings_keep_their_place(self):
        document = self.read("init = 'he_normal'", "init")
        self.assertEqual(document["initializers"], [])
        self.assertEqual((values(document)["ki1"], text_at(find(document, "ki1"))), ("he_normal", "'he_normal'"))

    def test_names_that_may_mean_something_else_are_none(self):
        cases = {"bound twice": "init = RandomNormal(stddev=0.1)\ninit = RandomNormal(stddev=0.2)",
                 "Keras's own name": "zeros = RandomNormal(stddev=0.1)",
                 "a parameter elsewhere": "init = RandomNormal()\ndef other(init):\n    return init",
                 "not an initialiser": "init = K.zeros((3,))\nrows = np.zeros((3,))",
                 "more than one object": "def init(shape, dtype=None):\n    return 2 * RandomNormal()(shape)",
                 "an argument decides": "def init(spread):\n    return RandomNormal(stddev=spread)"}
        for what, definitions in cases.items():
            with self.subTest(what):
                self.assertEqual(self.read(definitions, "'ones'")["initializers"], [])

    def test_own_function_without_meaning_stays_custom(self):
        definitions = "def init(shape, dtype=None):\n    return K.ones(shape) / shape[0]"
        document = self.read(definitions, "init")
        self.assertEqual(values(document)["ki1"], {"custom": "init"})

    def test_round_trip(self):
        text = PROGRAM.format(definitions="init = RandomNormal(mean=0.0, stddev=0.1)", first="init", second="init")
        self.assertGreater(check_round_trip(self, self.write("program.py", text)), 5)


if __name__ == "__main__":
    unittest.main()
