"""The worker's models against numbers measured in Keras itself (tests/trainer/oracles): every layer, loss and
optimiser of the fixtures must be rebuilt to the same losses, step by step, in each line of Keras."""

import json
import os
import tempfile
import unittest

from requests_base import HERE, rows, run_in_keras

FIXTURES = os.path.join(HERE, "..", "oracles", "fixtures")
NAMES = ("activations", "embeddings", "layers", "losses", "metrics", "optimizers", "options", "sequences",
         "spatial", "targets")
STEPS = 5
TOLERANCE = 2e-4


def entries(name):
    with open(os.path.join(FIXTURES, name + ".json"), encoding="utf-8") as file:
        stored = json.load(file)
    return stored["entries"] if isinstance(stored, dict) else stored


def node(reference):
    """A place of a fixture as the request names it."""
    return [-1, int(reference[1:])] if isinstance(reference, str) else [reference, 0]


def model_of(entry):
    layers = []
    for place, (class_name, attributes, *inbound) in enumerate(entry["layers"]):
        before = [[place - 1, 0]] if place else [[-1, 0]]
        sources = [node(reference) for reference in inbound[0]] if inbound else before
        layers.append({"class": class_name, "name": "", "attributes": attributes, "inbound": [sources], "line": 0})
    return {"layers": layers, "input_shapes": [shape[1:] for shape, _ in entry["x"]],
            "inputs": [[-1, k] for k in range(len(entry["x"]))], "outputs": [[len(layers) - 1, 0]]}


def request_of(entry, profile, x, y, weights):
    import requests_base

    name, rate, options = entry["optimizer"]
    if isinstance(rate, dict):
        options, rate = dict(options, learning_rate=rate), rate.get("initial_learning_rate", 0.001)
    fit = dict({"batch_size": entry["y"][0][0], "epochs": entry.get("steps", STEPS), "shuffle": False},
               **entry.get("fit", {}))
    return requests_base.request(
        model_of(entry), rows(x, y, weights=weights), loss=entry["loss"],
        loss_options=entry.get("loss_options", {}), class_weight=entry.get("class_weight"), profile=profile,
        optimizer={"name": name, "learning_rate": rate, "options": options}, evaluate=[], **fit)


class Oracles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        from dlfix_keras_worker import devices, installed

        installed.use_tensorflow()
        devices.use("cpu")
        cls.families = installed.families()

    def losses(self, entry, profile, folder):
        """The losses of the steps; None where Keras raises."""
        import threading

        import numpy
        from dlfix_keras_worker import arrays, failure, installed, program_objects, training
        from requests_base import array

        def stored(name, shape, values):
            return array(folder, name, numpy.array(values).reshape(shape))

        x = [stored("x%d" % k, *parts) for k, parts in enumerate(entry["x"])]
        weights = entry.get("sample_weight")
        weights = [stored("weights", [len(weights)], weights)] if weights else ()
        request = request_of(entry, profile, x, stored("y", *entry["y"]), weights)
        family = installed.choose(self.families, profile)
        one = training.Training(request, family, arrays.Arrays(), program_objects.NoProgram(), threading.Event(),
                                lambda *_: None)
        try:
            data = one.arrays.data(one.request["train"])
            built, _ = one._compiled(data)
            for layer, values in zip(built.layers, entry["weights"]):
                if values:
                    shapes = [w.shape for w in layer.get_weights()]
                    layer.set_weights([numpy.array(v, "float32").reshape(s) for v, s in zip(values, shapes)])
            one._fit(built.model, data)
        except failure.TrainingFailure as problem:
            self.assertEqual(problem.status, "crash", "{}: {}".format(entry["name"], problem))
            return None
        return one.recorder.epochs["loss"]

    def check(self, name):
        import numpy

        compared = 0
        for entry in entries(name):
            for expected in entry["expected"]:
                for profile in expected["profiles"]:
                    if profile not in ("keras3", "tf211", "tf24"):
                        continue
                    with self.subTest(case=entry["name"], profile=profile), \
                            tempfile.TemporaryDirectory() as folder:
                        found = self.losses(entry, profile, folder)
                        compared += 1
                        self.assertEqual(found is None, "raises" in expected)
                        if found is not None:
                            numpy.testing.assert_allclose(found, expected["losses"], rtol=TOLERANCE, atol=1e-5)
        self.assertGreater(compared, 0)


for _name in NAMES:
    setattr(Oracles, "test_" + _name, lambda self, name=_name: self.check(name))


if __name__ == "__main__":
    run_in_keras("test_keras_oracles")
