"""Optimisers, clips, penalties, constraints, weights of rows, and metrics."""

import numpy

from oracle_case import case

HIDDEN = [("Dense", {"units": 3, "activation": "tanh"}), ("Dense", {"units": 2})]
X = ("float", (3,))
OUT = ("float", (2,))
RATE = 0.05

PLAIN = [("sgd", {}), ("sgd", {"momentum": 0.9}), ("sgd", {"momentum": 0.9, "nesterov": True}), ("rmsprop", {}), ("rmsprop", {"momentum": 0.5}),
         ("rmsprop", {"centered": True}), ("rmsprop", {"rho": 0.5, "epsilon": 1e-3, "momentum": 0.5, "centered": True}), ("adagrad", {}),
         ("adagrad", {"initial_accumulator_value": 0.0, "epsilon": 1e-3}), ("adadelta", {}), ("adadelta", {"rho": 0.8, "epsilon": 1e-3}),
         ("adam", {}), ("adam", {"amsgrad": True, "beta_2": 0.6}), ("adam", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.1}), ("adamax", {}),
         ("adamax", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.1}), ("nadam", {}), ("nadam", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.1}),
         ("ftrl", {}), ("ftrl", {"l1_regularization_strength": 0.1, "l2_regularization_strength": 0.2}), ("ftrl", {"beta": 0.5}), ("ftrl", {"learning_rate_power": -0.3, "initial_accumulator_value": 0.5}),
         ("adamw", {}), ("adamw", {"weight_decay": 0.3}), ("lion", {}), ("lion", {"beta_1": 0.5, "beta_2": 0.7})]
NEW_ONLY = [("sgd", {"weight_decay": 0.2}), ("adam", {"weight_decay": 0.2}), ("rmsprop", {"weight_decay": 0.2})]
CLIPS = [("clipnorm", 0.3), ("clipvalue", 0.05), ("global_clipnorm", 0.3), ("clipnorm", 0.0), ("clipvalue", 0.0)]
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
    yield _case("two clips", "sgd", {"clipnorm": 0.3, "clipvalue": 0.05}, may_raise=True, also=[])  # TF 2.3 has the other order
    for name in ("sgd", "adam", "rmsprop", "adamax"):
        yield _case(name + " tiny gradients", name, {}, 1e-3, x=numpy.full((4, 3), 1e-5, "float32"))
    yield from _schedules()


def embeddings():
    """Repeated and absent ids: Keras's optimisers see the gradients of an embedding row by row."""
    layers = [("Embedding", {"input_dim": 5, "output_dim": 2}), ("Flatten", {}), ("Dense", {"units": 2})]
    ids = numpy.array([[1, 2, 1], [3, 1, 2], [4, 4, 1], [0, 3, 3]], "float32")  # batches of two rows
    for name, options in [("sgd", {}), ("sgd", {"momentum": 0.9}), ("rmsprop", {}), ("adagrad", {}), ("adadelta", {}), ("adam", {}), ("adamax", {}),
                          ("nadam", {}), ("ftrl", {}), ("rmsprop", {"momentum": 0.5}), ("sgd", {"clipnorm": 0.2}), ("sgd", {"clipvalue": 0.02}), ("sgd", {"global_clipnorm": 0.2}),
                          ("adam", {"clipnorm": 0.2}), ("adam", {"amsgrad": True})]:
        yield _case("embedding " + _title(name, options), name, options, {"adadelta": 0.5}.get(name, RATE), layers, ids, fit={"batch_size": 2}, steps=3)
    table = dict(layers[0][1], embeddings_regularizer="l2")
    yield _case("embedding with a regulariser", "adam", {}, RATE, [("Embedding", table)] + layers[1:], ids, fit={"batch_size": 2}, steps=3)


def _schedules():
    for name, arguments in [("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5}),
                            ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5, "staircase": True}),
                            ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5}),
                            ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 3, "end_learning_rate": 0.01, "power": 2.0}),
                            ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 2, "cycle": True}),
                            ("PiecewiseConstantDecay", {"boundaries": [1, 3], "values": [0.1, 0.05, 0.01]}),
                            ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 4, "alpha": 0.1}),
                            ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 2})]:
        yield _case("%s %s" % (name, sorted(arguments)), "sgd", {}, (name, arguments))
    yield _case("ExponentialDecay adam", "adam", {}, ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5}))


