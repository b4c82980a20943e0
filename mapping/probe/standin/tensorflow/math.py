"""tf.math on arrays."""

import numpy

from keras._unsupported import attributes_of

from ._values import _plain, argmax, reduce_max, reduce_mean, reduce_min, reduce_sum  # noqa: F401

__getattr__ = attributes_of("tensorflow.math")
abs, sqrt, square, exp, log = (_plain(f) for f in (numpy.abs, numpy.sqrt, numpy.square, numpy.exp,
                                                   numpy.log))
pow, add, subtract, multiply, divide = (_plain(f) for f in (
    numpy.power, numpy.add, numpy.subtract, numpy.multiply, numpy.divide))
maximum, minimum, equal, round, sin, cos = (_plain(f) for f in (
    numpy.maximum, numpy.minimum, numpy.equal, numpy.round, numpy.sin, numpy.cos))
