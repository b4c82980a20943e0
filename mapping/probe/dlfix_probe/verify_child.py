"""The process that trains for `verify`: seeds, the program's own evaluation, times."""

import json
import random
import sys
import time
import traceback

from .child import Session, data_folders, run_program, stop_at_time_limit


class Measure:
    """Stands before fit and evaluate of an installed Keras; keeps what the last run measured."""

    def __init__(self, packages, options):
        self.packages = packages
        self.options = options
        self.seed = 0
        self.reseed = True
        self.fitted = None
        self.metrics = None
        self.inside = 0

    # seeds: data drawn from numpy keep the program's own seed, training gets ours -----------------

    def seed_everything(self, seed):
        """The state in which a run starts."""
        import numpy
        self.seed, self.reseed, self.fitted, self.metrics = seed, True, None, None
        random.seed(seed)
        numpy.random.seed(seed)
        self._seed_tensorflow()

    def _seed_tensorflow(self):
        tensorflow = sys.modules.get("tensorflow")
        if tensorflow is not None:
            self._set_tensorflow_seed(self.seed)

    def watch_seeds(self):
        """Every seed that the program sets is replaced before the next layer or fit."""
        import tensorflow
        self._set_tensorflow_seed = tensorflow.random.set_seed

        def watched(original):
            def seed(*arguments, **keywords):
                self.reseed = True
                return original(*arguments, **keywords)

            return seed

        tensorflow.random.set_seed = watched(tensorflow.random.set_seed)
        tensorflow.compat.v1.set_random_seed = watched(tensorflow.compat.v1.set_random_seed)
        from .real_keras import api_modules
        for module in api_modules(self.packages):
            if hasattr(module.utils, "set_random_seed"):
                module.utils.set_random_seed = watched(module.utils.set_random_seed)
        self._seed_python = random.seed
        random.seed = watched(random.seed)

    def training_seed(self):
        """Python's and TensorFlow's generators at our seed, if the program has set them."""
        if self.reseed:
            self.reseed = False
            self._seed_python(self.seed)
            self._set_tensorflow_seed(self.seed)

    # fit and evaluate ----------------------------------------------------------------------------

    def intercept(self, model_class, layer_class, diversion):
        self._before_layers(layer_class)
        self._around_fit(model_class)
        self._after_evaluate(model_class)
        for name in ("save", "save_weights", "export", "load_weights"):
            _with_diverted_path(model_class, name, diversion)

    def _before_layers(self, layer_class):
        original = layer_class.__init__

        def initialise(layer, *arguments, **keywords):
            self.training_seed()
            return original(layer, *arguments, **keywords)

        layer_class.__init__ = initialise

    def _around_fit(self, model_class):
        import numpy
        original = model_class.fit

        def fit(model, *arguments, **keywords):
            self.training_seed()
            state = numpy.random.get_state()
            numpy.random.seed(self.seed)
            self.inside += 1
            try:
                result = original(model, *arguments, **keywords)
            finally:
                self.inside -= 1
                numpy.random.set_state(state)
            self.fitted = (model, arguments, keywords)
            return result

        model_class.fit = fit

    def _after_evaluate(self, model_class):
        original = model_class.evaluate
        self._evaluate = original

        def evaluate(model, *arguments, **keywords):
            result = original(model, *arguments, **keywords)
            if not self.inside:
                again = {k: v for k, v in keywords.items() if k not in ("return_dict", "verbose")}
                self.metrics = result if isinstance(result, dict) else self._by_name(
                    original, model, arguments[:3], again, result)
            return result

        model_class.evaluate = evaluate

    @staticmethod
    def _by_name(original, model, arguments, keywords, result):
        """Names of the values that evaluate gave: Keras tells them when asked for a dict."""
        if hasattr(arguments[0] if arguments else keywords.get("x"), "__next__"):
            return {"loss": result[0] if isinstance(result, (list, tuple)) else result}
        return original(model, *arguments, verbose=0, return_dict=True, **keywords)

    def result(self):
        """Metric name to number, of the arrays asked for, or as the program measured."""
        if self.fitted is None:
            from .errors import ProbeError
            raise ProbeError("no_fit", "the program never calls fit", self.options["program"], None,
                             "add the fit call, or pass the arguments (after --) that lead to it")
        if self.options["x"]:
            import numpy
            x = [numpy.load(path) for path in self.options["x"]]
            values = self._evaluate(self.fitted[0], x[0] if len(x) == 1 else x,
                                    numpy.load(self.options["y"]), verbose=0, return_dict=True)
        else:
            values = self.metrics if self.metrics is not None else self._validation()
        return {name: float(value) for name, value in values.items()}

    def _validation(self):
        from . import fit_arguments, fit_data
        model, arguments, keywords = self.fitted
        bound = fit_arguments.bind("fit", arguments, keywords)
        if bound.get("validation_data") is not None:
            data = bound["validation_data"]
            if not isinstance(data, (tuple, list)):
                return self._evaluate(model, data, verbose=0, return_dict=True)
            x, y = data[0], data[1]
        else:
            x, y = bound.get("x"), bound.get("y")
            split = float(bound.get("validation_split") or 0.0)
            if split and y is not None:
                start = int(fit_data.rows_of(y) * (1.0 - split))
                y = y[start:]
                x = [part[start:] for part in x] if isinstance(x, (list, tuple)) else x[start:]
        return self._evaluate(model, x, y, verbose=0, return_dict=True)


