"""Losses by function and by class; nothing is trained, so they hold names and options."""

import numpy

from dlfix_probe import keras_names

from ._objects import Configured, make
from ._unsupported import UnsupportedAttribute, attributes_of

__getattr__ = attributes_of("keras.losses")
_VALUES = {
    "mean_squared_error": lambda t, p: numpy.mean((p - t) ** 2, axis=-1),
    "mean_absolute_error": lambda t, p: numpy.mean(abs(p - t), axis=-1),
}


def _function(name):
    def loss(y_true, y_pred, *_arguments, **_keywords):
        if name not in _VALUES:
            raise UnsupportedAttribute("values of the loss " + name)
        return _VALUES[name](numpy.asarray(y_true), numpy.asarray(y_pred))

    loss.__name__ = name
    loss.__qualname__ = name
    loss.__module__ = __name__
    return loss


class Loss(Configured):
    """Base of Keras's loss classes and of a program's own."""

    def __init__(self, *arguments, **keywords):
        if type(self).__module__ == __name__ and type(self) is not Loss:
            super().__init__(*arguments, **keywords)
        else:
            self._names = []
            self.name = keywords.get("name")


_CLASS_NAMES = {"kl_divergence": "KLDivergence", "log_cosh": "LogCosh", "ctc": "CTC"}
_OPTIONS = {
    "binary_crossentropy": [("from_logits", False), ("label_smoothing", 0.0), ("axis", -1)],
    "categorical_crossentropy": [("from_logits", False), ("label_smoothing", 0.0), ("axis", -1)],
    "sparse_categorical_crossentropy": [("from_logits", False), ("ignore_class", None), ("axis", -1)],
    "huber": [("delta", 1.0)], "cosine_similarity": [("axis", -1)],
    "binary_focal_crossentropy": [("apply_class_balancing", False), ("alpha", 0.25), ("gamma", 2.0),
                                  ("from_logits", False), ("label_smoothing", 0.0), ("axis", -1)],
    "categorical_focal_crossentropy": [("alpha", 0.25), ("gamma", 2.0), ("from_logits", False),
                                       ("label_smoothing", 0.0), ("axis", -1)],
}
FUNCTIONS = {_n: _function(_n) for _n in keras_names.LOSSES}
CLASSES = {}
for _n in keras_names.LOSSES:
    _class = _CLASS_NAMES.get(_n) or "".join(p.capitalize() for p in _n.split("_"))
    CLASSES[_class] = make(_class, _OPTIONS.get(_n, []), __name__, Loss)
globals().update(FUNCTIONS)
globals().update(CLASSES)
for _alias, _n in keras_names.LOSS_ALIASES.items():
    if _n in FUNCTIONS:
        globals()[_alias] = globals()[_alias.upper()] = FUNCTIONS[_n]


def get(identifier):
    """Errors: ValueError for an unknown name."""
    if not isinstance(identifier, str):
        return identifier
    name = keras_names.loss_name(identifier)
    if name not in FUNCTIONS:
        raise ValueError("Could not interpret loss identifier: " + identifier)
    return FUNCTIONS[name]
