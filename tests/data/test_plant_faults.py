"""scripts/plant_faults: the same seed gives the same programs, and they carry what it says they carry."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from programs_base import PROGRAMS, ROOT, main, probe

COUNT = 30


def plant(out, seed, programs):
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / "plant_faults"), "--seed", str(seed), "--count",
                           str(COUNT), "--out", str(out), *map(str, programs)], capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads((Path(out) / "planted.json").read_text())["planted"]


class PlantFaults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.out = Path(cls.folder.name)
        cls.programs = sorted(PROGRAMS.glob("*_fixed.py"))
        cls.planted = plant(cls.out / "a", 7, cls.programs)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_same_seed_same_programs(self):
        again = plant(self.out / "b", 7, reversed(self.programs))
        self.assertEqual(again, self.planted)
        for entry in self.planted:
            self.assertEqual((self.out / "a" / entry["program"]).read_bytes(),
                             (self.out / "b" / entry["program"]).read_bytes())

    def test_another_seed_gives_others(self):
        other = plant(self.out / "c", 8, self.programs)
        self.assertNotEqual([entry["faults"] for entry in other], [entry["faults"] for entry in self.planted])

    def test_count_and_variety(self):
        self.assertEqual(len(self.planted), COUNT)
        self.assertTrue(all(len(entry["faults"]) in (1, 2) for entry in self.planted))
        self.assertTrue(any(len(entry["faults"]) == 2 for entry in self.planted))
        self.assertGreaterEqual(len({fault["type"] for entry in self.planted for fault in entry["faults"]}), 7)

    def test_planted_program_has_the_new_values_and_no_other_change(self):
        for entry in self.planted:
            if any(fault["type"] == "LRM" for fault in entry["faults"]):
                continue  # the remaining layers are counted anew
            with self.subTest(entry["program"]):
                before = self.values(entry["origin"])
                after = self.values(self.out / "a" / entry["program"])
                told = {fault["hyperparameter"]: fault["to"] for fault in entry["faults"]}
                self.assertEqual(after, {**before, **self.with_defaults(before, after, told)})

    def with_defaults(self, before, after, told):
        """A change of optimiser brings the other optimiser's own momentum and rate."""
        if "optimizer" not in told:
            return told
        return {**told, **{name: after[name] for name in ("lr", "momentum") if name in before and name not in told}}

    def values(self, program):
        names = probe("inspect", program)["hyperparameters"]
        return {h["name"]: h["value"] for h in names if h["name"] != "momentum"}


if __name__ == "__main__":
    main()
