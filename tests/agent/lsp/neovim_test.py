"""Neovim as a client: skipped where it is not installed."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3]
PROGRAMS = SOURCE / "data" / "programs"
BINARY = sys.argv.pop(1) if len(sys.argv) > 1 else ""


class Neovim(unittest.TestCase):
    def edit(self, name, code):
        with tempfile.TemporaryDirectory(prefix="dlfix-nvim-") as folder:
            program = shutil.copy(PROGRAMS / (name + ".py"), folder)
            result = pathlib.Path(folder) / "result.json"
            environment = dict(os.environ, HOME=folder, XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder,
                               XDG_STATE_HOME=folder, XDG_CACHE_HOME=folder, DLFIX_HOME=str(SOURCE),
                               DLFIX_BINARY=BINARY, DLFIX_PROGRAM=program, DLFIX_RESULT=str(result),
                               DLFIX_FAULT_TYPE=code, DLFIX_EDITORS=str(SOURCE / "agent/editors/neovim"))
            run = subprocess.run(["nvim", "--headless", "--clean", "-n", "-S", str(pathlib.Path(__file__).with_suffix(".lua"))],
                                 env=environment, capture_output=True, text=True, timeout=120)
            self.assertTrue(result.exists(), run.stderr + run.stdout)
            return json.loads(result.read_text())

    def test_diagnostics_and_the_code_action_give_the_fixed_program(self):
        for name, line, code in (("blobs_zeros", 24, "WCI"), ("rings_loss", 24, "LCH")):
            answer = self.edit(name, code)
            self.assertNotIn("error", answer, answer)
            self.assertIn((line, code), list(zip(answer["lines"], answer["codes"])))
            self.assertEqual(answer["text"], (PROGRAMS / (name + "_fixed.py")).read_text(), answer)


if __name__ == "__main__":
    if shutil.which("nvim") is None:
        print("skipped: Neovim is not installed", file=sys.stderr)
        sys.exit(77)
    unittest.main(verbosity=2)
