"""Convolutions, pooling, padding, cropping, upsampling."""

from .. import _settings
from ._table_layer import TableLayer


def output_length(size, window, padding, stride, dilation=1):
    """Length of one dimension after a window has passed over it."""
    if size is None:
        return None
    window = window + (window - 1) * (dilation - 1)
    if padding in ("same", "causal"):
        return -(-size // stride)
    return (size - window) // stride + 1 if size >= window else 0


def _check(layer, shape, spatial):
    if any(d is not None and d <= 0 for d in spatial):
        raise ValueError("Computed output size would be negative or zero in layer \"{}\" ({}): input "
                         "shape {}".format(layer.name, type(layer).__name__, tuple(shape)))
    return tuple(spatial)


class _Spatial(TableLayer):
    """A layer that may have its channels before the spatial dimensions; subclasses see them behind."""

    def _first(self):
        return getattr(self, "data_format", None) == "channels_first"

    def compute_output_shape(self, input_shape):
        if not self._first():
            return self.shape_behind(tuple(input_shape))
        shape = self.shape_behind((input_shape[0],) + tuple(input_shape[2:]) + (input_shape[1],))
        return (shape[0], shape[-1]) + tuple(shape[1:-1])

    def weight_shapes(self, input_shape):
        if self._first():
            input_shape = (input_shape[0],) + tuple(input_shape[2:]) + (input_shape[1],)
        return self.weights_behind(input_shape)

    def weights_behind(self, input_shape):
        return []


class _Convolution(_Spatial):
    """Windows over 1, 2 or 3 spatial dimensions."""
    rank = 2

    def __init__(self, *arguments, **keywords):
        sizes = arguments[1:1 + self.rank]
        old = _settings.is_before_tf2() and self.rank > 1 and len(sizes) == self.rank
        if old and all(isinstance(size, int) for size in sizes):       # Conv2D(8, 3, 3) before Keras 2.4
            arguments = (arguments[0], tuple(sizes)) + arguments[1 + self.rank:]
        super().__init__(*arguments, **keywords)

    @property
    def ndim(self):
        return self.rank + 2

    def spatial(self, shape):
        lengths = [output_length(size, self.kernel_size[i], self.padding, self.strides[i],
                                 self.dilation_rate[i]) for i, size in enumerate(shape[1:-1])]
        return _check(self, shape, lengths)

    def shape_behind(self, input_shape):
        channels = input_shape[-1]
        if channels is None:
            raise ValueError("The channel dimension of the inputs should be defined. Full input shape "
                             "received: {}".format(tuple(input_shape)))
        if getattr(self, "groups", 1) != 1 and channels % self.groups:
            raise ValueError("The number of input channels must be evenly divisible by the number of "
                             "groups. Received groups={}, but the input has {} channels".format(
                                 self.groups, channels))
        return (input_shape[0],) + self.spatial(input_shape) + (self.filters,)

    def weights_behind(self, input_shape):
        kernel = self.kernel_size + (input_shape[-1] // self.groups, self.filters)
        return [kernel] + [(self.filters,)] * bool(self.use_bias)


class Conv1D(_Convolution):
    """Over steps."""
    rank = 1


class Conv2D(_Convolution):
    """Over rows and columns."""


class Conv3D(_Convolution):
    """Over three dimensions."""
    rank = 3


class _Transposed(_Convolution):
    """The gradient of a convolution as a layer."""

    def spatial(self, shape):
        lengths = []
        for i, size in enumerate(shape[1:-1]):
            window, stride = self.kernel_size[i], self.strides[i]
            grown = None if size is None else size * stride
            if self.padding == "valid" and grown is not None:
                grown += max(window - stride, 0)
            lengths.append(grown)
        return _check(self, shape, lengths)

    def weights_behind(self, input_shape):
        kernel = self.kernel_size + (self.filters, input_shape[-1])
        return [kernel] + [(self.filters,)] * bool(self.use_bias)


class Conv1DTranspose(_Transposed):
    """Over steps."""
    rank = 1


class Conv2DTranspose(_Transposed):
    """Over rows and columns."""


class Conv3DTranspose(_Transposed):
    """Over three dimensions."""
    rank = 3


class _Separable(_Convolution):
    """One convolution per channel, then a mixture of channels."""

    def weights_behind(self, input_shape):
        channels = input_shape[-1]
        depth = self.kernel_size + (channels, self.depth_multiplier)
        point = (1,) * self.rank + (channels * self.depth_multiplier, self.filters)
        return [depth, point] + [(self.filters,)] * bool(self.use_bias)


class SeparableConv1D(_Separable):
    """Over steps."""
    rank = 1


class SeparableConv2D(_Separable):
    """Over rows and columns."""


class _Depthwise(_Convolution):
    """One convolution per channel."""

    def shape_behind(self, input_shape):
        channels = input_shape[-1] * self.depth_multiplier
        return (input_shape[0],) + self.spatial(input_shape) + (channels,)

    def weights_behind(self, input_shape):
        channels = input_shape[-1]
        return [self.kernel_size + (channels, self.depth_multiplier)] \
            + [(channels * self.depth_multiplier,)] * bool(self.use_bias)


class DepthwiseConv1D(_Depthwise):
    """Over steps."""
    rank = 1


class DepthwiseConv2D(_Depthwise):
    """Over rows and columns."""


class _Pooling(_Spatial):
    """The largest or mean value of a window."""
    rank = 2

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        if self.strides is None:
            self.strides = self.pool_size

    @property
    def ndim(self):
        return self.rank + 2

    def shape_behind(self, input_shape):
        lengths = [output_length(size, self.pool_size[i], self.padding, self.strides[i])
                   for i, size in enumerate(input_shape[1:-1])]
        return (input_shape[0],) + _check(self, input_shape, lengths) + (input_shape[-1],)


class _GlobalPooling(TableLayer):
    """The largest or mean value of all positions."""
    rank = 2

    @property
    def ndim(self):
        return self.rank + 2

    def compute_output_shape(self, input_shape):
        if self.data_format == "channels_first":
            return (input_shape[0], input_shape[1]) + ((1,) * self.rank if self.keepdims else ())
        ones = (1,) * self.rank if self.keepdims else ()
        return (input_shape[0],) + ones + (input_shape[-1],)


def _pooling_classes():
    classes = {}
    for kind in ("Max", "Average"):
        for rank in (1, 2, 3):
            for prefix, base in (("", _Pooling), ("Global", _GlobalPooling)):
                name = "{}{}Pooling{}D".format(prefix, kind, rank)
                classes[name] = type(name, (base,), {"rank": rank, "__module__": __name__,
                                                     "__doc__": "Keras's {}.".format(name)})
    return classes


POOLING = _pooling_classes()
globals().update(POOLING)


def _pairs(value, rank):
    """((before, after), ...) of one number, one per dimension, or pairs."""
    if isinstance(value, int):
        return ((value, value),) * rank
    if rank == 1:
        return (tuple(value),)
    return tuple((v, v) if isinstance(v, int) else tuple(v) for v in value)


class _Padding(_Spatial):
    """Zeros around."""
    rank, argument, sign = 2, "padding", 1

    @property
    def ndim(self):
        return self.rank + 2

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        pairs = _pairs(getattr(self, self.argument), self.rank)
        setattr(self, self.argument, pairs[0] if self.rank == 1 else pairs)

    def shape_behind(self, input_shape):
        pairs = _pairs(getattr(self, self.argument), self.rank)
        lengths = [None if size is None else size + self.sign * sum(pairs[i])
                   for i, size in enumerate(input_shape[1:-1])]
        return (input_shape[0],) + _check(self, input_shape, lengths) + (input_shape[-1],)


class ZeroPadding1D(_Padding):
    """Zeros before and after."""
    rank = 1


class ZeroPadding2D(_Padding):
    """Zeros on four sides."""


class Cropping1D(_Padding):
    """Less before and after."""
    rank, argument, sign = 1, "cropping", -1


class Cropping2D(_Padding):
    """Less on four sides."""
    argument, sign = "cropping", -1


class UpSampling1D(_Spatial):
    """Steps repeated."""
    ndim = 3

    def shape_behind(self, input_shape):
        size = self.size[0] if isinstance(self.size, tuple) else self.size
        return (input_shape[0], input_shape[1] and input_shape[1] * size, input_shape[2])


class UpSampling2D(_Spatial):
    """Rows and columns repeated."""
    ndim = 4

    def shape_behind(self, input_shape):
        rows, columns = input_shape[1:3]
        return (input_shape[0], rows and rows * self.size[0], columns and columns * self.size[1],
                input_shape[3])