def _dense(**more):
    return [("Dense", dict({"units": 3, "activation": "tanh"}, **more)), ("Dense", {"units": 2})]


def options():
    l1, l2, both = (("regularizers", name, {}) for name in ("L1", "L2", "L1L2"))
    mixed = ("regularizers", "L1L2", {"l1": 0.02, "l2": 0.05})
    keep = {"keep": ("gradients", "after"), "also": ["tf23"]}
    for place in ("kernel", "bias", "activity"):
        for kind in ("l1", "l2", l1, l2, both, mixed):
            name = kind if isinstance(kind, str) else "%s%s" % (kind[1], sorted(kind[2].values()))
            yield case("%s_regularizer %s" % (place, name), _dense(**{place + "_regularizer": kind}), X, OUT, **keep)
    yield case("string l1_l2", _dense(kernel_regularizer="l1_l2"), X, OUT, may_raise=True, families=("tf211",), **keep)
    yield case("activity of sequences", [("LSTM", {"units": 2, "return_sequences": True, "activity_regularizer": "l2"})], ("float", (4, 3)), ("float", (4, 2)), **keep)
    yield case("activity of an Activation", [("Dense", {"units": 3}), ("Activation", {"activation": "relu", "activity_regularizer": "l1"}), ("Dense", {"units": 2})], X, OUT, **keep)
    yield case("ActivityRegularization", [("Dense", {"units": 3}), ("ActivityRegularization", {"l1": 0.05, "l2": 0.1}), ("Dense", {"units": 2})], X, OUT, **keep)
    yield case("recurrent regularisers", [("LSTM", {"units": 2, "kernel_regularizer": "l2", "recurrent_regularizer": "l1", "bias_regularizer": mixed})], ("float", (4, 3)), OUT, **keep)
    yield case("embeddings_regularizer", [("Embedding", {"input_dim": 6, "output_dim": 2, "embeddings_regularizer": "l2"}), ("Flatten", {}), ("Dense", {"units": 2})], ("ids", (3,), 6), OUT, **keep)
    yield case("gamma and beta", [("BatchNormalization", {"gamma_regularizer": "l2", "beta_regularizer": "l1", "gamma_constraint": "non_neg"}), ("Dense", {"units": 2})], X, OUT, **keep)
    yield case("convolution regularisers", [("Conv2D", {"filters": 2, "kernel_size": 2, "kernel_regularizer": "l2", "bias_constraint": "non_neg"}), ("Flatten", {}), ("Dense", {"units": 2})], ("float", (3, 3, 1)), OUT, **keep)
    for place in ("kernel", "bias"):
        for kind in ("max_norm", "non_neg", "unit_norm", "min_max_norm", ("constraints", "MaxNorm", {"max_value": 0.5, "axis": 0}),
                     ("constraints", "MinMaxNorm", {"min_value": 0.4, "max_value": 0.6, "rate": 0.5, "axis": 0})):
            name = kind if isinstance(kind, str) else kind[1] + " settings"
            yield case("%s_constraint %s" % (place, name), _dense(**{place + "_constraint": kind}), X, OUT, keep=("after",), also=["tf23"])
    yield case("convolution constraint", [("Conv2D", {"filters": 2, "kernel_size": 2, "kernel_constraint": ("constraints", "MaxNorm", {"max_value": 0.5, "axis": [0, 1, 2]})}), ("Flatten", {}), ("Dense", {"units": 2})],
               ("float", (3, 3, 1)), OUT, keep=("after",), also=["tf23"])
    yield case("recurrent constraint", [("LSTM", {"units": 2, "recurrent_constraint": "max_norm", "kernel_constraint": "unit_norm"})], ("float", (4, 3)), OUT, keep=("after",), also=["tf23"])
    yield from _row_weights()
    yield case("frozen layer", [("Dense", {"units": 3, "trainable": False, "activation": "relu", "kernel_regularizer": "l2"}), ("Dense", {"units": 2})], X, OUT, **keep)


