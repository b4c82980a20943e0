"""A folder of somebody else, with modules named as the standard library's and as ours: looking at a program there runs none
of them, whichever folder is the current one.

    foreign_folder_test.py AGENT
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(SOURCE / "tests" / "agent" / "serve"))
from served import PROGRAMS, Served  # noqa: E402

BINARY = sys.argv.pop(1) if len(sys.argv) > 1 else ""
NAMES = ("json", "ast", "argparse", "importlib/util", "importlib/__init__", "runpy", "types", "warnings", "sitecustomize", "os",
         "numpy/__init__", "dlfix_probe/__init__", "dlfix_probe/__main__", "dlfix_probe/worker", "dlfix_probe/child", "resource",
         "tempfile", "shutil", "signal", "traceback", "re", "tokenize", "struct", "ctypes/__init__", "run_module")


class ForeignFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dlfix-foreign-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "work"
        self.marks = pathlib.Path(folder.name) / "marks"
        self.marks.mkdir()
        for name in NAMES:
            file = self.folder / (name + ".py")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("open(%r, 'a').close()\n" % str(self.marks / name.replace("/", ".")))
        shutil.copy(PROGRAMS / "blobs_zeros.py", self.folder / "model.py")
        self.environment = dict(os.environ, DLFIX_HOME=str(SOURCE), XDG_RUNTIME_DIR=folder.name, XDG_CONFIG_HOME=folder.name)
        for name in ("PYTHONPATH", "PYTHONSAFEPATH"):
            self.environment.pop(name, None)

    def nothing_ran(self):
        self.assertEqual(sorted(mark.name for mark in self.marks.iterdir()), [])

    def command(self, *arguments):
        return subprocess.run([BINARY, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              timeout=120)

    def test_reading_on_the_command_line(self):
        for arguments in (["inspect", "model.py", "--json"], ["inspect", "model.py", "--as-config"], ["localise", "model.py", "--json"],
                          ["prompt", "model.py", "--task", "localise", "--json"]):
            result = self.command(*arguments)
            self.assertEqual(result.returncode, 0, (arguments, result.stderr))
            self.nothing_ran()

    def test_running_it_leaves_nothing_behind(self):
        # The program's own imports find them, as with `python model.py`; contained, they leave no mark.
        self.command("inspect", "model.py", "--run", "--json")
        self.nothing_ran()

    def test_the_language_server(self):
        server = subprocess.Popen([BINARY, "lsp", "--store", str(self.marks.parent / "store.sqlite")], cwd=self.folder,
                                  env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        uri = "file://" + str(self.folder / "model.py")
        messages = [{"id": 1, "method": "initialize", "params": {"capabilities": {}}}, {"method": "initialized", "params": {}},
                    {"method": "textDocument/didOpen", "params": {"textDocument": {
                        "uri": uri, "languageId": "python", "version": 1, "text": (self.folder / "model.py").read_text()}}},
                    {"id": 2, "method": "textDocument/codeAction", "params": {
                        "textDocument": {"uri": uri}, "context": {"diagnostics": []},
                        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}}},
                    {"id": 3, "method": "workspace/executeCommand", "params": ["x"]},
                    {"id": 4, "method": "shutdown"}, {"method": "exit"}]
        data = b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(text), text) for text in (
            json.dumps(dict(message, jsonrpc="2.0")).encode() for message in messages))
        answered, _ = server.communicate(data, timeout=120)
        self.assertIn(b"he_normal", answered)                  # it was read
        self.assertNotIn(b"json.exception", answered)
        self.assertEqual(server.returncode, 0)
        self.nothing_ran()

    def test_the_endpoint(self):
        here = os.getcwd()
        os.chdir(self.folder)
        try:
            with Served(BINARY, files=()) as served:
                shutil.copytree(self.folder, served.root, dirs_exist_ok=True)
                status, answer = served.json("POST", "/v1/localise", {"path": "model.py"})
                self.assertEqual(status, 200)
                self.assertTrue(answer["diagnostics"])
        finally:
            os.chdir(here)
        self.nothing_ran()


if __name__ == "__main__":
    unittest.main(verbosity=2)
