"""Requests of a batch, each trained in the Keras that its profile names."""

import gc
import sys
import time
import traceback

from . import installed
from .arrays import Arrays
from .training import Training

_FIELDS = ("model", "compile", "fit", "train", "evaluate", "metric", "seed", "profile", "symptoms")


class Worker:
    """`own`: what the program defines itself (program_objects.py), or its absence."""

    def __init__(self, families, device, own):
        self.families = families
        self.device = device
        self.own = own
        self.arrays = Arrays()

    def train(self, batch, request, on_epoch):
        """The result of one request."""
        started = time.monotonic()
        missing = [field for field in _FIELDS if field not in request]
        trainer = ""
        if batch.flag.is_set():
            result = _without_numbers("cancelled", "cancelled")
        elif missing:
            result = _without_numbers("unsupported", "the request cannot be read: no " + missing[0])
        elif request.get("trace"):
            result = _without_numbers("unsupported", "a training in Keras is not watched (trace): use --trainer torch")
        elif request.get("start") or request.get("keep_weights"):
            result = _without_numbers("unsupported", "a training in Keras does not go on from another one's weights: use --trainer torch")
        else:
            result, trainer = self._train(batch, request, on_epoch)
        return dict(result, seconds=time.monotonic() - started, work=0.0, device=self.device, trainer=trainer)

    def _train(self, batch, request, on_epoch):
        """(result, trainer); an error of our own is a crash that no trainer signs."""
        try:
            family = installed.choose(self.families, request["profile"])
            training = Training(request, family, self.arrays, self.own.of(family), batch.flag, on_epoch)
            batch.training = training
            return training.run(), family.title
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            reason = "the Keras worker failed: {}: {}".format(type(error).__name__, error)
            return _without_numbers("crash", reason), ""
        finally:
            batch.training = None
            gc.collect()  # models are full of circles


def _without_numbers(status, reason):
    empty = {"loss": [], "metric": [], "val_loss": [], "val_metric": [], "learning_rate": []}
    return {"status": status, "reason": reason, "epochs": empty, "evaluations": [], "symptoms": []}
