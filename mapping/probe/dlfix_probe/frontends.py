"""Which Keras a program is run with: the installed one or the bundled stand-in."""

import importlib
import importlib.util
import os
import re
import sys

from .errors import ProbeError

STANDIN = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "standin")
_IMPORT = re.compile(r"(?:^|;)\s*(?:from|import)\s+(?:[\w. ]+,\s*)*(tensorflow|tf_keras|keras)\b", re.MULTILINE)


def wanted_packages(source, path=None):
    """The packages that the program's text or its neighbours import, `keras` when they name none."""
    found = set(_IMPORT.findall(source))
    if not found and path is not None:
        from .errors import ProbeError
        from .imports import program_texts
        try:
            found = {name for text in program_texts(path) for name in _IMPORT.findall(text)}
        except (ProbeError, RecursionError):
            found = set()
    return sorted(found) or ["keras"]


def choose(options, source, recorder, data_folders):
    """Prepares the front end; {frontend, profile, reason, version}. Errors: missing_module."""
    wanted = wanted_packages(source, options["program"])
    asked = options.get("frontend", "auto")
    failure = None
    if asked != "standin":
        installed = [package for package in wanted if importlib.util.find_spec(package)]
        if len(installed) == len(wanted):
            failure = _try_real(wanted, recorder, data_folders)
            if failure is None:
                return _real(options, source, wanted)
        else:
            failure = "no module named " + sorted(set(wanted) - set(installed))[0]
    if asked == "keras":
        raise ProbeError("missing_module", "Keras cannot be imported by {}: {}".format(
            options["interpreter"], failure), options["program"], None,
            "install it there, or use --frontend standin")
    return _standin(options, source, recorder, data_folders)


def _try_real(packages, recorder, data_folders):
    """None when the installed Keras was imported and intercepted, else why not."""
    from . import real_keras
    before = set(sys.modules)
    try:
        real_keras.install(packages, recorder, data_folders)
        return None
    except (Exception, SystemExit) as error:
        for name in set(sys.modules) - before:
            if name.split(".")[0] in ("keras", "tensorflow", "tf_keras"):
                del sys.modules[name]
        return "{}: {}".format(type(error).__name__, str(error).split("\n")[0][:200])


def _real(options, source, packages):
    from . import real_keras
    from .keras_profile import find_profile
    version = real_keras.version(packages)
    profile, reason = find_profile(options["program"], source, options.get("profile"),
                                   ("keras", version))
    return {"frontend": "keras", "profile": profile, "reason": reason, "version": version}


def _standin(options, source, recorder, data_folders):
    from .keras_profile import find_profile
    profile, reason = find_profile(options["program"], source, options.get("profile"))
    sys.path.insert(0, STANDIN)
    from . import datasets, intercept
    os.environ["DLFIX_STANDIN_PROFILE"] = profile
    datasets.search_in(data_folders, recorder.warn)
    keras = importlib.import_module("keras")
    intercept.remember_sites(keras.layers.Layer, recorder.call_sites)
    intercept.warn_of_weights(keras.layers.Layer, recorder)
    intercept.intercept_model(keras.Model, recorder)
    keras.models.load_model = intercept.loader(recorder, keras.models.load_model)
    return {"frontend": "standin", "profile": profile, "reason": reason, "version": None}
