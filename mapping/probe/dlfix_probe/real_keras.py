"""An installed Keras (3, tf_keras, tensorflow.keras), with training taken out of it."""

import importlib
import re
import sys

from . import datasets, intercept

_DATASETS = ("mnist", "fashion_mnist", "cifar10", "cifar100", "reuters", "imdb", "boston_housing",
             "california_housing")


def api_modules(packages):
    """The distinct Keras modules behind the packages that a program imports."""
    modules = []
    for package in packages:
        module = importlib.import_module(package)
        if package == "tensorflow":
            module = module.keras
        module.layers.Layer
        modules.append(module)
    return modules


def install(packages, recorder, data_folders):
    """Intercepts models, layers and data set loaders of the named packages."""
    seen = set()
    for module in api_modules(packages):
        layer_class, model_class = module.layers.Layer, module.Model
        if id(model_class) in seen:
            continue
        seen.add(id(model_class))
        intercept.remember_sites(layer_class, recorder.call_sites)
        intercept.warn_of_weights(layer_class, recorder)
        intercept.intercept_model(model_class, recorder)
        module.models.load_model = intercept.loader(recorder, module.models.load_model)
    answer_datasets(packages, data_folders, recorder.warn)


def answer_datasets(packages, data_folders, warn):
    """`keras.datasets.*.load_data` read from the data folders, wherever they are bound."""
    datasets.search_in(data_folders, warn)
    for module in api_modules(packages):
        for name in _DATASETS:
            loader_module = getattr(module.datasets, name, None)
            if loader_module is not None:
                _answer(loader_module, name)
    pattern = re.compile(r"(keras|tf_keras)\b.*\.datasets\.({})$".format("|".join(_DATASETS)))
    for name, module in list(sys.modules.items()):
        match = pattern.search(name)
        if match and hasattr(module, "load_data"):
            _answer(module, match.group(2))


def _answer(module, name):
    module.load_data = datasets.LOADERS[name]
    if hasattr(module, "get_word_index"):
        module.get_word_index = datasets.WORD_INDEXES[name]


def version(packages):
    """Version of the Keras that the program uses."""
    module = api_modules(packages)[0]
    found = getattr(module, "__version__", None)
    if isinstance(found, str):
        return found
    owner = sys.modules.get(module.Model.__module__.split(".")[0])
    return getattr(owner, "__version__", "unknown")
