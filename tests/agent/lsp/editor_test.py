"""The language server as editors use it."""

import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3]
PROGRAMS = SOURCE / "data" / "programs"
BINARY = sys.argv.pop(1) if len(sys.argv) > 1 else ""
TRAINER = sys.argv.pop(1) if len(sys.argv) > 1 else ""        # without one, nothing is repaired


class Editor:
    """A client that waits for what it names."""

    def __init__(self, capabilities=None, options=None):
        self.folder = tempfile.TemporaryDirectory(prefix="dlfix-lsp-")
        environment = dict(os.environ, DLFIX_HOME=str(SOURCE), DLFIX_TRAINER=TRAINER,
                           XDG_CONFIG_HOME=self.folder.name)
        for name in list(environment):
            if name.endswith("API_KEY"):
                del environment[name]
        self.process = subprocess.Popen([BINARY, "lsp", "--store", self.folder.name + "/store.sqlite"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.bytes, self.waiting, self.last = b"", [], 0
        self.server = self.request("initialize", {"processId": os.getpid(), "rootUri": None,
                                                  "capabilities": capabilities or {},
                                                  "initializationOptions": options or {}})["result"]
        self.notify("initialized", {})

    def send(self, message):
        data = json.dumps(dict(message, jsonrpc="2.0")).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.last += 1
        self.send({"id": self.last, "method": method, "params": params})
        return self.last

    def request(self, method, params):
        number = self.ask(method, params)
        return self.wait(lambda message: message.get("id") == number and "method" not in message)

    def wait(self, wanted, limit=60):
        """The first message that is wanted; others are kept."""
        deadline = time.monotonic() + limit
        while True:
            for message in self.waiting:
                if wanted(message):
                    self.waiting.remove(message)
                    return message
            if not select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))[0]:
                raise AssertionError("nothing came; there was: %s" % self.waiting)
            block = os.read(self.process.stdout.fileno(), 65536)
            if not block:
                raise AssertionError("the server ended")
            self.bytes += block
            while b"\r\n\r\n" in self.bytes:
                head, rest = self.bytes.split(b"\r\n\r\n", 1)
                length = int(head.split(b":")[1])
                if len(rest) < length:
                    break
                self.waiting.append(json.loads(rest[:length]))
                self.bytes = rest[length:]

    def diagnostics(self, version):
        return self.wait(lambda m: m.get("method") == "textDocument/publishDiagnostics"
                         and m["params"].get("version") == version)["params"]["diagnostics"]

    def open(self, name, text, version=1):
        uri = "file://%s/%s" % (self.folder.name, name)
        self.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "python", "version": version, "text": text}})
        return uri

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.folder.cleanup()


def at(line, character, end=None):
    return {"start": {"line": line, "character": character}, "end": {"line": line, "character": end or character}}


def applied(text, edits, encoding="utf-16-le"):
    """A text after the edits of a server, positions counted as the encoding counts."""
    unit = {"utf-16-le": 2, "utf-8": 1}[encoding]
    lines = text.split("\n")

    def offset(position):
        before = lines[position["line"]].encode(encoding)[:position["character"] * unit].decode(encoding)
        return sum(len(line) + 1 for line in lines[:position["line"]]) + len(before)

    for edit in sorted(edits, key=lambda e: -offset(e["range"]["start"])):
        text = text[:offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]):]
    return text


