"""fit()'s callbacks: those of the request, and the one that records epochs."""

from .failure import Cancelled, unsupported, what_keras_raises
from .names import RANK_METRICS, canonical_metric

_REPORTING = ("ModelCheckpoint", "TensorBoard", "CSVLogger", "History", "ProgbarLogger", "BaseLogger",
              "RemoteMonitor", "BackupAndRestore")  # fmt: skip
_RECORDED = ("loss", "metric", "val_loss", "val_metric", "learning_rate")


def make_callbacks(specs, keras, own):
    """Keras's callbacks by the request's attributes; those that only report are left out."""
    made = []
    for place, spec in enumerate(specs):
        name, attributes = spec["class"], spec["attributes"]
        if name in _REPORTING:
            continue
        if name == "LearningRateScheduler" and "values" in attributes:
            made.append(_scheduler(attributes["values"], keras))
        elif name in ("LearningRateScheduler", "LambdaCallback") or "custom" in attributes:
            made.append(own.callback(place, name))
        else:
            made.append(_known(name, attributes, keras))
    return made


def _scheduler(values, keras):
    def rate(epoch, _rate=None):
        return float(values[min(epoch, len(values) - 1)])

    return keras.callbacks.LearningRateScheduler(rate)


def _known(name, attributes, keras):
    kind = getattr(keras.callbacks, name, None)
    if kind is None:
        raise unsupported("this Keras has no callback " + name)
    given = {key: value for key, value in attributes.items() if value is not None}
    if given.get("start_from_epoch") == 0:
        del given["start_from_epoch"]  # Keras before 2.11 has no such argument
    with what_keras_raises():
        return kind(**given)


def make_recorder(keras, training, metric):
    """The callback that fills epochs, tells progress and ends a cancelled training. It comes first: it
    sees the learning rate before other callbacks change it."""

    class Recorder(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.epochs = {name: [] for name in _RECORDED}

        def on_epoch_begin(self, epoch, logs=None):
            if training.is_cancelled():
                raise Cancelled()
            training.stop = self._stop

        def _stop(self):
            self.model.stop_training = True

        def on_epoch_end(self, epoch, logs=None):
            if training.is_cancelled():
                raise Cancelled()  # half an epoch is none
            logs = logs or {}
            self._add("loss", logs.get("loss"))
            self._add("metric", None if metric in RANK_METRICS else _find(logs, metric, ""))
            self._add("val_loss", logs.get("val_loss"))
            self._add("val_metric", training.own_metric(self.model, _find(logs, metric, "val_")))
            self._add("learning_rate", learning_rate(self.model.optimizer))
            training.tell(epoch + 1)

        def _add(self, name, value):
            self.epochs[name].append(float("nan") if value is None else float(value))

    return Recorder()


def _find(logs, metric, prefix):
    """The requested metric's value under whatever spelling Keras logs it."""
    if metric == "loss":
        return logs.get(prefix + "loss")
    for name, value in logs.items():
        if name.startswith("val_") == bool(prefix) and canonical_metric(name[len(prefix):]) == metric:
            return value
    return None


def learning_rate(optimizer):
    """The rate that the optimiser has now; None where it does not tell."""
    try:
        rate = optimizer.learning_rate
        rate = rate(optimizer.iterations) if callable(rate) and not hasattr(rate, "numpy") else rate
        return float(rate.numpy() if hasattr(rate, "numpy") else rate)
    except (AttributeError, TypeError, ValueError):
        return None
