"""Names, spans and edits of hyperparameters."""

import json
import unittest

from test_inspect_base import ProgramTest, check_round_trip, find, text_at, values

CONVOLUTIONAL = """
import keras
from keras.layers import *
model = keras.Sequential()
model.add(Conv2D(8, (3, 3), input_shape=(8, 8, 1)))
model.add(BatchNormalization())
model.add(Activation("relu"))
model.add(MaxPooling2D())
model.add(Flatten())
model.add(Dropout(0.25))
model.add(Dense(20))
model.add(LeakyReLU())
model.add(Dropout(0.5))
model.add(Dense(10, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam")
model.fit(x, y)
"""


class Names(ProgramTest):
    def test_by_rule(self):
        document = self.inspect(CONVOLUTIONAL)
        self.assertEqual(
            set(values(document)),
            {"act1", "ki1", "bi1", "filters1", "kernel1", "reg1", "bn1", "drop1", "act2", "ki2", "bi2", "unit2",
             "layer2", "reg2", "bn2", "drop2", "act3", "ki3", "bi3", "reg3", "bn3", "dropout1", "dropout2",
             "scale", "loss", "optimizer", "lr", "batch_size", "epochs"})
        self.assertEqual([find(document, name)["layer"] for name in ("act1", "ki1", "act2", "ki2", "dropout2")],
                         [2, 0, 7, 6, 8])

    def test_values_and_fault_types(self):
        document = self.inspect(CONVOLUTIONAL)
        shown = values(document)
        self.assertEqual((shown["act1"], shown["kernel1"], shown["ki1"], shown["reg1"], shown["layer2"],
                          shown["bn1"], shown["drop1"]), ("relu", 3, "glorot_uniform", None, 1, False, 0.0))
        self.assertEqual(shown["act2"], {"custom": "LeakyReLU"})
        self.assertEqual(find(document, "act2")["edit"]["form"], "none")
        self.assertEqual(find(document, "layer2")["fault_types"], ["LRM", "LAD"])
        self.assertEqual(find(document, "scale")["edit"]["form"], "none")

    def test_momentum_of_two_optimisers_only(self):
        for optimizer, has in (("sgd", True), ("rmsprop", True), ("adam", False)):
            document = self.inspect(CONVOLUTIONAL.replace('"adam"', '"%s"' % optimizer))
            self.assertEqual("momentum" in values(document), has, optimizer)

    def test_output_of_a_functional_model_is_no_hidden_layer(self):
        document = self.inspect("""
import keras
from keras.layers import Dense, Input
i = Input((3,))
a = Dense(4)(i)
b = Dense(5)(i)
out1, out2 = Dense(1)(a), Dense(1)(b)
model = keras.Model(i, [out1, out2])
model.compile('sgd', 'mse')
model.fit(x, [y, z])
""")
        self.assertEqual([name for name in values(document) if name.startswith("unit")], ["unit1", "unit2"])
        self.assertEqual(find(document, "layer1")["edit"]["style"], "chained")


