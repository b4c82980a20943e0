"""Other names of the same modules: tensorflow.keras, keras.layers.core, keras.utils.np_utils ..."""

import importlib
import importlib.abc
import importlib.machinery
import sys

_PACKAGES = ("tensorflow.keras", "tensorflow.python.keras", "tensorflow.compat.v1.keras",
             "tensorflow.compat.v2.keras", "tensorflow.contrib.keras", "tensorflow._api.v2.keras",
             "keras.api._v2.keras", "keras.api._v2", "keras.api", "keras.src", "tf_keras")
_LAYERS = ("core", "convolutional", "pooling", "normalization", "recurrent", "embeddings", "merge",
           "merging", "advanced_activations", "wrappers", "noise", "local", "rnn", "attention",
           "regularization", "reshaping", "activation", "activations", "preprocessing",
           "convolutional_recurrent", "normalization.batch_normalization", "core.dense",
           "normalization_v2", "experimental", "experimental.preprocessing", "recurrent_v2")
_UTILS = ("np_utils", "generic_utils", "vis_utils", "layer_utils", "data_utils", "visualize_util",
          "io_utils", "training_utils", "tf_utils", "all_utils", "numerical_utils")
_MODELS = ("keras.engine", "keras.engine.training", "keras.engine.sequential", "keras.engine.topology",
           "keras.engine.input_layer", "keras.engine.base_layer", "keras.engine.functional",
           "keras.models.sequential", "keras.models.functional", "keras.models.model")


def _table():
    table = {"keras.layers." + name: "keras.layers" for name in _LAYERS}
    table.update({"keras.utils." + name: "keras.utils" for name in _UTILS})
    table.update({name: "keras._engine" for name in _MODELS})
    for name in ("adam", "sgd", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "adam_v2",
                 "gradient_descent_v2", "rmsprop_v2", "optimizer_v2", "optimizer_v1", "optimizer_v2.adam",
                 "experimental", "legacy"):
        table["keras.optimizers." + name] = "keras.optimizers"
    for name in ("python", "contrib", "_api", "_api.v2", "compat.v2"):
        table["tensorflow." + name] = "tensorflow"
    table["keras.optimizer_v2"] = table["keras.optimizer_v1"] = "keras.optimizers"
    table["keras.regularizers.regularizers"] = "keras.regularizers"
    table["keras.saving"] = "keras.utils"
    table["keras.initializations"] = "keras.initializers"
    table["keras.objectives"] = "keras.losses"
    table["keras.backend.tensorflow_backend"] = table["keras.backend.common"] = "keras.backend"
    table["keras.layers.regularizers"] = "keras.regularizers"
    table["keras.layers.initializers"] = "keras.initializers"
    table["keras.utils.sequence"] = "keras.preprocessing.sequence"
    return table


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the module that a name stands for and binds it under that name too."""

    _table = _table()

    def _target(self, name):
        for package in _PACKAGES:
            if name == package:
                return "keras"
            if name.startswith(package + "."):
                name = "keras." + name[len(package) + 1:]
                return self._table.get(name, name)
        return self._table.get(name)

    def find_spec(self, name, path=None, target=None):
        wanted = self._target(name)
        if wanted is None or wanted == name:
            return None
        try:
            importlib.import_module(wanted)
        except ModuleNotFoundError:
            return None
        spec = importlib.machinery.ModuleSpec(name, self, is_package=True)
        spec.loader_state = wanted
        return spec

    def create_module(self, spec):
        module = sys.modules[spec.loader_state]
        spec.loader_state = (spec.loader_state, module.__spec__)
        return module

    def exec_module(self, module):
        name, own_spec = module.__spec__.loader_state
        module.__spec__ = sys.modules[name].__spec__ = own_spec


def install():
    """Adds the finder once, before Python's own: the aliases are no files."""
    if not any(type(finder).__name__ == "_Finder" and hasattr(finder, "_target")
               for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
