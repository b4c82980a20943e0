"""A case: one small model with its data, loss and optimiser, to be measured in Keras.

A case is a dict. `layers`: [(class, arguments)] or [(class, arguments, inbound)], where inbound lists
the layers (or "x0", "x1": the inputs) that the layer is called on. `x`, `y`: what make_data()
understands. Everything drawn is drawn from a seed made of the case's name, with two decimals, so that
fixtures stay short.
"""

import zlib

import numpy

ROWS = 4
STEPS = 5


def random_of(name):
    return numpy.random.RandomState(zlib.crc32(name.encode()) % (2**31))


def case(name, layers, x, y, loss="mean_squared_error", optimizer=("sgd", 0.1, {}), **more):
    """`more`: loss_options, metrics, sample_weight, class_weight, steps, keep, families, also, may_raise, weights."""
    return dict(
        {
            "name": name,
            "layers": [tuple(layer) for layer in layers],
            "x": x if isinstance(x, list) else [x],
            "y": y,
            "loss": loss,
            "optimizer": optimizer,
        },
        **more
    )


def make_data(kind, random, rows):
    """("float", shape) in [-1, 1], ("positive", shape) in [0, 1], ("ids", shape, n), ("onehot", n), or numbers."""
    if isinstance(kind, numpy.ndarray):
        return kind
    if kind[0] == "float":
        return numpy.round(random.uniform(-1, 1, (rows,) + tuple(kind[1])), 2).astype("float32")
    if kind[0] == "positive":
        return numpy.round(random.uniform(0.05, 1, (rows,) + tuple(kind[1])), 2).astype("float32")
    if kind[0] == "ids":
        return random.randint(0, kind[2], (rows,) + tuple(kind[1])).astype("float32")
    if kind[0] == "onehot":
        return numpy.eye(kind[1], dtype="float32")[random.randint(0, kind[1], rows)]
    raise ValueError(kind)


def draw_weight(name, shape, random):
    """Moving variances are positive, all others lie in [-0.7, 0.7]."""
    low, high = (0.4, 1.6) if "variance" in name else (-0.7, 0.7)
    return numpy.round(random.uniform(low, high, shape), 2).astype("float32")
