"""What capture writes down: model, compile, fit, arrays, positions, names."""

import hashlib
import json
import os
import unittest

import numpy

from test_capture_base import HEAD, MODEL, CaptureTest


class Document(CaptureTest):
    def test_a_plain_program(self):
        document = self.capture(HEAD + MODEL + "model.fit(x, y, 4, 3)\nmodel.evaluate(x, y)\n")
        self.assertEqual((document["version"], document["source"], document["frontend"]),
                         (1, "capture", "standin"))
        model = self.selected(document)
        self.assertEqual((model["name"], model["kind"], model["inputs"], model["outputs"]),
                         ("model", "sequential", [{"shape": [4], "dtype": "float32", "layer": -1}],
                          [[1, 0]]))
        self.assertEqual([(l["class"], l["attributes"]["activation"], l["inbound"])
                          for l in model["layers"]],
                         [("Dense", "relu", [[[-1, 0]]]), ("Dense", "sigmoid", [[[0, 0]]])])
        self.assertEqual(document["compile"]["loss"], "binary_crossentropy")
        self.assertEqual(document["compile"]["optimizer"],
                         {"class": "adam", "learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999,
                          "epsilon": 1e-7, "amsgrad": False})
        fit = document["fit"]
        self.assertEqual((fit["batch_size"], fit["epochs"], fit["shuffle"], fit["validation_split"]),
                         (4, 3, True, 0.0))
        self.assertEqual(len(document["evaluate"]), 1)
        with open(os.path.join(self.out, "program.json")) as file:
            self.assertEqual(json.load(file), document)

    def scheduled(self, function):
        document = self.capture(HEAD + MODEL + "from keras.callbacks import LearningRateScheduler\n%s\n"
                                "model.fit(x, y, epochs=3, callbacks=[LearningRateScheduler(rate)])\n" % function)
        return document["fit"]["callbacks"][0]["attributes"].get("values")

    def test_rates_of_a_schedule_by_epoch(self):
        self.assertEqual(self.scheduled("def rate(epoch):\n    return 0.5 / (epoch + 1)"), [0.5, 0.25, 0.5 / 3])
        self.assertEqual(self.scheduled("rate = lambda epoch, now: 0.5 if epoch < 2 else 0.125"), [0.5, 0.5, 0.125])

    def test_rates_of_fits_that_are_one(self):
        document = self.capture(HEAD + MODEL + "from keras.callbacks import LearningRateScheduler\n"
                                "rates = LearningRateScheduler(lambda epoch: 1 / (1 + epoch))\n"
                                "for epochs in (2, 1):\n    model.fit(x, y, epochs=epochs, callbacks=[rates])\n")
        self.assertEqual(document["fit"]["epochs"], 3)
        self.assertEqual(document["fit"]["callbacks"][0]["attributes"]["values"], [1.0, 0.5, 1.0])

    def test_rates_that_follow_from_the_rate_before_or_fail_are_not_recorded(self):
        for function in ("rate = lambda epoch, now: now / 2", "rate = lambda epoch: 1 / epoch",
                         "rate = lambda epoch: None", "rate = lambda epoch: float('nan')"):
            self.assertIsNone(self.scheduled(function))

    def test_positions_are_those_of_the_constructor_calls(self):
        text = HEAD + 'model = Sequential()\nmodel.add(  Dense(2,\n    input_dim=4)); é = "ü"; ' \
            'model.add(Dense(1))\nmodel.compile("sgd", "mse")\nmodel.fit(x, y)\n'
        document = self.capture(text)
        lines = text.split("\n")
        for layer, expected in zip(self.selected(document)["layers"], ("Dense(2,", "Dense(1)")):
            self.assertTrue(lines[layer["line"] - 1][layer["column"]:].startswith(expected)
                            if layer["column"] is not None else True)
        call = document["fit"]["call"]
        self.assertIn("model.fit", lines[call["line"] - 1])

    def test_layers_of_a_neighbour_are_placed_in_its_file(self):
        other = self.write(HEAD + "def build():\n    return " + MODEL.split("= ", 1)[1].split("\n")[0]
                           + "\n", "neighbour.py")
        document = self.capture(HEAD + "from neighbour import build\nnet = build()\n"
                                "net.compile('sgd', 'mse')\nnet.fit(x, y)\n")
        model = self.selected(document)
        self.assertEqual(model["name"], "net")
        self.assertEqual({layer["file"] for layer in model["layers"]}, {other})
        self.assertIn(other, [entry["path"] for entry in document["files"]])

    def test_arrays_are_written_once_and_hashed(self):
        document = self.capture(HEAD + MODEL + "model.fit(x, y, validation_data=(x, y))\n"
                                "model.evaluate(x.copy(), y)\nmodel.predict(x[:3])\n")
        arrays = [document["fit"]["x"][0], document["fit"]["validation"]["x"][0],
                  document["evaluate"][0]["x"][0]]
        self.assertEqual(len({a["path"] for a in arrays}), 1)
        self.assertEqual(len(os.listdir(os.path.join(self.out, "arrays"))), 3)
        with open(os.path.join(self.out, arrays[0]["path"]), "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).hexdigest(), arrays[0]["sha256"])
        self.assertEqual((arrays[0]["shape"], arrays[0]["dtype"]), ([10, 4], "float32"))
        self.assertEqual(document["predict"][0]["x"][0]["shape"], [3, 4])

    def test_array_types_stay_and_containers_become_plain(self):
        document = self.capture(HEAD + MODEL + """
import pandas as pd
frame = pd.DataFrame({"a": np.arange(10), "b": np.arange(10) * 0.5, "c": 1, "d": True})
model.fit(frame, pd.Series(y).values.astype("uint8"), sample_weight=np.ones(10, "float64"))
model.evaluate(np.asfortranarray(x.astype(">f8")), list(y))
model.predict(x.astype("float16").tolist())
""")
        fit = document["fit"]
        self.assertEqual((fit["x"][0]["dtype"], fit["y"]["dtype"], fit["sample_weight"]["dtype"]),
                         ("float64", "uint8", "float64"))
        self.assertEqual(self.array(fit["x"][0])[3].tolist(), [3.0, 1.5, 1.0, 1.0])
        evaluated = self.array(document["evaluate"][0]["x"][0])
        self.assertTrue(evaluated.flags["C_CONTIGUOUS"] and evaluated.dtype == numpy.float64)
        self.assertEqual(evaluated[1].tolist(), [4.0, 5.0, 6.0, 7.0])

    def test_arrays_are_those_of_the_moment_of_the_call(self):
        document = self.capture(HEAD + MODEL + "model.fit(x, y)\nx += 100\nmodel.evaluate(x, y)\n")
        self.assertEqual(self.array(document["fit"]["x"][0])[0, 0], 0)
        self.assertEqual(self.array(document["evaluate"][0]["x"][0])[0, 0], 100)

    def test_old_spellings_take_effect(self):
        document = self.capture(HEAD + """
model = Sequential()
model.add(Dense(output_dim=5, input_dim=4, init="uniform", W_regularizer="l2"))
model.add(Dense(1))
model.compile(loss="mse", optimizer=keras.optimizers.SGD(lr=0.5, decay=1e-6, momentum=0.9))
model.fit(x, y, nb_epoch=7, batch_size=2, verbose=0)
""")
        attributes = self.selected(document)["layers"][0]["attributes"]
        self.assertEqual((attributes["units"], attributes["kernel_initializer"]["class"],
                          attributes["kernel_regularizer"]["l2"]), (5, "random_uniform", 0.01))
        self.assertEqual(document["fit"]["epochs"], 7)
        self.assertEqual(document["keras"]["profile"], "keras22")
        self.assertIn("nb_epoch", document["keras"]["reason"])
        optimizer = document["compile"]["optimizer"]
        self.assertEqual((optimizer["learning_rate"], optimizer["decay"]), (0.5, 1e-6))

    def test_the_profile_decides_defaults(self):
        text = HEAD + MODEL.replace('"adam"', '"adadelta"') + "model.fit(x, y)\n"
        for profile, rate in (("keras22", 1.0), ("tf23", 0.001), ("keras3", 0.001)):
            document = self.capture(text, "--keras-profile", profile)
            self.assertEqual(document["compile"]["optimizer"]["learning_rate"], rate)
            self.assertEqual(document["keras"]["profile"], profile)

    def test_requirement_pins_choose_the_profile(self):
        self.write("tensorflow==2.8.1\n", "requirements.txt")
        document = self.capture(HEAD + MODEL + "model.fit(x, y)\n")
        self.assertEqual(document["keras"]["profile"], "tf24")
        self.assertIn("requirements.txt", document["keras"]["reason"])

    def test_batches_are_gathered(self):
        document = self.capture(HEAD + MODEL + """
def batches():
    while True:
        for i in range(0, 10, 5):
            yield x[i:i + 5], y[i:i + 5]
model.fit_generator(batches(), steps_per_epoch=2, epochs=2)
""")
        self.assertEqual((document["fit"]["batch_size"], document["fit"]["epochs"]), (5, 2))
        self.assertEqual(self.array(document["fit"]["x"][0]).shape, (10, 4))

    def test_results_look_like_keras_s(self):
        self.capture(HEAD + MODEL + """
h = model.fit(x, y, epochs=4, validation_split=0.2)
assert len(h.history["loss"]) == len(h.history["val_acc"]) == len(h.history["val_accuracy"]) == 4
assert sorted(h.history) == ["accuracy", "loss", "val_accuracy", "val_loss"] and h.epoch == [0, 1, 2, 3]
loss, accuracy = model.evaluate(x, y)
assert set(model.evaluate(x, y, return_dict=True)) == {"loss", "accuracy"}
assert model.predict(x).shape == (10, 1) and model.predict(x)[0, 0] == 0.5
assert model.predict_classes(x).shape == (10, 1)
wide = Sequential([Dense(4, activation="softmax")]); wide.compile("sgd", "categorical_crossentropy")
assert wide.evaluate(x, np.eye(4)[y]) == 0.5 and abs(wide.predict(x).sum() - 10) < 1e-5
model.summary(); model.save("m.h5"); assert keras.models.load_model("m.h5") is model
print("all is well")
""")
        self.assertIn("all is well", self.printed())

    def test_input_shape_comes_from_the_data_when_nothing_else_says_it(self):
        document = self.capture(HEAD + "model = Sequential([layers.Flatten(), Dense(2)])\n"
                                "model.compile('sgd', 'mse')\n"
                                "model.fit(np.zeros((6, 5, 3)), np.zeros((6, 2)))\n")
        model = self.selected(document)
        self.assertEqual([layer["output_shape"] for layer in model["layers"]], [[15], [2]])
        self.assertEqual(model["inputs"][0]["shape"], [5, 3])

    def test_the_last_fit_counts(self):
        document = self.capture(HEAD + """
for units in (2, 3, 4):
    model = Sequential([Dense(units, input_shape=(4,)), Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x, y, epochs=units)
""")
        self.assertEqual(document["fit"]["epochs"], 4)
        self.assertEqual(self.selected(document)["layers"][0]["attributes"]["units"], 4)
        self.assertTrue(any("3 times" in w["message"] for w in document["warnings"]))

    def test_a_model_can_be_named(self):
        text = HEAD + MODEL + MODEL.replace("model", "other") + "model.fit(x, y, epochs=1)\n" \
            "other.fit(x, y, epochs=2)\n"
        self.assertEqual(self.refused(text)["code"], "several_models")
        self.assertEqual(self.capture(text, "--model", "model")["fit"]["epochs"], 1)
        self.assertEqual(self.capture(text, "--model", "other")["fit"]["epochs"], 2)
        self.assertEqual(self.refused(text, "--model", "third")["code"], "no_model")

    def test_failures_after_the_fit_are_warnings(self):
        document = self.capture(HEAD + MODEL + "model.fit(x, y)\nmodel.evaluate(x, y)\nnothing_here\n")
        warning = [w for w in document["warnings"] if "nothing_here" in w["message"]][0]
        self.assertEqual(warning["line"], 12)

    def test_arguments_and_the_working_directory_are_the_program_s(self):
        self.write("1,2,3,4\n5,6,7,8\n", "rows.csv")
        document = self.capture(HEAD + MODEL + """
import sys
x = np.loadtxt("rows.csv", delimiter=",")
model.fit(x, np.zeros(2), epochs=int(sys.argv[1]))
""", "--", "9")
        self.assertEqual(document["fit"]["epochs"], 9)

    def test_weights_that_the_program_sets_are_said(self):
        text = HEAD + MODEL + "model.set_weights(model.get_weights())\nmodel.fit(x, y)\n"
        warnings = self.capture(text)["warnings"]
        self.assertEqual([(w["line"], "fresh" in w["message"]) for w in warnings], [(10, True)])
        text = HEAD + MODEL + "model.fit(x, y)\nmodel.set_weights(model.get_weights())\n"
        self.assertEqual(self.capture(text)["warnings"], [])

    def test_layer_names_do_not_depend_on_the_frontend_s_own_objects(self):
        document = self.capture(HEAD + MODEL + "model.fit(x, y)\n")
        self.assertEqual([l["name"] for l in self.selected(document)["layers"]], ["dense", "dense_1"])


class PaperConfig(CaptureTest):
    TEXT = HEAD + """
model = Sequential([Dense(config["unit1"], activation=config["act1"], input_shape=(4,)), Dense(1)])
model.compile(loss=config["loss"], optimizer="sgd")
model.fit(x, y, batch_size=config["batch_size"], epochs=1)
"""

    def test_a_config_in_the_file(self):
        text = 'config = {"unit1": 6, "act1": "tanh", "loss": "mse", "batch_size": 3}\n' + self.TEXT
        document = self.capture(text)
        self.assertEqual(self.selected(document)["layers"][0]["attributes"]["units"], 6)

    def test_a_config_file_alone_and_over_the_own_one(self):
        path = self.write('{"unit1": 9, "act1": "elu", "loss": "mae", "batch_size": 2}', "values.json")
        document = self.capture(self.TEXT, "--config", path)
        self.assertEqual((self.selected(document)["layers"][0]["attributes"]["units"],
                          document["fit"]["batch_size"]), (9, 2))
        path = self.write('{"unit1": 8}', "values.json")
        text = 'config = {"unit1": 6, "act1": "tanh", "loss": "mse", "batch_size": 3}\n' + self.TEXT
        document = self.capture(text, "--config", path)
        self.assertEqual((self.selected(document)["layers"][0]["attributes"]["units"],
                          document["fit"]["batch_size"]), (8, 3))

    def test_a_bad_config(self):
        path = self.write("[1, 2]", "values.json")
        self.assertEqual(self.refused(self.TEXT, "--config", path)["code"], "bad_config")
        path = self.write("{nonsense", "values.json")
        self.assertEqual(self.refused(self.TEXT, "--config", path)["code"], "bad_config")


if __name__ == "__main__":
    unittest.main()
