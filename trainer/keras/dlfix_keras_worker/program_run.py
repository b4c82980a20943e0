"""Runs the user's program up to its end, with training taken out of it, and keeps its objects."""

import os
import sys
import tempfile

from .failure import TrainingFailure
from .own_seeds import OwnSeeds


class ProgramRun:
    """What one run left: the model that was fitted last, what it was compiled and fitted with."""

    def __init__(self, model, compiled, callbacks, main_globals, call_sites, weighted):
        self.model = model
        self.compiled = compiled
        self.callbacks = callbacks
        self._globals = main_globals
        self._call_sites = call_sites
        self._weighted = weighted

    def layers(self):
        """(layer, line of its constructor call) of the fitted model, wrapped layers too."""
        found = []
        for layer in self.model.layers:
            for own in (layer, getattr(layer, "layer", None), getattr(layer, "forward_layer", None)):
                if own is not None:
                    site = self._call_sites.of_object(own)
                    found.append((own, site and site["line"]))
        return found

    def definitions(self):
        """Functions and classes of the main file by name, for Keras's from_config."""
        return {name: value for name, value in self._globals.items() if callable(value)}

    def has_set_weights(self, layer):
        """Whether the program gave these weights itself (a pretrained model)."""
        return any(owner is layer for owner in self._weighted)

    def metric(self, name):
        """The metric object or function of that name that the program compiles with; None without."""
        metrics = self.compiled.get("metrics")
        for metric in metrics if isinstance(metrics, (list, tuple)) else [metrics]:
            if not isinstance(metric, str) and name in (getattr(metric, "name", None),
                                                        getattr(metric, "__name__", None)):
                return metric
        return None


class ProgramSource:
    """A program that can be run. Containment holds for the whole process from here on."""

    def __init__(self, options):
        from dlfix_probe import contain, divert, landlock

        self.path = os.path.abspath(options.program)
        self.scratch = os.path.abspath(options.scratch or tempfile.mkdtemp(prefix="dlfix-keras-"))
        os.makedirs(self.scratch, exist_ok=True)
        self.options = {"program": self.path, "arguments": options.arguments, "data_dir": options.data_dir,
                        "cwd": os.path.abspath(options.cwd or os.getcwd()), "model": options.model,
                        "config": options.config, "interpreter": sys.executable}  # fmt: skip
        contain.die_with_parent()
        contain.without_network()
        writable = [self.scratch] + (["/dev"] if os.path.isdir("/dev") else [])
        self._contained = landlock.allow_writes_only_in(writable)
        contain.refuse_sockets()
        # Before numpy is imported: its file functions keep the `open` that they find.
        divert.install(self.scratch, [])

    def run(self, family, seed=0):
        """One run in one Keras; layers draw their weights by `seed`. Errors: TrainingFailure
        (unsupported) when the program fails."""
        from dlfix_probe import quiet
        from dlfix_probe.capture_options import read_source
        from dlfix_probe.frontends import STANDIN
        from dlfix_probe.positions import CallSites

        quiet.install(self._contained)
        source = read_source(self.path)
        session = _Session(self.options, source, CallSites(STANDIN), family)
        intercepted = _Intercepted(session, self._packages(source, family))
        with _Surroundings(self.options["cwd"]), intercepted, OwnSeeds(family.keras, seed):
            problem = session.run()
        if session.fitted is None:
            raise TrainingFailure("unsupported", "{}: {}".format(
                self.path, problem or "the program never calls fit"))
        return session.result()

    @staticmethod
    def _packages(source, family):
        """The packages that the program imports; the family's own counts for `keras` names."""
        from dlfix_probe.frontends import wanted_packages

        return sorted(set(wanted_packages(source)) | {family.package})