def _with_diverted_path(model_class, name, diversion):
    """Files that C libraries write go to the scratch directory as well."""
    original = getattr(model_class, name, None)
    if original is None:
        return
    reading = name.startswith("load")

    def method(model, filepath, *arguments, **keywords):
        path = diversion.for_reading(str(filepath)) if reading \
            else diversion.for_writing(str(filepath), False)
        return original(model, path, *arguments, **keywords)

    setattr(model_class, name, method)


def forget_user_modules(call_sites, before):
    """Neighbours of the program are imported anew by the next run."""
    for name in set(sys.modules) - before:
        path = getattr(sys.modules[name], "__file__", None)
        if path and call_sites.is_user_file(path):
            del sys.modules[name]


def prepare(session):
    """Containment and the installed Keras; (measure, version)."""
    import os
    from . import contain, divert, frontends, quiet, real_keras
    from .errors import ProbeError
    from .positions import CallSites
    options = session.options
    contain.contain(options, options["scratch"])
    diversion = divert.install(options["scratch"], [options["out"]])
    call_sites = CallSites(frontends.STANDIN)
    session.recorder = _NoRecorder(call_sites, os.getpid())
    stop_at_time_limit(session)
    quiet.install(True)
    packages = frontends.wanted_packages(session.source)
    try:
        modules = real_keras.api_modules(packages)
        measure = Measure(packages, options)
        measure.watch_seeds()
    except ImportError as error:
        raise ProbeError("missing_module", "Keras cannot be imported by {}: {}".format(
            options["interpreter"], error), options["program"], None,
            "choose an interpreter with Keras and TensorFlow by --python")
    for module in {id(m.Model): m for m in modules}.values():
        measure.intercept(module.Model, module.layers.Layer, diversion)
    real_keras.answer_datasets(packages, data_folders(options), print)
    return measure, modules, real_keras.version(packages)


class _NoRecorder:
    """What Session and the time limit ask of a recorder; nothing is recorded."""

    def __init__(self, call_sites, process):
        self.call_sites = call_sites
        self.fits = []
        self.main_globals = {}
        self._process = process

    def active(self):
        import os
        return os.getpid() == self._process


def run_all(session, measure, modules):
    """One run per seed, each from the start."""
    runs = []
    path = list(sys.path)
    for seed in range(session.options["seeds"]):
        before = set(sys.modules)
        for module in modules:
            module.backend.clear_session()
        measure.seed_everything(seed)
        started = time.monotonic()
        try:
            run_program(session.options, session.source, session.recorder,
                        session.options.get("config_values"))
        except SystemExit as error:
            if error.code not in (None, 0) and measure.metrics is None:
                raise
        except Exception:
            if measure.metrics is None:
                raise
            traceback.print_exc()
        seconds = time.monotonic() - started
        runs.append({"seed": seed, "metrics": measure.result(), "seconds": round(seconds, 3)})
        sys.path[:] = path
        forget_user_modules(session.recorder.call_sites, before)
    return runs


def main():
    from .capture_options import read_source
    from .document import finite
    from .errors import ProbeError
    from .program_errors import classify
    import os
    with open(sys.argv[1], encoding="utf-8") as file:
        options = json.load(file)
    session = Session(options, read_source(options["program"]))
    try:
        measure, modules, version = prepare(session)
        runs = run_all(session, measure, modules)
        session.write("captured.json", finite({"keras": version, "runs": runs}))
    except ProbeError as error:
        session.write("error.json", error.to_json())
    except BaseException as error:
        traceback.print_exc()
        problem = classify(error, session.recorder.call_sites, options)
        session.write("error.json", problem.to_json())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
