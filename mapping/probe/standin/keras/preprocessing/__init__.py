"""keras.preprocessing."""

from .._unsupported import attributes_of
from . import image, sequence, text

__getattr__ = attributes_of("keras.preprocessing")