class Lsp(unittest.TestCase):
    def editor(self, *arguments, **more):
        editor = Editor(*arguments, **more)
        self.addCleanup(editor.close)
        return editor

    def fix_of(self, editor, uri, diagnostic):
        actions = editor.request("textDocument/codeAction", {
            "textDocument": {"uri": uri}, "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic]}})["result"]
        return next(action for action in actions if action.get("edit"))

    def test_the_proposed_change_gives_the_fixed_program(self):
        for name in ("blobs_zeros", "cancer_softmax", "rings_loss", "checkerboard_linear"):
            editor = self.editor()
            text = (PROGRAMS / (name + ".py")).read_text()
            uri = editor.open(name + ".py", text)
            found = editor.diagnostics(1)
            self.assertTrue(found, name)
            fixes = []
            for diagnostic in found:
                try:
                    fixes.append(self.fix_of(editor, uri, diagnostic))
                except StopIteration:
                    pass
            change, = fixes[0]["edit"]["documentChanges"]
            self.assertEqual(change["textDocument"], {"uri": uri, "version": 1})
            fixed = (PROGRAMS / (name + "_fixed.py")).read_text()
            self.assertEqual(applied(text, change["edits"]), fixed, name)
            editor.close()

    def test_changes_come_in_pieces_in_both_encodings(self):
        text = "# 𝛼é\r\n" + (PROGRAMS / "blobs_zeros.py").read_text().replace("\n", "\r\n")
        for encoding, units in (("utf-16", 2 + 1 + 1 + 1), ("utf-8", 2 + 4 + 2)):
            editor = self.editor({"general": {"positionEncodings": [encoding]}})
            self.assertEqual(editor.server["capabilities"]["positionEncoding"], encoding)
            uri = editor.open("m.py", text)
            self.assertEqual([d["code"] for d in editor.diagnostics(1)], ["WCI"])
            line = next(n for n, l in enumerate(text.split("\r\n")) if '"zeros"' in l)
            start = text.split("\r\n")[line].index('"zeros"')
            editor.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [
                {"range": at(0, units), "text": "𝛽"},
                {"range": at(line, start, start + len('"zeros"')), "text": '"he_normal"'}]})
            self.assertEqual(editor.diagnostics(2), [])
            editor.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": 3},
                                                     "contentChanges": [{"text": text}]})
            self.assertEqual([d["code"] for d in editor.diagnostics(3)], ["WCI"])
            editor.close()

    def test_typing_is_looked_at_when_it_rests(self):
        editor = self.editor(options={"debounce": 500})
        text = (PROGRAMS / "blobs_zeros.py").read_text()
        uri = editor.open("m.py", text)
        editor.diagnostics(1)
        for version in range(2, 12):
            editor.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version},
                                                     "contentChanges": [{"range": at(0, 3), "text": "x"}]})
        self.assertTrue(editor.diagnostics(11))
        self.assertFalse([m for m in editor.waiting if m.get("method") == "textDocument/publishDiagnostics"])

    def test_half_a_program_has_no_diagnostics_and_no_error(self):
        editor = self.editor()
        editor.open("m.py", "import keras\nmodel = keras.Sequential([\n")
        self.assertEqual(editor.diagnostics(1), [])
        editor.open("other.py", "print('no model')\n", version=5)
        self.assertEqual(editor.diagnostics(5), [])

    def test_hover_tells_what_a_value_is(self):
        editor = self.editor()
        text = (PROGRAMS / "blobs_zeros.py").read_text()
        uri = editor.open("m.py", text)
        line = next(n for n, l in enumerate(text.split("\n")) if '"zeros"' in l)
        column = text.split("\n")[line].index("zeros")
        hover = editor.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}})
        self.assertIn("kernel initializer of layer 0", hover["result"]["contents"]["value"])
        self.assertIn("all weights start from the same number", hover["result"]["contents"]["value"])
        nothing = editor.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}})
        self.assertIsNone(nothing["result"])

    def test_errors_have_the_codes_of_the_protocol(self):
        editor = self.editor()
        self.assertEqual(editor.request("nosuch/method", {})["error"]["code"], -32601)
        self.assertEqual(editor.request("textDocument/hover", {})["error"]["code"], -32602)
        self.assertEqual(editor.request("initialize", {})["error"]["code"], -32600)
        self.assertIsNone(editor.request("shutdown", None)["result"])
        self.assertEqual(editor.request("textDocument/hover", {})["error"]["code"], -32600)
        editor.notify("exit", None)
        self.assertEqual(editor.process.wait(timeout=10), 0)

    def test_a_cancelled_request_is_not_begun(self):
        editor = self.editor()
        uri = editor.open("m.py", (PROGRAMS / "blobs_zeros.py").read_text())
        number = editor.last = editor.last + 1
        messages = b""
        for message in ({"id": number, "method": "textDocument/hover", "params": {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}},
                        {"method": "$/cancelRequest", "params": {"id": number}}):
            data = json.dumps(dict(message, jsonrpc="2.0")).encode()
            messages += b"Content-Length: %d\r\n\r\n%s" % (len(data), data)
        editor.process.stdin.write(messages)
        editor.process.stdin.flush()
        answer = editor.wait(lambda m: m.get("id") == number)
        self.assertEqual(answer["error"]["code"], -32800)

    def test_ends_with_one_without_shutdown(self):
        editor = self.editor()
        editor.notify("exit", None)
        self.assertEqual(editor.process.wait(timeout=10), 1)
        gone = self.editor()
        gone.process.stdin.close()
        self.assertEqual(gone.process.wait(timeout=10), 1)

    def test_settings_are_asked_for(self):
        editor = self.editor({"workspace": {"configuration": True}})
        asked = editor.wait(lambda m: m.get("method") == "workspace/configuration")
        self.assertEqual(asked["params"]["items"], [{"section": "dlfix"}])
        editor.send({"id": asked["id"], "result": [{"debounce": 0, "budget": "4trials"}]})
        editor.open("m.py", (PROGRAMS / "blobs_zeros.py").read_text())
        self.assertTrue(editor.diagnostics(1))

    def repair(self, editor, uri):
        return editor.ask("workspace/executeCommand", {"command": "dlfix.repair", "arguments": [uri]})

    @unittest.skipUnless(TRAINER, "there is no trainer")
    def test_a_repair_shows_progress_and_can_be_cancelled(self):
        editor = self.editor({"window": {"workDoneProgress": True}}, {"budget": "10m", "technique": "guided"})
        uri = editor.open("m.py", (PROGRAMS / "blobs_zeros.py").read_text())
        number = self.repair(editor, uri)
        token = editor.wait(lambda m: m.get("method") == "window/workDoneProgress/create")["params"]["token"]
        progress = lambda kind: editor.wait(lambda m: m.get("method") == "$/progress" and m["params"]["value"]["kind"] == kind)
        self.assertEqual(progress("begin")["params"]["token"], token)
        progress("report")
        self.assertEqual(editor.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}})["result"], None)
        second = editor.wait(lambda m, n=self.repair(editor, uri): m.get("id") == n)
        self.assertEqual(second["error"]["code"], -32803)
        begun = time.monotonic()
        editor.notify("$/cancelRequest", {"id": number})
        progress("end")
        self.assertEqual(editor.wait(lambda m: m.get("id") == number)["error"]["code"], -32800)
        self.assertLess(time.monotonic() - begun, 1.5)

    @unittest.skipUnless(TRAINER, "there is no trainer")
    def test_a_repair_answers_with_its_verdict(self):
        editor = self.editor({}, {"budget": "4trials", "technique": "guided"})
        uri = editor.open("m.py", "# not saved\n" + (PROGRAMS / "blobs_zeros.py").read_text())
        answer = editor.wait(lambda m, n=self.repair(editor, uri): m.get("id") == n, limit=120)
        self.assertTrue(answer["result"]["verdict"], answer)
        if answer["result"]["outcome"] == "proven":
            offer = editor.wait(lambda m: m.get("method") == "window/showMessageRequest")
            editor.send({"id": offer["id"], "result": {"title": "Apply the patch"}})
            edit = editor.wait(lambda m: m.get("method") == "workspace/applyEdit")["params"]["edit"]
            self.assertEqual(edit, answer["result"]["edit"])
            self.assertEqual(edit["documentChanges"][0]["textDocument"], {"uri": uri, "version": 1})


if __name__ == "__main__":
    unittest.main(verbosity=2)
