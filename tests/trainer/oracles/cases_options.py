"""Penalties, constraints, weights of rows, and metrics."""

import numpy

from oracle_case import case

X = ("float", (3,))
OUT = ("float", (2,))


def _dense(**more):
    return [("Dense", dict({"units": 3, "activation": "tanh"}, **more)), ("Dense", {"units": 2})]


def options():
    l1, l2, both = (("regularizers", name, {}) for name in ("L1", "L2", "L1L2"))
    mixed = ("regularizers", "L1L2", {"l1": 0.02, "l2": 0.05})
    keep = {"keep": ("gradients", "after"), "also": ["tf23"]}
    for place in ("kernel", "bias", "activity"):
        for kind in ("l1", "l2", l1, l2, both, mixed):
            name = kind if isinstance(kind, str) else "%s%s" % (kind[1], sorted(kind[2].values()))
            yield case(
                "%s_regularizer %s" % (place, name), _dense(**{place + "_regularizer": kind}), X, OUT, **keep
            )
    yield case(
        "string l1_l2",
        _dense(kernel_regularizer="l1_l2"),
        X,
        OUT,
        may_raise=True,
        families=("tf211",),
        **keep
    )
    yield case(
        "activity of sequences",
        [("LSTM", {"units": 2, "return_sequences": True, "activity_regularizer": "l2"})],
        ("float", (4, 3)),
        ("float", (4, 2)),
        **keep
    )
    yield case(
        "activity of an Activation",
        [
            ("Dense", {"units": 3}),
            ("Activation", {"activation": "relu", "activity_regularizer": "l1"}),
            ("Dense", {"units": 2}),
        ],
        X,
        OUT,
        **keep
    )
    yield case(
        "ActivityRegularization",
        [
            ("Dense", {"units": 3}),
            ("ActivityRegularization", {"l1": 0.05, "l2": 0.1}),
            ("Dense", {"units": 2}),
        ],
        X,
        OUT,
        **keep
    )
    yield case(
        "recurrent regularisers",
        [
            (
                "LSTM",
                {
                    "units": 2,
                    "kernel_regularizer": "l2",
                    "recurrent_regularizer": "l1",
                    "bias_regularizer": mixed,
                },
            )
        ],
        ("float", (4, 3)),
        OUT,
        **keep
    )
    yield case(
        "embeddings_regularizer",
        [
            ("Embedding", {"input_dim": 6, "output_dim": 2, "embeddings_regularizer": "l2"}),
            ("Flatten", {}),
            ("Dense", {"units": 2}),
        ],
        ("ids", (3,), 6),
        OUT,
        **keep
    )
    yield case(
        "gamma and beta",
        [
            (
                "BatchNormalization",
                {"gamma_regularizer": "l2", "beta_regularizer": "l1", "gamma_constraint": "non_neg"},
            ),
            ("Dense", {"units": 2}),
        ],
        X,
        OUT,
        **keep
    )
    yield case(
        "convolution regularisers",
        [
            (
                "Conv2D",
                {"filters": 2, "kernel_size": 2, "kernel_regularizer": "l2", "bias_constraint": "non_neg"},
            ),
            ("Flatten", {}),
            ("Dense", {"units": 2}),
        ],
        ("float", (3, 3, 1)),
        OUT,
        **keep
    )
    for place in ("kernel", "bias"):
        for kind in (
            "max_norm",
            "non_neg",
            "unit_norm",
            "min_max_norm",
            ("constraints", "MaxNorm", {"max_value": 0.5, "axis": 0}),
            ("constraints", "MinMaxNorm", {"min_value": 0.4, "max_value": 0.6, "rate": 0.5, "axis": 0}),
        ):
            name = kind if isinstance(kind, str) else kind[1] + " settings"
            yield case(
                "%s_constraint %s" % (place, name),
                _dense(**{place + "_constraint": kind}),
                X,
                OUT,
                keep=("after",),
                also=["tf23"],
            )
    yield case(
        "convolution constraint",
        [
            (
                "Conv2D",
                {
                    "filters": 2,
                    "kernel_size": 2,
                    "kernel_constraint": ("constraints", "MaxNorm", {"max_value": 0.5, "axis": [0, 1, 2]}),
                },
            ),
            ("Flatten", {}),
            ("Dense", {"units": 2}),
        ],
        ("float", (3, 3, 1)),
        OUT,
        keep=("after",),
        also=["tf23"],
    )
    yield case(
        "recurrent constraint",
        [("LSTM", {"units": 2, "recurrent_constraint": "max_norm", "kernel_constraint": "unit_norm"})],
        ("float", (4, 3)),
        OUT,
        keep=("after",),
        also=["tf23"],
    )
    yield from _row_weights()
    yield case(
        "frozen layer",
        [
            ("Dense", {"units": 3, "trainable": False, "activation": "relu", "kernel_regularizer": "l2"}),
            ("Dense", {"units": 2}),
        ],
        X,
        OUT,
        **keep
    )


