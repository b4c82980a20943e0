"""A stand-in for Keras that builds models and trains nothing.

It knows shapes, names, arguments and defaults, so that a program can be read on a machine without
Keras. What it lacks is refused by name (_unsupported.py). The probe puts its recorder in front of
Model.compile, fit, evaluate and predict.
"""

from . import _aliases, _settings
from ._unsupported import attributes_of

__getattr__ = attributes_of("keras")
_aliases.install()

from . import (activations, backend, callbacks, constraints, datasets, initializers, layers, losses,  # noqa: E402
               metrics, models, ops, optimizers, preprocessing, random, regularizers, utils, wrappers)
from ._tensors import KerasTensor  # noqa: E402
from ._variables import Variable  # noqa: E402
from .initializers import Initializer  # noqa: E402
from .layers import Input, InputLayer, Layer  # noqa: E402
from .losses import Loss  # noqa: E402
from .metrics import Metric  # noqa: E402
from .models import Functional, Model, Sequential  # noqa: E402
from .optimizers import Optimizer  # noqa: E402
from .regularizers import Regularizer  # noqa: E402

__version__ = _settings.version()


def version():
    return __version__
