"""The study's faults as programs: what they say is what their manifests say."""
import ast
import unittest

from programs_base import main, manifests, plain, probe

SHARED_FIXED = "M"


class Manifests(unittest.TestCase):
    def test_every_fault_has_both_programs(self):
        found = [manifest["id"] for _, manifest in manifests()]
        self.assertEqual(found, ["D1", "D4", "D6", "D7", "D8", "D9", "M1", "M2", "M3"])
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
                stated = {layer for truth in manifest["ground_truth_from_configs"] for layer in truth["layers"]}
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


if __name__ == "__main__":
    main()
