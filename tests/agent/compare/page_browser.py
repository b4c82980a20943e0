#!/usr/bin/env python3
"""Opens the page of a comparison in headless Chromium and uses it as a reader does.

Checks: no message on the console, nothing asked of the network, open within two seconds, tables that sort by mouse and
keyboard, filters, names of pictures and tables, no page-wide sideways scrolling, colours light and dark, a print.
Exit 77 where there is no browser (DLFIX_BROWSER names one).
"""
import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

BROWSERS = ("chromium", "chromium-browser", "chrome-headless-shell", "chromium-headless-shell", "google-chrome",
            "google-chrome-stable")
SECONDS_TO_OPEN = 2.0
ATTEMPTS = 3


def find_browser():
    asked = os.environ.get("DLFIX_BROWSER")
    if asked:
        return asked
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


class Browser:
    """A page of a headless browser, driven over the pipe of its debugging protocol."""

    def __init__(self, program, profile):
        to_browser, self.out = os.pipe()
        self.back, from_browser = os.pipe()

        def give_pipes():
            # Descriptors 3 and 4 are what the protocol uses; either may be one of ours.
            reading, writing = os.dup(to_browser), os.dup(from_browser)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-dev-shm-usage", "--disable-background-networking", "--user-data-dir=" + profile, "about:blank"],
            close_fds=False, preexec_fn=give_pipes, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer = b""
        self.number = 0
        self.events = []
        self.session = None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(domain + ".enable")

    def close(self):
        try:
            self.session = None
            self.send("Browser.close")
        except (OSError, RuntimeError):
            pass
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def read(self):
        while b"\0" not in self.buffer:
            block = os.read(self.back, 1 << 16)
            if not block:
                raise RuntimeError("the browser went away")
            self.buffer += block
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError("{}: {}".format(method, answer["error"]))
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, event):
        while not any(known.get("method") == event for known in self.events):
            self.events.append(self.read())

    def of(self, *methods):
        return [event["params"] for event in self.events if event.get("method") in methods]

    def value(self, expression):
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError("{}: {}".format(expression, answer["exceptionDetails"]))
        return answer["result"].get("value")

    def click(self, element):
        place = self.value("(() => {{ const e = {}; e.scrollIntoView({{block: 'center', inline: 'center'}}); const r = e.getBoundingClientRect();"
                           " return [r.x + r.width / 2, r.y + r.height / 2]; }})()".format(element))
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def press(self, key, code=None, number=0, text=None):
        extra = {"text": text} if text else {}
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=code or key, windowsVirtualKeyCode=number,
                      **(extra if kind == "keyDown" else {}))

    def media(self, kind="screen", scheme="light"):
        self.send("Emulation.setEmulatedMedia", media=kind, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def size(self, width, height):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def picture(self, file, whole=False, **clip):
        parameters = {"captureBeyondViewport": True, "clip": dict(clip, scale=1)} if clip else {}
        data = self.send("Page.captureScreenshot", **parameters)["data"]
        with open(file, "wb") as out:
            out.write(base64.b64decode(data))


class Checks:
    def __init__(self):
        self.failures = []

    def equal(self, what, found, wanted):
        if found != wanted:
            self.failures.append("{}: {!r}, not {!r}".format(what, found, wanted))

    def true(self, what, found):
        if not found:
            self.failures.append(what)


MEANS = "[...document.querySelectorAll('table')].find(t => t.caption.textContent.startsWith('Mean, deviation'))"


def column_of(browser, heading):
    return browser.value("[...{}.tHead.rows[0].cells].findIndex(c => c.textContent === {})".format(MEANS, json.dumps(heading)))


def shown_values(browser, column):
    """Sort keys of the table's rows as they stand; None where there is no value."""
    return browser.value(
        "[...{}.tBodies[0].rows].filter(r => !r.hidden).map(r => {{ const c = r.cells[{}];"
        " return c.textContent === '–' ? null : Number(c.dataset.value); }})".format(MEANS, column))


def in_order(values, descending):
    known = [value for value in values if value is not None]
    return values == sorted(known, reverse=descending) + [None] * (len(values) - len(known))


def open_page(browser, page, checks):
    browser.send("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1, uploadThroughput=-1)
    browser.size(1280, 900)
    seconds = SECONDS_TO_OPEN
    for _ in range(ATTEMPTS):  # others may keep the machine busy
        browser.events = [event for event in browser.events if event.get("method") != "Page.loadEventFired"]
        begin = time.monotonic()
        browser.send("Page.navigate", url="file://" + os.path.abspath(page))
        browser.wait_for("Page.loadEventFired")
        browser.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seconds = time.monotonic() - begin
        if seconds < SECONDS_TO_OPEN:
            break
    print("open after {:.2f} s, {:.2f} MB".format(seconds, os.path.getsize(page) / 1e6))
    checks.true("opening takes {:.2f} s".format(seconds), seconds < SECONDS_TO_OPEN)
    checks.true("the page is larger than 5 MB", os.path.getsize(page) < 5e6)


def check_sorting(browser, checks):
    column = column_of(browser, "random")
    head = "{}.tHead.rows[0].cells[{}]".format(MEANS, column)
    before = shown_values(browser, column)
    checks.true("the table is not in order before it is sorted", not in_order(before, False))
    browser.click(head + ".querySelector('button')")
    checks.true("sorts upwards by a click", in_order(shown_values(browser, column), False))
    checks.equal("aria-sort after a click", browser.value(head + ".getAttribute('aria-sort')"), "ascending")
    # By keyboard alone, from the address bar on.
    other = column_of(browser, "hebo")
    other_head = "{}.tHead.rows[0].cells[{}]".format(MEANS, other)
    browser.value("document.activeElement.blur(), document.getElementById('words').focus()")
    for _ in range(60):
        browser.press("Tab", number=9)
        if browser.value("document.activeElement.parentElement === " + other_head):
            break
    checks.true("Tab reaches a column's head", browser.value("document.activeElement.parentElement === " + other_head))
    checks.true("focus shows", browser.value("getComputedStyle(document.activeElement).outlineStyle") != "none")
    browser.press("Enter", number=13, text="\r")
    checks.true("sorts upwards by Enter, absent values last", in_order(shown_values(browser, other), False))
    checks.true("a value is absent", None in shown_values(browser, other))
    browser.press(" ", code="Space", number=32, text=" ")
    checks.true("sorts downwards by Space, absent values last", in_order(shown_values(browser, other), True))
    checks.equal("one column of the table is sorted", browser.value(MEANS + ".querySelectorAll('[aria-sort]').length"), 1)
    checks.true("sorting is told", "descending" in browser.value("document.getElementById('said').textContent"))
    data = column_of(browser, "data")
    browser.click("{}.tHead.rows[0].cells[{}].querySelector('button')".format(MEANS, data))
    words = browser.value("[...{}.tBodies[0].rows].map(r => r.cells[{}].textContent)".format(MEANS, data))
    checks.equal("words sort", words, sorted(words))


def check_filters(browser, checks):
    def rows():
        return browser.value("[...{}.tBodies[0].rows].filter(r => r.offsetParent).length".format(MEANS))

    def sections():
        return browser.value("[...document.querySelectorAll('section')].filter(s => s.offsetParent).length")

    browser.click("document.getElementById('words')")
    browser.send("Input.insertText", text="stand-in mae")
    checks.equal("rows of stand-in data measured by mae", rows(), 8)
    checks.equal("their sections", sections(), 8)
    checks.equal("the count is told", browser.value("document.getElementById('said').textContent"), "8 of 30 programs")
    browser.value("document.getElementById('words').select()")
    browser.press("Backspace", number=8)
    checks.equal("rows without a filter", rows(), 30)
    browser.value("document.querySelector('#filters input[type=checkbox]').focus()")
    browser.press(" ", code="Space", number=32, text=" ")
    column = column_of(browser, "random")
    checks.equal("a technique that is unchecked is hidden",
                 browser.value("{}.rows[1].cells[{}].offsetParent".format(MEANS, column)), None)
    checks.equal("in plots as well",
                 browser.value("[...document.querySelectorAll('svg [data-technique=\"0\"]')].filter(e => e.getClientRects().length).length"), 0)
    browser.press(" ", code="Space", number=32, text=" ")
    checks.true("and shown again", browser.value("{}.rows[1].cells[{}].offsetParent !== null".format(MEANS, column)))


def check_names(browser, checks):
    checks.equal("pictures without a name", browser.value(
        "[...document.querySelectorAll('svg')].filter(s => s.getAttribute('role') !== 'img' || !s.getAttribute('aria-label')).length"), 0)
    checks.equal("figures without a caption", browser.value(
        "[...document.querySelectorAll('figure')].filter(f => !f.querySelector('figcaption')).length"), 0)
    checks.equal("tables without a caption", browser.value(
        "[...document.querySelectorAll('table')].filter(t => !t.caption).length"), 0)
    checks.equal("heads without a direction", browser.value("document.querySelectorAll('th:not([scope])').length"), 0)
    checks.equal("fields without a label", browser.value(
        "[...document.querySelectorAll('input')].filter(i => !i.labels.length).length"), 0)
    checks.equal("links that lead nowhere", browser.value(
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.querySelector(a.getAttribute('href'))).length"), 0)
    checks.equal("anchors given twice", browser.value(
        "(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.length - new Set(ids).size; })()"), 0)


def luminance(colour):
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1:-1].split(",")[:3]]
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def check_colours(browser, checks, pictures):
    for scheme in ("light", "dark"):
        browser.media(scheme=scheme)
        paper = browser.value("getComputedStyle(document.body).backgroundColor")
        for element, least in (("body", 7), ("caption", 4.5), ("figcaption", 4.5), (".plot .line", 3)):
            found = contrast(browser.value("getComputedStyle(document.querySelector({})).color".format(json.dumps(element))), paper)
            checks.true("{}: contrast of {} is {:.1f}".format(scheme, element, found), found >= least)
        colours = browser.value("[...document.querySelectorAll('#filters i')].map(i => getComputedStyle(i).backgroundColor)")
        for colour in colours:
            checks.true("{}: contrast of a technique's colour {}".format(scheme, colour), contrast(colour, paper) >= 3)
        if pictures:
            browser.value("scrollTo(0, 0)")
            browser.picture(os.path.join(pictures, scheme + ".png"))
            browser.value("document.getElementById('figures').scrollIntoView()")
            browser.picture(os.path.join(pictures, scheme + "_figures.png"))
            browser.value("[...document.querySelectorAll('section')].at(-3).scrollIntoView()")
            browser.picture(os.path.join(pictures, scheme + "_program.png"))
            browser.value("(() => { const d = [...document.querySelectorAll('details.wide')].at(-1); d.open = true; d.scrollIntoView(); })()")
            browser.picture(os.path.join(pictures, scheme + "_graph.png"))
    browser.media()


def check_widths(browser, checks, pictures):
    for width in (1280, 420):
        browser.size(width, 900)
        checks.true("sideways scrolling at {} pixels".format(width),
                    browser.value("document.documentElement.scrollWidth <= innerWidth"))
    if pictures:
        browser.value("scrollTo(0, 0)")
        browser.picture(os.path.join(pictures, "narrow.png"))
    browser.size(1280, 900)


def check_print(browser, checks, pictures):
    browser.media(kind="print", scheme="dark")
    checks.equal("paper is white", browser.value("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
    checks.equal("controls are not printed", browser.value("document.getElementById('filters').offsetParent"), None)
    browser.media(kind="")  # whatever the medium is: paper
    pdf = base64.b64decode(browser.send("Page.printToPDF", preferCSSPageSize=True)["data"])
    checks.true("prints", pdf.startswith(b"%PDF") and len(pdf) > 50000)
    if pictures:
        with open(os.path.join(pictures, "print.pdf"), "wb") as out:
            out.write(pdf)


def use_page(browser, page, pictures):
    checks = Checks()
    open_page(browser, page, checks)
    check_names(browser, checks)
    check_sorting(browser, checks)
    check_filters(browser, checks)
    check_widths(browser, checks, pictures)
    check_colours(browser, checks, pictures)
    check_print(browser, checks, pictures)
    checks.equal("messages on the console", browser.of("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"), [])
    asked = [event["request"]["url"][:80] for event in browser.of("Network.requestWillBeSent")]
    checks.equal("asked of the network", [url for url in asked if not url.startswith(("file:", "data:"))], [])
    return checks.failures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maker", help="program that writes the page of a made-up comparison")
    parser.add_argument("--page", help="a page that is there already")
    parser.add_argument("--pictures", help="folder for screenshots and a print")
    arguments = parser.parse_args()
    program = find_browser()
    if program is None:
        print("skipped: no Chromium on PATH, and DLFIX_BROWSER is not set")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        page = arguments.page or os.path.join(folder, "comparison.html")
        if not arguments.page:
            subprocess.run([arguments.maker, page], check=True)
        if arguments.pictures:
            os.makedirs(arguments.pictures, exist_ok=True)
        browser = Browser(program, os.path.join(folder, "profile"))
        try:
            failures = use_page(browser, page, arguments.pictures)
        finally:
            browser.close()
    for failure in failures:
        print("FAILED: " + failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
