"""Command line of the probe. One JSON document on standard output; see ../PROGRAM_JSON.md."""

import json
import sys

from .errors import ProbeError


def commands():
    """Command name to function(arguments) -> document. Imported late: `inspect` must start fast."""
    def inspect(arguments):
        from .inspect_program import main
        return main(arguments)

    def capture(arguments):
        from .capture import main
        return main(arguments)

    def imports(arguments):
        from .imports import main
        return main(arguments)

    def slice_(arguments):
        from .slice import main
        return main(arguments)

    def verify(arguments):
        from .verify import main
        return main(arguments)

    return {"inspect": inspect, "capture": capture, "imports": imports, "slice": slice_, "verify": verify}


def main():
    arguments = sys.argv[1:]
    known = commands()
    if not arguments or arguments[0] not in known:
        print("usage: python3 -m dlfix_probe " + "|".join(known) + " FILE ...", file=sys.stderr)
        return 2
    try:
        document = known[arguments[0]](arguments[1:])
    except ProbeError as error:
        from .notebook import with_cell
        json.dump(with_cell(error).to_json(), sys.stdout)
        return 1
    json.dump(document, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
