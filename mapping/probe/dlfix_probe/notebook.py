"""Jupyter notebooks: their code cells as one program, and where each of its lines stands in the file.

Line n of the program is line n of the code cells written one after another; IPython's own lines (`%time`,
`!pip`, `name?`) become statements that do nothing, so that every other line keeps its number and columns.
"""

import json
import re
from json.decoder import scanstring

from .errors import ProbeError

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_MAGIC = re.compile(r"[ \t]*(%{1,2}[A-Za-z]|!|\?{1,2}[A-Za-z])|% +[A-Za-z]")
_ASSIGNED = re.compile(r"([ \t]*[A-Za-z_][\w, ]*=\s*)[%!]\s*\S")
_HELP = re.compile(r"[ \t]*[A-Za-z_][\w.]*\?{1,2}\s*$")
_TIMED = re.compile(r"([ \t]*)%(time|prun) (?=\S)")
# Cell magics whose cell is something else, or is not run here. Others (`%%time`, `%%wandb`) run it as Python.
_OTHER_CELLS = {"bash", "sh", "script", "system", "sx", "cmd", "powershell", "html", "javascript", "js", "latex",
                "markdown", "svg", "perl", "ruby", "R", "julia", "sql", "bigquery", "cython", "cython_inline", "pypy",
                "python2", "writefile", "file", "shell", "spark", "configure"}


def is_notebook(path):
    return str(path).lower().endswith(".ipynb")


class Notebook:
    """`code`: the program. `cells`: per code cell its lines as [begin, end) byte ranges of the file, their
    text as it stands between the quotes, and the bytes that part two lines of the cell."""

    def __init__(self, path, raw):
        text = _text(path, raw)
        cells = _cells(path, text)
        for cell in cells:
            _take_indentation(cell)
        self.code = "\n".join("\n".join(_python_lines([line for line, _, _ in cell["lines"]])) for cell in cells)
        self.code += "\n" if cells else ""
        self._to_bytes(text, cells)
        self.cells = [{"lines": [[begin, end] for _, begin, end in cell["lines"]],
                       "separator": cell["separator"]} for cell in cells]
        self._counts = [len(cell["lines"]) for cell in cells]

    @staticmethod
    def _to_bytes(text, cells):
        """Character offsets become byte offsets."""
        at = size = 0
        for cell in cells:
            for index, (line, begin, end) in enumerate(cell["lines"]):
                size += len(text[at:begin].encode("utf-8"))
                length = len(text[begin:end].encode("utf-8"))
                cell["lines"][index] = (line, size, size + length)
                at, size = end, size + length

    def cell_of(self, line):
        """(1-based code cell, 1-based line in it) of a line of the program; None outside."""
        for number, count in enumerate(self._counts, 1):
            if line <= count:
                return number, line
            line -= count
        return None


def with_cell(error):
    """The error with the cell of its line, when that is a notebook's."""
    if error.file and is_notebook(error.file) and error.line:
        try:
            with open(error.file, "rb") as file:
                place = Notebook(error.file, file.read()).cell_of(error.line)
        except (OSError, ProbeError):
            place = None
        if place:
            error.message += " (code cell %d, line %d)" % place
    return error


def _text(path, raw):
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProbeError("not_python", "%s is no notebook: %s" % (path, error), path, None,
                         "save the notebook anew with Jupyter")


def _cells(path, text):
    """Code cells: {"lines": [(text, begin, end)], "separator"}, in order."""
    try:
        found = {}
        _object(text, _skip(text, 1 if text.startswith("\ufeff") else 0), found, {"cells", "worksheets"})
        language = _language(found)
        cells = found.get("cells") or [cell for sheet in found.get("worksheets") or [] for cell in sheet]
    except (ValueError, IndexError, TypeError, RecursionError, AttributeError) as error:
        raise ProbeError("not_python", "%s is no notebook: %s" % (path, error), path, None,
                         "save the notebook anew with Jupyter")
    if language and not language.lower().startswith(("python", "ipython")):
        raise ProbeError("not_python", "%s is a notebook of %s" % (path, language), path, None,
                         "name a notebook of Python code")
    return cells


def _take_indentation(cell):
    """IPython runs a cell that is indented as a whole: the blanks stay in the file and are no part of the program."""
    first = next((line for line, _, _ in cell["lines"] if line.strip()), "")
    indent = first[:len(first) - len(first.lstrip(" "))]
    if indent and not first.lstrip().startswith(("%", "!")):
        cell["lines"] = [(line[len(indent):], begin + len(indent), end) if line.startswith(indent) else
                         (line, begin, end) for line, begin, end in cell["lines"]]
        cell["separator"] += indent


def _language(found):
    metadata = found.get("metadata") or {}
    for part in (metadata.get("kernelspec") or {}, metadata.get("language_info") or {}):
        name = part.get("language") or (part.get("name") if part is metadata.get("language_info") else None)
        if name:
            return str(name)
    return None


