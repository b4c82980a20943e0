"""`verify`: runs a program unchanged in an installed Keras, training for real, once per seed.

    python3 -m dlfix_probe verify FILE [--seeds N] [--data-dir D] [--cwd D] [--config C]
            [--x A.npy]... [--y B.npy] [--neighbours D] [--timeout SECONDS] [--memory MB] [-- ARGS]

Prints {"keras": version, "runs": [{"seed", "metrics": {name: value}, "seconds"}]}. The metrics are
those of the program's own last evaluate call; without one, of its validation rows (its training rows
where it has none); with --x and --y, of these arrays. Errors are those of `capture`.
"""

import json
import os
import shutil
import sys
import tempfile

from . import capture, capture_options, paper_config, supervise


def parse(arguments):
    """Options of `verify` as a dict of JSON values."""
    own, program_arguments = capture_options.split_program_arguments(arguments)
    parser = capture_options._Parser(prog="dlfix_probe verify")
    capture_options.add_common(parser)
    parser.set_defaults(timeout=3600.0, memory=16384)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--x", action="append", default=[])
    parser.add_argument("--y")
    parser.add_argument("--neighbours", help="folder with the modules that the program imports, besides its own")
    options = vars(parser.parse_args(own))
    options.update(arguments=program_arguments, frontend="keras",
                   x=[os.path.abspath(path) for path in options["x"]],
                   y=options["y"] and os.path.abspath(options["y"]))
    if options["seeds"] < 1 or bool(options["x"]) != bool(options["y"]):
        parser.error("--seeds is at least 1; --x and --y go together")
    return capture_options.with_absolute_paths(options)


def main(arguments):
    """The document of one verification. Errors: ProbeError."""
    options = parse(arguments)
    capture_options.check_program(options)
    if options.get("config"):
        options["config_values"] = paper_config.read(options["config"])
    scratch = os.path.realpath(tempfile.mkdtemp(prefix="dlfix-verify-"))
    try:
        options["out"] = os.path.join(scratch, "out")
        options["scratch"] = os.path.join(scratch, "files")
        os.makedirs(options["out"])
        environment = capture.environment(options["scratch"])
        path = os.path.join(scratch, "options.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(options, file)
        printed = os.path.join(options["out"], "output.txt")
        outcome = supervise.run(supervise.module_command("dlfix_probe.verify_child", path), environment, options["cwd"],
                                options["timeout"] + 60.0, printed)
        return _answer(options, outcome, printed)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _answer(options, outcome, printed):
    from .errors import ProbeError
    try:
        return capture._read_answer(options, outcome)
    except ProbeError as error:
        if error.code in ("program_failed", "wrote_nothing"):
            with open(printed, errors="replace") as file:
                print(file.read()[-4000:], file=sys.stderr)
            error.remedy = "what it printed last is on standard error"
        raise