class ConfigForm(ProgramTest):
    PROGRAM = """
import keras
%s
model = keras.Sequential()
model.add(keras.layers.Dense(config["unit1"], activation=config['act1'], input_dim=4))
for _ in range(config["layer2"]):
    model.add(keras.layers.Dense(8, activation=config["act2"]))
model.add(keras.layers.Dense(2, activation="softmax"))
model.compile(optimizer=keras.optimizers.SGD(learning_rate=config["lr"]), loss=config["loss"])
model.fit(x, y, batch_size=config["batch_size"], epochs=config["epochs"])
"""
    VALUES = {"unit1": 6, "act1": "tanh", "act2": "relu", "layer2": 1, "lr": 0.5, "loss": "mse",
              "batch_size": 8, "epochs": 4}

    def test_dictionary_in_the_file(self):
        document = self.inspect(self.PROGRAM % ("config = " + repr(self.VALUES)))
        shown = values(document)
        self.assertEqual((shown["unit1"], shown["act1"], shown["lr"], shown["layer2"]), (6, "tanh", 0.5, 1))
        self.assertEqual(text_at(find(document, "act1")), "'tanh'")
        self.assertEqual(find(document, "layer2")["edit"]["form"], "literal")
        self.assertEqual(find(document, "act1")["start"]["line"], 3)

    def test_dictionary_in_a_file_of_its_own(self):
        path = self.write("config.json", json.dumps(self.VALUES, indent=1))
        document = self.inspect(self.PROGRAM % "", config=path)
        self.assertEqual(values(document)["lr"], 0.5)
        self.assertEqual(find(document, "lr")["file"], path)
        self.assertEqual(text_at(find(document, "loss")), '"mse"')
        self.assertEqual([file["path"] for file in document["files"]][1], path)

    def test_a_config_file_overrides_the_program(self):
        path = self.write("config.json", '{"lr": 0.25}')
        document = self.inspect(self.PROGRAM % ("config = " + repr(self.VALUES)), config=path)
        self.assertEqual((values(document)["lr"], values(document)["epochs"]), (0.25, 4))
        self.assertEqual(find(document, "lr")["file"], path)
        self.assertNotEqual(find(document, "epochs")["file"], path)

    def test_no_values_at_all(self):
        document = self.inspect(self.PROGRAM % "")
        self.assertIsNone(values(document)["lr"])
        self.assertEqual(text_at(find(document, "act1")), "config['act1']")
        self.assertIn("models.0.layers.0.attributes.units", document["unknown"])

    def test_a_function_with_config_as_its_argument(self):
        text = "import json\ndef train(config):\n"
        body = (self.PROGRAM % "").strip().split("\n")
        document = self.inspect(text + "\n".join("    " + line for line in body)
                                + "\nif __name__ == '__main__':\n    train(%r)\n" % self.VALUES)
        self.assertEqual(values(document)["epochs"], 4)

    def test_bad_config(self):
        path = self.write("config.json", "[1, 2")
        self.assertEqual(self.error(self.PROGRAM % "", config=path).code, "bad_config")
        path = self.write("config.json", "[1, 2]")
        self.assertEqual(self.error(self.PROGRAM % "", config=path).code, "bad_config")


class NameMap(ProgramTest):
    def test_only_the_mapped_names(self):
        name_map = {"act9": {"layer": 2, "attribute": "activation"}, "unit1": {"layer": 6, "attribute": "units"},
                    "layer1": {"layer": 6, "attribute": "repeat"}, "lr": {"layer": None, "attribute": "lr"},
                    "unit3": {"layer": 9, "attribute": "units"}, "epochs": {"layer": None},
                    "unit7": {"layer": None, "attribute": "units"}}
        document = self.inspect(CONVOLUTIONAL, name_map=name_map)
        self.assertEqual(list(values(document)), list(name_map))
        self.assertEqual(values(document)["act9"], "relu")
        self.assertEqual(values(document)["unit3"], 10)
        self.assertEqual(find(document, "unit7")["edit"]["form"], "none")

    def test_a_name_that_fits_nothing(self):
        self.assertEqual(self.error(CONVOLUTIONAL, name_map={"a": {"layer": 77, "attribute": "units"}}).code,
                         "bad_config")


