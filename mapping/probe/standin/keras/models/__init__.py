"""keras.models."""

from .._unsupported import UnsupportedAttribute, attributes_of
from ._model import Functional, Model
from ._sequential import Sequential

__getattr__ = attributes_of("keras.models")


def load_model(filepath, *_arguments, **_keywords):
    raise UnsupportedAttribute("models.load_model of a file: " + str(filepath))


def save_model(model, filepath=None, *_arguments, **_keywords):
    model.save(filepath)


def clone_model(model, *_arguments, **_keywords):
    raise UnsupportedAttribute("models.clone_model")


def model_from_json(*_arguments, **_keywords):
    raise UnsupportedAttribute("models.model_from_json")
