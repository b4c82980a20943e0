"""What a program does to the machine while it is captured: nothing."""

import os
import subprocess
import sys
import time
import unittest

from test_capture_base import HEAD, MODEL, PROBE, CaptureTest, tree_hash

FIT = MODEL + "model.fit(x, y)\n"


def running():
    """Names of all processes."""
    names = []
    for entry in os.listdir("/proc"):
        try:
            with open("/proc/" + entry + "/comm") as file:
                names.append(file.read().strip())
        except OSError:
            continue
    return names


class Containment(CaptureTest):
    def setUp(self):
        super().setUp()
        for name, text in (("kept.txt", "kept"), ("gone.txt", "gone"), ("moved.txt", "moved")):
            self.write(text, name)
        os.makedirs(os.path.join(self.work, "tree", "deep"))
        self.write("leaf", "tree/deep/leaf.txt")

    def run_unchanged(self, text):
        path = self.write(HEAD + text + FIT)
        before = tree_hash(self.work)
        document = self.run_probe(path)
        self.assertNotIn("error", document, self.printed())
        self.assertEqual(tree_hash(self.work), before, "the program changed its folder")
        return document

    def test_writes_are_diverted_and_read_back(self):
        document = self.run_unchanged("""
import os, pathlib, shutil, tempfile
os.makedirs("results/deep")
open("results/deep/a.txt", "w").write("hello")
assert open("results/deep/a.txt").read() == "hello" and os.listdir("results") == ["deep"]
assert os.path.isdir("results") and os.path.isfile("results/deep/a.txt")
with open("kept.txt", "a") as f: f.write(" and more")
assert open("kept.txt").read() == "kept and more"
with open("kept.txt", "r+") as f: f.write("K")
assert open("kept.txt").read().startswith("Kept")
os.remove("gone.txt"); assert not os.path.exists("gone.txt") and "gone.txt" not in os.listdir(".")
try:
    open("gone.txt"); raise SystemExit(1)
except FileNotFoundError: pass
open("gone.txt", "x").close(); assert os.path.exists("gone.txt")
try:
    open("kept.txt", "x"); raise SystemExit(1)
except FileExistsError: pass
os.rename("moved.txt", "new.txt"); assert open("new.txt").read() == "moved"
assert not os.path.exists("moved.txt")
shutil.rmtree("tree"); assert not os.path.exists("tree/deep/leaf.txt")
np.save("a", x); assert (np.load("a.npy") == x).all(); x.tofile("raw.bin")
import bz2, gzip
bz2.open("b.bz2", "wb").write(b"b"); gzip.open("g.gz", "wb").write(b"g")
np.savetxt("t.txt", x); assert np.loadtxt("t.txt").shape == x.shape
p = pathlib.Path("q"); p.mkdir(); (p / "r").write_text("s"); assert (p / "r").read_text() == "s"
with tempfile.TemporaryDirectory() as d: open(os.path.join(d, "z"), "w").close()
os.chmod("kept.txt", 0o600); shutil.copy("kept.txt", "copy.txt"); os.symlink("kept.txt", "link")
""")
        self.assertTrue(any("kept away" in w["message"] for w in document["warnings"]))

    def test_other_programs_cannot_write(self):
        self.run_unchanged("""
import os, subprocess
os.system("touch escaped; echo x > kept.txt; rm -f gone.txt")
try:
    subprocess.call(["touch", "escaped2"])
except PermissionError: pass
""")

    def test_plots_and_models_leave_no_files(self):
        self.run_unchanged("""
import matplotlib.pyplot as plt
figure, axes = plt.subplots(1, 2)
axes[0].plot([1, 2]); plt.savefig("plot.png"); figure.savefig("plot2.png"); plt.show()
m = Sequential([Dense(1, input_shape=(4,))]); m.save("m.h5"); m.save_weights("w.h5")
""")

    def test_forked_processes_do_not_answer_and_do_not_stay(self):
        path = self.write(HEAD + """
import os, time
if os.fork() == 0:
    os.setsid(); __import__("ctypes").CDLL(None).prctl(15, b"dlfix-orphan", 0, 0, 0); time.sleep(300)
second = os.fork()
""" + FIT + "if second: os.waitpid(second, 0)\n")
        started = time.time()
        document = self.run_probe(path)
        self.assertNotIn("error", document)
        self.assertEqual(len(document["warnings"]), 0, document["warnings"])
        self.assertLess(time.time() - started, 60)
        self.assertNotIn("dlfix-orphan", running())

    def test_says_what_contained_it_and_what_did_not(self):
        program = self.write(HEAD + FIT)
        containment = self.run_probe(program)["containment"]
        self.assertIn("it can read the files that you can read", containment["not_contained"])
        os.environ["DLFIX_CONTAINED"] = "1"
        self.addCleanup(os.environ.pop, "DLFIX_CONTAINED")
        self.assertEqual(self.run_probe(program)["containment"],
                         {"means": ["the sandbox that the probe runs in"], "not_contained": []})

    def test_without_bubblewrap_other_means_are_named(self):
        program = self.write(HEAD + FIT)
        means = self.run_probe(program)["containment"]["means"]
        self.addCleanup(os.environ.__setitem__, "PATH", os.environ["PATH"])
        os.environ["PATH"] = self.work
        document = self.run_probe(program)
        self.assertNotIn("error", document)
        self.assertEqual(document["containment"]["means"], [name for name in means if name != "bubblewrap"])
        self.assertIn("it can see and signal your other processes", document["containment"]["not_contained"])

    def test_other_processes_are_not_seen_in_bubblewrap(self):
        seen = self.write(HEAD + FIT + "import os\nprint('seen', sum(n.isdigit() for n in os.listdir('/proc')))\n"
                          "os.path.exists('/proc/%d/comm') and print('parent')\n" % os.getpid())
        document = self.run_probe(seen)
        if "bubblewrap" not in document["containment"]["means"]:
            self.skipTest("bubblewrap does not run here")
        printed = self.printed()
        self.assertIn("seen", printed)
        self.assertLess(int(printed.split("seen ")[1].split()[0]), 8, printed)

    def test_the_network_is_refused(self):
        error = self.refused("import urllib.request\n"
                             "urllib.request.urlopen('http://127.0.0.1:9/data.csv')\n")
        self.assertEqual((error["code"], error["line"]), ("program_failed", 2))
        self.assertIn("network", error["message"])

    def test_output_is_cut_at_a_mebibyte(self):
        document = self.capture(HEAD + FIT + "for i in range(40): print('z' * 99999)\n")
        self.assertEqual(os.path.getsize(document["output"]["path"]), 1 << 20)
        self.assertGreaterEqual(document["output"]["bytes"], 40 * 100000)

    def test_standard_input_is_empty(self):
        path = self.write(HEAD + FIT + "import sys\nassert sys.stdin.read() == ''\n")
        result = subprocess.run([sys.executable, "-m", "dlfix_probe", "capture", path, "--out", self.out,
                                 "--frontend", "standin"], cwd=PROBE, input=b"typed\n",
                                stdout=subprocess.PIPE)
        self.assertEqual(result.returncode, 0)
        self.assertNotIn(b"AssertionError", result.stdout)

    def test_ending_the_probe_ends_the_program(self):
        path = self.write("import time\n__import__('ctypes').CDLL(None).prctl(15, b'dlfix-sleeper', 0, 0, 0)\n"
                          "time.sleep(300)\n")
        probe = subprocess.Popen([sys.executable, "-m", "dlfix_probe", "capture", path, "--out", self.out,
                                  "--frontend", "standin"], cwd=PROBE, stdout=subprocess.PIPE)
        for _ in range(100):
            if "dlfix-sleeper" in running():
                break
            time.sleep(0.2)
        else:
            self.fail("the program did not start")
        probe.terminate()
        probe.communicate(timeout=20)
        time.sleep(0.5)
        self.assertNotIn("dlfix-sleeper", running())


if __name__ == "__main__":
    unittest.main()