class Spans(ProgramTest):
    TRAIN = "model.compile('sgd', 'mse')\nmodel.fit(x, y)\n"

    def layer(self, call, before=""):
        return self.inspect("import keras\nfrom keras.layers import Dense\n" + before
                            + "model = keras.Sequential([%s, Dense(1)])\n" % call + self.TRAIN)

    def test_insertion_after_a_trailing_comma(self):
        document = self.layer("Dense(\n    4,  # four\n    use_bias=True,\n)")
        place = find(document, "act1")
        self.assertEqual((place["start"]["line"], place["edit"]["prefix"], place["edit"]["suffix"]),
                         (5, " activation=", ","))

    def test_insertion_after_a_parenthesised_argument(self):
        document = self.layer("Dense((4) )")
        self.assertEqual(find(document, "act1")["start"]["column"], len("model = keras.Sequential([Dense((4)"))

    def test_default_argument_and_keyword_dictionary(self):
        document = self.layer("make(), Dense(5, **options)", "options = {'activation': 'elu', 'use_bias': False}\n"
                              "def make(units=12):\n    return Dense(units)\n")
        self.assertEqual(text_at(find(document, "unit1")), "12")
        self.assertEqual(text_at(find(document, "act2")), "'elu'")

    def test_a_size_that_feeds_other_code_is_edited_at_the_call(self):
        document = self.layer("Dense(n, input_dim=n)", "n = 8\n")
        self.assertEqual(text_at(find(document, "unit1")), "n")
        document = self.layer("Dense(n)", "n = 8\n")
        self.assertEqual(text_at(find(document, "unit1")), "8")

    def test_two_layers_on_one_value_share_a_span(self):
        document = self.layer("Dense(4, activation=a), Dense(4, activation=a)", "a = 'relu'\n")
        first, second = find(document, "act1"), find(document, "act2")
        self.assertEqual((first["start"], first["end"]), (second["start"], second["end"]))

    def test_a_loop_shares_one_span_and_has_no_site(self):
        document = self.layer("Dense(3)] + [Dense(2) for _ in range(2)] + [Dense(2)")
        self.assertEqual(find(document, "layer2")["edit"]["form"], "none")
        self.assertEqual(document["layer_sites"][1]["form"], "none")
        self.assertEqual(document["layer_sites"][0]["form"], "list")

    def test_neighbour_modules(self):
        self.write("settings.py", "UNITS = 33\nRATE = 0.05\nACT = 'selu'\n")
        document = self.layer("Dense(settings.UNITS, activation=ACT)", "import settings\nfrom settings import ACT\n")
        place = find(document, "act1")
        self.assertTrue(place["file"].endswith("settings.py"))
        self.assertEqual((text_at(place), values(document)["unit1"]), ("'selu'", 33))
        self.assertEqual(len(document["files"]), 2)

    def test_columns_are_characters(self):
        document = self.layer("Dense(4, name='größe', activation='relu')")
        self.assertEqual(text_at(find(document, "act1")), "'relu'")

    def test_line_ends_tabs_cookies_and_marks(self):
        text = ("import keras\r\nif True:\r\n\tname = 'é'; model = keras.Sequential(["
                "keras.layers.Dense(4, 'relu'),\r\n\t\tkeras.layers.Dense(1)])\r\n"
                "model.compile('sgd', 'mse')\r\nmodel.fit(x, y, epochs=3)\r\n")
        for raw in (text.encode("utf-8"), b"\xef\xbb\xbf" + text.encode("utf-8"),
                    b"# -*- coding: latin-1 -*-\r\n" + text.encode("latin-1"),
                    text.replace("\r\n", "\r").encode("utf-8")):
            document = self.inspect(raw)
            self.assertEqual(text_at(find(document, "act1")), "'relu'")
            self.assertEqual(text_at(find(document, "epochs")), "3")

    def test_quotes_follow_the_literal_then_the_file(self):
        document = self.layer("Dense(4, activation=\"relu\")")
        self.assertEqual(find(document, "act1")["edit"]["quote"], '"')
        self.assertEqual(find(document, "ki1")["edit"]["quote"], "'")


class Sites(ProgramTest):
    def test_forms(self):
        document = self.inspect("""
import keras
from keras.layers import Dense, Input, LSTM, Bidirectional
def build():
    inputs = Input((3, 2))
    h = Bidirectional(LSTM(4))(inputs)
    out = Dense(1)(h)
    return keras.Model(inputs, out)
model = build()
model.compile('sgd', 'mse')
model.fit(x, y)
""")
        first, second = document["layer_sites"]
        self.assertEqual((first["form"], first["tensor"], first["target"], first["indent"]),
                         ("functional", "inputs", "h", "    "))
        self.assertEqual((second["tensor"], second["line"]), ("h", 7))

    def test_input_keyword_of_the_first_layer(self):
        document = self.inspect(CONVOLUTIONAL)
        site = document["layer_sites"][0]
        self.assertEqual((site["form"], site["model"], site["input_shape_text"]),
                         ("add", "model", "input_shape=(8, 8, 1)"))
        self.assertEqual(find(document, "bn1")["edit"], {"form": "site", "site": 0})
        self.assertEqual(find(document, "drop1")["edit"], {"form": "site", "site": 1})

    def test_a_layer_in_a_variable_has_none(self):
        document = self.inspect("""
import keras
hidden = keras.layers.Dense(3)
model = keras.Sequential()
model.add(hidden); model.add(keras.layers.Dense(2))
model.compile('sgd', 'mse')
model.fit(x, y)
""")
        self.assertEqual([site["form"] for site in document["layer_sites"]], ["none", "none"])
        self.assertTrue(all(site["reason"] for site in document["layer_sites"]))


class Imports(ProgramTest):
    def test_styles(self):
        for head, package, layers in (
                ("import keras\n", "keras", "keras.layers"),
                ("import tensorflow as tf\nkeras = tf.keras\n", "tensorflow.keras", "keras.layers"),
                ("from tensorflow import keras\nfrom tensorflow.keras import layers as L\n", "tensorflow.keras", "L"),
                ("import tf_keras as keras\n", "tf_keras", "keras.layers")):
            document = self.inspect(head + """
model = keras.Sequential([keras.layers.Dense(1)])
model.compile('sgd', 'mse')
model.fit(x, y)
""")
            found = document["imports"]
            self.assertEqual((found["keras"], found["layers"]), (package, layers), head)
            self.assertLessEqual(found["insert_line"], head.count("\n") + 1)


