"""Requests against the same training written by hand in real Keras, number by number."""

import tempfile
import time
import unittest

import numpy
from requests_base import Process, array, chain, keras_python, layer, request, rows, run_in_keras

GLOROT = {"class": "glorot_uniform"}
ADAM = {"name": "adam", "learning_rate": 0.01, "options": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7,
                                                            "amsgrad": False, "clipnorm": 1.0}}


def data():
    random = numpy.random.RandomState(0)
    x = random.normal(size=(200, 6)).astype("float32")
    return x, (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype("int64")


class ByHand(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.x, self.y = data()
        x, y = array(self.folder, "x", self.x), array(self.folder, "y", self.y)
        self.train, self.test = rows([x], y, list(range(150))), rows([x], y, list(range(150, 200)))
        self.worker = Process(keras_python())
        self.addCleanup(self.worker.end)
        self.assertEqual(self.worker.next()["type"], "hello")

    def request(self, **changes):
        model = chain(
            [6], layer("Dense", 0, units=8, activation="relu", use_bias=True, kernel_initializer=GLOROT,
                       bias_initializer={"class": "zeros"}, bias_regularizer=None,
                       kernel_regularizer={"class": "l1_l2", "l1": 0.0, "l2": 0.01},
                       kernel_constraint={"class": "max_norm", "max_value": 2.0, "axis": 0}),
            layer("Dropout", 1, rate=0.2), layer("LeakyReLU", 2, negative_slope=0.2),
            layer("Dense", 3, units=1, activation="sigmoid", kernel_initializer=GLOROT))
        options = dict({"loss": "binary_crossentropy", "optimizer": ADAM, "metrics": ["accuracy"],
                        "metric": "accuracy", "evaluate": [{"name": "test", "data": self.test}],
                        "epochs": 4}, **changes)
        return request(model, self.train, **options)

    def by_hand(self, keras, is_keras3):
        """Losses and accuracies of the epochs, evaluate() and predict()."""
        keras.backend.clear_session()
        keras.utils.set_random_seed(1)
        slope = {"negative_slope" if is_keras3 else "alpha": 0.2}
        model = keras.Sequential([
            keras.layers.Dense(8, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l2=0.01),
                               kernel_constraint=keras.constraints.MaxNorm(2.0), input_shape=(6,)),
            keras.layers.Dropout(0.2), keras.layers.LeakyReLU(**slope),
            keras.layers.Dense(1, activation="sigmoid")])
        model.compile(loss="binary_crossentropy", metrics=["accuracy"],
                      optimizer=keras.optimizers.Adam(learning_rate=0.01, clipnorm=1.0))
        history = model.fit(self.x[:150], self.y[:150], epochs=4, batch_size=32, verbose=0).history
        measured = model.evaluate(self.x[150:], self.y[150:], verbose=0)
        return history, measured, model.predict(self.x[150:], verbose=0)[:, 0]

    def test_a_seed_gives_what_the_program_gives(self):
        import keras
        import tf_keras

        for module, profile in ((keras, "keras3"), (tf_keras, "tf211")):
            with self.subTest(profile):
                result, = self.worker.train(self.request(profile=profile))
                history, (loss, accuracy), output = self.by_hand(module, module is keras)
                self.assertEqual(result["status"], "ok", result["reason"])
                close = numpy.testing.assert_allclose
                close(result["epochs"]["loss"], history["loss"], rtol=1e-5)
                close(result["epochs"]["metric"], history["accuracy"], rtol=1e-5)
                evaluation = result["evaluations"][0]
                close([evaluation["loss"], evaluation["value"]], [loss, accuracy], rtol=1e-5)
                close(evaluation["scores"], output, rtol=1e-4, atol=1e-6)
                close(evaluation["row_values"], ((output > 0.5) == self.y[150:]).astype(float))
                self.assertIn(module.__version__, result["trainer"])

    def test_looking_changes_nothing_and_company_neither(self):
        plain, looked, again = self.worker.train(self.request(), self.request(symptoms=True), self.request())
        self.assertEqual(plain["evaluations"], looked["evaluations"])
        self.assertEqual(plain["evaluations"], again["evaluations"])
        symptoms = {s["layer"]: s for s in looked["symptoms"]}
        self.assertEqual(sorted(symptoms), [0, 3])
        for symptom in symptoms.values():
            self.assertGreater(symptom["gradient_norm"], 0)
            self.assertGreater(symptom["weight_norm"], 0)
            self.assertEqual(symptom["dead_share"], 0)

    def test_dead_units_are_seen(self):
        model = chain([6], layer("Dense", 0, units=4, activation="relu", kernel_initializer={"class": "zeros"},
                                 bias_initializer={"class": "constant", "value": -1.0}),
                      layer("Dense", 1, units=1, activation="sigmoid"))
        result, = self.worker.train(request(model, self.train, symptoms=True, loss="binary_crossentropy"))
        self.assertEqual(result["symptoms"][0]["dead_share"], 1)
        self.assertEqual(result["symptoms"][0]["gradient_norm"], 0)

    def test_graphs_with_shared_layers_and_several_inputs(self):
        a = layer("InputLayer", 0, inbound=[])
        b = layer("InputLayer", 1, inbound=[])
        shared = layer("Dense", 2, inbound=[[[0, 0]], [[1, 0]]], units=3, activation="tanh")
        joined = layer("Concatenate", 3, inbound=[[[2, 0], [2, 1]]], axis=-1)
        out = layer("Dense", 4, inbound=[[[3, 0]]], units=1, activation="linear")
        graph = {"layers": [a, b, shared, joined, out], "input_shapes": [[6], [6]],
                 "inputs": [[0, 0], [1, 0]], "outputs": [[4, 0]]}
        x = array(self.folder, "x", self.x)
        train = rows([x, x], array(self.folder, "t", self.x[:, :1].copy()))
        result, = self.worker.train(request(graph, train, epochs=20, batch_size=10, symptoms=True, metric="mae"))
        self.assertEqual(result["status"], "ok", result["reason"])
        self.assertLess(result["epochs"]["loss"][-1], 0.3 * result["epochs"]["loss"][0])
        self.assertEqual([s["layer"] for s in result["symptoms"]], [2, 4])

    def test_what_keras_raises_is_a_crash_in_its_words(self):
        wide = self.request()
        wide["model"]["layers"][3]["attributes"]["units"] = 3
        wide["compile"]["loss"] = "categorical_crossentropy"
        convolution = request(chain([6], layer("Conv2D", 0, line=9, filters=2, kernel_size=[3, 3])), self.train)
        raised, refused = self.worker.train(wide, convolution)
        self.assertEqual([raised["status"], refused["status"]], ["crash", "crash"])
        self.assertIn("Error: ", raised["reason"])
        self.assertIn("line 9: ", refused["reason"])

    def test_a_rate_that_is_too_large_is_not_a_number(self):
        model = chain([6], layer("Dense", 0, units=1, activation="linear"))
        result, = self.worker.train(request(model, self.train, epochs=30, optimizer={
            "name": "sgd", "learning_rate": 1e6, "options": {"momentum": 0.9}}))
        self.assertEqual(result["status"], "nan")

    def test_cancel_ends_a_training(self):
        x = numpy.zeros((4000, 6), "float32")
        train = rows([array(self.folder, "big", x)], array(self.folder, "zeros", x[:, :1].copy()))
        model = chain([6], layer("Dense", 0, units=1, activation="linear"))
        for profile, number in (("keras3", 5), ("tf211", 6)):
            with self.subTest(profile):
                long = request(model, train, epochs=1000, batch_size=1, profile=profile)
                self.worker.send(type="train", id=number, shared={}, requests=[long])
                self.worker.until("progress")  # it has begun: importing is over
                time.sleep(0.3)
                started = time.monotonic()
                self.worker.send(type="cancel", id=number)
                messages = self.worker.until("done")
                self.assertEqual(messages[-2]["result"]["status"], "cancelled")
                self.assertLess(time.monotonic() - started, 3)

    def test_validation_callbacks_weights_and_steps(self):
        stop = {"class": "EarlyStopping", "attributes": {
            "monitor": "val_loss", "min_delta": 1e9, "patience": 2, "mode": "auto", "baseline": None,
            "restore_best_weights": False, "start_from_epoch": 0}}
        table = {"class": "LearningRateScheduler", "attributes": {"values": [0.1, 0.01]}}
        stopped, scheduled, weighted, steps = self.worker.train(
            self.request(epochs=20, validation=self.test, callbacks=[stop]),
            self.request(callbacks=[table]),
            self.request(class_weight={"0": 1.0, "1": 0.0}),
            self.request(steps_per_epoch=2, validation_split=0.2, metric="f1"))
        self.assertEqual(len(stopped["epochs"]["loss"]), 3)
        numpy.testing.assert_allclose(scheduled["epochs"]["learning_rate"], [0.1, 0.01, 0.01, 0.01], rtol=1e-6)
        self.assertEqual(set(weighted["evaluations"][0]["classes"]), {0})
        self.assertEqual(steps["status"], "ok", steps["reason"])
        self.assertTrue(all(isinstance(v, float) for v in steps["epochs"]["val_metric"]))


if __name__ == "__main__":
    run_in_keras("test_keras_training")
