"""Finds a data set's files in the data folders."""

import gzip
import os

from ..program_errors import MissingDataset


class _Search:
    """Set once, before the program starts."""

    folders = []
    warn = staticmethod(lambda message: None)


def search_in(folders, warn):
    """Data sets are looked for in these folders, in this order; `warn` takes a sentence."""
    _Search.folders = list(folders)
    _Search.warn = staticmethod(warn)


def warn(message):
    _Search.warn(message)


def candidates(names, subfolders):
    """Every place where one of the files may lie."""
    for folder in _Search.folders:
        for subfolder in [""] + list(subfolders):
            for name in names:
                yield os.path.join(folder, subfolder, name)


def find(names, subfolders=()):
    """The first file that exists, plain or gzipped; None without one."""
    for path in candidates(names, subfolders):
        for full in (path, path + ".gz"):
            if os.path.isfile(full):
                return full
    return None


def missing(name):
    return MissingDataset(name, _Search.folders or ["nowhere: no data directory is known"])


def read_bytes(path):
    """Content of a file, unpacked where it is gzipped."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as file:
        return file.read()