def _row_weights():
    softmax = [("Dense", {"units": 3, "activation": "softmax"})]
    ids = numpy.array([[0], [2], [1], [2]], "float32")
    onehot = numpy.eye(3, dtype="float32")[[0, 2, 1, 2]]
    keep = {"keep": ("after",), "metrics": ["accuracy"], "follow": ["accuracy"], "also": ["tf23"]}
    for name, y, loss in (
        ("ids", ids, "sparse_categorical_crossentropy"),
        ("one-hot", onehot, "categorical_crossentropy"),
        ("mse", onehot, "mean_squared_error"),
    ):
        yield case(
            "class_weight %s" % name,
            softmax,
            ("float", (2,)),
            y,
            loss=loss,
            class_weight={0: 1.0, 1: 5.0, 2: 0.5},
            **keep
        )
        yield case(
            "sample_weight %s" % name,
            softmax,
            ("float", (2,)),
            y,
            loss=loss,
            sample_weight=[0.5, 2.0, 0.0, 1.5],
            **keep
        )
    yield case(
        "class_weight misses a class",
        softmax,
        ("float", (2,)),
        ids,
        loss="sparse_categorical_crossentropy",
        class_weight={0: 1.0, 2: 0.5},
        may_raise=True,
        **keep
    )
    yield case(
        "both weights",
        softmax,
        ("float", (2,)),
        ids,
        loss="sparse_categorical_crossentropy",
        class_weight={0: 1.0, 1: 5.0, 2: 0.5},
        sample_weight=[0.5, 2.0, 0.0, 1.5],
        may_raise=True,
        **keep
    )
    yield case(
        "class_weight of one unit",
        [("Dense", {"units": 1, "activation": "sigmoid"})],
        ("float", (2,)),
        numpy.array([[0], [1], [1], [0]], "float32"),
        loss="binary_crossentropy",
        class_weight={0: 1.0, 1: 4.0},
        **keep
    )
    yield case(
        "weights and a penalty",
        [("Dense", {"units": 3, "activation": "softmax", "kernel_regularizer": "l2"})],
        ("float", (2,)),
        onehot,
        loss="categorical_crossentropy",
        sample_weight=[0.5, 2.0, 0.0, 1.5],
        **keep
    )
    yield case(
        "batches of three of seven rows",
        softmax,
        ("float", (2,)),
        ("ids", (1,), 3),
        loss="sparse_categorical_crossentropy",
        rows=7,
        steps=2,
        fit={"batch_size": 3},
        **keep
    )
    yield case(
        "steps_per_epoch",
        softmax,
        ("float", (2,)),
        ("ids", (1,), 3),
        loss="sparse_categorical_crossentropy",
        rows=7,
        fit={"batch_size": 3, "steps_per_epoch": 2, "epochs": 3},
        may_raise=True,
        **keep
    )


def metrics():
    keep = {"keep": (), "steps": 2, "rows": 12}
    outputs = {"softmax": 3, "linear": 3, "sigmoid": 1}
    for activation, units in outputs.items():
        layers = [("Dense", {"units": units, "activation": activation})]
        kinds = {"ids (n, 1)": ("ids", (1,), max(units, 2)), "ids (n,)": ("ids", (), max(units, 2))}
        if units > 1:
            kinds["one-hot"] = ("onehot", units)
        for name, y in kinds.items():
            sparse = units > 1 and name != "one-hot"
            yield case(
                "accuracy, %s, %s" % (activation, name),
                layers,
                ("float", (2,)),
                y,
                loss="sparse_categorical_crossentropy" if sparse else "mean_squared_error",
                metrics=["accuracy"],
                follow=["accuracy"],
                also=["tf23"],
                **keep
            )
    three = [("Dense", {"units": 3, "activation": "softmax"})]
    for name in ("mae", "mse", "binary_accuracy", "categorical_accuracy"):
        yield case(
            "metric " + name,
            three,
            ("float", (2,)),
            ("onehot", 3),
            loss="categorical_crossentropy",
            metrics=[name],
            follow=[name],
            also=["tf23"],
            **keep
        )
    yield case(
        "metric sparse_categorical_accuracy",
        three,
        ("float", (2,)),
        ("ids", (1,), 3),
        loss="sparse_categorical_crossentropy",
        metrics=["sparse_categorical_accuracy"],
        follow=["sparse_categorical_accuracy"],
        also=["tf23"],
        **keep
    )
    yield case(
        "accuracy of sequences",
        three,
        ("float", (4, 2)),
        ("ids", (4, 1), 3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        follow=["accuracy"],
        **keep
    )
    yield case(
        "accuracy of a regression",
        [("Dense", {"units": 1})],
        ("float", (2,)),
        ("float", (1,)),
        metrics=["accuracy", "mae"],
        follow=["accuracy", "mae"],
        also=["tf23"],
        **keep
    )
    nan = {0: [numpy.full((2, 3), numpy.nan), numpy.zeros(3)]}
    yield case(
        "accuracy of NaN",
        three,
        ("float", (2,)),
        ("onehot", 3),
        loss="categorical_crossentropy",
        weights=nan,
        metrics=["accuracy"],
        follow=["accuracy"],
        also=["tf23"],
        **keep
    )
