"""Inputs of a model."""

from .._tensors import KerasTensor, Node
from ._base import Layer


class InputLayer(Layer):
    """Where data enter; its output is a symbolic tensor without history before it."""

    def __init__(self, shape=None, batch_size=None, dtype=None, sparse=None, batch_shape=None,
                 input_tensor=None, name=None, **keywords):
        super().__init__(name=name, dtype=dtype, batch_shape=batch_shape, **keywords)
        if shape is not None:
            self._input_shape_argument = _dimensions(shape)
        if self._input_shape_argument is None:
            raise ValueError("You must pass a `shape` argument.")
        self.batch_shape = (None,) + tuple(self._input_shape_argument)
        self.built = True
        self.tensor = KerasTensor(self.batch_shape, dtype or "float32", self.name)
        Node(self, [], [self.tensor])

    def compute_output_shape(self, input_shape):
        return self.batch_shape

    @property
    def input(self):
        return self.tensor


def _dimensions(shape):
    if isinstance(shape, int) or not hasattr(shape, "__iter__"):
        return (shape,)
    return tuple(None if d is None else int(d) for d in shape)


def Input(shape=None, batch_size=None, dtype=None, sparse=None, batch_shape=None, name=None,
          tensor=None, **keywords):
    """The tensor of a new InputLayer."""
    layer = InputLayer(shape=shape, batch_size=batch_size, dtype=dtype, batch_shape=batch_shape,
                       name=name, **keywords)
    return layer.tensor
