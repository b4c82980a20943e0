"""`capture`: runs the program's own data code in a process of its own and reports what it built.

Nothing is trained. See PROGRAM_JSON.md for the document and README of the project for the limits.
"""

import json
import os
import shutil
import tempfile

from . import capture_options, paper_config, supervise
from .errors import ProbeError
from .sandbox import Sandbox

_GRACE_SECONDS = 15.0


def main(arguments):
    """The document of one program. Errors: ProbeError."""
    options = capture_options.parse_capture(arguments)
    capture_options.check_program(options)
    if options.get("config"):
        options["config_values"] = paper_config.read(options["config"])
    name_map = paper_config.read(options["name_map"]) if options.get("name_map") else None
    _prepare_output(options["out"])
    outcome, containment = _run(options)
    document = _read_answer(options, outcome)
    document["output"] = {"path": os.path.join(options["out"], "output.txt"),
                          "bytes": outcome.printed}
    document["containment"] = containment
    _attach(document, options, name_map)
    with open(os.path.join(options["out"], "program.json"), "w", encoding="utf-8") as file:
        json.dump(document, file)
    return document


def _attach(document, options, name_map):
    """Hyperparameters and edit sites, from the source files and the captured positions."""
    try:
        from .hyperparameters import attach
    except ImportError:
        document["warnings"].append({"message": "hyperparameters are not available", "file": None,
                                     "line": None})
        return
    attach(document, options["program"], name_map, options.get("config"), options["arguments"] or None)


def _prepare_output(directory):
    """An output directory without the answers of an earlier run."""
    try:
        os.makedirs(os.path.join(directory, "arrays"), exist_ok=True)
        for name in ("program.json", "captured.json", "error.json", "output.txt"):
            path = os.path.join(directory, name)
            if os.path.exists(path):
                os.remove(path)
        for name in os.listdir(os.path.join(directory, "arrays")):
            if name.endswith(".npy"):
                os.remove(os.path.join(directory, "arrays", name))
    except OSError as error:
        raise ProbeError("not_found", "cannot write to the output directory: " + str(error.strerror),
                         directory, None, "choose another with --out")


def environment(scratch):
    """The user's environment, with temporary files and plots led to the scratch directory."""
    package_root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    result = dict(os.environ)
    result["PYTHONPATH"] = os.pathsep.join(
        [package_root] + [p for p in [result.get("PYTHONPATH")] if p])
    temporary = os.path.join(scratch, "tmp")
    os.makedirs(temporary, exist_ok=True)
    result.update(TMPDIR=temporary, MPLBACKEND="Agg", MPLCONFIGDIR=temporary,
                  PYTHONDONTWRITEBYTECODE="1", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1",
                  PYTHONFAULTHANDLER="1")
    return result


def _run(options):
    """How the program ended, and what contained it: {means, not_contained}."""
    scratch = os.path.realpath(tempfile.mkdtemp(prefix="dlfix-probe-"))
    try:
        with Sandbox([scratch, os.path.realpath(options["out"])], options["memory"]) as sandbox:
            spec = dict(options, scratch=scratch, network_taken=sandbox.has_namespaces)
            path = os.path.join(scratch, "options.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(spec, file)
            command = sandbox.prefix + supervise.module_command("dlfix_probe.child", path)
            outcome = supervise.run(command, environment(scratch), options["cwd"],
                                    options["timeout"] + _GRACE_SECONDS,
                                    os.path.join(options["out"], "output.txt"))
            outcome.code = sandbox.exit_code(outcome.code)
            return outcome, {"means": sandbox.means, "not_contained": sandbox.not_contained}
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _read_answer(options, outcome):
    error = os.path.join(options["out"], "error.json")
    captured = os.path.join(options["out"], "captured.json")
    if os.path.exists(error):
        with open(error, encoding="utf-8") as file:
            answer = json.load(file)["error"]
        os.remove(error)
        raise ProbeError(answer["code"], answer["message"], answer["file"], answer["line"],
                         answer["remedy"])
    if os.path.exists(captured):
        with open(captured, encoding="utf-8") as file:
            document = json.load(file)
        os.remove(captured)
        return document
    raise _silent_end(options, outcome)


def _silent_end(options, outcome):
    """What is said of a child that ended without an answer."""
    path = options["program"]
    if outcome.timed_out or outcome.code == -24:
        return ProbeError("timeout", "the program did not end within {:g} seconds".format(
            options["timeout"]), path, None, "raise the limit with --capture-timeout, or read fewer rows")
    last_words = _last_words(options)
    if "MemoryError" in last_words:
        return ProbeError("memory", "the program needs more than {} MB of memory".format(
            options["memory"]), path, None,
                          "raise the limit with --capture-memory, or read fewer rows")
    if outcome.code == -9:
        return ProbeError("memory", "the program was ended by the system, most likely for memory", path,
                          None, "read fewer rows, or use a machine with more memory")
    if outcome.code < 0:
        return ProbeError("program_failed", "the program crashed (signal {}){}".format(
            -outcome.code, last_words), path, None,
                          "if memory ran out, raise the limit with --capture-memory")
    return ProbeError("wrote_nothing", "the program ended without an answer (exit status {}){}".format(
        outcome.code, last_words), path, None, "it may call os._exit: take the call out")


def _last_words(options):
    """The last line that the program printed, to go behind a message; empty for none."""
    try:
        with open(os.path.join(options["out"], "output.txt"), "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - 2000))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    lines = [line.strip() for line in lines if line.strip()]
    for place, line in enumerate(lines):
        if line.startswith("Fatal Python error"):       # a report of frames and modules follows
            lines = lines[:place + 1]
            break
    return "; it printed last: " + lines[-1][:300] if lines else ""
