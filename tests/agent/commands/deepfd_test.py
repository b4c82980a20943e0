"""From mutants to a diagnosis, with real trainings: mutate, eval deepfd, localise --localisers deepfd.

    deepfd_test.py AGENT TRAINER
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3]
AGENT, TRAINER = (sys.argv.pop(1), sys.argv.pop(1)) if len(sys.argv) > 2 else ("", "")
PROGRAMS = ["blobs_zeros", "checkerboard_linear"]
LABELS = {"opt": "OCH", "lr": "HLR", "act": "ACH", "loss": "LCH", "epoch": "HNE"}


class DeepFd(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dlfix-deepfd-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_agent(self, *arguments, code=0):
        environment = dict(os.environ, DLFIX_HOME=str(SOURCE), DLFIX_TRAINER=TRAINER, XDG_CONFIG_HOME=str(self.folder))
        done = subprocess.run([AGENT, *map(str, arguments)], capture_output=True, text=True, env=environment,
                              cwd=self.folder, timeout=500)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    def mutate(self, *more, programs=PROGRAMS):
        files = [SOURCE / "data" / "programs" / (name + "_fixed.py") for name in programs]
        return json.loads(self.run_agent("mutate", *files, "--store", "runs.db", "-q", "--json", "--runs", 4, *more))

    def test_a_model_is_learnt_and_finds_what_was_put_in(self):
        document = self.mutate("--mutants", 15, "--several", 2, "--table", "table.json")
        for program in document["programs"]:
            self.assertEqual(len(program["original"]["values"]), 4)
            killed = {mutant["name"]: mutant["killed"] for mutant in program["mutants"]}
            self.assertTrue(any(killed[name] for name in killed if name.startswith("lr=1e-")), killed)
            self.assertIn("device", program)
        again = self.mutate("--mutants", 15, "--several", 2)
        self.assertEqual([p["mutants"] for p in again["programs"]], [p["mutants"] for p in document["programs"]])

        judged = json.loads(self.run_agent("eval", "deepfd", "table.json", "--folds", 2, "--learn", "model.json", "--json"))
        self.assertEqual(judged["programs"], 2)
        held_out = [one for one in judged["protocols"] if one["held_out"] == "programs" and one["offsets"] == "learned"]
        self.assertEqual(len(held_out), 1)
        model = json.loads((self.folder / "model.json").read_text())
        self.assertEqual(len(model["features"]), 196)
        self.assertEqual(len(model["offsets"]), 5)
        self.assertTrue(all(0 < share < 1 for share in judged["reliability"].values()))

    def test_the_shipped_model_diagnoses_with_lines(self):
        program = self.folder / "model.py"
        text = (SOURCE / "data" / "programs" / "blobs_zeros_fixed.py").read_text()
        program.write_text(text.replace("epochs=", "epochs=1 or "))
        for reading in ("mended", "study", "faithful"):
            said = json.loads(self.run_agent("localise", program, "--localisers", "deepfd", "--dynamic", "--seeds", 9, "--tools",
                                             reading, "--store", "runs.db", "-q", "--json"))
            self.assertEqual(list(said["tools"]), ["deepfd"])
            self.assertEqual(said["tools"]["deepfd"]["trainings"], 9)
            self.assertEqual(said["reading"], reading)
            for fault in said["findings"]:
                self.assertIn(fault["fault_type"], LABELS.values())
                self.assertGreater(fault["line"], 0)
                self.assertTrue(0 < fault["score"] < 1)
            if reading == "mended":      # one epoch where forty are needed
                self.assertIn("HNE", [fault["fault_type"] for fault in said["findings"]])

    def test_it_says_what_it_needs(self):
        program = SOURCE / "data" / "programs" / "blobs_zeros_fixed.py"
        self.run_agent("localise", program, "--localisers", "deepfd", code=2)
        self.run_agent("mutate", program, "--operators", "deepfd,HLR", code=2)
        self.run_agent("mutate", SOURCE / "data" / "programs" / "diabetes_sigmoid_fixed.py", "--runs", 2, code=2)
        self.run_agent("eval", "deepfd", "none.json", code=2)


if __name__ == "__main__":
    unittest.main()
