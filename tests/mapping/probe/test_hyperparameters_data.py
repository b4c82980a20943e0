"""The project's own programs: every value that can be edited is read back after the edit."""

import glob
import json
import os
import shutil
import unittest

from test_inspect_base import ROOT, ProgramTest, check_round_trip, check_spans, values
from dlfix_probe.inspect_program import inspect_program
from dlfix_probe.keras_names import initialiser_name, loss_name


class Samples(ProgramTest):
    def test_round_trip(self):
        programs = sorted(glob.glob(os.path.join(ROOT, "data", "programs", "*.py")))
        if not programs:
            self.skipTest("data/programs is empty")
        for program in programs:
            copy = shutil.copy(program, self.folder)
            with self.subTest(os.path.basename(program)):
                check_spans(self, inspect_program(copy))
                self.assertGreater(check_round_trip(self, copy), 5)


class Benchmark(ProgramTest):
    def manifests(self):
        found = sorted(glob.glob(os.path.join(ROOT, "data", "benchmark", "*", "manifest.json")))
        if not found:
            self.skipTest("data/benchmark is empty")
        for path in found:
            with open(path, encoding="utf-8") as handle:
                yield os.path.dirname(path), path, json.load(handle)

    def test_values_are_the_manifests(self):
        for folder, path, manifest in self.manifests():
            for which in ("faulty", "fixed"):
                with self.subTest(manifest["id"] + " " + which):
                    document = inspect_program(os.path.join(folder, manifest["programs"][which]), name_map=path)
                    self.assertEqual(list(values(document)), list(manifest["name_map"]))
                    self.compare(values(document), manifest[which + "_config"], manifest["name_map"])

    def compare(self, read, config, name_map):
        for name, value in config.items():
            if name_map[name].get("layer") is None and name.startswith("unit"):
                continue      # a name of the study that stands for nothing in its program
            expected = value
            if name == "loss":
                expected = loss_name(value) or value
            if name.startswith(("ki", "bi")):
                expected = initialiser_name(value) or value
            if name.startswith("act") and value in (None, "None"):
                expected = "linear"
            found = read[name]
            if isinstance(found, dict):      # an object, or a function of the program
                found = found["class"] if "class" in found else found["custom"]
            self.assertEqual(found, expected, name)

    def test_round_trip(self):
        for folder, path, manifest in self.manifests():
            copy = shutil.copy(os.path.join(folder, manifest["programs"]["faulty"]), self.folder)
            with self.subTest(manifest["id"]):
                self.assertGreater(check_round_trip(self, copy, name_map=path), 5)


if __name__ == "__main__":
    unittest.main()
