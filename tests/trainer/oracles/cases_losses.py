"""Activations; losses on every kind of output; targets that do not fit."""

import numpy

from oracle_case import case

# Not glu: Keras itself cannot put a layer behind it.
ACTIVATIONS = (
    "linear relu sigmoid tanh softmax elu selu softplus softsign hard_sigmoid exponential swish gelu relu6 "
    "leaky_relu celu silu hard_silu hard_swish mish log_sigmoid log_softmax hard_tanh hard_shrink soft_shrink "
    "tanh_shrink squareplus sparse_plus sparse_sigmoid sparsemax"
).split()
LOSSES = (
    "mean_squared_error mean_absolute_error mean_absolute_percentage_error mean_squared_logarithmic_error hinge "
    "squared_hinge categorical_hinge log_cosh huber kl_divergence poisson cosine_similarity categorical_crossentropy "
    "sparse_categorical_crossentropy binary_crossentropy"
).split()
# No shortcut across the two kinds of output: TF 2.3 does the same as later versions.
_ALIKE_IN_TF23 = {
    ("categorical_crossentropy", "sigmoid"),
    ("sparse_categorical_crossentropy", "sigmoid"),
    ("binary_crossentropy", "softmax"),
}
RATE = {"mean_absolute_percentage_error": 1e-9}


def activations():
    for name in ACTIVATIONS:
        yield case(
            "activation " + name,
            [("Dense", {"units": 4, "activation": name}), ("Dense", {"units": 2})],
            ("float", (3,)),
            ("float", (2,)),
            may_miss=True,
        )


def _target(loss):
    return ("ids", (1,), 3) if loss.startswith("sparse") else ("onehot", 3)


def losses():
    for loss in LOSSES:
        more = ("relu", "tanh", "softplus", "hard_sigmoid") if loss.endswith("crossentropy") else ()
        for activation in ("linear", "sigmoid", "softmax") + more:
            also = [] if (loss, activation) in _ALIKE_IN_TF23 else ["tf23"]
            yield case(
                "%s of %s" % (loss, activation),
                [("Dense", {"units": 3, "activation": activation})],
                ("float", (2,)),
                _target(loss),
                loss=loss,
                optimizer=("sgd", RATE.get(loss, 0.1), {}),
                also=also,
                keep=("gradients", "after"),
            )
        if not loss.startswith("sparse"):
            yield case(
                "%s of numbers" % loss,
                [("Dense", {"units": 3, "activation": "softplus"})],
                ("float", (2,)),
                ("float", (3,)),
                loss=loss,
                optimizer=("sgd", 1e-3, {}),
                also=["tf23"],
                keep=("gradients",),
                may_raise=True,
            )


def special_losses():
    yield from _units()
    yield from _sequences()
    yield from _options()


def _units():
    """One unit: softmax on it, and cross-entropies that mean another thing than they look."""
    for activation in ("sigmoid", "softmax", "linear", "tanh"):
        for loss in ("binary_crossentropy", "categorical_crossentropy", "mean_squared_error", "hinge"):
            also = [] if (loss, activation) in _ALIKE_IN_TF23 else ["tf23"]
            yield case(
                "one %s unit, %s" % (activation, loss),
                [
                    ("Dense", {"units": 3, "activation": "relu"}),
                    ("Dense", {"units": 1, "activation": activation}),
                ],
                ("float", (2,)),
                ("ids", (1,), 2),
                loss=loss,
                also=also,
                keep=("gradients", "after"),
            )


def _sequences():
    for loss in ("mean_squared_error", "categorical_crossentropy", "binary_crossentropy", "hinge"):
        yield case(
            "%s of sequences" % loss,
            [("Dense", {"units": 3, "activation": "softmax"})],
            ("float", (4, 2)),
            numpy.eye(3, dtype="float32")[numpy.random.RandomState(3).randint(0, 3, (4, 4))],
            loss=loss,
            keep=("gradients", "after"),
        )
    for shape in ((4,), (4, 1)):
        yield case(
            "sparse_categorical_crossentropy of sequences %d" % len(shape),
            [("Dense", {"units": 3, "activation": "softmax"})],
            ("float", (4, 2)),
            ("ids", shape, 3),
            loss="sparse_categorical_crossentropy",
            keep=("gradients",),
        )
        yield case(
            "mean_squared_error of single features %d" % len(shape),
            [("Dense", {"units": 1})],
            ("float", (4, 2)),
            ("float", shape),
            keep=("gradients",),
            may_raise=True,
        )


