"""Keras optimisers and the parameters of small objects, for values that are read without running."""

# class -> parameters after the learning rate, in positional order, with their defaults
OPTIMIZERS = {
    "sgd": {"momentum": 0.0, "nesterov": False},
    "rmsprop": {"rho": 0.9, "momentum": 0.0, "epsilon": 1e-07, "centered": False},
    "adagrad": {"initial_accumulator_value": 0.1, "epsilon": 1e-07},
    "adadelta": {"rho": 0.95, "epsilon": 1e-07},
    "adam": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07, "amsgrad": False},
    "adamw": {"weight_decay": 0.004, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07, "amsgrad": False},
    "adamax": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07},
    "nadam": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07},
    "ftrl": {"learning_rate_power": -0.5, "initial_accumulator_value": 0.1, "l1_regularization_strength": 0.0,
             "l2_regularization_strength": 0.0, "l2_shrinkage_regularization_strength": 0.0, "beta": 0.0},
    "lion": {"beta_1": 0.9, "beta_2": 0.99},
}
OPTIMIZER_CLASSES = ["SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "AdamW", "Adamax", "Nadam", "Ftrl", "Lion"]
# Defaults of standalone Keras up to 2.3 where they were larger (keras-team/keras, optimizers.py).
_LEGACY_RATES = {"sgd": 0.01, "adagrad": 0.01, "adadelta": 1.0, "adamax": 0.002, "nadam": 0.002}
OLD_PROFILES = ("keras22", "keras231")
# Only these have a momentum that the names know.
WITH_MOMENTUM = ("sgd", "rmsprop")

# Parameters in positional order of initialisers, regularisers and constraints, by snake-case class.
OBJECT_PARAMETERS = {
    "constant": ["value"], "random_normal": ["mean", "stddev", "seed"],
    "random_uniform": ["minval", "maxval", "seed"], "truncated_normal": ["mean", "stddev", "seed"],
    "variance_scaling": ["scale", "mode", "distribution", "seed"], "orthogonal": ["gain", "seed"],
    "identity": ["gain"], "glorot_uniform": ["seed"], "glorot_normal": ["seed"], "he_uniform": ["seed"],
    "he_normal": ["seed"], "lecun_uniform": ["seed"], "lecun_normal": ["seed"],
    "l1": ["l1"], "l2": ["l2"], "l1_l2": ["l1", "l2"],
    "max_norm": ["max_value", "axis"], "unit_norm": ["axis"],
    "min_max_norm": ["min_value", "max_value", "rate", "axis"],
}
CONSTRAINT_DEFAULTS = {"max_norm": {"max_value": 2.0, "axis": 0}, "unit_norm": {"axis": 0},
                       "min_max_norm": {"min_value": 0.0, "max_value": 1.0, "rate": 1.0, "axis": 0}}
OBJECT_ALIASES = {"l": None, "m": "max_value", "normal": "random_normal", "uniform": "random_uniform",
                  "zero": "zeros", "one": "ones", "maxnorm": "max_norm", "nonneg": "non_neg",
                  "unitnorm": "unit_norm", "l1l2": "l1_l2"}


def optimizer_name(name):
    """Lower-case class of an optimiser's name in any spelling, or None."""
    lower = name.lower()
    return lower if lower in OPTIMIZERS else None


def optimizer_parameters(optimizer):
    """Names in positional order, the learning rate first."""
    own = list(OPTIMIZERS.get(optimizer, {}))
    return ["learning_rate"] + own + ["weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "decay"]


def optimizer_defaults(optimizer, profile):
    """What Keras of that profile uses for arguments that are not given."""
    old = profile in OLD_PROFILES
    rate = _LEGACY_RATES.get(optimizer, 0.001) if old else (0.01 if optimizer == "sgd" else 0.001)
    values = {"learning_rate": rate}
    values.update(OPTIMIZERS.get(optimizer, {}))
    if optimizer == "adagrad" and old:
        values["initial_accumulator_value"] = 0.0
    return values
