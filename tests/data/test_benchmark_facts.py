"""The benchmark programs against the study's facts (needs ../shared): values, data, parameter counts."""
import json
import math
import tempfile
import unittest
from pathlib import Path

from programs_base import SHARED, main, manifests, plain, probe, selected_model

FACTS = SHARED / "benchmark" / "faults.json"


def parameters(layer):
    """Trainable parameters of a built Dense or Conv2D layer; 0 for the other classes used here."""
    attributes, inputs = layer["attributes"], layer["input_shape"]
    if layer["class"] == "Dense":
        return (inputs[-1] + 1) * attributes["units"]
    if layer["class"] == "Conv2D":
        return (math.prod(attributes["kernel_size"]) * inputs[-1] + 1) * attributes["filters"]
    return 0


def capture(program, name_map):
    with tempfile.TemporaryDirectory() as out:
        names = Path(out) / "name_map.json"
        names.write_text(json.dumps(name_map))
        return probe("capture", program, "--out", Path(out) / "run", "--frontend", "standin",
                     "--data-dir", SHARED / "data", "--name-map", names)


@unittest.skipUnless(FACTS.exists(), "no %s" % FACTS)
class Facts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.facts = {fault["id"]: fault for fault in json.loads(FACTS.read_text())["faults"]}
        cls.programs, documents = [], {}
        for folder, manifest in manifests():
            for which in ("faulty", "fixed"):
                program = (folder / manifest["programs"][which]).resolve()
                if program not in documents:  # faults of one subject share their names and the fixed program
                    documents[program] = capture(program, manifest["name_map"])
                cls.programs.append((manifest, which, cls.facts[manifest["id"]], documents[program]))

    def each(self):
        for manifest, which, fact, document in self.programs:
            with self.subTest(manifest["id"] + " " + which):
                yield which, fact, document

    def test_manifests_repeat_the_facts(self):
        for _, manifest in manifests():
            fact = self.facts[manifest["id"]]
            with self.subTest(manifest["id"]):
                for key in ("fl_id", "subject", "stackoverflow_post", "faulty_config", "fixed_config"):
                    self.assertEqual(manifest[key], fact[key])
                self.assertEqual(manifest["ground_truth"], fact["ground_truth"]["types"])
                self.assertEqual(manifest["ground_truth_from_configs"], fact["ground_truth"]["types_from_configs"])
                self.assertEqual(manifest["metric"]["better"], fact["metric"]["better"])
                self.assertEqual(manifest["split"]["test_size"], fact["data"]["test_split"]["test_size"])
                self.assertEqual(manifest["outside_config"] is None, not fact["outside_config"])
                self.assertEqual(manifest["split"]["seed"], fact["data"]["test_split"]["random_state"])
                self.assertEqual({name: entry["layer"] for name, entry in manifest["name_map"].items()},
                                 {name: entry["layer_index"] for name, entry in fact["hyperparameters"].items()})

    def test_wordings_repeat_the_facts(self):
        for _, manifest in manifests():
            for task, stated in self.facts[manifest["id"]]["wording"].items():
                with self.subTest(manifest["id"] + " " + task):
                    wording = manifest["wording"][task]
                    self.assertEqual(wording is None, stated is None)
                    for key, text in (wording or {}).items():
                        self.assertEqual(text, stated[key], key)

    def test_kinds_of_data(self):
        for _, manifest in manifests():
            available = self.facts[manifest["id"]]["data"]["available"]
            dataset, kind = manifest["data"]["dataset"], manifest["data"]["kind"]
            with self.subTest(manifest["id"]):
                self.assertEqual(kind == "stand-in", available.startswith("not part of the public package"))
                if dataset != "generated":
                    self.assertTrue(available.startswith("keras.datasets." + dataset))

    def test_resolved_values_are_the_configuration(self):
        for which, fact, document in self.each():
            values = {h["name"]: h["value"] for h in document["hyperparameters"]}
            for name, value in fact[which + "_config"].items():
                if name == "unit1" and fact["id"] == "D7":
                    continue
                self.assertEqual(plain(values[name]), plain(value), name)

    def test_layers_and_parameter_counts(self):
        for _, fact, document in self.each():
            layers = selected_model(document)["layers"]
            self.assertEqual([layer["class"] for layer in layers],
                             [layer["type"] for layer in fact["architecture"]["layers"]])
            self.assertEqual([layer["output_shape"] for layer in layers],
                             [shape for _, shape in fact["architecture"]["layer_output_shapes"]])
            for layer, stated in zip(layers, fact["architecture"]["layers"]):
                if "inputs" in stated:
                    self.assertEqual(layer["inbound"], [[[source, 0] for source in stated["inputs"]]])
                for attribute, value in stated["attrs"].items():
                    if layer["class"] != "InputLayer":
                        self.assertEqual(layer["attributes"][attribute], value, attribute)
            self.assertEqual(sum(map(parameters, layers)), fact["architecture"]["trainable_parameters"])

    def test_rows(self):
        for manifest, _, fact, document in self.programs:
            with self.subTest(manifest["id"]):
                self.check_rows(manifest, document["fit"]["y"], fact["data"]["train_rows"])
                self.check_rows(manifest, document["evaluate"][-1]["y"], fact["data"]["test_split"]["test_rows"])

    def check_rows(self, manifest, array, stated):
        rows, kind = array["shape"][0], manifest["data"]["kind"]
        if stated is None:  # the study does not say
            self.assertGreater(rows, 0)
        elif kind == "close":
            self.assertAlmostEqual(rows, stated, delta=0.02 * stated)
        elif kind == "sample":
            self.assertTrue(0 < rows <= stated)
        else:
            self.assertEqual(rows, stated)

    def test_validation_and_metric(self):
        for manifest, _, fact, document in self.programs:
            with self.subTest(manifest["id"]):
                self.assertIsNone(document["fit"]["validation"])
                self.assertEqual(document["fit"]["validation_split"],
                                 (fact["data"]["validation"] or {}).get("fraction", 0.0))
                self.assertEqual(document["compile"]["metrics"], [manifest["metric"]["name"]])

    def test_initialisers_of_d4_have_deviation_one(self):
        for _, fact, document in self.each():
            if fact["id"] != "D4":
                continue
            for layer in selected_model(document)["layers"]:
                for attribute in ("kernel_initializer", "bias_initializer"):
                    self.assertEqual(layer["attributes"][attribute],
                                     {"class": "random_normal", "mean": 0.0, "stddev": 1.0})


if __name__ == "__main__":
    main()
