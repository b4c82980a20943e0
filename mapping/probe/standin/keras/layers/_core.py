"""Dense, Activation, Dropout and the like, Flatten, Reshape, Embedding."""

import numpy

from ._table_layer import TableLayer


class SameShape(TableLayer):
    """A layer whose output has its input's shape."""

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)


class Dense(TableLayer):
    """y = activation(x W + b) over the last axis."""
    min_ndim = 2

    def compute_output_shape(self, input_shape):
        if input_shape[-1] is None:
            raise ValueError("The last dimension of the inputs to a Dense layer should be defined. "
                             "Found None. Full input shape received: {}".format(tuple(input_shape)))
        return tuple(input_shape[:-1]) + (self.units,)

    def weight_shapes(self, input_shape):
        return [(input_shape[-1], self.units)] + [(self.units,)] * bool(self.use_bias)


class Activation(SameShape):
    """An activation as a layer."""


class _Rate(SameShape):
    """Layers that drop a share of values."""

    def _converted(self, name, value):
        if name == "rate" and isinstance(value, (int, float)) and not 0 <= value <= 1:
            raise ValueError("Invalid value received for argument `rate`. Expected a float value "
                             "between 0 and 1. Received: rate={}".format(value))
        return super()._converted(name, value)


class Dropout(_Rate):
    """Drops values while training."""


class AlphaDropout(_Rate):
    """Keeps mean and variance."""


class GaussianDropout(_Rate):
    """Multiplicative noise."""


class GaussianNoise(SameShape):
    """Additive noise."""


class SpatialDropout1D(_Rate):
    """Drops whole channels."""
    ndim = 3


class SpatialDropout2D(_Rate):
    """Drops whole channels."""
    ndim = 4


class ActivityRegularization(SameShape):
    """A penalty on outputs."""


class Masking(SameShape):
    """Masks steps of one value."""


class LeakyReLU(SameShape):
    """Relu with a slope below zero."""


class PReLU(SameShape):
    """Relu with a learnt slope."""

    def weight_shapes(self, input_shape):
        return [tuple(input_shape[1:])]


class ELU(SameShape):
    """Exponential linear unit."""


class ThresholdedReLU(SameShape):
    """Zero below a threshold."""


class Softmax(SameShape):
    """Softmax over an axis."""


class ReLU(SameShape):
    """Relu with bounds."""


class Rescaling(SameShape):
    """scale * x + offset."""


class Normalization(SameShape):
    """Standardises by mean and variance."""

    def adapt(self, data, *_arguments, **_keywords):
        values = numpy.asarray(getattr(data, "values", data), dtype="float64")
        axes = tuple(range(values.ndim - 1))
        self.mean = values.mean(axis=axes).tolist()
        self.variance = values.var(axis=axes).tolist()


class _Scaled(SameShape):
    """Layers with one scale and shift per channel."""

    def weight_shapes(self, input_shape):
        axis = self.axis[0] if isinstance(self.axis, (list, tuple)) else self.axis
        size = (input_shape[axis],)
        return [size] * (bool(self.scale) + bool(self.center) + self.moving)


class BatchNormalization(_Scaled):
    """Normalises over the batch."""
    moving = 2


class LayerNormalization(_Scaled):
    """Normalises over features."""
    moving = 0


class Flatten(TableLayer):
    """All dimensions but the batch as one."""

    def compute_output_shape(self, input_shape):
        rest = tuple(input_shape[1:])
        if any(d is None for d in rest):
            return (input_shape[0], None)
        return (input_shape[0], int(numpy.prod(rest)) if rest else 1)


class Reshape(TableLayer):
    """Another shape of as many values."""

    def compute_output_shape(self, input_shape):
        shape = self.target_shape
        target = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
        rest = tuple(input_shape[1:])
        if any(d is None for d in rest):
            return (input_shape[0],) + tuple(None if d == -1 else d for d in target)
        size = int(numpy.prod(rest))
        known = int(numpy.prod([d for d in target if d != -1]))
        if -1 in target and known and size % known == 0:
            target = tuple(size // known if d == -1 else d for d in target)
        if int(numpy.prod(target)) != size:
            raise ValueError("The total size of the tensor must be unchanged. Received: input_shape={}"
                             ", target_shape={}".format(rest, self.target_shape))
        return (input_shape[0],) + target


class Permute(TableLayer):
    """Dimensions in another order."""

    def compute_output_shape(self, input_shape):
        return (input_shape[0],) + tuple(input_shape[d] for d in self.dims)


class RepeatVector(TableLayer):
    """A vector repeated as steps."""
    ndim = 2

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.n, input_shape[1])


class Embedding(TableLayer):
    """A vector per word number."""

    def __init__(self, input_dim, output_dim, *arguments, **keywords):
        length = keywords.pop("input_length", None)
        shape = keywords.get("input_shape")
        if length is not None and shape is None and keywords.get("batch_input_shape") is None:
            keywords["input_shape"] = tuple(length) if isinstance(length, (tuple, list)) else (length,)
        super().__init__(input_dim, output_dim, *arguments, **keywords)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape) + (self.output_dim,)

    def weight_shapes(self, input_shape):
        return [(self.input_dim, self.output_dim)]


class Lambda(TableLayer):
    """A function as a layer."""

    def compute_output_shape(self, input_shape):
        from .._tensors import KerasTensor, lambda_scope
        if self.output_shape_given is not None and not callable(self.output_shape_given):
            return (None,) + tuple(self.output_shape_given)
        if callable(self.output_shape_given):
            return tuple(self.output_shape_given(input_shape))
        tensors = [KerasTensor(s) for s in input_shape] if isinstance(input_shape, list) \
            else KerasTensor(input_shape)
        with lambda_scope():
            result = self.function(tensors)
        return tuple(result.shape)

    def _converted(self, name, value):
        if name == "output_shape":
            self.__dict__["output_shape_given"] = value
        return super()._converted(name, value)

    def get_config(self):
        return {"name": self.name, "trainable": self.trainable, "dtype": self.dtype,
                "function": self.function}

    @property
    def output_shape(self):
        return self.output.shape
