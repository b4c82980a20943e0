"""The worker's process and protocol, with a Keras that learns nothing (fake/)."""

import json
import math
import tempfile
import time
import unittest

import numpy
from requests_base import Process, array, chain, layer, request, rows


class Conversation(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        random = numpy.random.RandomState(0)
        x = array(folder.name, "x", random.normal(size=(40, 3)).astype("float32"))
        self.train = rows([x], array(folder.name, "y", numpy.arange(40, dtype="float32") % 2))
        self.folder = folder.name
        self.worker = None

    def tearDown(self):
        if self.worker is not None and self.worker.process.poll() is None:
            self.worker.process.kill()
            self.worker.end()

    def start(self, **environment):
        self.worker = Process(fake=True, **environment)
        return self.worker

    def request(self, units=1, **changes):
        model = chain([3], layer("Dense", 0, line=7, units=units, activation=None, use_bias=True,
                                 bias_regularizer=None))
        return request(model, self.train, **changes)

    def test_says_what_it_is_and_ends_with_its_input(self):
        worker = self.start()
        self.assertEqual(worker.next(), {"type": "hello", "protocol": 1, "trainer": "keras 3.99.0",
                                         "device": "cpu"})
        self.assertEqual(worker.end(), 0)

    def test_version_imports_nothing(self):
        worker = Process(fake=True, arguments=["--version"])
        self.assertEqual(worker.process.stdout.readline(), b"keras 3.99.0\n")
        self.assertEqual(worker.end(), 0)

    def test_tells_progress_results_and_done_whatever_keras_prints(self):
        worker = self.start()
        worker.next()
        worker.send(type="train", id=7, shared=self.request(), requests=[{"seed": 3}, {"seed": 4}])
        messages = worker.until("done")
        self.assertEqual([m["type"] for m in messages], 2 * (3 * ["progress"] + ["result"]) + ["done"])
        self.assertTrue(all(m["id"] == 7 for m in messages))
        self.assertEqual([m["epoch"] for m in messages if m["type"] == "progress"], [1, 2, 3, 1, 2, 3])
        first, second = (m["result"] for m in messages if m["type"] == "result")
        self.assertEqual((first["status"], first["trainer"], first["device"]), ("ok", "keras 3.99.0", "cpu"))
        self.assertNotEqual(first["evaluations"][0]["value"], second["evaluations"][0]["value"])

    def test_same_seed_same_result(self):
        worker = self.start()
        worker.next()
        one, other, again = worker.train(self.request(), self.request(seed=2), self.request())
        self.assertEqual(one["evaluations"], again["evaluations"])
        self.assertNotEqual(one["evaluations"], other["evaluations"])

    def test_a_training_is_not_watched(self):
        worker = self.start()
        worker.next()
        result, = worker.train(self.request(trace={"weights": True}))
        self.assertEqual(result["status"], "unsupported")
        self.assertIn("--trainer torch", result["reason"])

    def test_evaluations_have_rows_scores_and_classes(self):
        worker = self.start()
        worker.next()
        part = dict(self.train, rows=[5, 3, 1])
        result, = worker.train(self.request(metric="mae", evaluate=[{"name": "few", "data": part}]))
        few = result["evaluations"][0]
        self.assertEqual(few["name"], "few")
        self.assertEqual([len(few[key]) for key in ("row_values", "scores", "classes")], [3, 3, 3])
        self.assertAlmostEqual(few["value"], sum(few["row_values"]) / 3, places=6)
        self.assertEqual(few["classes"], [int(score > 0.5) for score in few["scores"]])

    def test_parts_are_laid_end_to_end(self):
        worker = self.start()
        worker.next()
        x = array(self.folder, "x2", numpy.ones((2, 3)))
        y = array(self.folder, "y2", numpy.array([1.0, 0.0]))
        both = {"inputs": [[self.train["inputs"][0][0], x]], "labels": [self.train["labels"][0], y],
                "sample_weights": [], "rows": [41, 0]}
        result, = worker.train(self.request(evaluate=[{"name": "both", "data": both}]))
        scores = result["evaluations"][0]["scores"]
        whole, = worker.train(self.request())
        self.assertAlmostEqual(scores[1], whole["evaluations"][0]["scores"][0], places=5)
        self.assertEqual(len(scores), 2)

    def test_statuses(self):
        worker = self.start()
        worker.next()
        unreadable = self.request()
        del unreadable["fit"]
        nan = self.request(optimizer={"name": "sgd", "learning_rate": 1e7, "options": {}})
        layers = chain([3], layer("Whatever", 0, line=12, name="odd"))
        results = worker.train(self.request(units=13), self.request(units=14), unreadable, nan,
                               request(layers, self.train), self.request(loss="custom:mine"),
                               self.request(evaluate=[{"name": "gone", "data": dict(self.train, rows=[99])}]))
        self.assertEqual([r["status"] for r in results],
                         ["crash", "out_of_memory", "unsupported", "nan", "unsupported", "unsupported", "crash"])
        self.assertIn("ValueError: thirteen units are refused", results[0]["reason"])
        self.assertIn("no fit", results[2]["reason"])
        self.assertEqual(results[3]["epochs"]["loss"], ["nan"] * 3)
        self.assertIn("Whatever 'odd' (line 12)", results[4]["reason"])
        self.assertIn("mine", results[5]["reason"])
        self.assertIn("row 99 does not exist", results[6]["reason"])

    def test_an_error_of_our_own_is_signed_by_nobody(self):
        worker = self.start()
        worker.next()
        result, = worker.train(self.request(optimizer={"name": 3, "learning_rate": 0.1, "options": {}}))
        self.assertEqual((result["status"], result["trainer"]), ("crash", ""))

    def test_cancel_ends_what_runs_and_what_waits(self):
        worker = self.start(FAKE_EPOCH_SECONDS="0.1")
        worker.next()
        slow = self.request(epochs=1000)
        worker.send(type="train", id=1, shared={}, requests=[slow, slow])
        worker.send(type="train", id=2, shared={}, requests=[slow])
        worker.next()
        started = time.monotonic()
        worker.send(type="cancel", id=2)
        worker.send(type="cancel", id=1)
        messages = worker.until("done") + worker.until("done")
        results = [m["result"]["status"] for m in messages if m["type"] == "result"]
        self.assertEqual(results, ["cancelled"] * 3)
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(worker.train(self.request(), number=3)[0]["status"], "ok")

    def test_a_message_that_cannot_be_read_is_told_and_passed_over(self):
        worker = self.start()
        worker.next()
        for line in (b"{", b"[1]", b'{"type":"train"}', b'{"type":"dance","id":1}', b'{"id":"x"}'):
            worker.process.stdin.write(line + b"\n")
            worker.process.stdin.flush()
            self.assertEqual(worker.next()["type"], "error", line)
        self.assertEqual(worker.train(self.request())[0]["status"], "ok")

    def test_numbers_that_json_does_not_have_come_in_and_go_out(self):
        worker = self.start()
        worker.next()
        model = chain([3], layer("Dense", 0, units=1, kernel_initializer={
            "class": "random_normal", "mean": 0.0, "stddev": {"non_finite": "inf"}}))
        result, = worker.train(request(model, self.train))
        self.assertEqual(result["status"], "nan")
        json.dumps(result, allow_nan=False)

    def test_symptoms_of_each_layer(self):
        worker = self.start()
        worker.next()
        model = chain([3], layer("Dense", 0, units=2, activation="relu"), layer("Dense", 1, units=1, activation="tanh"))
        plain, looked = worker.train(request(model, self.train), request(model, self.train, symptoms=True))
        self.assertEqual(plain["evaluations"], looked["evaluations"])
        self.assertEqual((plain["symptoms"], [s["layer"] for s in looked["symptoms"]]), ([], [0, 1]))
        self.assertAlmostEqual(looked["symptoms"][0]["gradient_norm"], 6**0.5)

    def test_callbacks_stop_and_epochs_are_recorded(self):
        worker = self.start()
        worker.next()
        stop = {"class": "EarlyStopping", "attributes": {"monitor": "loss", "patience": 0, "start_from_epoch": 0}}
        result, = worker.train(self.request(epochs=9, callbacks=[stop], metric="mae", validation_split=0.25))
        self.assertEqual({key: len(values) for key, values in result["epochs"].items()},
                         dict.fromkeys(("loss", "metric", "val_loss", "val_metric", "learning_rate"), 2))
        self.assertTrue(all(math.isfinite(v) for values in result["epochs"].values() for v in values))
        self.assertEqual(result["epochs"]["learning_rate"], [0.01, 0.01])


if __name__ == "__main__":
    unittest.main()
