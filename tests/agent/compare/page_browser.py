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
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from browser import Browser, Checks, find_browser  # noqa: E402

SECONDS_TO_OPEN = 2.0
ATTEMPTS = 3


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