class _Session:
    """Stands in for the probe's recorder: keeps objects instead of describing them."""

    def __init__(self, options, source, call_sites, family):
        self.options = options
        self.source = source
        self.call_sites = call_sites
        self.family = family
        self.main_globals = {}
        self.compiled = {}
        self.fitted = None
        self.weighted = []

    def run(self):
        """None, or why the program stopped."""
        from dlfix_probe import child, paper_config

        values = paper_config.read(self.options["config"]) if self.options["config"] else None
        try:
            child.run_program(self.options, self.source, self, values)
        except SystemExit as error:
            return None if error.code in (None, 0) else "the program ended with {}".format(error.code)
        except Exception as error:
            return "the program stopped: {}: {}".format(type(error).__name__, str(error).split("\n")[0])
        return None

    def result(self):
        model, callbacks = self.fitted
        return ProgramRun(model, self.compiled.get(id(model), {}), callbacks, self.main_globals,
                          self.call_sites, self.weighted)

    def warn(self, message, site=None):
        print("dlfix_keras_worker:", message, file=sys.stderr)

    # what is intercepted ----------------------------------------------------------------------------

    def on_compile(self, original, model, arguments, keywords):
        from dlfix_probe import fit_arguments

        result = original(model, *arguments, **keywords)
        self.compiled[id(model)] = fit_arguments.bind("compile", arguments, keywords)
        return result

    def on_fit(self, model, arguments, keywords):
        from dlfix_probe import fake_results, fit_arguments

        bound = fit_arguments.bind("fit", arguments, keywords)
        callbacks = bound.get("callbacks") or []
        if not isinstance(callbacks, (list, tuple)):
            callbacks = getattr(callbacks, "callbacks", [callbacks])
        if self._is_wanted(model):
            self.fitted = (model, list(callbacks))
        epochs = int(bound.get("epochs") or 1)
        validated = bool(bound.get("validation_data") is not None or bound.get("validation_split"))
        return fake_results.history(model, self._metric_names(model), 0, epochs, validated, {})

    def _is_wanted(self, model):
        """Whether this is the model that --model names; without the option, every one."""
        name = self.options["model"]
        return not name or self.main_globals.get(name) is model or self.fitted is None

    def _metric_names(self, model):
        from dlfix_probe import compile_record

        return compile_record.metrics(self.compiled.get(id(model), {}).get("metrics"))

    def on_evaluate(self, model, _arguments, keywords):
        from dlfix_probe import fake_results

        return fake_results.evaluation(self._metric_names(model), keywords.get("return_dict"))

    def on_predict(self, model, arguments, keywords):
        from dlfix_probe import fake_results, fit_arguments, fit_data

        x = fit_arguments.bind("predict", arguments, keywords).get("x")
        return fake_results.prediction(model, fit_data.rows_of(x[0] if isinstance(x, (list, tuple)) else x))


class _Surroundings:
    """Working directory, __main__, arguments and module path, which a program may change."""

    def __init__(self, directory):
        self._directory = directory

    def __enter__(self):
        self._kept = (os.getcwd(), sys.modules.get("__main__"), sys.argv, list(sys.path))
        os.chdir(self._directory)

    def __exit__(self, *_error):
        directory, main, sys.argv, sys.path[:] = self._kept
        os.chdir(directory)
        sys.modules["__main__"] = main


class _Intercepted:
    """Keras without training inside of the block, as it was after it."""

    def __init__(self, session, packages):
        from dlfix_probe import real_keras

        self._session = session
        self._packages = [name for name in packages if _importable(name)]
        self._modules = {id(m.Model): m for m in real_keras.api_modules(self._packages)}.values()
        self._kept = []

    def __enter__(self):
        from dlfix_probe import child, intercept, real_keras

        session = self._session
        for module in self._modules:
            for owner in (module.Model, module.layers.Layer):
                self._kept.append((owner, dict(vars(owner))))
            intercept.remember_sites(module.layers.Layer, session.call_sites)
            for name, method in _methods(session, module).items():
                setattr(module.Model, name, method)
        real_keras.answer_datasets(self._packages, child.data_folders(session.options), session.warn)

    def __exit__(self, *_error):
        for owner, before in self._kept:
            for name, value in list(vars(owner).items()):
                if name not in before:
                    delattr(owner, name)
                elif before[name] is not value:
                    setattr(owner, name, before[name])


def _importable(name):
    import importlib.util

    return importlib.util.find_spec(name) is not None


def _methods(session, module):
    """Replacements of Model's methods."""
    original_compile, original_load = module.Model.compile, module.Model.load_weights

    def load_weights(self, *arguments, **keywords):
        session.weighted.append(self)
        return original_load(self, *arguments, **keywords)

    def nothing(self, *_arguments, **_keywords):
        return None

    return {
        "compile": lambda self, *a, **k: session.on_compile(original_compile, self, a, k),
        "fit": lambda self, *a, **k: session.on_fit(self, a, k),
        "evaluate": lambda self, *a, **k: session.on_evaluate(self, a, k),
        "predict": lambda self, *a, **k: session.on_predict(self, a, k),
        "load_weights": load_weights, "save": nothing, "save_weights": nothing, "export": nothing,
    }  # fmt: skip
