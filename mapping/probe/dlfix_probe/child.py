"""The process that runs the user's program: contained, with training intercepted.

Started by capture.py with one argument, the options as JSON; leaves DIR/captured.json or
DIR/error.json. What the program prints goes to this process's output.
"""

import json
import os
import signal
import sys
import traceback
import types


def run_program(options, source, recorder, values):
    """Executes the text as `__main__`, the way `python FILE ARGS` would."""
    from . import paper_config
    from .project_folders import project_folders
    path = options["program"]
    code = paper_config.compile_program(source, path, values)
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__builtins__ = sys.modules["builtins"]
    sys.modules["__main__"] = main
    recorder.main_globals = main.__dict__
    sys.argv = [path] + list(options["arguments"])
    sys.path.insert(0, os.path.dirname(path))
    if options.get("neighbours"):
        sys.path.insert(1, options["neighbours"])
    sys.path.extend(project_folders(os.path.dirname(path)))      # behind what is installed
    exec(code, main.__dict__)


class Session:
    """One run: keeps what is needed to answer at any moment, also from a signal handler."""

    def __init__(self, options, source):
        self.options = options
        self.source = source
        self.recorder = None
        self.keras = None
        self.diversion = None

    def answer(self, problem=None):
        """Writes the document, or the error, and ends the process."""
        from . import document
        from .errors import ProbeError
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            if problem is not None and not self.recorder.fits:
                raise problem
            if problem is not None:
                self.recorder.warn("after its fit the program stopped: " + problem.message,
                                   {"file": problem.file, "line": problem.line})
            self._note_writes()
            self.write("captured.json", document.build(self.recorder, self.options, self.keras))
        except ProbeError as error:
            self.write("error.json", error.to_json())
        os._exit(0)

    def _note_writes(self):
        written = self.diversion.diverted if self.diversion else []
        if written:
            self.recorder.warn("files that the program writes were kept away from it: "
                               + ", ".join(written[:5]) + (" ..." if len(written) > 5 else ""))

    def write(self, name, content):
        path = os.path.join(self.options["out"], name)
        with open(path + ".part", "w", encoding="utf-8") as file:
            json.dump(content, file)
        os.replace(path + ".part", path)


def stop_at_time_limit(session):
    """A handler that answers when the time is over, with the line where the program was."""
    from .errors import ProbeError

    def over(_number, frame):
        recorder = session.recorder
        if not recorder.active():
            os._exit(1)
        while frame is not None and not recorder.call_sites.is_user_file(frame.f_code.co_filename):
            frame = frame.f_back
        session.answer(ProbeError(
            "timeout", "the program's data code did not end within {:g} seconds".format(
                session.options["timeout"]),
            frame.f_code.co_filename if frame else session.options["program"],
            frame.f_lineno if frame else None, "raise the limit with --capture-timeout, or read fewer rows"))

    signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, session.options["timeout"])


def prepare(session):
    """Containment, diversion, recorder and front end, in the order that they need each other."""
    from . import contain, divert, quiet
    options = session.options
    gaps, contained = contain.contain(options, options["scratch"])
    # Before numpy is imported: its file functions keep the `open` that they find.
    session.diversion = divert.install(options["scratch"], [options["out"]])
    from .arrays import ArrayStore
    from .frontends import STANDIN, choose
    from .positions import CallSites
    from .recorder import Recorder
    call_sites = CallSites(STANDIN)
    session.recorder = Recorder(ArrayStore(options["out"]), call_sites)
    for gap in gaps:
        session.recorder.warn(gap)
    stop_at_time_limit(session)
    quiet.install(contained)
    session.keras = choose(options, session.source, session.recorder, data_folders(options))
    options["used_frontend"] = session.keras["frontend"]
    if session.keras["frontend"] == "standin":
        from .keras_profile import default_epochs
        session.recorder.default_epochs = default_epochs(session.keras["profile"], session.keras["reason"])


def data_folders(options):
    """Where data sets are looked for, in this order."""
    folders = [options.get("data_dir"), os.environ.get("DLFIX_DATA"),
               os.path.expanduser("~/.keras/datasets")]
    return [folder for folder in folders if folder]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        options = json.load(file)
    from .capture_options import read_source
    from .errors import ProbeError
    session = Session(options, read_source(options["program"]))
    values = options.get("config_values")
    try:
        prepare(session)
    except ProbeError as error:
        session.write("error.json", error.to_json())
        return
    except ModuleNotFoundError as error:
        session.write("error.json", ProbeError(
            "missing_module", "the module {} is missing in {}".format(error.name, sys.executable),
            options["program"], None, "install it there, or name another interpreter with --python"
        ).to_json())
        return
    problem = None
    try:
        run_program(options, session.source, session.recorder, values)
    except SystemExit as error:
        if error.code not in (None, 0) or not session.recorder.fits:
            problem = error
    except BaseException as error:
        traceback.print_exc()
        problem = error
    if not session.recorder.active():
        os._exit(1 if problem else 0)
    if problem is not None:
        from .program_errors import classify
        problem = classify(problem, session.recorder.call_sites, options)
    session.answer(problem)


if __name__ == "__main__":
    main()
