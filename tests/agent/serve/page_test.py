"""The endpoint's page in headless Chromium, used as a person does: findings, a repair watched live, its diff, the patch as
a file, techniques compared. Skipped where there is no browser or no sandbox. PICTURES names a folder for screenshots.

    page_test.py AGENT TRAINER
"""

import os
import pathlib
import sys
import tempfile
import time
import unittest

from served import Served

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from browser import Browser, find_browser  # noqa: E402

BINARY, TRAINER = (sys.argv.pop(1), sys.argv.pop(1)) if len(sys.argv) > 2 else ("", "")
TEXT = "document.getElementById(%r).textContent"


class Page(unittest.TestCase):
    def setUp(self):
        try:
            self.served = Served(BINARY, "--allow-run", environment={"DLFIX_TRAINER": TRAINER})
        except RuntimeError as error:
            if "--allow-run" in str(error):
                self.skipTest("programs cannot be contained here: %s" % error)
            raise
        self.addCleanup(self.served.__exit__)
        folder = tempfile.TemporaryDirectory(prefix="dlfix-page-")
        self.addCleanup(folder.cleanup)
        self.downloads = os.path.join(folder.name, "downloads")
        self.browser = Browser(find_browser(), os.path.join(folder.name, "profile"))
        self.addCleanup(self.browser.close)
        self.browser.size(1000, 1100)
        self.browser.send("Page.setDownloadBehavior", behavior="allow", downloadPath=self.downloads)

    def until(self, expression, limit=120):
        deadline = time.monotonic() + limit
        while not self.browser.value(expression):
            if time.monotonic() > deadline:
                self.fail("never: %s; problem: %s" % (expression, self.browser.value(TEXT % "problem")))
            time.sleep(0.05)

    def picture(self, name):
        if os.environ.get("PICTURES"):
            os.makedirs(os.environ["PICTURES"], exist_ok=True)
            self.browser.picture(os.path.join(os.environ["PICTURES"], name + ".png"))

    def open(self):
        self.browser.send("Page.navigate", url=self.served.record["url"] + "/#token=" + self.served.token)
        self.until("!document.getElementById('work').hidden")

    def fill(self, **fields):
        for name, value in fields.items():
            self.browser.value("document.getElementById(%r).value = %r" % (name, value))

    def repair(self, technique, budget):
        """Starts one and gives what the bar showed while it ran."""
        self.fill(path="blobs_zeros.py", technique=technique, budget=budget)
        self.browser.click("document.getElementById('repair')")
        self.until("!document.getElementById('job').hidden && document.getElementById('result').hidden")
        seen = set()
        while self.browser.value("document.getElementById('result').hidden"):
            seen.add(self.browser.value(TEXT % "job-status"))
            if len(seen) == 3:
                self.picture("running")
            time.sleep(0.02)
        return seen

    def test_from_the_findings_to_the_patch(self):
        self.open()
        self.assertEqual(self.browser.value("location.hash"), "")       # the token does not stay in the address
        self.fill(path="blobs_zeros.py")
        self.browser.click("document.querySelector('button[value=look]')")
        self.until("document.querySelectorAll('#findings li').length > 0")
        self.assertIn("line 24: WCI", self.browser.value(TEXT % "findings"))
        self.assertIn("WCI", self.browser.value("document.querySelector('#source .found').textContent"))
        self.picture("findings")
        seen = self.repair("guided", "12trials")
        self.assertTrue(any("%" in words for words in seen), seen)      # it was watched while it ran
        self.assertTrue(self.browser.value(TEXT % "verdict").startswith("proven"), self.browser.value(TEXT % "verdict"))
        self.assertGreater(self.browser.value("document.querySelectorAll('#curve polyline').length"), 0)
        self.assertGreater(self.browser.value("document.querySelectorAll('#diff .add').length"), 0)
        self.browser.value("document.getElementById('result').scrollIntoView()")
        self.picture("result")
        self.download()
        self.compare()
        self.looks()
        messages = self.browser.of("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        # The page itself is asked for without the token, which the browser does not send, and comes with 401.
        self.assertLessEqual({one.get("entry", {}).get("url", "").partition("#")[0] for one in messages},
                             {self.served.record["url"] + "/"}, messages)

    def download(self):
        self.browser.click("document.getElementById('download')")
        file = os.path.join(self.downloads, "patch.diff")
        deadline = time.monotonic() + 20
        while not os.path.exists(file) and time.monotonic() < deadline:
            time.sleep(0.1)
        job = self.served.json("GET", "/v1/jobs")[1]["jobs"][0]
        with open(file) as patch:
            self.assertEqual(patch.read(), self.served.json("GET", "/v1/report/" + job["id"])[1]["diff"])

    def compare(self):
        self.assertTrue(self.browser.value("document.getElementById('comparison').hidden"))
        self.repair("random", "4trials")
        self.until("!document.getElementById('comparison').hidden")
        column = "[...document.querySelectorAll('#comparison tbody tr')].map(r => r.cells[0].textContent)"
        self.assertEqual(sorted(self.browser.value(column)), ["guided", "random"])
        self.browser.value("document.querySelector('#comparison th button').focus()")
        for wanted in (["guided", "random"], ["random", "guided"]):
            self.browser.press("Enter", number=13, text="\r")
            self.until("JSON.stringify(%s) === %r" % (column, str(wanted).replace("'", '"').replace(", ", ",")), 5)
        self.browser.value("document.getElementById('comparison').scrollIntoView()")
        self.picture("comparison")

    def looks(self):
        unnamed = self.browser.value(
            "[...document.querySelectorAll('input, select, progress, svg[role=img], pre')].filter(e => !(e.labels && e.labels.length)"
            " && !e.getAttribute('aria-label') && !e.getAttribute('aria-labelledby')).map(e => e.id)")
        self.assertEqual(unnamed, [])
        for width in (1000, 400):
            self.browser.size(width, 900)
            self.picture("width_%d" % width)
            wide = self.browser.value("[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth"
                                      " && !e.closest('.scroll, pre')).map(e => e.id || e.tagName)")
            self.assertEqual(wide, [], width)
            self.assertTrue(self.browser.value("document.documentElement.scrollWidth <= innerWidth"), width)
        self.browser.size(1000, 1100)
        papers = set()
        for scheme in ("light", "dark"):
            self.browser.media(scheme=scheme)
            papers.add(self.browser.value("getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(papers), 2)
        self.picture("dark")


if __name__ == "__main__":
    if find_browser() is None:
        print("skipped: no Chromium on PATH, and DLFIX_BROWSER is not set", file=sys.stderr)
        sys.exit(77)
    unittest.main(verbosity=2)
