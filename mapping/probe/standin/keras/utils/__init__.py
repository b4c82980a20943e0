"""keras.utils."""

import numpy

from .._unsupported import attributes_of
from ..preprocessing.image import array_to_img, img_to_array, load_img, save_img
from ..preprocessing.sequence import pad_sequences

__getattr__ = attributes_of("keras.utils")


def to_categorical(y, num_classes=None, dtype="float64", nb_classes=None):
    """One-hot rows. Keras 3 gives float64, Keras 2 float32."""
    from .. import _settings
    if dtype == "float64" and _settings.profile != "keras3":
        dtype = "float32"
    num_classes = nb_classes or num_classes
    labels = numpy.array(y, dtype="int64")
    shape = labels.shape
    if len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    labels = labels.ravel()
    num_classes = int(num_classes or (labels.max() + 1))
    result = numpy.zeros((labels.shape[0], num_classes), dtype=dtype)
    result[numpy.arange(labels.shape[0]), labels] = 1
    return result.reshape(shape + (num_classes,))


def normalize(x, axis=-1, order=2):
    """Rows of length 1."""
    lengths = numpy.atleast_1d(numpy.linalg.norm(x, order, axis))
    lengths[lengths == 0] = 1
    return x / numpy.expand_dims(lengths, axis)


def set_random_seed(seed):
    """Python's and numpy's generators; there is no third one here."""
    import random
    if not isinstance(seed, int):
        raise ValueError("Expected `seed` argument to be an integer. Received: seed={}".format(seed))
    random.seed(seed)
    numpy.random.seed(seed)


def plot_model(*_arguments, **_keywords):
    return None


class _Drawing:
    """A drawing that nobody sees: every method answers with nothing."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_arguments, **_keywords: b""


def model_to_dot(*_arguments, **_keywords):
    return _Drawing()


plot = plot_model


def print_summary(model, **keywords):
    model.summary(**keywords)


def register_keras_serializable(package="Custom", name=None):
    return lambda thing: thing


def get_custom_objects():
    return {}


class CustomObjectScope:
    """Names of a program's own objects, for loading; nothing is loaded here."""

    def __init__(self, *_arguments, **_keywords):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_arguments):
        return False


custom_object_scope = CustomObjectScope


class Sequence:
    """Batches by number."""

    def __init__(self, **_keywords):
        pass

    def __iter__(self):
        return (self[index] for index in range(len(self)))

    def on_epoch_end(self):
        return None


PyDataset = Sequence


class Progbar:
    """Prints nothing."""

    def __init__(self, *_arguments, **_keywords):
        pass

    def update(self, *_arguments, **_keywords):
        return None

    add = update


def get_file(fname=None, origin=None, *_arguments, **_keywords):
    """A file that an earlier run of Keras left in ~/.keras; nothing is downloaded."""
    import os
    for folder in ("datasets", "models", ""):
        path = os.path.join(os.path.expanduser("~"), ".keras", folder, str(fname))
        if os.path.exists(path):
            return path
    raise FileNotFoundError(2, "get_file would download it from {}; the network is refused while a "
                            "program is read".format(origin), str(fname))
