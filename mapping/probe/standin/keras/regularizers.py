"""Regularisers: names and strengths."""

from ._objects import Configured, find
from ._unsupported import attributes_of

__getattr__ = attributes_of("keras.regularizers")


class Regularizer(Configured):
    """Base of a program's own regularisers."""

    def __init__(self, *arguments, **keywords):
        if type(self).__module__ == __name__:
            super().__init__(*arguments, **keywords)
        else:
            self._names = []


class L1(Regularizer):
    """Sum of absolute values."""
    _table = (("l1", 0.01),)
    _renamed = {"l": "l1"}


class L2(Regularizer):
    """Sum of squares."""
    _table = (("l2", 0.01),)
    _renamed = {"l": "l2"}


class L1L2(Regularizer):
    """Both."""
    _table = (("l1", 0.0), ("l2", 0.0))


def l1_l2(l1=0.01, l2=0.01):
    return L1L2(l1=l1, l2=l2)


def _both_by_name():
    return L1L2(l1=0.01, l2=0.01)


l1, l2 = L1, L2
l1l2 = l1_l2
CLASSES = {"L1": L1, "L2": L2, "L1L2": L1L2}
_NAMES = {"l1": L1, "l2": L2, "L1": L1, "L2": L2, "l1_l2": _both_by_name, "l1l2": L1L2, "L1L2": L1L2}


def get(identifier):
    """Errors: ValueError for an unknown name."""
    return find(identifier, CLASSES, _NAMES, "regularizer")


def serialize(regularizer):
    return {"class_name": type(regularizer).__name__, "config": regularizer.get_config()}


deserialize = get
