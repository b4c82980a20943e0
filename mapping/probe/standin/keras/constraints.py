"""Constraints: names and bounds."""

from ._objects import Configured, find, make
from ._unsupported import attributes_of

__getattr__ = attributes_of("keras.constraints")


class Constraint(Configured):
    """Base of a program's own constraints."""

    def __init__(self, *arguments, **keywords):
        if type(self).__module__ == __name__:
            super().__init__(*arguments, **keywords)
        else:
            self._names = []


_TABLES = {
    "MaxNorm": [("max_value", 2.0), ("axis", 0)], "NonNeg": [], "UnitNorm": [("axis", 0)],
    "MinMaxNorm": [("min_value", 0.0), ("max_value", 1.0), ("rate", 1.0), ("axis", 0)],
}
CLASSES = {_n: make(_n, _t, __name__, Constraint, {"m": "max_value"}) for _n, _t in _TABLES.items()}
_NAMES = dict(CLASSES)
for _snake, _class in (("max_norm", "MaxNorm"), ("non_neg", "NonNeg"), ("unit_norm", "UnitNorm"),
                       ("min_max_norm", "MinMaxNorm"), ("maxnorm", "MaxNorm"), ("nonneg", "NonNeg"),
                       ("unitnorm", "UnitNorm")):
    _NAMES[_snake] = CLASSES[_class]
globals().update(_NAMES)


def get(identifier):
    """Errors: ValueError for an unknown name."""
    return find(identifier, CLASSES, _NAMES, "constraint")
