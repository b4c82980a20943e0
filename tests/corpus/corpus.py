"""The corpus: small programs of many shapes, and what the probe must say of each.

A `*.txt` file has programs behind lines `=== name | shapes, parted by commas | options`; `--- path` begins a
neighbour file. Options: `args: ...` (the program's arguments), `model: NAME`, `name: FILE`, `file: NAME=lines;parted`,
`needs: module`, `inspect only`, `crlf`, `latin-1`, `notebook`, `notebook: strings` (cells parted by `# ---- cell`).
`expected/*.txt` has the answers as text; `python3 corpus.py --accept` writes them anew: read the difference before you keep it.
"""

import contextlib
import glob
import io
import json
import os
import re
import signal
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROBE = os.path.join(os.path.dirname(os.path.dirname(HERE)), "mapping", "probe")
if PROBE not in sys.path:
    sys.path.insert(0, PROBE)

from dlfix_probe import capture, supervise  # noqa: E402
from dlfix_probe.errors import ProbeError  # noqa: E402
from dlfix_probe.inspect_program import inspect_program  # noqa: E402
from digest import changes, digest, refusal  # noqa: E402

_SECONDS = 60


class Program:
    """One program of the corpus."""

    def __init__(self, group, header, body):
        parts = [part.strip() for part in header.split("|")]
        self.group, self.name = group, parts[0]
        self.shapes = [shape.strip() for shape in parts[1].split(",")]
        self.options = {}
        self.files = {}
        for part in parts[2:]:
            key, _, value = part.partition(":")
            if key == "file":
                name, _, lines = value.strip().partition("=")
                self.files[name] = lines.replace(";", "\n") + "\n"
            else:
                self.options[key.strip()] = value.strip()
        pieces = re.split(r"^--- (.+)\n", body, flags=re.MULTILINE)
        self.text = pieces[0].strip("\n") + "\n"
        for name, text in zip(pieces[1::2], pieces[2::2]):
            self.files[name] = text
        self.file = self.options.get("name", "program.ipynb" if "notebook" in self.options else "program.py")

    def write(self, folder):
        """Puts the files into an empty folder; the path of the program."""
        for name, text in list(self.files.items()) + [(self.file, None)]:
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(self.content() if text is None else text.encode())
        return os.path.join(folder, self.file)

    def content(self):
        """Bytes of the program's file."""
        if "notebook" in self.options:
            return _notebook(self.text, self.options["notebook"] == "strings")
        text = self.text.replace("\n", "\r\n") if "crlf" in self.options else self.text
        return text.encode("latin-1" if "latin-1" in self.options else "utf-8")

    @property
    def arguments(self):
        return self.options.get("args", "").split()

    def runs_here(self):
        """Whether the modules that its data code needs are installed."""
        import importlib.util
        return "inspect only" not in self.options and all(importlib.util.find_spec(module) for module in self.options.get("needs", "").split())


def _notebook(text, as_strings):
    cells = []
    for source in text.split("# ---- cell\n"):
        source = source.rstrip("\n")
        lines = source.split("\n")
        kept = source if as_strings else [line + "\n" for line in lines[:-1]] + lines[-1:]
        cells.append({"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": kept})
    cells.insert(1, {"cell_type": "markdown", "metadata": {}, "source": ["model.add(Dense(99))\n"]})
    return json.dumps({"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4,
                       "nbformat_minor": 4}, indent=1).encode()


def programs():
    """All programs, in order."""
    found = []
    for path in sorted(glob.glob(os.path.join(HERE, "*.txt"))):
        with open(path, encoding="utf-8") as file:
            pieces = re.split(r"^=== (.+)\n", file.read(), flags=re.MULTILINE)
        group = os.path.splitext(os.path.basename(path))[0]
        found += [Program(group, header, body) for header, body in zip(pieces[1::2], pieces[2::2])]
    return found


# running --------------------------------------------------------------------------------------------------


def inspected(program, path):
    """The document of inspect, or the ProbeError."""
    try:
        given = program.arguments if "args" in program.options else None
        return inspect_program(path, program.options.get("model"), arguments=given)
    except ProbeError as error:
        return error


def captured(program, path, frontend="standin"):
    """The document of capture, or the ProbeError. The child is forked: what is imported here it has already."""
    with tempfile.TemporaryDirectory() as out:
        arguments = [path, "--out", out, "--cwd", os.path.dirname(path), "--frontend", frontend,
                     "--timeout", str(_SECONDS), "--data-dir", os.path.join(os.path.dirname(path), "none")]
        if "model" in program.options:
            arguments += ["--model", program.options["model"]]
        if "profile" in program.options:
            arguments += ["--keras-profile", program.options["profile"]]
        forked, supervise.run = supervise.run, _run_forked
        os.environ["DLFIX_CONTAINED"] = "1"     # a forked child cannot be put into bubblewrap
        try:
            return capture.main(arguments + ["--"] + program.arguments)
        except ProbeError as error:
            return error
        finally:
            supervise.run = forked
            del os.environ["DLFIX_CONTAINED"]


