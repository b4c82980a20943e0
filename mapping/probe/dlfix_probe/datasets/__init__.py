"""Keras's data sets, read from files that are already on this machine.

`search_in` says where; LOADERS and WORD_INDEXES are what `keras.datasets.NAME.load_data` and
`get_word_index` are answered with, for the installed Keras and for the stand-in alike.
"""

from . import houses, images, words
from .files import search_in

LOADERS = {
    "mnist": images.mnist, "fashion_mnist": images.fashion_mnist, "cifar10": images.cifar10,
    "cifar100": images.cifar100,
    "reuters": words.reuters, "imdb": words.imdb, "boston_housing": houses.boston,
    "california_housing": houses.california,
}
reuters_label_names = words.reuters_label_names
WORD_INDEXES = {"reuters": words.reuters_word_index, "imdb": words.imdb_word_index}

__all__ = ["LOADERS", "WORD_INDEXES", "reuters_label_names", "search_in"]
