"""Initialisers: names and parameters."""

from dlfix_probe import keras_names

from ._objects import Configured, find, make
from ._unsupported import attributes_of

__getattr__ = attributes_of("keras.initializers")


class Initializer(Configured):
    """Base of a program's own initialisers."""

    def __init__(self, *arguments, **keywords):
        if type(self)._table or type(self).__module__ == __name__:
            super().__init__(*arguments, **keywords)
        else:
            self._names = []

    def __call__(self, shape, dtype=None, **_keywords):
        import numpy
        return numpy.zeros(shape, dtype="float32")


CLASSES = {}
_NAMES = {}
for _snake, _parameters in keras_names.INITIALISERS.items():
    _class = "".join(part.capitalize() for part in _snake.split("_"))
    _table = list(_parameters.items()) + ([] if _snake in ("zeros", "ones", "constant", "identity")
                                          else [("seed", None)])
    CLASSES[_class] = make(_class, _table, __name__, Initializer)
    for _name in (_snake, _class):
        _NAMES[_name] = CLASSES[_class]
for _alias, _snake in keras_names.INITIALISER_ALIASES.items():
    _NAMES[_alias] = _NAMES[_snake]
    globals()[_alias] = _NAMES[_snake]
globals().update(_NAMES)


def get(identifier):
    """Errors: ValueError for an unknown name."""
    return find(identifier, CLASSES, _NAMES, "initializer")


def serialize(initializer):
    return {"class_name": type(initializer).__name__, "config": initializer.get_config()}


deserialize = get