def _row_weights():
    softmax = [("Dense", {"units": 3, "activation": "softmax"})]
    ids = numpy.array([[0], [2], [1], [2]], "float32")
    onehot = numpy.eye(3, dtype="float32")[[0, 2, 1, 2]]
    keep = {"keep": ("after",), "metrics": ["accuracy"], "follow": ["accuracy"], "also": ["tf23"]}
    for name, y, loss in (("ids", ids, "sparse_categorical_crossentropy"), ("one-hot", onehot, "categorical_crossentropy"), ("mse", onehot, "mean_squared_error")):
        yield case("class_weight %s" % name, softmax, ("float", (2,)), y, loss=loss, class_weight={0: 1.0, 1: 5.0, 2: 0.5}, **keep)
        yield case("sample_weight %s" % name, softmax, ("float", (2,)), y, loss=loss, sample_weight=[0.5, 2.0, 0.0, 1.5], **keep)
    yield case("class_weight misses a class", softmax, ("float", (2,)), ids, loss="sparse_categorical_crossentropy", class_weight={0: 1.0, 2: 0.5}, may_raise=True, **keep)
    yield case("both weights", softmax, ("float", (2,)), ids, loss="sparse_categorical_crossentropy", class_weight={0: 1.0, 1: 5.0, 2: 0.5}, sample_weight=[0.5, 2.0, 0.0, 1.5], may_raise=True, **keep)
    yield case("class_weight of one unit", [("Dense", {"units": 1, "activation": "sigmoid"})], ("float", (2,)), numpy.array([[0], [1], [1], [0]], "float32"), loss="binary_crossentropy",
               class_weight={0: 1.0, 1: 4.0}, **keep)
    yield case("weights and a penalty", [("Dense", {"units": 3, "activation": "softmax", "kernel_regularizer": "l2"})], ("float", (2,)), onehot, loss="categorical_crossentropy", sample_weight=[0.5, 2.0, 0.0, 1.5], **keep)
    yield case("batches of three of seven rows", softmax, ("float", (2,)), ("ids", (1,), 3), loss="sparse_categorical_crossentropy", rows=7, steps=2, fit={"batch_size": 3}, **keep)
    yield case("steps_per_epoch", softmax, ("float", (2,)), ("ids", (1,), 3), loss="sparse_categorical_crossentropy", rows=7, fit={"batch_size": 3, "steps_per_epoch": 2, "epochs": 3}, may_raise=True, **keep)


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
            yield case("accuracy, %s, %s" % (activation, name), layers, ("float", (2,)), y, loss="sparse_categorical_crossentropy" if sparse else "mean_squared_error",
                       metrics=["accuracy"], follow=["accuracy"], also=["tf23"], **keep)
    three = [("Dense", {"units": 3, "activation": "softmax"})]
    for name in ("mae", "mse", "binary_accuracy", "categorical_accuracy"):
        yield case("metric " + name, three, ("float", (2,)), ("onehot", 3), loss="categorical_crossentropy", metrics=[name], follow=[name], also=["tf23"], **keep)
    yield case("metric sparse_categorical_accuracy", three, ("float", (2,)), ("ids", (1,), 3), loss="sparse_categorical_crossentropy", metrics=["sparse_categorical_accuracy"],
               follow=["sparse_categorical_accuracy"], also=["tf23"], **keep)
    yield case("accuracy of sequences", three, ("float", (4, 2)), ("ids", (4, 1), 3), loss="sparse_categorical_crossentropy", metrics=["accuracy"], follow=["accuracy"], **keep)
    yield case("accuracy of a regression", [("Dense", {"units": 1})], ("float", (2,)), ("float", (1,)), metrics=["accuracy", "mae"], follow=["accuracy", "mae"], also=["tf23"], **keep)
    nan = {0: [numpy.full((2, 3), numpy.nan), numpy.zeros(3)]}
    yield case("accuracy of NaN", three, ("float", (2,)), ("onehot", 3), loss="categorical_crossentropy", weights=nan, metrics=["accuracy"], follow=["accuracy"], also=["tf23"], **keep)
