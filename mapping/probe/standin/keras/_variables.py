"""A number that can be assigned: learning rates and the like."""

import numpy


class Variable:
    """Holds a numpy value; behaves as a number where it is one."""

    def __init__(self, value=None, name=None, dtype=None, trainable=True, shape=None, initial_value=None, **_others):
        value = initial_value if value is None else value
        self.value_ = numpy.asarray(value() if callable(value) else value, dtype=dtype)
        self.name = name
        self.trainable = trainable

    @property
    def shape(self):
        return self.value_.shape

    @property
    def dtype(self):
        return self.value_.dtype.name

    def assign(self, value):
        self.value_ = numpy.asarray(getattr(value, "value_", value), dtype=self.value_.dtype)
        return self

    def numpy(self):
        return self.value_[()]

    def read_value(self):
        return self

    def __array__(self, dtype=None, copy=None):
        return numpy.array(self.value_, dtype=dtype)

    def __float__(self):
        return float(self.value_)

    def __int__(self):
        return int(self.value_)

    def __repr__(self):
        return "<Variable {}>".format(self.value_)


def _operator(name):
    def apply(self, *others):
        values = [getattr(other, "value_", other) for other in others]
        return getattr(self.value_, name)(*values)

    return apply


for _name in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow", "neg", "lt",
              "le", "gt", "ge", "eq", "ne", "getitem"):
    setattr(Variable, "__" + _name + "__", _operator("__" + _name + "__"))
Variable.__hash__ = object.__hash__
