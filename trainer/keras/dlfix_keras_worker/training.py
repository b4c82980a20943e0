"""One request from data to TrainingResult."""

import math
import time

from . import compilation, evaluation, symptoms
from .callbacks import make_callbacks, make_recorder
from .failure import Cancelled, TrainingFailure, what_keras_raises
from .model_builder import build
from .names import RANK_METRICS, canonical_metric
from .objects import Objects
from .plain_numbers import restored, to_json

_NO_EPOCHS = {"loss": [], "metric": [], "val_loss": [], "val_metric": [], "learning_rate": []}


class Training:
    """Trains one request in one Keras."""

    def __init__(self, request, family, arrays, own, flag, on_epoch):
        self.request = restored(request)
        self.family = family
        self.arrays = arrays
        self.own = own
        self.flag = flag
        self.on_epoch = on_epoch
        self.started = time.monotonic()
        self.stop = None
        self.validation = None
        self.recorder = None

    # what the recorder asks -----------------------------------------------------------------------

    def is_cancelled(self):
        return self.flag.is_set()

    def tell(self, epoch):
        self.on_epoch(epoch, self.request["fit"]["epochs"], time.monotonic() - self.started)

    def own_metric(self, model, logged):
        """f1 and auc of the validation rows, which Keras does not have as we mean them."""
        if self.metric not in RANK_METRICS or self.validation is None:
            return logged
        prediction = evaluation.predictions(model, self.validation)
        return evaluation.row_metrics.total_metric(self.metric, prediction, self.validation.labels)

    @property
    def metric(self):
        return canonical_metric(self.request["metric"])

    # the training ----------------------------------------------------------------------------------

    def run(self):
        """The result as a JSON value; it never raises."""
        result = {"status": "ok", "reason": "", "epochs": dict(_NO_EPOCHS), "evaluations": [], "symptoms": []}
        try:
            self._train(result)
        except Cancelled:
            result.update(status="cancelled", reason="cancelled")
        except TrainingFailure as failure:
            result.update(status=failure.status, reason=str(failure))
        except MemoryError:
            result.update(status="out_of_memory", reason="out of memory")
        if self.flag.is_set():
            result.update(status="cancelled", reason="cancelled")
        if self.recorder is not None:
            result["epochs"] = {name: [to_json(v) for v in values]
                                for name, values in self.recorder.epochs.items()}
        return result

    def _train(self, result):
        request = self.request
        train = self.arrays.data(request["train"])
        if request.get("validation"):
            self.validation = self.arrays.data(request["validation"])
        norms = self._first_norms(train) if request["symptoms"] else {}
        built, loss = self._compiled(train)
        if self.is_cancelled():
            raise Cancelled()
        self._fit(built.model, train)
        if self.is_cancelled():
            raise Cancelled()
        row_loss = evaluation.make_row_loss(self.family.keras, loss)
        for named in request["evaluate"]:
            measured = evaluation.measure(built.model, self.arrays.data(named["data"]), self.metric, row_loss)
            result["evaluations"].append(dict(measured, name=named["name"]))
            if self.is_cancelled():
                raise Cancelled()
        if request["symptoms"]:
            result["symptoms"] = symptoms.measure(self.family.keras, built, request["model"], train, norms)
        if not _is_finite(result["evaluations"], self.recorder.epochs):
            result.update(status="nan", reason="the loss is not a number")

    def _compiled(self, train):
        """A fresh model at its initial weights, and its loss."""
        before = self.own.has_run()
        made = self._make(train)
        # A program that was run for its objects has drawn random numbers and set seeds of its own.
        return made if self.own.has_run() == before else self._make(train)

    def _make(self, train):
        self.family.start_anew(self.request["seed"])
        objects = Objects(self.family.keras, self.family.is_keras3, self.own)
        built = build(self.request["model"], objects, [x.shape[1:] for x in train.inputs],
                      self.request["seed"])
        loss = compilation.compile_model(built.model, self.request, self.family, self.own)
        return built, loss

    def _first_norms(self, train):
        """Of a model of its own, so that looking changes nothing of the training."""
        built, _ = self._compiled(train)
        try:
            return symptoms.first_gradient_norms(built, train, self.request["fit"]["batch_size"],
                                                 self.request["seed"])
        except TrainingFailure as failure:
            if failure.status == "out_of_memory":
                raise
            return {}  # what is wrong is told by the training itself

    def _fit(self, model, train):
        fit = self.request["fit"]
        self.recorder = make_recorder(self.family.keras, self, self.metric)
        callbacks = [self.recorder] + make_callbacks(fit["callbacks"], self.family.keras, self.own)
        options = {"batch_size": fit["batch_size"], "epochs": fit["epochs"], "shuffle": fit["shuffle"],
                   "sample_weight": train.weights}  # fmt: skip
        if self.validation is not None:
            options["validation_data"] = (self.validation.x(), self.validation.labels)
            if self.validation.weights is not None:
                options["validation_data"] += (self.validation.weights,)
        elif fit["validation_split"]:
            options["validation_split"] = fit["validation_split"]
            self.validation = _held_out(train, fit["validation_split"])
        if fit["class_weight"]:
            options["class_weight"] = {int(key): weight for key, weight in fit["class_weight"].items()}
        if fit["steps_per_epoch"] is not None:
            options["steps_per_epoch"] = fit["steps_per_epoch"]
        try:
            with what_keras_raises():
                model.fit(train.x(), train.labels, verbose=0, callbacks=callbacks, **options)
        finally:
            self.stop = None


def _held_out(train, split):
    """The last rows, which Keras takes for validation_split."""
    first = int(math.floor(train.count() * (1.0 - split)))
    return train.part(slice(first, None))


def _is_finite(evaluations, epochs):
    numbers = [entry[key] for entry in evaluations for key in ("loss", "value")] + epochs["loss"][-1:]
    return all(not isinstance(number, str) and math.isfinite(number) for number in numbers)
