"""keras.layers: the layers that the stand-in has, under every name that Keras gave them."""

from .._unsupported import attributes_of
from . import _convolutional
from ._base import Layer
from ._convolutional import (Conv1D, Conv1DTranspose, Conv2D, Conv2DTranspose, Conv3D,
                            Conv3DTranspose, Cropping1D, Cropping2D, DepthwiseConv1D,
                            DepthwiseConv2D, SeparableConv1D, SeparableConv2D, UpSampling1D, UpSampling2D,
                            ZeroPadding1D, ZeroPadding2D)
from ._core import (ELU, Activation, ActivityRegularization, AlphaDropout, BatchNormalization, Dense,
                   Dropout, Embedding, Flatten, GaussianDropout, GaussianNoise, Lambda,
                   LayerNormalization, LeakyReLU, Masking, Normalization, Permute, PReLU, ReLU,
                   RepeatVector, Rescaling, Reshape, Softmax, SpatialDropout1D, SpatialDropout2D,
                   ThresholdedReLU)
from ._input_layer import Input, InputLayer
from ._merging import (Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract, add,
                      average, concatenate, dot, maximum, minimum, multiply, subtract)
from ._recurrent import GRU, LSTM, Bidirectional, SimpleRNN, TimeDistributed, Wrapper

__getattr__ = attributes_of("keras.layers")
globals().update(_convolutional.POOLING)
for _rank in ("1D", "2D", "3D"):
    for _kind, _short in (("Max", "Max"), ("Average", "Avg")):
        _pool = _convolutional.POOLING
        globals()[_short + "Pool" + _rank] = _pool[_kind + "Pooling" + _rank]
        globals()["Global" + _short + "Pool" + _rank] = _pool["Global" + _kind + "Pooling" + _rank]
Convolution1D, Convolution3D = Conv1D, Conv3D
Convolution2DTranspose = Deconvolution2D = Conv2DTranspose
SeparableConvolution2D = SeparableConv2D
BatchNormalizationV1 = BatchNormalizationV2 = BatchNormalization
CuDNNLSTM, CuDNNGRU = LSTM, GRU


def Convolution2D(filters=None, *arguments, **keywords):
    """Keras 1 gave rows and columns of the kernel one by one."""
    keywords["filters"] = keywords.pop("nb_filter", filters)
    sizes = list(arguments[:2]) if len(arguments) >= 2 else []
    for place, key in enumerate(("nb_row", "nb_col")):
        if key in keywords:
            sizes.insert(place, keywords.pop(key))
    if len(sizes) == 2 and all(isinstance(size, int) for size in sizes):
        return Conv2D(keywords.pop("filters"), tuple(sizes), *arguments[2:], **keywords)
    return Conv2D(keywords.pop("filters"), *arguments, **keywords)


_MERGED = {"sum": add, "concat": concatenate, "mul": multiply, "ave": average, "max": maximum}


def merge(inputs, mode="sum", concat_axis=-1, dot_axes=-1, name=None, **_keywords):
    """Keras 1's function, as the layer that it is today."""
    if mode == "concat":
        return concatenate(inputs, axis=concat_axis, name=name)
    if mode in ("dot", "cos"):
        return dot(inputs, axes=dot_axes, normalize=mode == "cos", name=name)
    if mode not in _MERGED:
        raise _refused_merge("merge(mode=%r)" % (mode,))
    return _MERGED[mode](inputs, name=name)


def _refused_merge(what):
    from dlfix_probe.errors import ProbeError
    return ProbeError("unsupported", what + " joined several models in Keras 1 and is gone", None, None,
                      "write it with Input, Model and concatenate or add")


class Merge:
    """Keras 1's layer: refused by name."""

    def __init__(self, *_arguments, **_keywords):
        raise _refused_merge("Merge")


def serialize(layer):
    return {"class_name": type(layer).__name__, "config": layer.get_config()}
