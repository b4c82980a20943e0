"""What `from keras.X import *` binds, as far as the reading needs it."""

from . import keras_names as names
from .names_layers import MERGE_FUNCTIONS, layer_names
from .names_objects import OPTIMIZER_CLASSES

_CALLBACKS = {"EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau", "LearningRateScheduler", "TensorBoard",
              "CSVLogger", "Callback", "History", "LambdaCallback", "TerminateOnNaN"}
_PACKAGES = {"layers", "models", "optimizers", "losses", "metrics", "callbacks", "initializers", "regularizers",
             "constraints", "activations", "utils", "datasets", "backend", "preprocessing", "applications"}
_CONSTRAINTS = {"max_norm", "non_neg", "unit_norm", "min_max_norm", "MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm"}


def _camel(snake):
    return {"".join(part.capitalize() for part in name.split("_")) for name in snake}


def star_names(package):
    """Names bound by a star import of keras.<package>; "" is keras itself."""
    layers = layer_names() | set(MERGE_FUNCTIONS) | {"Input", "Layer"}
    table = {
        "": _PACKAGES | {"Sequential", "Model", "Input"},
        "layers": layers,
        "models": {"Sequential", "Model", "load_model", "clone_model", "model_from_json"},
        "optimizers": set(OPTIMIZER_CLASSES),
        "losses": set(names.LOSSES) | _camel(names.LOSSES),
        "callbacks": _CALLBACKS,
        "activations": set(names.ACTIVATIONS),
        "initializers": set(names.INITIALISERS) | _camel(names.INITIALISERS),
        "regularizers": {"l1", "l2", "l1_l2", "L1", "L2", "L1L2"},
        "constraints": _CONSTRAINTS,
        "utils": {"to_categorical", "np_utils", "plot_model"},
        "datasets": {"mnist", "cifar10", "cifar100", "fashion_mnist", "imdb", "reuters", "boston_housing"},
    }
    return table.get(package, set())
