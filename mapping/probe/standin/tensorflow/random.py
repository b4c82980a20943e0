"""tf.random: seeds, and numbers from numpy."""

import numpy

from keras._unsupported import attributes_of

from ._values import Tensor

__getattr__ = attributes_of("tensorflow.random")
_state = {"generator": numpy.random.RandomState()}


def set_seed(seed):
    _state["generator"] = numpy.random.RandomState(int(seed) % 2 ** 32)


set_random_seed = set_seed


def normal(shape, mean=0.0, stddev=1.0, dtype="float32", seed=None, name=None):
    values = _state["generator"].normal(mean, stddev, shape)
    return numpy.asarray(values, dtype).view(Tensor)


def uniform(shape, minval=0, maxval=1, dtype="float32", seed=None, name=None):
    generator = _state["generator"]
    if "int" in str(dtype):
        return numpy.asarray(generator.randint(minval, maxval, shape), str(dtype)).view(Tensor)
    return numpy.asarray(generator.uniform(minval, maxval, shape), dtype).view(Tensor)


def shuffle(value, seed=None, name=None):
    return _state["generator"].permutation(numpy.asarray(value)).view(Tensor)