def _skip(text, at):
    return _SPACE.match(text, at).end()


def _object(text, at, found, special):
    """Reads one JSON object into `found`; values of `special` keys keep their places. End offset."""
    if text[at] != "{":
        raise ValueError("no JSON object at character %d" % at)
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = scanstring(text, at + 1)
        at = _skip(text, at)
        if text[at] != ":":
            raise ValueError("a colon is missing at character %d" % at)
        at = _skip(text, at + 1)
        if key in special:
            found[key], at = _SPECIAL[key](text, at)
        else:
            found[key], at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return at + 1


def _array(text, at, read):
    """Elements read by `read(text, at) -> (value, end)`."""
    if text[at] != "[":
        raise ValueError("no JSON list at character %d" % at)
    values, at = [], _skip(text, at + 1)
    while text[at] != "]":
        value, at = read(text, at)
        values.append(value)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return values, at + 1


def _read_cells(text, at):
    cells, at = _array(text, at, _read_cell)
    return [cell for cell in cells if cell is not None], at


def _read_cell(text, at):
    found = {}
    at = _object(text, at, found, {"source", "input"})
    source = found.get("source") or found.get("input")
    is_code = found.get("cell_type") == "code" and isinstance(source, dict) and source["lines"]
    return (source if is_code else None), at


def _read_sheet(text, at):
    found = {}
    at = _object(text, at, found, {"cells"})
    return found.get("cells") or [], at


def _read_source(text, at):
    """Lines of a cell: a list of strings, or one string with line feeds."""
    if text[at] not in "[\"":
        return _DECODER.raw_decode(text, at)
    if text[at] == "\"":
        pieces, end = [_string(text, at)[0]], _string(text, at)[1]
        between = "\\n"
    else:
        pieces, end = _array(text, at, _string)
        first = pieces[0][1] - 1 if pieces else at       # the quote of the first string
        lead = text[text.rfind("\n", 0, first) + 1:first] if pieces else ""
        feed = "\r\n" if text[:first].endswith("\r\n" + lead) else "\n"
        between = "\\n\"," + (feed + lead if not lead.strip() and feed in text[at:first] else " ") + "\""
    lines = [line for piece in pieces for line in _split(text, *piece)]
    # A piece that ends with a line feed begins a new line only when something follows.
    merged = []
    for line, begin, stop, ended in lines:
        if merged and not merged[-1][3]:
            raise ValueError("a line that is parted into several strings, at character %d" % begin)
        merged.append((line, begin, stop, ended))
    if merged and merged[-1][3] is None:
        merged.pop()
    return {"lines": [(line, begin, stop) for line, begin, stop, _ in merged], "separator": between}, end


def _string(text, at):
    """((value, begin, end) with the range between the quotes, end)"""
    if text[at] != "\"":
        raise ValueError("no string at character %d" % at)
    value, end = scanstring(text, at + 1)
    return (value, at + 1, end - 1), end


def _split(text, value, begin, end):
    """Lines of one string: (text, begin, end, whether a line feed follows; None for the empty rest)."""
    at = begin
    while True:
        stop = text.find("\\n", at, end)
        while stop > 0 and _escaped(text, begin, stop):
            stop = text.find("\\n", stop + 1, end)
        last = stop < 0
        stop = end if last else stop
        line = scanstring(text[at:stop] + "\"", 0)[0]
        if last and not line and at > begin:
            return
        yield line, at, stop, not last
        if last:
            return
        at = stop + 2


def _escaped(text, begin, at):
    """Whether the backslash at `at` is itself escaped."""
    count = 0
    while at - count > begin and text[at - count - 1] == "\\":
        count += 1
    return count % 2 == 1


_SPECIAL = {"cells": _read_cells, "worksheets": lambda text, at: _array(text, at, _read_sheet),
            "source": _read_source, "input": _read_source}


def _python_lines(lines):
    """Lines of a cell with IPython's own made harmless; their number stays."""
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%"):
        name = re.match(r"%%(\w*)", first).group(1)
        if name in _OTHER_CELLS or not name:
            return ["pass" if line is first else "" for line in lines]
    result, continued = [], False
    for line in lines:
        quiet = "pass"
        if continued:
            result.append("")
            continued = line.rstrip().endswith("\\")
            continue
        timed = _TIMED.match(line)
        if timed:
            line = timed.group(1) + {"time": "None; ", "prun": "None; "}[timed.group(2)] + line[timed.end():]
        elif _ASSIGNED.match(line):
            line = _ASSIGNED.match(line).group(1) + "None"
        elif _MAGIC.match(line) or _HELP.match(line):
            continued = line.rstrip().endswith("\\")
            line = line[:len(line) - len(line.lstrip())] + quiet
        result.append(line.replace("\r", " ").replace("\f", " "))
    return result
