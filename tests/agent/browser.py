"""Headless Chromium, driven over the pipe of its debugging protocol; for tests of pages."""

import base64
import json
import os
import shutil
import subprocess

BROWSERS = ("chromium", "chromium-browser", "chrome-headless-shell", "chromium-headless-shell", "google-chrome",
            "google-chrome-stable")


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
