"""Boston and California housing: numeric tables in Keras's .npz files."""

import numpy

from . import files


def boston(path="boston_housing.npz", test_split=0.2, seed=113):
    """Shuffled by `seed`, then split."""
    archive = files.find([str(path), "boston_housing.npz"], ["boston_housing"])
    if archive is None:
        raise files.missing("boston_housing")
    return _split(archive, test_split, seed)


def california(version="large", path="california_housing.npz", test_split=0.2, seed=113):
    """As boston; version "small" is the first 600 rows, and targets are float32 as in Keras."""
    archive = files.find([str(path), "california_housing.npz"], ["california_housing"])
    if archive is None:
        raise files.missing("california_housing")
    return _split(archive, test_split, seed, 600 if version == "small" else None)


def _split(archive, test_split, seed, rows=None):
    with numpy.load(archive, allow_pickle=False) as content:
        x, y = content["x"], content["y"]
    if rows:
        x, y = x[:rows], y[:rows]
    order = numpy.arange(len(x))
    numpy.random.RandomState(seed).shuffle(order)
    x, y = x[order], y[order]
    place = int(len(x) * (1 - test_split))
    return (x[:place], y[:place]), (x[place:], y[place:])