def _options():
    softmax = [("Dense", {"units": 3, "activation": "softmax"})]
    linear = [("Dense", {"units": 3})]
    for activation, layers in (
        ("softmax", softmax),
        ("linear", linear),
        ("sigmoid", [("Dense", {"units": 3, "activation": "sigmoid"})]),
    ):
        for loss in ("categorical_crossentropy", "binary_crossentropy"):
            also = [] if (loss, activation) in _ALIKE_IN_TF23 else ["tf23"]
            yield case(
                "%s smoothed of %s" % (loss, activation),
                layers,
                ("float", (2,)),
                ("onehot", 3),
                loss=loss,
                loss_options={"label_smoothing": 0.2},
                also=also,
                keep=("gradients",),
            )
    for loss in ("categorical_crossentropy", "binary_crossentropy", "sparse_categorical_crossentropy"):
        yield case(
            "%s from logits" % loss,
            linear,
            ("float", (2,)),
            _target(loss),
            loss=loss,
            loss_options={"from_logits": True},
            also=["tf23"],
            keep=("gradients",),
        )
    yield case(
        "huber delta",
        linear,
        ("float", (2,)),
        ("float", (3,)),
        loss="huber",
        loss_options={"delta": 0.3},
        also=["tf23"],
        keep=("gradients",),
    )
    for activation in ("softmax", "sigmoid"):
        for loss in ("categorical_crossentropy", "binary_crossentropy"):
            yield case(
                "%s of %s behind Reshape" % (loss, activation),
                [("Dense", {"units": 3, "activation": activation}), ("Reshape", {"target_shape": [3]})],
                ("float", (2,)),
                ("onehot", 3),
                loss=loss,
                also=["tf23"],
                keep=("gradients",),
            )
            yield case(
                "%s of an %s layer" % (loss, activation),
                [
                    ("Dense", {"units": 3}),
                    ("Activation", {"activation": activation}),
                    ("Activation", {"activation": "linear"}),
                ],
                ("float", (2,)),
                ("onehot", 3),
                loss=loss,
                keep=("gradients",),
            )
    # Targets that are no distribution: the fused gradient does not notice.
    odd = numpy.array([[1, 1, 0], [0, 0, 0], [0.5, 0, 0], [2, 0, 1]], "float32")
    for loss in ("categorical_crossentropy", "binary_crossentropy", "kl_divergence", "poisson"):
        yield case(
            "%s of odd targets" % loss,
            softmax,
            ("float", (2,)),
            odd,
            loss=loss,
            keep=("gradients", "after"),
            may_raise=False,
        )
    zero = {0: [numpy.zeros((2, 3)), numpy.zeros(3)]}
    for activation in ("softmax", "relu", "sigmoid", "linear"):
        for loss in (
            "categorical_crossentropy",
            "sparse_categorical_crossentropy",
            "mean_squared_error",
            "binary_crossentropy",
        ):
            also = [] if (loss, activation) in _ALIKE_IN_TF23 else ["tf23"]
            yield case(
                "zero weights, %s, %s" % (activation, loss),
                [("Dense", {"units": 3, "activation": activation})],
                ("float", (2,)),
                _target(loss),
                loss=loss,
                weights=zero,
                also=also,
                keep=("gradients", "after"),
            )
    hidden = {0: [numpy.zeros((2, 3)), numpy.zeros(3)], 1: [numpy.zeros((3, 3)), numpy.zeros(3)]}
    for activation in ("relu", "sigmoid", "tanh"):
        yield case(
            "two zero layers, " + activation,
            [
                ("Dense", {"units": 3, "activation": activation}),
                ("Dense", {"units": 3, "activation": "softmax"}),
            ],
            ("float", (2,)),
            ("onehot", 3),
            loss="categorical_crossentropy",
            weights=hidden,
            also=["tf23"],
            keep=("gradients", "after"),
        )


def targets():
    """Every loss with every shape of target: a number or an error."""
    kinds = {
        "one-hot": ("onehot", 3),
        "ids (n, 1)": ("ids", (1,), 3),
        "ids (n,)": ("ids", (), 3),
        "ids (n,) of three rows": ("ids", (), 3),
        "labels beyond the classes": ("ids", (1,), 9),
    }
    for loss in LOSSES:
        for name, target in kinds.items():
            crosses = loss.endswith("crossentropy")
            if name == "labels beyond the classes" and not crosses:
                continue
            for activation in ("softmax", "relu") if crosses else ("softmax",):
                yield case(
                    "%s, %s, %s" % (loss, activation, name),
                    [("Dense", {"units": 3, "activation": activation})],
                    ("float", (2,)),
                    target,
                    loss=loss,
                    optimizer=("sgd", RATE.get(loss, 0.1), {}),
                    steps=1,
                    keep=(),
                    may_raise=True,
                    rows=3 if "three" in name else 4,
                )
        for name, target in {
            "(n,)": ("ids", (), 2),
            "(n, 1)": ("ids", (1,), 2),
            "(n, 2)": ("onehot", 2),
        }.items():
            yield case(
                "%s, one unit, %s" % (loss, name),
                [("Dense", {"units": 1, "activation": "sigmoid"})],
                ("float", (2,)),
                target,
                loss=loss,
                optimizer=("sgd", RATE.get(loss, 0.1), {}),
                steps=1,
                keep=(),
                may_raise=True,
            )
