"""A probe that stays: one request a line, one answer a line. It only inspects; nothing is executed.

    python3 -m dlfix_probe.worker ROOT...
    {"program": "/path/model.py", "name_map": "/path/names.json", "model": null, "profile": null}

The answer is what `inspect` prints. Files are read below the given roots only.
"""

import json
import os
import sys

from . import source_index
from .errors import ProbeError
from .inspect_program import main as inspect

_MEMORY = 2 << 30
_OPTIONS = (("model", "--model"), ("name_map", "--name-map"), ("profile", "--keras-profile"))


def read_only_below(roots):
    """Makes the reading of programs refuse every file outside, through links as well."""
    inside = tuple(os.path.realpath(root).rstrip(os.sep) + os.sep for root in roots)
    read_text = source_index.read_text

    def guarded(path):
        if not os.path.realpath(path).startswith(inside):
            raise ProbeError("not_found", "%s lies outside the folder that is served" % path, path, None,
                             "name a file below it")
        return read_text(path)

    source_index.read_text = guarded


def limit_memory():
    """A program text that takes too much ends this process; another is started."""
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        pass


def answer(line):
    """The document of one request, or {"error": ...}."""
    try:
        request = json.loads(line)
        arguments = [request["program"]]
        for name, option in _OPTIONS:
            if request.get(name):
                arguments += [option, request[name]]
        return inspect(arguments)
    except ProbeError as error:
        return error.to_json()
    except (ValueError, KeyError, TypeError) as error:
        return ProbeError("unsupported", "not a request: %s" % error, None, None, "").to_json()


def main():
    limit_memory()
    read_only_below(sys.argv[1:])
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(line)) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
