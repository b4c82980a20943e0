"""Optimisers, their clips and schedules, and what they make of embeddings."""

import numpy

from oracle_case import case

HIDDEN = [("Dense", {"units": 3, "activation": "tanh"}), ("Dense", {"units": 2})]
X = ("float", (3,))
OUT = ("float", (2,))
RATE = 0.05
PLAIN = [
    ("sgd", {}),
    ("sgd", {"momentum": 0.9}),
    ("sgd", {"momentum": 0.9, "nesterov": True}),
    ("rmsprop", {}),
    ("rmsprop", {"momentum": 0.5}),
    ("rmsprop", {"centered": True}),
    ("rmsprop", {"rho": 0.5, "epsilon": 1e-3, "momentum": 0.5, "centered": True}),
    ("adagrad", {}),
    ("adagrad", {"initial_accumulator_value": 0.0, "epsilon": 1e-3}),
    ("adadelta", {}),
    ("adadelta", {"rho": 0.8, "epsilon": 1e-3}),
    ("adam", {}),
    ("adam", {"amsgrad": True, "beta_2": 0.6}),
    ("adam", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.1}),
    ("adamax", {}),
    ("adamax", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.1}),
    ("nadam", {}),
    ("nadam", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.1}),
    ("ftrl", {}),
    ("ftrl", {"l1_regularization_strength": 0.1, "l2_regularization_strength": 0.2}),
    ("ftrl", {"beta": 0.5}),
    ("ftrl", {"learning_rate_power": -0.3, "initial_accumulator_value": 0.5}),
    ("adamw", {}),
    ("adamw", {"weight_decay": 0.3}),
    ("lion", {}),
    ("lion", {"beta_1": 0.5, "beta_2": 0.7}),
]
NEW_ONLY = [
    ("sgd", {"weight_decay": 0.2}),
    ("adam", {"weight_decay": 0.2}),
    ("rmsprop", {"weight_decay": 0.2}),
]
CLIPS = [
    ("clipnorm", 0.3),
    ("clipvalue", 0.05),
    ("global_clipnorm", 0.3),
    ("clipnorm", 0.0),
    ("clipvalue", 0.0),
]
LEGACY = ("tf24",)


def _title(name, options):
    return " ".join([name] + ["%s=%s" % pair for pair in sorted(options.items())])


def _case(title, name, options, rate=RATE, layers=HIDDEN, x=X, **more):
    also = {"also": ["tf23"]} if "tf24" in more.get("families", ("tf24",)) else {}
    return case(title, layers, x, OUT, optimizer=(name, rate, options), keep=("after",), **dict(also, **more))


def optimizers():
    for name, options in PLAIN:
        modern = name in ("adamw", "lion")
        families = {"families": ("keras3", "tf211")} if modern else {}
        rate = {"lion": 0.02, "adadelta": 0.5}.get(name, RATE)
        yield _case(_title(name, options), name, options, rate, **families)
    for name, options in NEW_ONLY:
        yield _case(_title(name, options), name, options, families=("keras3", "tf211"))
    for name in ("sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamax", "nadam"):
        yield _case(name + " decay", name, {"decay": 0.5}, families=LEGACY)
    yield _case("decay in the new line", "sgd", {"decay": 0.5}, families=("keras3", "tf211"), may_raise=True)
    yield _case("nadam schedule_decay", "nadam", {"schedule_decay": 0.1}, families=LEGACY)
    for clip, value in CLIPS:
        for name in ("sgd", "adam"):
            yield _case("%s %s=%s" % (name, clip, value), name, {clip: value})
    yield _case(
        "two clips", "sgd", {"clipnorm": 0.3, "clipvalue": 0.05}, may_raise=True, also=[]
    )  # TF 2.3 has the other order
    for name in ("sgd", "adam", "rmsprop", "adamax"):
        yield _case(name + " tiny gradients", name, {}, 1e-3, x=numpy.full((4, 3), 1e-5, "float32"))
    yield from _schedules()


def embeddings():
    """Repeated and absent ids: Keras's optimisers see the gradients of an embedding row by row."""
    layers = [("Embedding", {"input_dim": 5, "output_dim": 2}), ("Flatten", {}), ("Dense", {"units": 2})]
    ids = numpy.array([[1, 2, 1], [3, 1, 2], [4, 4, 1], [0, 3, 3]], "float32")  # batches of two rows
    for name, options in [
        ("sgd", {}),
        ("sgd", {"momentum": 0.9}),
        ("rmsprop", {}),
        ("adagrad", {}),
        ("adadelta", {}),
        ("adam", {}),
        ("adamax", {}),
        ("nadam", {}),
        ("ftrl", {}),
        ("rmsprop", {"momentum": 0.5}),
        ("sgd", {"clipnorm": 0.2}),
        ("sgd", {"clipvalue": 0.02}),
        ("sgd", {"global_clipnorm": 0.2}),
        ("adam", {"clipnorm": 0.2}),
        ("adam", {"amsgrad": True}),
    ]:
        yield _case(
            "embedding " + _title(name, options),
            name,
            options,
            {"adadelta": 0.5}.get(name, RATE),
            layers,
            ids,
            fit={"batch_size": 2},
            steps=3,
        )
    table = dict(layers[0][1], embeddings_regularizer="l2")
    yield _case(
        "embedding with a regulariser",
        "adam",
        {},
        RATE,
        [("Embedding", table)] + layers[1:],
        ids,
        fit={"batch_size": 2},
        steps=3,
    )


def _schedules():
    for name, arguments in [
        ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5}),
        (
            "ExponentialDecay",
            {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5, "staircase": True},
        ),
        ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5}),
        (
            "PolynomialDecay",
            {"initial_learning_rate": 0.1, "decay_steps": 3, "end_learning_rate": 0.01, "power": 2.0},
        ),
        ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 2, "cycle": True}),
        ("PiecewiseConstantDecay", {"boundaries": [1, 3], "values": [0.1, 0.05, 0.01]}),
        ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 4, "alpha": 0.1}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 2}),
    ]:
        yield _case("%s %s" % (name, sorted(arguments)), "sgd", {}, (name, arguments))
    yield _case(
        "ExponentialDecay adam",
        "adam",
        {},
        ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5}),
    )
