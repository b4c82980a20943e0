"""keras.ops: what the backend stand-in has under the same names."""

from . import backend as _backend
from ._unsupported import UnsupportedAttribute


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    try:
        return getattr(_backend, name)
    except UnsupportedAttribute:
        raise UnsupportedAttribute("keras.ops." + name)
