"""Output shapes that follow from attributes alone; None where they do not."""

from .layer_tables import rank_of
from .names_layers import RECURRENT

_SAME = {"Activation", "Dropout", "BatchNormalization", "LayerNormalization", "SpatialDropout1D",
         "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization",
         "Masking", "LeakyReLU", "PReLU", "ELU", "ReLU", "ThresholdedReLU", "Softmax", "Rescaling",
         "Normalization"}
_ELEMENTWISE = {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"}


def output_shape(class_name, attributes, shapes):
    """Shape without the batch dimension. `shapes`: of the inputs, each a list or None."""
    shape = shapes[0] if shapes else None
    if shape is None:
        return _without_input(class_name, attributes)
    try:
        return _known(class_name, attributes, shape, shapes)
    except (TypeError, KeyError, IndexError, ValueError, ZeroDivisionError):
        return None


def _without_input(class_name, attributes):
    if class_name in RECURRENT and not attributes.get("return_sequences") and attributes.get("units"):
        return [attributes["units"]]
    return None


def _known(class_name, attributes, shape, shapes):
    if class_name in _SAME:
        return list(shape)
    if class_name == "Dense":
        return shape[:-1] + [attributes["units"]] if attributes["units"] else None
    if class_name == "Flatten":
        return [_product(shape)]
    if class_name == "Reshape":
        return _reshaped(attributes["target_shape"], shape)
    if class_name == "Embedding":
        return shape + [attributes["output_dim"]] if attributes["output_dim"] else None
    if class_name in RECURRENT:
        steps = [shape[0]] if attributes["return_sequences"] else []
        return steps + [attributes["units"]]
    if class_name in _ELEMENTWISE:
        return list(shape) if all(other == shape for other in shapes) else None
    if class_name == "Concatenate":
        return _concatenated(attributes.get("axis", -1), shapes)
    if class_name.startswith("Global"):
        return [shape[-1]]
    if class_name in ("Conv1D", "Conv2D", "Conv3D", "SeparableConv1D", "SeparableConv2D") \
            or "Pooling" in class_name:
        return _windowed(class_name, attributes, shape)
    return None


def _product(shape):
    total = 1
    for size in shape:
        if size is None:
            return None
        total *= size
    return total


def _reshaped(target, shape):
    if -1 not in target:
        return list(target)
    known = -_product(target)
    total = _product(shape)
    return [total // known if size == -1 else size for size in target] if total else None


def _concatenated(axis, shapes):
    if any(shape is None for shape in shapes):
        return None
    place = axis if axis < 0 else axis - 1
    sizes = [shape[place] for shape in shapes]
    result = list(shapes[0])
    result[place] = None if None in sizes else sum(sizes)
    return result


def _windowed(class_name, attributes, shape):
    if attributes["data_format"] != "channels_last" or len(shape) != rank_of(class_name) + 1:
        return None
    window = attributes.get("kernel_size") or attributes["pool_size"]
    dilation = attributes.get("dilation_rate") or [1] * len(window)
    sizes = []
    for size, width, stride, spread in zip(shape, window, attributes["strides"], dilation):
        sizes.append(None if size is None else _steps(size, (width - 1) * spread + 1, stride,
                                                      attributes["padding"]))
    if any(size is not None and size <= 0 for size in sizes):
        return None
    channels = attributes["filters"] if "filters" in attributes else shape[-1]
    return sizes + [channels] if channels else None


def _steps(size, width, stride, padding):
    if padding in ("same", "causal"):
        return -(-size // stride)
    return (size - width) // stride + 1
