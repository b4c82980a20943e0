"""keras.engine.*: old homes of Model, Layer and Input."""

from ._unsupported import attributes_of
from .layers import Input, InputLayer, Layer
from .models import Functional, Model, Sequential

__getattr__ = attributes_of("keras.engine")
Container = Network = Model


def InputSpec(*_arguments, **_keywords):
    """Expectations on inputs of a program's own layers: not checked."""
    return None
