"""What programs that clients have run can reach, tried from inside. Says which means it used."""

import pathlib
import socket
import subprocess
import sys
import time
import unittest

from served import PROGRAMS, Served

BINARY, TRAINER = (sys.argv.pop(1), sys.argv.pop(1)) if len(sys.argv) > 2 else ("", "")


class Contained(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            cls.served = Served(BINARY, "--allow-run", "--run-memory", "512", "--run-seconds", "5",
                                environment={"DLFIX_TRAINER": TRAINER})
        except RuntimeError as error:
            if "--allow-run" in str(error):
                raise unittest.SkipTest("programs cannot be contained here, and --allow-run is refused: %s" % error)
            raise
        for line in cls.served.process.stderr:
            if line.startswith("programs are run"):
                print(line, end="", file=sys.stderr)
                break
        cls.launcher, = (cls.served.folder / "store").glob("store.sqlite.serve/*/bin/python3")

    @classmethod
    def tearDownClass(cls):
        cls.served.__exit__()

    def inside(self, program, limit=60):
        return subprocess.run([self.launcher, "-c", program], capture_output=True, text=True, timeout=limit,
                              cwd=self.served.root, env=self.served.environment)

    def test_no_network_not_even_loopback(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            tried = self.inside("import socket\nsocket.create_connection(('127.0.0.1', %d), 3)\nprint('through')" % port)
        self.assertNotIn("through", tried.stdout)
        self.assertIn("Error", tried.stderr)

    def test_files_outside_are_read_only_and_the_token_is_not_there(self):
        canary = self.served.folder / "canary"
        canary.write_text("before")
        for place in (canary, self.served.root / "blobs_zeros.py", self.served.folder / "store" / "store.sqlite",
                      pathlib.Path("/etc/dlfix-canary"), self.launcher):
            before = place.read_bytes() if place.exists() else None
            self.inside("open(%r, 'a').write('changed')" % str(place))
            self.assertEqual(place.read_bytes() if place.exists() else None, before, place)
        shown = self.inside("print(open(%r).read())" % str(self.served.run_file))
        self.assertNotIn(self.served.token, shown.stdout)

    def test_keys_in_the_environment_do_not_get_in(self):
        self.served.environment["OPENAI_API_KEY"] = "sk-secret"
        self.assertNotIn("sk-secret", self.inside("import os\nprint(dict(os.environ))").stdout)

    def test_processes_are_limited_in_sum(self):
        program = ("import os, time\nmade = 0\ntry:\n    for _ in range(2000):\n        if os.fork() == 0:\n"
                   "            time.sleep(20)\n            os._exit(0)\n        made += 1\nexcept OSError as error:\n"
                   "    print('refused', made)\nelse:\n    print('made', made)\nos.killpg(0, 9)")
        begun = time.monotonic()
        tried = self.inside("import os\nos.setpgid(0, 0) if os.getpid() != os.getpgid(0) else None\n"
                            + program.replace("os.killpg(0, 9)", "import sys\nsys.stdout.flush()\nos._exit(0)"))
        self.assertIn("refused", tried.stdout, tried.stderr)
        self.assertLessEqual(int(tried.stdout.split()[1]), 300)
        self.assertLess(time.monotonic() - begun, 15)           # the others ended with the first

    def test_memory_is_limited_in_sum(self):
        tried = self.inside("import os\nheld = []\nfor _ in range(10240):\n    held.append(bytearray(os.urandom(1) * (1 << 20)))\n"
                            "print('had it all')")
        self.assertNotIn("had it all", tried.stdout)
        self.assertNotEqual(tried.returncode, 0)

    def test_an_endless_loop_ends(self):
        text = "while True:\n    pass\n" + (PROGRAMS / "blobs_zeros.py").read_text()
        _, job = self.served.json("POST", "/v1/repair", {"path": "endless.py", "text": text})
        begun = time.monotonic()
        events = self.served.events(job["id"])
        self.assertEqual(events[-1][1], "failed", events)
        self.assertLess(time.monotonic() - begun, 60)
        self.assertIn("5 s", events[-1][2]["problem"]["detail"])

    def test_a_program_of_a_job_runs_inside(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        canary = self.served.root / "canary.txt"
        attack = ("import os, ctypes\ntry:\n    os.open(%r, os.O_CREAT | os.O_WRONLY)\nexcept OSError:\n    pass\n"
                  "os.system('touch %s')\n" % (str(canary), canary))
        _, job = self.served.json("POST", "/v1/repair", {
            "path": "attack.py", "text": attack + (PROGRAMS / "blobs_zeros.py").read_text(),
            "technique": "guided", "budget": "2trials", "seeds": 1, "prove_seeds": 1})
        events = self.served.events(job["id"])
        self.assertIn(events[-1][1], ("done", "failed"))
        self.assertFalse(canary.exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
