"""The stand-in and an installed Keras give one document for one program."""

import os
import unittest

import numpy

from test_capture_base import HEAD, PROGRAMS, CaptureTest, keras_python

KERAS = keras_python()


def comparable(document):
    """Without what may differ: front end, Keras's version, interpreter, output, default names."""
    document = dict(document, frontend=None, interpreter=None, output=None)
    document["keras"] = dict(document["keras"], version=None, reason=None)
    for model in document["models"]:
        for layer in model["layers"]:
            layer.pop("name")
    return document


@unittest.skipUnless(KERAS, "no Keras in this interpreter nor in DLFIX_KERAS_PYTHON")
class SameDocument(CaptureTest):
    maxDiff = None

    def compare(self, name, *options):
        path = os.path.join(PROGRAMS, name)
        standin = self.run_probe(path, *options, python=KERAS, frontend="standin")
        self.assertNotIn("error", standin, self.printed())
        real = self.run_probe(path, *options, python=KERAS, frontend="keras")
        self.assertNotIn("error", real, self.printed())
        self.assertEqual((standin["frontend"], real["frontend"]), ("standin", "keras"))
        self.assertEqual(comparable(standin), comparable(real))
        return real

    def test_sequential_images(self):
        self.compare("images.py", "--keras-profile", "keras3")

    def test_functional_branches(self):
        self.compare("branches.py", "--keras-profile", "keras3")

    def test_deferred_shape_and_batches(self):
        self.compare("deferred.py", "--keras-profile", "keras3")

    def test_the_keras_2_package(self):
        import subprocess
        if subprocess.run([KERAS, "-c", "import importlib.util as u, sys; "
                           "sys.exit(not u.find_spec('tf_keras'))"]).returncode:
            self.skipTest("tf_keras is not installed")
        self.compare("older.py", "--keras-profile", "tf211")

    def test_data_sets_come_from_the_data_directory(self):
        generator = numpy.random.RandomState(5)
        rows = numpy.empty(120, dtype=object)
        for i in range(120):
            rows[i] = [int(v) for v in generator.randint(1, 90, generator.randint(2, 30))]
        numpy.savez(os.path.join(self.work, "reuters.npz"), x=rows, y=generator.randint(0, 5, 120))
        self.compare("news.py", "--data-dir", self.work, "--keras-profile", "keras3")

    def test_a_subclass_of_model_is_one_layer(self):
        document = self.capture(HEAD + "\n".join([
            "class Net(keras.Model):",
            "    def __init__(self):",
            "        super().__init__()",
            "        self.out = Dense(1, activation='sigmoid')",
            "    def call(self, inputs):",
            "        return self.out(inputs)",
            "model = Net()",
            "model.compile(loss='binary_crossentropy', optimizer='adam')",
            "model.fit(x, y, epochs=2)", ""]), python=KERAS, frontend="keras")
        model = self.selected(document)
        self.assertEqual([(one["class"], one["inbound"]) for one in model["layers"]], [("Net", [[[-1, 0]]])])
        self.assertEqual((model["inputs"][0]["shape"], model["outputs"]), ([4], [[0, 0]]))
        self.assertIn("lr", [one["name"] for one in document["hyperparameters"]])
        self.refused(HEAD + "class Net(keras.Model):\n    pass\nNet().fit(x, y)\n", python=KERAS, frontend="standin")

    def test_the_profile_is_that_of_the_installed_version(self):
        document = self.run_probe(os.path.join(PROGRAMS, "images.py"), python=KERAS, frontend="auto")
        self.assertEqual(document["frontend"], "keras")
        self.assertIn(document["keras"]["version"], document["keras"]["reason"])


if __name__ == "__main__":
    unittest.main()
