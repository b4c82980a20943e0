"""Jobs of the local endpoint: made, watched, cancelled, gone on with after a kill."""

import os
import sys
import tempfile
import time
import unittest

from served import PROGRAMS, QUICK, Served, same

BINARY, TRAINER = (sys.argv.pop(1), sys.argv.pop(1)) if len(sys.argv) > 2 else ("", "")


class Jobs(unittest.TestCase):
    def serve(self, *options):
        try:
            served = Served(BINARY, "--allow-run", *options, environment={"DLFIX_TRAINER": TRAINER})
        except RuntimeError as error:
            if "--allow-run" in str(error):
                self.skipTest("programs cannot be contained here: %s" % error)
            raise
        self.addCleanup(served.__exit__)
        return served

    def make(self, served, **more):
        headers = more.pop("headers", None)
        status, job = served.json("POST", "/v1/repair", dict(QUICK, **more), headers=headers)
        self.assertEqual(status, 202, job)
        return job["id"]

    def ended(self, served, job, limit=100):
        begun = time.monotonic()
        while time.monotonic() < begun + limit:
            answer = served.json("GET", "/v1/jobs/" + job)[1]
            if answer["status"] not in ("queued", "running"):
                return answer
            time.sleep(0.1)
        self.fail("the job does not end: %s" % answer)

    def test_a_repair_is_watched_and_its_patch_is_an_edit(self):
        served = self.serve()
        job = self.make(served, version=4)
        events = served.events(job)
        self.assertEqual([number for number, _, _ in events], list(range(1, len(events) + 1)))
        self.assertEqual([events[0][1], events[1][1], events[-1][1]], ["queued", "started", "done"])
        self.assertIn("phase", [kind for _, kind, _ in events])
        done = served.json("GET", "/v1/jobs/" + job)[1]
        self.assertEqual(done["status"], "done", done)
        self.assertIn("faulty", done["result"])
        self.assertEqual(served.events(job, after=events[-1][0]), [])
        self.assertEqual(served.events(job, after=events[2][0])[0][0], events[3][0])
        if done["result"]["diff"]:
            change, = done["edit"]["documentChanges"]
            self.assertEqual(change["textDocument"]["version"], 4)
            self.assertIn("text/x-diff", served.ask("GET", "/v1/report/%s?format=diff" % job)[1]["content-type"])

    def test_a_job_runs_in_the_root_wherever_the_server_was_started(self):
        text = "import os\nassert os.path.exists('blobs_zeros.py'), os.getcwd()\n" + (PROGRAMS / "blobs_zeros.py").read_text()
        before = os.getcwd()
        with tempfile.TemporaryDirectory() as elsewhere:        # below /tmp, which programs do not see
            os.chdir(elsewhere)
            try:
                served = self.serve()
            finally:
                os.chdir(before)
            served.root.joinpath("where.py").write_text(text)
            answer = self.ended(served, self.make(served, path="where.py"))
            self.assertEqual(answer["status"], "done", answer)

    def test_a_job_is_cancelled_within_a_second(self):
        served = self.serve()
        job = self.make(served, budget="10m", seeds=3)
        waiting = self.make(served, budget="10m", seeds=3)
        while not any(kind == "phase" for _, kind, _ in served.events(job, most=3)):
            time.sleep(0.1)
        for identity in (waiting, job):
            begun = time.monotonic()
            answer = served.json("POST", "/v1/jobs/%s/cancel" % identity)[1]
            self.assertEqual(answer["status"], "cancelled")
            self.assertLess(time.monotonic() - begun, 1.5)
        self.assertEqual(served.events(job)[-1][1], "cancelled")

    def test_one_key_makes_one_job_and_clients_have_limits(self):
        served = self.serve("--jobs-per-client", "2")
        headers = {"Idempotency-Key": "k1", "Dlfix-Client": "a"}
        first = self.make(served, budget="10m", headers=headers)
        self.assertEqual(self.make(served, budget="10m", headers=headers), first)
        status, answer = served.json("POST", "/v1/repair", dict(QUICK, budget="9m"), headers=headers)
        self.assertEqual((status, answer["code"]), (422, "idempotency_conflict"))
        self.make(served, budget="10m", headers={"Dlfix-Client": "a"})
        status, sent, _ = served.ask("POST", "/v1/repair", QUICK, {"Dlfix-Client": "a"})
        self.assertEqual(status, 429)
        self.assertIn("retry-after", sent)
        self.make(served, budget="10m", headers={"Dlfix-Client": "b"})

    def test_a_killed_server_goes_on_with_its_job_to_the_same_result(self):
        served = self.serve()
        undisturbed = self.ended(served, self.make(served, seed=1))
        served.kill()
        for file in (served.folder / "store").iterdir():
            if file.is_file():
                file.unlink()                       # the trainings, so that they are made again
        served.start()
        job = self.make(served, seed=1)
        seen = served.events(job, most=3)
        served.kill()
        served.start()
        answer = self.ended(served, job)
        self.assertEqual(answer["status"], "done", answer)
        self.assertEqual(same(answer["result"]), same(undisturbed["result"]))
        seen += served.events(job, after=seen[-1][0])
        self.assertEqual([number for number, _, _ in seen], list(range(1, len(seen) + 1)))
        self.assertIn("resumed", [kind for _, kind, _ in seen])

    def test_a_text_that_is_not_saved_is_repaired_as_posted(self):
        served = self.serve()
        text = (PROGRAMS / "blobs_zeros.py").read_text().replace("Dense(32", "Dense(31")
        job = self.make(served, path="unsaved.py", text=text)
        result = self.ended(served, job)["result"]
        self.assertIsNotNone(result)
        self.assertIn("Dense(31", str(result) + text)
        self.assertFalse((served.root / "unsaved.py").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
