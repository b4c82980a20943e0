"""The basics of keras.backend: settings, variables, and functions on plain arrays."""

import numpy

from ._tensors import KerasTensor, _state
from ._unsupported import UnsupportedAttribute, attributes_of
from ._variables import Variable

__getattr__ = attributes_of("keras.backend")
_floatx = {"type": "float32", "epsilon": 1e-7, "format": "channels_last"}


def epsilon():
    return _floatx["epsilon"]


def set_epsilon(value):
    _floatx["epsilon"] = value


def floatx():
    return _floatx["type"]


def set_floatx(value):
    _floatx["type"] = value


def image_data_format():
    return _floatx["format"]


def image_dim_ordering():
    return "tf"


def set_image_data_format(value):
    if value != "channels_last":
        raise UnsupportedAttribute("image_data_format " + str(value))


def set_image_dim_ordering(value):
    if value != "tf":
        raise UnsupportedAttribute("image_dim_ordering " + str(value))


def backend():
    return "tensorflow"


def clear_session(*_arguments, **_keywords):
    from .layers import _base
    _base.forget_names()


reset_uids = clear_session


def learning_phase():
    return 0


def set_learning_phase(_value):
    return None


def variable(value, dtype=None, name=None, constraint=None):
    return Variable(value, name, dtype)


def get_value(value):
    return value.numpy() if hasattr(value, "numpy") else value


def eval(value):
    return get_value(value)


def set_value(target, value):
    target.assign(value)


def int_shape(tensor):
    return tuple(tensor.shape)


def ndim(tensor):
    return len(tensor.shape)


def constant(value, dtype=None, shape=None, name=None):
    return numpy.asarray(value, dtype=dtype)


def is_keras_tensor(value):
    return isinstance(value, KerasTensor)


def set_session(_session):
    return None


def get_session():
    return None


def manual_variable_initialization(_value):
    return None


def _elementwise(name, function):
    def apply(x, *arguments, **keywords):
        if isinstance(x, KerasTensor):
            if not _state["inside_lambda"]:
                raise UnsupportedAttribute("backend." + name + " on symbolic tensors")
            return KerasTensor(x.shape, x.dtype)
        return function(numpy.asarray(x), *arguments, **keywords)

    apply.__name__ = name
    return apply


_ARRAY_FUNCTIONS = {
    "abs": numpy.abs, "square": numpy.square, "sqrt": numpy.sqrt, "exp": numpy.exp,
    "log": numpy.log, "sin": numpy.sin, "cos": numpy.cos, "tanh": numpy.tanh, "round": numpy.round,
    "sign": numpy.sign, "clip": numpy.clip, "pow": numpy.power,
    "cast": lambda x, dtype: x.astype(dtype), "relu": lambda x, *_a, **_k: numpy.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + numpy.exp(-x)), "l2_normalize": None, "softmax": None,
}
_REDUCTIONS = {
    "mean": numpy.mean, "sum": numpy.sum, "max": numpy.max, "min": numpy.min, "prod": numpy.prod,
    "std": numpy.std, "var": numpy.var, "argmax": numpy.argmax, "argmin": numpy.argmin,
}
for _n, _f in _ARRAY_FUNCTIONS.items():
    globals()[_n] = _elementwise(_n, _f)


def _reduction(name, function):
    def apply(x, axis=None, keepdims=False):
        if isinstance(x, KerasTensor):
            raise UnsupportedAttribute("backend." + name + " on symbolic tensors")
        return function(numpy.asarray(x), axis=axis)

    apply.__name__ = name
    return apply


for _n, _f in _REDUCTIONS.items():
    globals()[_n] = _reduction(_n, _f)


def _only_when_called(name):
    """Custom losses import these; they are never called while nothing is trained."""
    def apply(*_arguments, **_keywords):
        raise UnsupportedAttribute("backend." + name)

    apply.__name__ = name
    return apply


for _n in ("dot", "batch_dot", "transpose", "reshape", "flatten", "concatenate", "equal", "not_equal",
           "greater", "less", "maximum", "minimum", "expand_dims", "squeeze", "stack", "shape",
           "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
           "gradients", "function", "placeholder", "ones_like", "zeros_like", "zeros", "ones", "tile",
           "switch", "logsumexp", "any", "all", "random_normal", "random_uniform", "one_hot",
           "repeat_elements", "permute_dimensions", "gather", "stop_gradient", "in_train_phase",
           "batch_flatten", "softplus", "elu", "name_scope", "arange", "eye", "cumsum", "update"):
    if _n not in globals():
        globals()[_n] = _only_when_called(_n)