class RoundTrip(ProgramTest):
    """Each value, edited where the document says, is read back, and nothing else changes."""

    def test_by_add(self):
        self.assertGreater(check_round_trip(self, self.write("p.py", CONVOLUTIONAL)), 15)

    def test_through_variables_functions_and_dictionaries(self):
        path = self.write("p.py", """
            from tensorflow import keras
            from tensorflow.keras import layers, optimizers
            ACT = "relu"
            opts = {'kernel_initializer': 'he_normal', "bias_initializer": "zeros"}
            def build(first=16, act=ACT, rate=0.2):
                net = keras.Sequential(layers=[
                    layers.Dense(first, act, input_shape=(4,), **opts),
                    layers.Dropout(rate),
                    layers.Dense(units=8,
                                 activation="elu",  # why not
                                 ),
                    layers.Dense(3, activation='softmax'),
                ])
                return net
            model = build(rate=0.3)
            model.compile(loss=keras.losses.CategoricalCrossentropy(), optimizer=optimizers.RMSprop())
            model.fit(x, y, epochs=10, )
            """)
        self.assertGreater(check_round_trip(self, path), 12)

    def test_functional(self):
        path = self.write("p.py", """
            import keras
            from keras.layers import *
            size = 7
            i = Input(shape=(5,)); j = Input(shape=(6,))
            h = Dense(size, activation='relu')(i)
            k = Dense(size, kernel_initializer=keras.initializers.RandomNormal(stddev=0.1))(j)
            m = Concatenate()([h, k])
            o = Dense(1)(m)
            o = Activation("sigmoid")(o)
            model = keras.Model([i, j], o)
            model.compile(keras.optimizers.SGD(0.1), 'binary_crossentropy')
            model.fit([x, z], y, 64)
            """)
        self.assertGreater(check_round_trip(self, path), 12)

    def test_config_form(self):
        path = self.write("p.py", ConfigForm.PROGRAM % ("config = " + repr(ConfigForm.VALUES)))
        self.assertGreater(check_round_trip(self, path), 10)


class Attach(ProgramTest):
    """After capture: the document's values are the truth, positions may lack columns."""

    def test_values_that_only_a_run_knows(self):
        from dlfix_probe.hyperparameters import attach
        from dlfix_probe.inspect_program import inspect_program
        path = self.write("p.py", """
            import keras
            n = data.shape[1]
            config = read()
            model = keras.Sequential([keras.layers.Dense(n * 2, activation=config["act1"]), keras.layers.Dense(1)])
            model.compile('sgd', 'mse')
            model.fit(x, y, epochs=5)
            """)
        document = inspect_program(path)
        layer = document["models"][0]["layers"][0]
        layer["attributes"].update(units=12, activation="tanh")
        for entry in document["models"][0]["layers"]:
            entry.update(column=None, end_line=None, end_column=None)
        document["fit"]["epochs"] = 9
        attach(document, path)
        self.assertEqual((find(document, "unit1")["value"], text_at(find(document, "unit1"))), (12, "n * 2"))
        self.assertEqual(values(document)["act1"], "tanh")
        self.assertEqual(values(document)["epochs"], 9)

    def test_layers_that_no_reading_reaches(self):
        from dlfix_probe.hyperparameters import attach
        path = self.write("p.py", """
            import keras
            model = keras.Sequential()
            for width in widths():
                model.add(keras.layers.Dense(width, activation='relu'))
            model.add(keras.layers.Dense(1))
            model.compile('sgd', 'mse')
            model.fit(x, y)
            """)
        from dlfix_probe.inspect_program import inspect_program
        document = inspect_program(path)
        layers = document["models"][0]["layers"]
        self.assertEqual(len(layers), 1)     # what the loop makes is not guessed
        for _ in range(2):
            layers.insert(0, json.loads(json.dumps(layers[0])))
            layers[0].update(line=5, column=14, end_line=5, end_column=58)
            layers[0]["attributes"]["activation"] = "relu"
        for index, entry in enumerate(layers):
            entry.update(index=index, inbound=[[[index - 1, 0]]])
        layers[0]["attributes"]["units"], layers[1]["attributes"]["units"] = 4, 5
        attach(document, path)
        self.assertEqual([values(document)[name] for name in ("unit1", "unit2", "act2")], [4, 5, "relu"])
        self.assertEqual(text_at(find(document, "act1")), text_at(find(document, "act2")))
        self.assertEqual(find(document, "layer1")["edit"]["form"], "none")


if __name__ == "__main__":
    unittest.main()
