"""keras.wrappers: scikit-learn wrappers can be imported; a model that they train is refused by name."""

from .._unsupported import attributes_of
from . import scikit_learn

__getattr__ = attributes_of("keras.wrappers")
__all__ = ["scikit_learn"]
