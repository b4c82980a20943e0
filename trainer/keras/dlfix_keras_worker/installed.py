"""The Keras packages of this interpreter, and which of them a Keras profile wants."""

import importlib
import importlib.util
import os
import random

_PACKAGES = ("keras", "tf_keras")


class Family:
    """One installed Keras. Nothing is imported before `keras` is asked for."""

    def __init__(self, package, version):
        self.package = package
        self.version = version
        self.is_keras3 = not version.startswith(("0.", "1.", "2."))
        self._module = None

    @property
    def title(self):
        """`keras 3.15.1`, `keras 2.21.0 (tf_keras)`."""
        return "keras " + self.version + ("" if self.package == "keras" else " ({})".format(self.package))

    @property
    def keras(self):
        if self._module is None:
            self._module = importlib.import_module(self.package)
        return self._module

    def optimizers(self, profile):
        """Where the optimisers of a profile are: those before Keras 2.11 live on as `legacy`."""
        module = self.keras.optimizers
        legacy = getattr(module, "legacy", None)
        before = profile in ("keras22", "keras231", "tf23", "tf24")
        return legacy if before and not self.is_keras3 and hasattr(legacy, "SGD") else module

    def start_anew(self, seed):
        """Forgets former models and sets every seed."""
        import numpy
        import tensorflow

        self.keras.backend.clear_session()
        seed %= 2**32
        if hasattr(self.keras.utils, "set_random_seed"):
            self.keras.utils.set_random_seed(seed)
            return
        random.seed(seed)
        numpy.random.seed(seed)
        tensorflow.random.set_seed(seed)


def families():
    """Every Keras that this interpreter can import, the package `keras` first."""
    found = [Family(name, _version(name)) for name in _PACKAGES if importlib.util.find_spec(name)]
    return [family for family in found if family.version]


def _version(package):
    from importlib import metadata

    for distribution in (package, package.replace("_", "-"), package + "-nightly"):
        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
    return getattr(importlib.import_module(package), "__version__", "")


def choose(found, profile):
    """The Keras whose rules a profile names, else what there is."""
    wanted = [family for family in found if family.is_keras3 == (profile == "keras3")]
    return (wanted or found)[0]


def problem(found):
    """Why this interpreter cannot train; None when it can."""
    if not importlib.util.find_spec("tensorflow"):
        return "TensorFlow is not installed"
    return None if found else "neither keras nor tf_keras is installed"


def use_tensorflow():
    """Keras 3 is asked for its TensorFlow backend, before anything imports it."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
