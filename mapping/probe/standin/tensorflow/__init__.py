"""A thin stand-in for TensorFlow: what Keras programs use of it beside Keras, on numpy."""

import sys

import keras
from keras._unsupported import attributes_of
from keras._variables import Variable as _Variable

from . import _values
from ._values import (Tensor, argmax, cast, concat, constant, convert_to_tensor, equal, expand_dims, eye,
                      fill, identity, one_hot, ones, ones_like, range, reduce_max, reduce_mean,
                      reduce_min, reduce_sum, reshape, shape, squeeze, stack, transpose, zeros,
                      zeros_like)
from . import compat, config, data, errors, io, logging, math, nn, random, test  # noqa: F401

__getattr__ = attributes_of("tensorflow")
__version__ = {"keras22": "1.14.0", "keras231": "1.15.0", "tf23": "2.3.0", "tf24": "2.8.0",
               "tf211": "2.12.0"}.get(keras._settings.profile, "2.16.1")
VERSION = __version__
Variable = _Variable
initializers = keras.initializers
optimizers = keras.optimizers
losses = keras.losses
metrics = keras.metrics
sys.modules.setdefault("tensorflow.keras", keras)

float16, float32, float64 = "float16", "float32", "float64"
int8, int16, int32, int64, uint8 = "int8", "int16", "int32", "int64", "uint8"
bool = "bool"
string = "str"
abs, sqrt, square, exp, pow = math.abs, math.sqrt, math.square, math.exp, math.pow
add, subtract, multiply, maximum, minimum = (math.add, math.subtract, math.multiply, math.maximum,
                                             math.minimum)
sigmoid, tanh = keras.activations.sigmoid, keras.activations.tanh


def function(body=None, **_keywords):
    return (lambda inner: inner) if body is None else body


def set_random_seed(_seed):
    return None


def executing_eagerly():
    return True


def enable_eager_execution(*_arguments, **_keywords):
    return None


def get_logger():
    import logging as python_logging
    return python_logging.getLogger("tensorflow")


class device:
    """A place to compute; nothing is computed."""

    def __init__(self, _name):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_arguments):
        return False


name_scope = device
ConfigProto = compat.v1.ConfigProto
GPUOptions = compat.v1.ConfigProto
Session = compat.v1.Session
from . import distribute  # noqa: E402,F401
