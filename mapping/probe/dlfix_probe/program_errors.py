"""What ended a program, as the one error of the probe."""

import traceback

from .errors import ProbeError


class MissingDataset(Exception):
    """A Keras data set that is nowhere on this machine."""

    def __init__(self, name, looked_in):
        super().__init__("the data set {} is not on this machine (looked in {})".format(
            name, ", ".join(looked_in)))
        self.name = name


_NO_NETWORK = "the program reads from the network, which is refused while it is read"


def classify(error, call_sites, options):
    """ProbeError with the user's file and line for what the program raised."""
    path, line = _place(error, call_sites, options)
    if isinstance(error, ProbeError):
        return ProbeError(error.code, error.message, error.file or path, error.line or line,
                          error.remedy)
    text = _NO_NETWORK if "network is refused" in str(error) else _one_line(error)
    if isinstance(error, MissingDataset):
        return ProbeError("missing_dataset", str(error), path, line,
                          "run `dlfix-agent data get {}`, or name a directory with --data-dir".format(
                              error.name))
    unsupported = _unsupported(error)
    if unsupported and options.get("used_frontend") == "keras":
        name = getattr(error, "name", None) or "Keras"
        return ProbeError("unsupported", "the installed Keras has no {}".format(_wanted(name, error)), path, line,
                          "use an interpreter with the Keras of the program (--python), or --frontend standin")
    if unsupported:
        return ProbeError("unsupported", unsupported, path, line,
                          "install Keras for {}: an installed Keras is used instead".format(
                              options["interpreter"]))
    if isinstance(error, ModuleNotFoundError):
        return ProbeError("missing_module", "the module {} is missing in {}".format(
            error.name, options["interpreter"]), path, line,
            "install it there, or name another interpreter with --python")
    if isinstance(error, FileNotFoundError) or (isinstance(error, OSError)
                                                and "not found" in str(error).lower()):
        return ProbeError("missing_file", "the program reads a file that is not there: "
                          + str(getattr(error, "filename", None) or error), path, line,
                          "relative paths start at {}: choose another with --cwd".format(
                              options["cwd"]))
    if isinstance(error, MemoryError):
        return ProbeError("memory", "the program needs more than {} MB of memory".format(
            options["memory"]), path, line, "raise the limit with --capture-memory, or read fewer rows")
    return ProbeError("program_failed", text, path, line, _remedy(error))


def _remedy(error):
    if isinstance(error, SystemExit):
        return "the program ended itself before a model was fitted: check its arguments (after --)"
    if isinstance(error, EOFError):
        return "give the value in the program or as an argument (after --)"
    if "network is refused" in str(error):
        return "download the data beforehand and let the program read the file"
    return "the program itself fails here, before anything is trained: correct it, or check the " \
        "working directory (--cwd) and the program's arguments (after --)"


def _unsupported(error):
    if type(error).__name__ == "UnsupportedAttribute":
        return str(error)
    name = getattr(error, "name", None) or ""
    if isinstance(error, ImportError) and name.split(".")[0] in ("keras", "tensorflow", "tf_keras"):
        if isinstance(error, ModuleNotFoundError):
            return "the bundled stand-in has no {}".format(name)
        return "the bundled stand-in has no " + name + "." + str(error).split("'")[1] \
            if "'" in str(error) else str(error)
    return None


def _wanted(name, error):
    """The dotted name of what could not be imported."""
    if isinstance(error, ModuleNotFoundError) or "'" not in str(error):
        return name
    return name + "." + str(error).split("'")[1]


def _one_line(error):
    if isinstance(error, SystemExit):
        if error.code in (None, 0):
            return "the program ended itself (exit) before a model was fitted"
        kind = "exit status " if isinstance(error.code, int) else ""
        return "the program ended itself: {}{}".format(kind, error.code)
    text = str(error).strip().split("\n")[0][:500]
    return "{}: {}".format(type(error).__name__, text) if text else type(error).__name__


def _place(error, call_sites, options):
    """The innermost line of the user's own code in the traceback."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return error.filename, error.lineno
    found = None, None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if call_sites.is_user_file(frame.f_code.co_filename):
            found = frame.f_code.co_filename, line
    if found[0] is None:
        return options["program"], None
    return found
