"""Activations, normalisations, wrappers and merges, alone or in front of a Dense layer."""

from cases_spatial import IMAGES, OUT, SEQUENCE, flat
from oracle_case import case

# What is not the same in inference as in training.
_MOVING = {"keep": ("output", "gradients", "after")}


def _activations():
    for index, layer in enumerate(
        (
            ("LeakyReLU", {}),
            ("LeakyReLU", {"negative_slope": 0.1}),
            ("PReLU", {}),
            ("ELU", {}),
            ("ELU", {"alpha": 0.5}),
            ("ReLU", {}),
            ("Softmax", {}),
            ("ReLU", {"max_value": 0.4, "negative_slope": 0.2, "threshold": 0.1}),
        )
    ):
        yield case(
            "%s %d" % (layer[0], index),
            [("Dense", {"units": 4}), layer, ("Dense", {"units": 2})],
            ("float", (3,)),
            OUT,
        )
    yield case(
        "ThresholdedReLU",
        [("Dense", {"units": 4}), ("ThresholdedReLU", {"theta": 0.2}), ("Dense", {"units": 2})],
        ("float", (3,)),
        OUT,
        may_miss=True,
    )
    yield flat("PReLU shared", ("PReLU", {"shared_axes": [1, 2]}), IMAGES)
    yield flat("Softmax axis 1", ("Softmax", {"axis": 1}), SEQUENCE)
    yield flat("Activation sequence", ("Activation", {"activation": "softmax"}), SEQUENCE)


def _normalisations():
    for name, x in (("2D", ("float", (3,))), ("3D", SEQUENCE), ("4D", IMAGES)):
        yield flat("BatchNormalization " + name, ("BatchNormalization", {}), x, **_MOVING)
        yield flat("LayerNormalization " + name, ("LayerNormalization", {}), x, optimizer=("sgd", 0.01, {}))
    yield flat(
        "BatchNormalization settings",
        ("BatchNormalization", {"momentum": 0.7, "epsilon": 0.01, "center": False}),
        IMAGES,
        **_MOVING
    )
    yield flat(
        "BatchNormalization plain",
        ("BatchNormalization", {"scale": False, "center": False}),
        SEQUENCE,
        **_MOVING
    )
    yield flat("BatchNormalization frozen", ("BatchNormalization", {"trainable": False}), SEQUENCE, **_MOVING)
    yield flat(
        "LayerNormalization settings", ("LayerNormalization", {"epsilon": 0.1, "scale": False}), SEQUENCE
    )
    yield flat("LayerNormalization axes", ("LayerNormalization", {"axis": [1, 2]}), SEQUENCE)
    yield flat("Rescaling", ("Rescaling", {"scale": 0.5, "offset": -0.25}), IMAGES)
    yield case(
        "BatchNormalization after Conv2D",
        [
            ("Conv2D", {"filters": 2, "kernel_size": 2}),
            ("BatchNormalization", {}),
            ("Activation", {"activation": "relu"}),
            ("MaxPooling2D", {}),
            ("Flatten", {}),
            ("Dense", {"units": 2, "activation": "softmax"}),
        ],
        IMAGES,
        ("onehot", 2),
        loss="categorical_crossentropy",
        **_MOVING
    )


def _wrappers_and_merges():
    yield case(
        "TimeDistributed Dense",
        [
            ("TimeDistributed", {"layer": ("layer", "Dense", {"units": 2, "activation": "relu"})}),
            ("Flatten", {}),
            ("Dense", {"units": 2}),
        ],
        SEQUENCE,
        OUT,
    )
    yield case(
        "TimeDistributed after LSTM",
        [
            ("LSTM", {"units": 2, "return_sequences": True}),
            ("TimeDistributed", {"layer": ("layer", "Dense", {"units": 3, "activation": "softmax"})}),
        ],
        SEQUENCE,
        ("ids", (4, 1), 3),
        loss="sparse_categorical_crossentropy",
    )
    yield case(
        "TimeDistributed Conv2D",
        [
            ("TimeDistributed", {"layer": ("layer", "Conv2D", {"filters": 2, "kernel_size": 2})}),
            ("Flatten", {}),
            ("Dense", {"units": 2}),
        ],
        ("float", (2, 3, 3, 1)),
        OUT,
    )
    yield case(
        "Dense on sequences",
        [("Dense", {"units": 3, "activation": "relu"}), ("Dense", {"units": 2})],
        SEQUENCE,
        ("float", (4, 2)),
    )
    for name in ("Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"):
        yield case(
            name,
            [
                ("Dense", {"units": 2}, ["x0"]),
                ("Dense", {"units": 2}, ["x1"]),
                ("Dense", {"units": 2}, ["x0"]),
                (name, {}, [0, 1, 2]),
                ("Dense", {"units": 2}, [3]),
            ],
            [("float", (3,)), ("float", (2,))],
            OUT,
        )
    yield case(
        "Subtract",
        [("Dense", {"units": 2}, ["x0"]), ("Dense", {"units": 2}, ["x1"]), ("Subtract", {}, [0, 1])],
        [("float", (3,)), ("float", (2,))],
        OUT,
    )
    yield case(
        "Concatenate axis 1",
        [
            ("Dense", {"units": 2}, ["x0"]),
            ("Concatenate", {"axis": 1}, [0, "x1"]),
            ("Flatten", {}, [1]),
            ("Dense", {"units": 2}, [2]),
        ],
        [SEQUENCE, ("float", (1, 2))],
        OUT,
    )
    yield case(
        "Add broadcasts",
        [("Dense", {"units": 2}, ["x0"]), ("Dense", {"units": 1}, ["x0"]), ("Add", {}, [0, 1])],
        ("float", (3,)),
        OUT,
    )
    yield case(
        "Dropout off",
        [
            ("Dense", {"units": 3}),
            ("Dropout", {"rate": 0.0}),
            ("Dense", {"units": 2, "activation": "softmax"}),
            ("Dropout", {"rate": 0.0}),
        ],
        ("float", (3,)),
        ("onehot", 2),
        loss="categorical_crossentropy",
    )
    yield case("Flatten Dense", [("Flatten", {}), ("Dense", {"units": 2, "use_bias": False})], IMAGES, OUT)


def layers():
    yield from _activations()
    yield from _normalisations()
    yield from _wrappers_and_merges()
