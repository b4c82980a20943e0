"""The sample programs: pairs, small differences, enough evaluation rows, faults where samples.json says."""
import difflib
import json
import tempfile
import unittest

from programs_base import PROGRAMS, main, probe

KINDS = {"ACH": "activation", "LCH": "loss", "HLR": "learning_rate", "WCI": "kernel_initializer", "HNE": "epochs",
         "HBS": "batch_size", "OCH": "optimizer", "LCN": "units"}
SAMPLES = json.loads((PROGRAMS / "samples.json").read_text())["samples"]


def lines(name):
    return (PROGRAMS / (name + ".py")).read_text().splitlines()


def capture(name):
    with tempfile.TemporaryDirectory() as out:
        return probe("capture", PROGRAMS / (name + ".py"), "--out", out, "--frontend", "standin")


def difference(name):
    """(1-based numbers of the faulty program's changed lines, number of new lines in the fixed one)"""
    matcher = difflib.SequenceMatcher(None, lines(name), lines(name + "_fixed"), autojunk=False)
    blocks = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return [n + 1 for _, a, b, _, _ in blocks for n in range(a, b)], sum(d - c for _, _, _, c, d in blocks)


class Pairs(unittest.TestCase):
    def test_every_program_is_listed_and_has_a_fixed_one(self):
        names = {path.stem for path in PROGRAMS.glob("*.py")}
        listed = {sample["program"] for sample in SAMPLES}
        self.assertEqual(names, listed | {name + "_fixed" for name in listed})
        self.assertGreaterEqual(len(listed), 18)

    def test_programs_differ_in_one_to_three_lines(self):
        for sample in SAMPLES:
            with self.subTest(sample["program"]):
                changed, added = difference(sample["program"])
                self.assertIn(max(len(changed), added), (1, 2, 3))

    def test_line_of_a_fault_outside_the_hyperparameters_is_the_changed_one(self):
        outside = [sample for sample in SAMPLES if sample["outcome"] == "outside_config"]
        self.assertEqual(len(outside), 2)
        for sample in outside:
            with self.subTest(sample["program"]):
                self.assertEqual(difference(sample["program"])[0], [sample["line"]])


class Captured(unittest.TestCase):
    """What the programs do when they run, training left out."""

    @classmethod
    def setUpClass(cls):
        cls.documents = {name: capture(name) for sample in SAMPLES
                         for name in (sample["program"], sample["program"] + "_fixed")}

    def test_evaluation_has_at_least_120_rows(self):
        for name, document in self.documents.items():
            with self.subTest(name):
                evaluation = document["evaluate"][-1]
                self.assertGreaterEqual(evaluation["y"]["shape"][0], 120)
                for array in evaluation["x"]:
                    self.assertEqual(array["shape"][0], evaluation["y"]["shape"][0])

    def test_training_and_evaluation_rows_are_different_arrays(self):
        for name, document in self.documents.items():
            with self.subTest(name):
                self.assertNotEqual(document["fit"]["x"][0]["sha256"], document["evaluate"][-1]["x"][0]["sha256"])

    def test_values_differ_in_the_kinds_that_the_fault_types_name(self):
        for sample in SAMPLES:
            with self.subTest(sample["program"]):
                faulty, fixed = (self.values(sample["program"] + end) for end in ("", "_fixed"))
                kinds = {kind for key, (kind, value) in faulty.items() if fixed.get(key, (kind, None))[1] != value}
                self.assertEqual(kinds, {KINDS[t] for t in sample["fault_types"] if t in KINDS})

    def test_data_are_equal_unless_the_fault_is_in_them(self):
        for sample in SAMPLES:
            with self.subTest(sample["program"]):
                faulty, fixed = (self.hashes(sample["program"] + end) for end in ("", "_fixed"))
                in_data = sample["outcome"] == "outside_config" or "CPP" in sample["fault_types"]
                self.assertEqual(faulty != fixed, in_data)

    def test_metric_is_the_last_value_of_evaluate(self):
        for sample in SAMPLES:
            with self.subTest(sample["program"]):
                self.assertEqual(self.documents[sample["program"]]["compile"]["metrics"], [sample["metric"]])

    def values(self, name):
        return {h["name"]: (h["kind"], h["value"]) for h in self.documents[name]["hyperparameters"]}

    def hashes(self, name):
        document = self.documents[name]
        evaluation = document["evaluate"][-1]
        arrays = [*document["fit"]["x"], document["fit"]["y"], *evaluation["x"], evaluation["y"]]
        return [array["sha256"] for array in arrays]


if __name__ == "__main__":
    main()
