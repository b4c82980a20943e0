"""Command line of `capture` and `verify`, as plain values that travel to the child process."""

import argparse
import os
import sys

from .errors import ProbeError

FRONTENDS = ("auto", "standin", "keras")
PROFILES = ("keras22", "keras231", "tf23", "tf24", "tf211", "keras3")


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        print("dlfix_probe: " + message, file=sys.stderr)
        raise SystemExit(2)


def split_program_arguments(arguments):
    """What stands before `--`, and what is the program's own after it."""
    if "--" in arguments:
        place = arguments.index("--")
        return arguments[:place], arguments[place + 1:]
    return arguments, []


def add_common(parser):
    """Options that say how a program is run."""
    parser.add_argument("program")
    parser.add_argument("--cwd")
    parser.add_argument("--data-dir", dest="data_dir")
    parser.add_argument("--timeout", type=float, default=600.0)
    parser.add_argument("--memory", type=int, default=8192, help="MB of address space")
    parser.add_argument("--model")
    parser.add_argument("--config")
    parser.add_argument("--keras-profile", dest="profile", choices=PROFILES)


def parse_capture(arguments):
    """Options of `capture` as a dict of JSON values."""
    own, program_arguments = split_program_arguments(arguments)
    parser = _Parser(prog="dlfix_probe capture")
    add_common(parser)
    parser.add_argument("--out", required=True)
    parser.add_argument("--frontend", choices=FRONTENDS, default="auto")
    parser.add_argument("--name-map", dest="name_map")
    options = vars(parser.parse_args(own))
    options["arguments"] = program_arguments
    return with_absolute_paths(options)


def with_absolute_paths(options):
    """Paths made absolute: the child works in another directory."""
    for key in ("program", "out", "config", "name_map", "cwd", "data_dir", "neighbours"):
        if options.get(key):
            options[key] = os.path.abspath(options[key])
    options["cwd"] = options.get("cwd") or os.getcwd()
    options["interpreter"] = sys.executable
    return options


def check_program(options):
    """The program's source text. Errors: not_found, not_python, syntax_error."""
    path = options["program"]
    if not os.path.isfile(path):
        raise ProbeError("not_found", "there is no file " + path, path, None,
                         "check the path of the program")
    if not os.path.isdir(options["cwd"]):
        raise ProbeError("not_found", "there is no directory " + options["cwd"], options["cwd"], None,
                         "check --cwd")
    source = read_source(path)
    try:
        compile(source, path, "exec", dont_inherit=True)
        if "{{" in source:
            from .source_index import SourceFile, refuse_braces
            refuse_braces(SourceFile(path))
    except SyntaxError:
        from .source_index import SourceFile
        SourceFile(path)       # says it as inspect does
        raise ProbeError("syntax_error", "the program cannot be compiled", path, None, "correct it")
    except ValueError as error:
        raise ProbeError("not_python", "not a Python program: " + str(error), path, None,
                         "give a .py file")
    return source


def read_source(path):
    """Text of a Python file by its own encoding rule."""
    import tokenize
    from .notebook import Notebook, is_notebook
    try:
        if is_notebook(path):
            with open(path, "rb") as file:
                return Notebook(path, file.read()).code
        with tokenize.open(path) as file:
            text = file.read()
    except (SyntaxError, UnicodeDecodeError, LookupError):
        raise ProbeError("not_python", "not a text file in Python's encoding", path, None,
                         "give a .py file")
    except OSError as error:
        raise ProbeError("not_found", "cannot read the program: " + str(error.strerror), path, None,
                         "check its permissions")
    if "\0" in text:
        raise ProbeError("not_python", "not a text file: it holds a NUL character", path, None,
                         "give a .py file")
    return text
