"""The study's faults as programs: what they say is what their manifests say."""
import ast
import unittest

from programs_base import main, manifests, plain, probe, selected_model

# Those with data of their own and those that share the fixed program of their subject.
FAULTS = ["C1", "C2", "C3", *("D%d" % number for number in range(1, 10)), "M1", "M2", "M3",
          *("R%d" % number for number in range(1, 8)), *("U%d" % number for number in range(1, 9))]
OTHER_DATA_CODE = ("D9",)  # faults that lie in the data code, too


class Manifests(unittest.TestCase):
    def test_every_fault_has_both_programs(self):
        found = [manifest["id"] for _, manifest in manifests()]
        self.assertEqual(found, FAULTS)
        for folder, manifest in manifests():
            for program in manifest["programs"].values():
                ast.parse((folder / program).read_text())

    def test_name_map_covers_both_configurations(self):
        for _, manifest in manifests():
            with self.subTest(manifest["id"]):
                names = set(manifest["name_map"])
                self.assertEqual(names, set(manifest["faulty_config"]))
                self.assertEqual(names, set(manifest["fixed_config"]))

    def test_ground_truth_layers_are_those_of_the_changed_values(self):
        for _, manifest in manifests():
            with self.subTest(manifest["id"]):
                changed = {name for name, value in manifest["faulty_config"].items()
                           if manifest["fixed_config"][name] != value}
                layers = {manifest["name_map"][name]["layer"] for name in changed} - {None}
                stated = {layer for truth in manifest["ground_truth_from_configs"] for layer in truth["layers"]
                          if truth["type"] != "RAW"}  # no name reaches a regulariser
                self.assertEqual(layers, stated)


class Programs(unittest.TestCase):
    def test_programs_have_the_values_of_their_configurations(self):
        for folder, manifest in manifests():
            for which, config in (("faulty", manifest["faulty_config"]), ("fixed", manifest["fixed_config"])):
                with self.subTest(manifest["id"] + " " + which):
                    document = probe("inspect", folder / manifest["programs"][which],
                                     "--name-map", folder / "manifest.json")
                    entries = {h["name"]: h for h in document["hyperparameters"]}
                    self.assertEqual(list(entries), list(manifest["name_map"]))
                    for name, value in config.items():
                        if name == "unit1" and manifest["id"] == "D7":  # no layer reads it
                            self.assertIsNone(entries[name]["layer"])
                            continue
                        self.assertEqual(plain(entries[name]["value"]), plain(value), name)

    def test_values_stand_in_the_text(self):
        """Every value but D7's unused name is a literal that can be edited, none is to be inserted."""
        for folder, manifest in manifests():
            document = probe("inspect", folder / "faulty.py", "--name-map", folder / "manifest.json")
            for entry in document["hyperparameters"]:
                if entry["name"] == "unit1" and manifest["id"] == "D7":
                    continue
                with self.subTest(manifest["id"] + " " + entry["name"]):
                    self.assertFalse(entry["inserted"])
                    self.assertIn(entry["edit"]["form"], ("literal", "optimizer", "repeat"))


class Differences(unittest.TestCase):
    """Faulty and fixed program differ in the settings that the manifest names, and in nothing else."""

    def test_models_and_trainings_differ_in_the_changed_settings(self):
        for folder, manifest in manifests():
            with self.subTest(manifest["id"]):
                faulty, fixed = (settings(probe("inspect", folder / manifest["programs"][which]))
                                 for which in ("faulty", "fixed"))
                self.assertEqual(set(faulty), set(fixed))
                self.assertEqual({place for place in faulty if faulty[place] != fixed[place]}, changed(manifest))

    def test_data_code_is_equal(self):
        for folder, manifest in manifests():
            with self.subTest(manifest["id"]):
                faulty, fixed = (data_code(folder / manifest["programs"][which]) for which in ("faulty", "fixed"))
                self.assertGreater(len(fixed), 3)
                self.assertEqual(faulty != fixed, manifest["id"] in OTHER_DATA_CODE)


def settings(document):
    """{(layer index or None, attribute): value} of all that the model, compile and fit are."""
    layers = selected_model(document)["layers"]
    found = {(layer["index"], name): value for layer in layers for name, value in layer["attributes"].items()}
    found.update({(layer["index"], "class"): layer["class"] for layer in layers})
    found.update({(None, name): document["fit"][name]
                  for name in ("batch_size", "epochs", "validation_split", "shuffle", "class_weight")})
    compiled = document["compile"]
    found.update({(None, name): compiled[name] for name in ("loss", "loss_options", "metrics")})
    found[None, "optimizer"] = compiled["optimizer"]["class"]
    found[None, "learning_rate"] = compiled["optimizer"]["learning_rate"]
    return found


def changed(manifest):
    """Places of `settings` that the manifest says differ."""
    places = [manifest["name_map"][name] for name, value in manifest["faulty_config"].items()
              if manifest["fixed_config"][name] != value]
    found = {(place["layer"], place["attribute"]) for place in places}
    return found | {(layer, "kernel_regularizer") for truth in manifest["ground_truth"] if truth["type"] == "RAW"
                    for layer in layers_of(truth, manifest)}


def layers_of(truth, manifest):
    """The study prints no layers for U; the configurations say them."""
    same = [other for other in manifest["ground_truth_from_configs"] if other["type"] == truth["type"]]
    return truth["layers"] or same[0]["layers"]


def data_code(program):
    """Statements before the model's first, imports left out."""
    statements = []
    for statement in ast.parse(program.read_text()).body:
        called = {getattr(node.func, "id", getattr(node.func, "attr", None)) for node in ast.walk(statement)
                  if isinstance(node, ast.Call)}
        if called & {"Sequential", "Input"}:
            return statements
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            statements.append(ast.dump(statement))
    raise AssertionError("%s makes no model" % program)


if __name__ == "__main__":
    main()
