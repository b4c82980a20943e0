"""Layers that look at neighbours or move cells: convolutions, pools, paddings, reshaping."""

from oracle_case import case

SEQUENCE = ("float", (4, 3))
IMAGES = ("float", (5, 4, 2))
OUT = ("float", (2,))


def flat(name, layer, x, **more):
    """The layer, then Flatten and Dense(2)."""
    return case(name, [layer, ("Flatten", {}), ("Dense", {"units": 2})], x, OUT, **more)


def _convolutions():
    conv = {"filters": 2, "kernel_size": 3}
    for padding in ("valid", "same"):
        for strides in (1, 2):
            settings = dict(conv, padding=padding, strides=strides, activation="relu")
            yield flat("Conv2D %s stride %d" % (padding, strides), ("Conv2D", settings), IMAGES)
            yield flat("Conv1D %s stride %d" % (padding, strides), ("Conv1D", settings), SEQUENCE)
            yield flat(
                "SeparableConv2D %s stride %d" % (padding, strides),
                ("SeparableConv2D", dict(settings, activation="tanh")),
                IMAGES,
            )
    yield flat(
        "Conv2D without bias, dilated",
        ("Conv2D", {"filters": 2, "kernel_size": [2, 1], "dilation_rate": 2, "use_bias": False}),
        IMAGES,
    )
    yield flat("Conv2D groups", ("Conv2D", {"filters": 4, "kernel_size": 2, "groups": 2}), IMAGES)
    yield flat(
        "Conv1D causal",
        ("Conv1D", {"filters": 2, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}),
        SEQUENCE,
    )
    yield flat(
        "SeparableConv2D multiplier",
        ("SeparableConv2D", {"filters": 3, "kernel_size": 2, "depth_multiplier": 2}),
        IMAGES,
    )
    yield flat(
        "SeparableConv1D same",
        ("SeparableConv1D", {"filters": 2, "kernel_size": 3, "padding": "same"}),
        SEQUENCE,
    )
    yield flat(
        "DepthwiseConv2D same",
        (
            "DepthwiseConv2D",
            {"kernel_size": 3, "depth_multiplier": 2, "padding": "same", "activation": "relu"},
        ),
        IMAGES,
    )


def _pools():
    for kind in ("Max", "Average"):
        for padding in ("valid", "same"):
            yield flat(
                "%sPooling2D %s" % (kind, padding),
                (kind + "Pooling2D", {"pool_size": 2, "padding": padding}),
                IMAGES,
            )
            yield flat(
                "%sPooling2D %s 3 stride 2" % (kind, padding),
                (kind + "Pooling2D", {"pool_size": 3, "strides": 2, "padding": padding}),
                IMAGES,
            )
            yield flat(
                "%sPooling1D %s" % (kind, padding),
                (kind + "Pooling1D", {"pool_size": 3, "strides": 2, "padding": padding}),
                SEQUENCE,
            )
        for rank, x in (("1D", SEQUENCE), ("2D", IMAGES)):
            name = "Global%sPooling%s" % (kind, rank)
            yield case(name, [("Dense", {"units": 3}), (name, {}), ("Dense", {"units": 2})], x, OUT)
            yield flat(name + " keepdims", (name, {"keepdims": True}), x)


def _shapes():
    before = ("Dense", {"units": 2})
    for layer, x in (
        (("Reshape", {"target_shape": [2, -1]}), SEQUENCE),
        (("Permute", {"dims": [2, 1]}), SEQUENCE),
        (("Permute", {"dims": [3, 1, 2]}), IMAGES),
        (("ZeroPadding1D", {"padding": 1}), SEQUENCE),
        (("ZeroPadding1D", {"padding": [0, 2]}), SEQUENCE),
        (("ZeroPadding2D", {"padding": 1}), IMAGES),
        (("ZeroPadding2D", {"padding": [[1, 0], [2, 1]]}), IMAGES),
        (("Cropping1D", {"cropping": [1, 1]}), SEQUENCE),
        (("Cropping2D", {"cropping": [[1, 0], [0, 1]]}), IMAGES),
        (("UpSampling1D", {"size": 2}), SEQUENCE),
        (("UpSampling2D", {"size": [2, 3]}), IMAGES),
        (("RepeatVector", {"n": 3}), ("float", (4,))),
    ):
        rate = 0.01 if layer[0] in ("ZeroPadding2D", "UpSampling2D") else 0.1  # those diverge at 0.1
        yield case(
            "%s %s" % (layer[0], sorted(layer[1].values())),
            [before, layer, ("Dense", {"units": 2}), ("Flatten", {}), ("Dense", {"units": 2})],
            x,
            OUT,
            optimizer=("sgd", rate, {}),
        )


def spatial():
    yield from _convolutions()
    yield from _pools()
    yield from _shapes()
