"""`inspect`: program.json without executing anything."""

import sys

from .errors import ProbeError
from .names_objects import OLD_PROFILES
from .source_index import SourceIndex
from .static_document import build, find_profile
from .static_reader import Reader

_OPTIONS = ("--model", "--config", "--name-map", "--keras-profile")


def options(arguments):
    """FILE and the options after it. Errors: unsupported for an unknown option."""
    files, given = [], {}
    rest = list(arguments)
    while rest:
        item = rest.pop(0)
        name, equals, value = item.partition("=")
        if name in _OPTIONS:
            if not equals and not rest:
                raise ProbeError("unsupported", name + " needs a value", None, None, "see PROGRAM_JSON.md")
            given[name] = value if equals else rest.pop(0)
        elif item.startswith("-"):
            raise ProbeError("unsupported", "unknown option " + item, None, None,
                             "the options are " + ", ".join(_OPTIONS))
        else:
            files.append(item)
    if len(files) != 1:
        raise ProbeError("not_found", "name one Python file", None, None, "inspect FILE")
    return files[0], given


def read_program(path, config=None, profile=None, arguments=None):
    """(Reader, (profile, reason)). `arguments`: the program's own, or None. Errors: not_found, not_python, syntax_error, bad_config."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 8000))
    index = SourceIndex(path)
    found = find_profile(index, profile)
    return Reader(index, config, found[0] in OLD_PROFILES, arguments).read(), found


def inspect_program(path, model=None, config=None, name_map=None, profile=None, arguments=None):
    """The whole document."""
    from .hyperparameters import attach_reading, load_name_map
    reader, found = read_program(path, config, profile, arguments)
    document = build(reader, found, model)
    document["interpreter"] = sys.executable
    return attach_reading(document, reader, load_name_map(name_map))


def main(arguments):
    path, given = options(arguments[:arguments.index("--")] if "--" in arguments else arguments)
    own = arguments[arguments.index("--") + 1:] if "--" in arguments else None
    try:
        return inspect_program(path, given.get("--model"), given.get("--config"), given.get("--name-map"),
                               given.get("--keras-profile"), own)
    except ProbeError:
        raise
    except Exception as error:       # an answer in JSON all the same
        raise ProbeError("unsupported", "the program cannot be read without running (%s: %s)"
                         % (type(error).__name__, error), path, None, "read it with --run")
