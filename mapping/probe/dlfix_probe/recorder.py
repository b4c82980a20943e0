"""Keeps what a program asks of Keras: compiles, fits, evaluations, predictions."""

import os

import numpy

from . import callback_record, compile_record, fake_results, fit_arguments, fit_data
from .batchwise import Batches
from .fit_arguments import whole


class Fit:
    """One call of fit: the model, its names in the program and the document's entries."""

    def __init__(self, model, names, entry, compiled, compiling=None):
        self.model = model
        self.names = names
        self.entry = entry
        self.compiled = compiled
        self.compiling = compiling        # the call of compile that it trains under

    def goes_on(self, earlier):
        """Whether this call, from the same line and on the same data, only continues the earlier one."""
        mine, other = dict(self.entry), dict(earlier.entry)
        for entry in (mine, other):
            entry.pop("epochs")
            entry["callbacks"] = callback_record.without_rates(entry["callbacks"])
        return (self.model is earlier.model and self.compiling is not None
                and self.compiling is earlier.compiling and not mine["initial_epoch"] and mine == other)


class Recorder:
    """Answers the intercepted methods; `store` takes arrays, `call_sites` finds source positions."""

    def __init__(self, store, call_sites):
        self.store = store
        self.call_sites = call_sites
        self.compiled = {}
        self.fits = []
        self.evaluations = []
        self.predictions = []
        self.models = []
        self.batchwise = {}       # id(model) -> Batches
        self.warnings = []
        self.main_globals = {}
        self.default_epochs = 1
        self._process = os.getpid()

    def active(self):
        """False in processes that the program forked."""
        return os.getpid() == self._process

    def warn(self, message, site=None):
        entry = {"message": message, "file": site and site["file"], "line": site and site["line"]}
        if entry not in self.warnings:
            self.warnings.append(entry)

    def know(self, model):
        if not any(known is model for known in self.models):
            self.models.append(model)

    # compile -------------------------------------------------------------------------------------

    def on_compile(self, original, model, arguments, keywords):
        """Lets Keras compile (its errors are the program's), then keeps the arguments."""
        site = self.call_sites.here()
        result = original(model, *arguments, **keywords)
        self.compiled[id(model)] = (model, fit_arguments.bind("compile", arguments, keywords), site)
        self.know(model)
        return result

    def _compile_entry(self, model):
        if id(model) not in self.compiled:
            raise RuntimeError("You must compile your model before training/testing. "
                               "Use `model.compile(optimizer, loss)`.")
        _, arguments, site = self.compiled[id(model)]
        entry = compile_record.describe(arguments, model.optimizer, site)
        if isinstance(entry["loss"], str) and compile_record.names.loss_name(entry["loss"]) is None:
            raise ValueError("Could not interpret loss identifier: " + entry["loss"])
        return entry

    def metric_names(self, model):
        known = self.compiled.get(id(model))
        return compile_record.metrics(known[1].get("metrics")) if known else []

    # fit -----------------------------------------------------------------------------------------

    def on_fit(self, model, arguments, keywords, method="fit"):
        """Records the call; a history as the answer."""
        site = self.call_sites.here()
        frame = self.call_sites.user_frame()
        bound = fit_arguments.bind(method, arguments, keywords)
        compiled = self._compile_entry(model)
        entry, params = self._fit_entry(model, bound, site)
        if self.active():
            self.fits.append(Fit(model, self._names(model, frame), entry, compiled,
                                 self.compiled.get(id(model))))
            self.know(model)
        history = fake_results.history(model, self.metric_names(model), entry["initial_epoch"],
                                       entry["epochs"], params.pop("validated"), params)
        try:
            model.history = history
        except (AttributeError, TypeError):
            pass
        return history

    def _fit_entry(self, model, bound, site):
        batch_size = whole(bound.get("batch_size"), "batch_size", None)
        steps = whole(bound.get("steps_per_epoch"), "steps_per_epoch", None)
        data = self._data(model, bound, site, steps)
        x, y, weights = data["x"], data["y"], data["weights"]
        batch_size = data["batch_size"] or batch_size or 32
        split = float(bound.get("validation_split") or 0.0)
        validation = self._validation(model, bound.get("validation_data"), site)
        if validation is None and split:
            self._check_split(split, x)
        shuffle = bound.get("shuffle", True)
        epochs = whole(bound.get("epochs"), "epochs", self.default_epochs)
        first = whole(bound.get("initial_epoch"), "initial_epoch", 0)
        entry = {
            "batch_size": batch_size, "epochs": epochs, "initial_epoch": first,
            "shuffle": data["shuffled"] if data["batch_size"] else bool(shuffle),
            "steps_per_epoch": None if data["batch_size"] else steps,
            "validation_split": 0.0 if validation else split,
            "class_weight": self._class_weight(bound.get("class_weight"), site),
            "callbacks": callback_record.describe(bound.get("callbacks"), 0 if first else epochs or 0),
            "x": [self._put(part, "x", site) for part in x],
            "y": self._one_or_all([self._put(part, "y", site) for part in y]),
            "sample_weight": self._put(weights, "sample_weight", site) if weights is not None else None,
            "validation": validation, "file": site and site["file"], "line": site and site["line"],
            "call": site}
        rows = fit_data.rows_of(x[0])
        params = {"batch_size": batch_size, "epochs": entry["epochs"], "samples": rows,
                  "steps": -(-rows // batch_size), "validated": bool(validation or split)}
        return entry, params

    def _data(self, model, bound, site, steps=None):
        x, y = bound.get("x"), bound.get("y")
        weights, batch_size, shuffled = bound.get("sample_weight"), None, False
        if fit_data.is_batched(x):
            if hasattr(x, "__next__") and not hasattr(x, "__len__") and steps is None \
                    and bound.get("samples_per_epoch") is None:
                raise ValueError("steps is needed with a generator that has no length")
            shuffled = _is_shuffled(x)
            augmented = fit_data.is_augmented(x)
            x, y, weights, batch_size = fit_data.gather(x, steps, bound.get("samples_per_epoch"))
            self.warn("the data came in batches; all rows of one pass were taken", site)
            if augmented:
                self.warn("the images are changed at random in every epoch; the images of 1 epoch stand for all", site)
        if x is None:
            raise ValueError("You should specify the `x` argument")
        self._build(model, x)
        inputs = fit_data.per_input(x, _names_of(model, "input_names", "inputs"))
        outputs = fit_data.per_input(y, _names_of(model, "output_names", "outputs"))
        fit_data.check_rows(inputs, outputs)
        if not fit_data.rows_of(inputs[0]):
            raise ValueError("the training data are empty")
        return {"x": inputs, "y": outputs, "weights": weights, "batch_size": batch_size,
                "shuffled": shuffled}

    def _build(self, model, x):
        """Sequential models without an input shape get it from the data, as in Keras."""
        if getattr(model, "built", True) and getattr(model, "inputs", None):
            return
        shape = getattr(x, "shape", None)
        if shape is None:
            shape = numpy.asarray(x).shape
        model.build((None,) + tuple(int(d) for d in shape[1:]))

    def _validation(self, model, value, site):
        if value is None:
            return None
        x, y, _ = fit_data.split_validation(value)
        inputs = fit_data.per_input(x, _names_of(model, "input_names", "inputs"))
        outputs = fit_data.per_input(y, _names_of(model, "output_names", "outputs"))
        fit_data.check_rows(inputs, outputs)
        return {"x": [self._put(part, "validation x", site) for part in inputs],
                "y": self._one_or_all([self._put(part, "validation y", site) for part in outputs])}

    def _check_split(self, split, x):
        rows = fit_data.rows_of(x[0])
        if not 0.0 < split < 1.0:
            raise ValueError("`validation_split` must be between 0 and 1, received: {}".format(split))
        if int(rows * (1.0 - split)) in (0, rows):
            raise ValueError("Training data contains {} samples, which is not sufficient to split it "
                             "into a validation and training set as specified by "
                             "`validation_split={}`.".format(rows, split))

    def _class_weight(self, value, site):
        if value is None:
            return None
        if not isinstance(value, dict):
            self.warn("class_weight {!r} is not a dict and was left out".format(value), site)
            return None
        return {str(int(key)): float(weight) for key, weight in value.items()}

    def _put(self, value, what, site):
        if not self.active():
            return None
        try:
            return self.store.put(value)
        except ValueError as error:
            raise ValueError("{} cannot be used for training: {}".format(what, error))

    @staticmethod
    def _one_or_all(references):
        return references[0] if len(references) == 1 else (references or None)

    def _names(self, model, frame):
        """The model's names in the program: of the main file first, then where fit is called."""
        names = [key for key, value in self.main_globals.items() if value is model]
        while frame is not None and len(names) < 8:
            if self.call_sites.is_user_file(frame.f_code.co_filename):
                names += names_in(frame.f_locals, model)
            frame = frame.f_back
        return list(dict.fromkeys(n for n in names if not n.startswith("__")))

    # evaluate and predict ------------------------------------------------------------------------

    def on_evaluate(self, model, arguments, keywords, method="evaluate"):
        site = self.call_sites.here()
        bound = fit_arguments.bind(method, arguments, keywords)
        self._compile_entry(model)
        data = self._data(model, bound, site, whole(bound.get("steps"), "steps", None))
        if self.active():
            self.evaluations.append((model, {
                "x": [self._put(part, "x", site) for part in data["x"]],
                "y": self._one_or_all([self._put(part, "y", site) for part in data["y"]]),
                "batch_size": data["batch_size"] or whole(bound.get("batch_size"), "batch_size", 32),
                "file": site and site["file"], "line": site and site["line"], "call": site}))
        return fake_results.evaluation(self.metric_names(model), bound.get("return_dict"))

    def on_predict(self, model, arguments, keywords):
        site = self.call_sites.here()
        bound = fit_arguments.bind("predict", arguments, keywords)
        data = self._data(model, dict(bound, y=None), site, whole(bound.get("steps"), "steps", None))
        if self.active():
            self.predictions.append((model, {
                "x": [self._put(part, "x", site) for part in data["x"]],
                "file": site and site["file"], "line": site and site["line"], "call": site}))
        return fake_results.prediction(model, fit_data.rows_of(data["x"][0]))

    def on_train_batch(self, model, arguments, keywords):
        bound = fit_arguments.bind("train_on_batch", arguments, keywords)
        compiled = self._compile_entry(model)
        if not getattr(model, "inputs", None):
            self._build(model, bound.get("x"))
        if self.active():
            kept = self.batchwise.get(id(model))
            if kept is None:
                kept = self.batchwise[id(model)] = Batches(model, self.call_sites.here(),
                                                           self._names(model, self.call_sites.user_frame()))
                kept.compiled = compiled
            kept.add(bound.get("x"), bound.get("y"), _names_of(model, "input_names", "inputs"),
                     _names_of(model, "output_names", "outputs"))
            self.know(model)
        return fake_results.evaluation(self.metric_names(model), bound.get("return_dict", False))

    def take_batches(self):
        """Where no fit was called and one model was trained batch by batch: that as a fit."""
        if self.fits or len(self.batchwise) != 1:
            return
        batches = next(iter(self.batchwise.values()))
        entry, _ = self._fit_entry(batches.model, batches.as_fit(), batches.site)
        self.warn(batches.describe(), batches.site)
        self.fits.append(Fit(batches.model, batches.names, entry, batches.compiled))


def names_in(variables, model):
    """Names (also `self.model`) under which variables hold the model."""
    names = []
    for key, value in list(variables.items()):
        if value is model:
            names.append(key)
    for key, value in list(variables.items()):
        inner = getattr(value, "__dict__", None)
        if isinstance(inner, dict) and not isinstance(value, type) and value is not model \
                and (type(value).__name__ != "module" or not names):
            names += ["{}.{}".format(key, k) for k, v in list(inner.items()) if v is model]
    return names


def _names_of(model, attribute, tensors):
    names = getattr(model, attribute, None)
    if names:
        return list(names)
    given = [getattr(tensor, "name", None) for tensor in getattr(model, tensors, None) or []]
    if given and all(given):
        return given
    count = len(getattr(model, tensors, None) or [None])
    return ["{}{}".format(tensors, index) for index in range(count)]


def _is_shuffled(dataset):
    if hasattr(dataset, "image_data_generator"):
        return bool(dataset.shuffle)
    while dataset is not None:
        if "Shuffle" in type(dataset).__name__:
            return True
        dataset = getattr(dataset, "_input_dataset", None)
    return False
