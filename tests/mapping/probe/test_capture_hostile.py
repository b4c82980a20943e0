"""Programs that mean harm: what they reach outside the scratch directory, and by which means they are kept from it.

Every test prints the means (bubblewrap, control groups, Landlock, or Python's own guards) when it fails; `means` is what
the document says of them."""

import http.server
import os
import threading
import time
import unittest

from test_capture_base import HEAD, MODEL, CaptureTest, tree_hash

FIT = MODEL + "model.fit(x, y)\n"
_CHILDREN = 300           # so that a failed test does no harm


def means(document):
    """What contained the program and what did not, as one text."""
    contained = document.get("containment", {})
    missing = [one["message"] for one in document.get("warnings", []) if "Python code" in one["message"]]
    return "; ".join(contained.get("means", []) + contained.get("not_contained", []) + missing)


class Hostile(CaptureTest):
    def setUp(self):
        super().setUp()
        self.canary = os.path.join(self.folder, "canary")
        os.makedirs(os.path.join(self.canary, "inner"))
        for name in ("a.txt", "inner/b.txt"):
            with open(os.path.join(self.canary, name), "w") as file:
                file.write("alive " * 20)

    def run_hostile(self, text, *options):
        before = tree_hash(self.canary)
        document = self.run_probe(self.write(HEAD + text), *options)
        self.assertEqual(tree_hash(self.canary), before, "the canary was changed, means: " + means(document))
        return document

    def test_a_folder_outside_is_neither_deleted_nor_overwritten(self):
        document = self.run_hostile("""
import os, shutil, subprocess, ctypes
canary = %r
for attempt in (lambda: shutil.rmtree(canary), lambda: os.remove(canary + "/a.txt"),
                lambda: open(canary + "/a.txt", "w").write("dead"), lambda: os.truncate(canary + "/a.txt", 0),
                lambda: os.rename(canary + "/a.txt", canary + "/z.txt"), lambda: os.chmod(canary + "/a.txt", 0),
                lambda: os.symlink("/etc/passwd", canary + "/link"), lambda: os.utime(canary + "/a.txt", (1, 1)),
                lambda: subprocess.call(["rm", "-rf", canary]), lambda: os.system("rm -rf " + canary),
                lambda: subprocess.call(["sh", "-c", "echo dead > %%s/a.txt" %% canary])):
    try:
        attempt()
    except BaseException as error:
        print(type(error).__name__)
""" % self.canary + FIT)
        self.assertNotIn("error", document, means(document))

    def test_an_endless_loop_ends(self):
        start = time.monotonic()
        document = self.run_hostile("while True:\n    pass\n" + FIT, "--timeout", "2")
        self.assertEqual(document["error"]["code"], "timeout")
        self.assertEqual(document["error"]["line"], 8)
        self.assertLess(time.monotonic() - start, 60)

    def test_a_loop_that_catches_everything_ends(self):
        document = self.run_hostile("import signal\nwhile True:\n    try:\n        signal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
                                    "        signal.setitimer(signal.ITIMER_REAL, 0)\n    except BaseException:\n"
                                    "        pass\n" + FIT, "--timeout", "1")
        self.assertEqual(document["error"]["code"], "timeout")

    def test_ten_gigabytes_are_not_had(self):
        document = self.run_hostile("big = np.ones(10 * (1 << 30) // 8)\n" + FIT, "--memory", "2000")
        self.assertEqual(document["error"]["code"], "memory", means(document))
        self.assertEqual(document["error"]["line"], 8)

    def test_children_beyond_the_limit_do_not_stay(self):
        document = self.run_hostile("""
import os, time
made = 0
for _ in range(%d):
    try:
        if os.fork() == 0:
            time.sleep(300)
            os._exit(0)
        made += 1
    except OSError:
        break
print("made", made)
""" % _CHILDREN + FIT)
        self.assertNotIn("error", document)
        deadline = time.monotonic() + 20
        while self._sleepers() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(self._sleepers(), 0)

    def _sleepers(self):
        """Processes that still run this test's program."""
        count = 0
        for entry in os.listdir("/proc"):
            try:
                with open("/proc/%s/environ" % entry, "rb") as file:
                    count += entry.isdigit() and self.work.encode() in file.read() and int(entry) != os.getpid()
            except OSError:
                continue
        return count

    def test_a_server_beside_is_not_reached(self):
        asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            document = self.run_hostile("""
import socket, urllib.request, subprocess
address = ("127.0.0.1", %d)
for attempt in (lambda: urllib.request.urlopen("http://127.0.0.1:%d/a").read(),
                lambda: socket.create_connection(address, 2).sendall(b"GET /b HTTP/1.0\\r\\n\\r\\n"),
                lambda: subprocess.call(["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:%d/c')"])):
    try:
        attempt()
    except BaseException as error:
        print(type(error).__name__)
""" % (server.server_port, server.server_port, server.server_port) + FIT)
        finally:
            server.shutdown()
            server.server_close()
        self.assertNotIn("error", document)
        self.assertEqual(asked, [], means(document))

    def test_megabytes_of_output_and_a_question_do_no_harm(self):
        document = self.run_hostile("for _ in range(200):\n    print('x' * 100000)\n" + FIT + "input('?')\n")
        self.assertNotIn("error", document)
        self.assertLess(os.path.getsize(document["output"]["path"]), (1 << 20) + 1)


if __name__ == "__main__":
    unittest.main()
