"""keras.preprocessing."""

from .._unsupported import attributes_of
from . import sequence, text

__getattr__ = attributes_of("keras.preprocessing")
