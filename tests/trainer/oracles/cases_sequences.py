"""Recurrent layers, embeddings and masks."""

import numpy

from cases_spatial import OUT, SEQUENCE
from oracle_case import case


def _alone(name, layer, x, y, **more):
    return case(name, [layer], x, y, **more)


def _recurrences():
    for name in ("LSTM", "GRU", "SimpleRNN"):
        yield _alone(name, (name, {"units": 2}), SEQUENCE, OUT)
        yield _alone(
            name + " sequences",
            (name, {"units": 2, "return_sequences": True, "go_backwards": True}),
            SEQUENCE,
            ("float", (4, 2)),
        )
        yield _alone(
            name + " relu", (name, {"units": 2, "activation": "relu", "use_bias": False}), SEQUENCE, OUT
        )
        yield case(
            "Bidirectional " + name,
            [("Bidirectional", {"layer": ("layer", name, {"units": 2})}), ("Dense", {"units": 2})],
            SEQUENCE,
            OUT,
        )
    yield _alone("GRU reset before", ("GRU", {"units": 2, "reset_after": False}), SEQUENCE, OUT)
    yield _alone(
        "LSTM hard_sigmoid", ("LSTM", {"units": 2, "recurrent_activation": "hard_sigmoid"}), SEQUENCE, OUT
    )
    for mode in ("sum", "mul", "ave", "concat"):
        yield case(
            "Bidirectional sequences " + mode,
            [
                (
                    "Bidirectional",
                    {"layer": ("layer", "LSTM", {"units": 2, "return_sequences": True}), "merge_mode": mode},
                ),
                ("Flatten", {}),
                ("Dense", {"units": 2}),
            ],
            SEQUENCE,
            OUT,
        )
    yield case(
        "two LSTMs",
        [
            ("LSTM", {"units": 3, "return_sequences": True}),
            ("LSTM", {"units": 2}),
            ("Dense", {"units": 1, "activation": "sigmoid"}),
        ],
        SEQUENCE,
        ("ids", (1,), 2),
        loss="binary_crossentropy",
    )


def _embeddings():
    ids = ("ids", (5,), 6)
    table = ("Embedding", {"input_dim": 6, "output_dim": 2})
    yield case("Embedding", [table, ("Flatten", {}), ("Dense", {"units": 2})], ids, OUT)
    yield case(
        "Embedding pooled",
        [table, ("GlobalAveragePooling1D", {}), ("Dense", {"units": 1, "activation": "sigmoid"})],
        ids,
        ("ids", (1,), 2),
        loss="binary_crossentropy",
    )
    yield case(
        "Embedding out of range",
        [table, ("Flatten", {}), ("Dense", {"units": 2})],
        ("ids", (5,), 40),
        OUT,
        may_raise=True,
        steps=1,
    )
    masked = ("Embedding", {"input_dim": 6, "output_dim": 2, "mask_zero": True})
    padded = _padded()
    for name in ("LSTM", "GRU", "SimpleRNN"):
        yield case("masked " + name, [masked, (name, {"units": 2}), ("Dense", {"units": 2})], padded, OUT)
    yield case(
        "masked LSTM sequences",
        [masked, ("LSTM", {"units": 3, "return_sequences": True}), ("LSTM", {"units": 2})],
        padded,
        OUT,
    )
    yield case(
        "masked Bidirectional",
        [masked, ("Bidirectional", {"layer": ("layer", "LSTM", {"units": 2})}), ("Dense", {"units": 2})],
        padded,
        OUT,
    )
    yield case(
        "masked average", [masked, ("GlobalAveragePooling1D", {}), ("Dense", {"units": 2})], padded, OUT
    )
    yield case("Masking", [("Masking", {"mask_value": 0.0}), ("LSTM", {"units": 2})], _padded_features(), OUT)
    for layer in (
        ("Flatten", {}),
        ("Conv1D", {"filters": 2, "kernel_size": 2}),
        ("GlobalMaxPooling1D", {}),
        ("BatchNormalization", {}),
        ("Dropout", {"rate": 0.0}),
        ("TimeDistributed", {"layer": ("layer", "Dense", {"units": 2})}),
        ("Activation", {"activation": "tanh"}),
    ):
        behind = (
            []
            if layer[0] == "GlobalMaxPooling1D"
            else [("LSTM", {"units": 2})] if layer[0] != "Flatten" else []
        )
        yield case(
            "masked " + layer[0],
            [masked, layer] + behind + [("Dense", {"units": 2})],
            padded,
            OUT,
            may_raise=True,
        )
    yield case("masked loss", [masked, ("Dense", {"units": 2})], padded, ("float", (5, 2)))


def _padded():
    return numpy.array([[1, 2, 3, 0, 0], [4, 5, 1, 2, 0], [3, 0, 2, 0, 0], [5, 4, 3, 2, 1]], "float32")


def _padded_features():
    x = numpy.round(numpy.random.RandomState(5).uniform(-1, 1, (4, 4, 3)), 2).astype("float32")
    x[0, 2:] = 0
    x[2, 1] = 0
    return x


def sequences():
    yield from _recurrences()
    yield from _embeddings()
