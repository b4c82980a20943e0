"""What fit, evaluate and predict answer while nothing is trained."""

import numpy

from .normal_form import name_of


class HistoryDict(dict):
    """Lists per epoch; `acc` and `accuracy` mean the same."""

    _SAME = {"acc": "accuracy", "accuracy": "acc", "val_acc": "val_accuracy",
             "val_accuracy": "val_acc", "lr": "learning_rate"}

    def __missing__(self, key):
        other = self._SAME.get(key)
        if other is not None and other in self:
            return self[other]
        for known in self:
            prefix, bare = ("val_", key[4:]) if key.startswith("val_") else ("", key)
            if known.startswith(prefix) and bare in ("acc", "accuracy") and "acc" in known \
                    and known.startswith("val_") == bool(prefix):
                return self[known]
        raise KeyError(key)

    def get(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key):
        return dict.__contains__(self, key)


class History:
    """Stands for keras.callbacks.History after a fit."""

    def __init__(self, model, epochs, params, lists):
        self.model = model
        self.epoch = epochs
        self.params = params
        self.history = HistoryDict(lists)
        self.validation_data = None


def history(model, metric_names, first_epoch, epochs, validated, params):
    """A history of falling losses and rising metrics, one number per epoch."""
    numbers = list(range(first_epoch, epochs))
    lists = {"loss": [1.0 / (1.0 + k) for k in range(len(numbers))]}
    for name in metric_names:
        lists[name] = [(1.0 + k) / (2.0 + k) for k in range(len(numbers))]
    if validated:
        for name in list(lists):
            lists["val_" + name] = list(lists[name])
    return History(model, numbers, params, lists)


def evaluation(metric_names, as_dict):
    """The loss alone, or loss and metrics."""
    names = ["loss"] + list(metric_names)
    if as_dict:
        return {name: 0.5 for name in names}
    return 0.5 if len(names) == 1 else [0.5] * len(names)


def prediction(model, rows):
    """Zeros in the output's shape; equal shares for softmax outputs, one half for sigmoid ones."""
    shape = model.output_shape
    if isinstance(shape, dict):
        return {key: _one_prediction(s, rows, None) for key, s in shape.items()}
    if isinstance(shape, list) and shape and isinstance(shape[0], (tuple, list)):
        return [_one_prediction(s, rows, None) for s in shape]
    return _one_prediction(shape, rows, _last_activation(model))


def _last_activation(model):
    layers = getattr(model, "layers", None)
    if not layers:
        return None
    last = layers[-1]
    if type(last).__name__ == "Softmax":
        return "softmax"
    activation = getattr(last, "activation", None)
    return None if activation is None else name_of(activation)


def _one_prediction(shape, rows, activation):
    dimensions = [rows] + [1 if d is None else int(d) for d in tuple(shape)[1:]]
    value = {"softmax": 1.0 / max(1, dimensions[-1]), "sigmoid": 0.5}.get(activation, 0.0)
    return numpy.full(dimensions, value, dtype=numpy.float32)
