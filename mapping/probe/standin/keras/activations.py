"""Activation functions. Their names matter; their values only for plain arrays."""

import numpy

from dlfix_probe import keras_names

from ._tensors import KerasTensor
from ._unsupported import attributes_of

__getattr__ = attributes_of("keras.activations")
_VALUES = {
    "linear": lambda x: x, "relu": lambda x: numpy.maximum(x, 0), "tanh": numpy.tanh,
    "sigmoid": lambda x: 1 / (1 + numpy.exp(-x)), "exponential": numpy.exp,
    "softplus": lambda x: numpy.log1p(numpy.exp(x)), "softsign": lambda x: x / (1 + abs(x)),
    "softmax": lambda x: numpy.exp(x) / numpy.exp(x).sum(-1, keepdims=True),
}


def _make(name):
    def activation(x, *_arguments, **_keywords):
        if isinstance(x, KerasTensor):
            from .layers import Activation
            return Activation(name)(x)
        if name not in _VALUES:
            raise NotImplementedError("values of " + name)
        return _VALUES[name](numpy.asarray(x, dtype="float32"))

    activation.__name__ = name
    activation.__qualname__ = name
    activation.__module__ = __name__
    return activation


FUNCTIONS = {name: _make(name) for name in keras_names.ACTIVATIONS}
globals().update(FUNCTIONS)
swish = FUNCTIONS["silu"]
hard_swish = FUNCTIONS["hard_silu"]


def get(identifier):
    """A function from None, a name or a function. Errors: ValueError as Keras."""
    if identifier is None:
        return FUNCTIONS["linear"]
    if isinstance(identifier, str):
        name = keras_names.activation_name(identifier)
        if name is None:
            raise ValueError("Could not interpret activation function identifier: " + identifier)
        return FUNCTIONS[name]
    if callable(identifier):
        return identifier
    raise ValueError("Could not interpret activation function identifier: {}".format(identifier))


def serialize(function):
    return function.__name__


deserialize = get