def _run_forked(command, environment, cwd, seconds, output):
    """In place of supervise.run: the same child without the start of an interpreter."""
    pid = os.fork()
    if pid == 0:
        try:
            _be_child(command, environment, cwd, output)
        finally:
            os._exit(1)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    _, status = os.waitpid(pid, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    code = os.waitstatus_to_exitcode(status)
    return supervise.Outcome(code, False, os.path.getsize(output))


def _be_child(command, environment, cwd, output):
    from dlfix_probe import child
    os.environ.clear()
    os.environ.update(environment, DLFIX_DATA="", HOME=cwd)
    os.chdir(cwd)
    target = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for stream, descriptor in ((null, 0), (target, 1), (target, 2)):
        os.dup2(stream, descriptor)
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), line_buffering=True)
    sys.stderr = sys.stdout
    sys.stdin = open(os.devnull)
    sys.argv = command[-2:]
    child.main()


def warm_up():
    """Imports what programs use, once for all of them."""
    for module in ("numpy", "pandas", "sklearn.preprocessing", "sklearn.model_selection"):
        with contextlib.suppress(ImportError):
            __import__(module)


def answer(program, frontend="standin"):
    """What the probe says of one program: {"inspect": lines, "capture": lines or None}."""
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        path = program.write(folder)
        static = inspected(program, path)
        dynamic = captured(program, path, frontend) if program.runs_here() else None
        texts = []
        for document in (static, dynamic):
            if document is None:
                texts.append(None)
            elif isinstance(document, ProbeError):
                texts.append(refusal(document, folder))
            else:
                texts.append(digest(document, folder))
        return {"inspect": texts[0], "capture": texts[1] and changes(*texts), "static": static, "dynamic": dynamic}


# expected answers -----------------------------------------------------------------------------------------


def expected():
    """{(group, name): {"inspect": lines, "capture": lines}}"""
    found = {}
    for path in sorted(glob.glob(os.path.join(HERE, "expected", "*.txt"))):
        group = os.path.splitext(os.path.basename(path))[0]
        with open(path, encoding="utf-8") as file:
            pieces = re.split(r"^=== (.+)\n", file.read(), flags=re.MULTILINE)
        for name, body in zip(pieces[1::2], pieces[2::2]):
            parts = re.split(r"^(inspect|capture)$\n", body, flags=re.MULTILINE)
            found[group, name] = {key: [line[2:] for line in text.splitlines() if line.strip()]
                                  for key, text in zip(parts[1::2], parts[2::2])}
    return found


def _accept():
    warm_up()
    texts = {}
    for program in programs():
        result = answer(program)
        body = "".join("%s\n%s" % (key, "".join("  %s\n" % line for line in result[key] or ["not run here"]))
                       for key in ("inspect", "capture"))
        texts[program.group] = texts.get(program.group, "") + "=== %s\n%s\n" % (program.name, body)
    os.makedirs(os.path.join(HERE, "expected"), exist_ok=True)
    for group, text in texts.items():
        with open(os.path.join(HERE, "expected", group + ".txt"), "w", encoding="utf-8") as file:
            file.write(text)


def _documents(folder, run):
    """FOLDER/NAME: a program's files; FOLDER/NAME.json: its document, or {"error": ...}. Files that are there already
    (edited ones) are read as they are."""
    if run:
        warm_up()
    for program in programs():
        place = os.path.join(folder, program.name)
        if not os.path.isdir(place):
            os.makedirs(place)
            program.write(place)
        path = os.path.join(place, program.file)
        runs = run and program.runs_here()
        found = captured(program, path) if runs else inspected(program, path)
        with open(place + ".json", "w", encoding="utf-8") as file:
            json.dump(found.to_json() if isinstance(found, ProbeError) else found, file)


if __name__ == "__main__":
    if sys.argv[1:] == ["--accept"]:
        _accept()
    elif len(sys.argv) == 3 and sys.argv[1] in ("--inspect", "--capture"):
        _documents(os.path.abspath(sys.argv[2]), sys.argv[1] == "--capture")
    else:
        sys.exit("usage: corpus.py --accept | --inspect FOLDER | --capture FOLDER")
