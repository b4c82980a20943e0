"""Snake-case names of Keras objects and the aliases that Keras accepts."""

import re

INITIALISERS = {
    "zeros": {}, "ones": {}, "glorot_uniform": {}, "glorot_normal": {}, "he_uniform": {},
    "he_normal": {}, "lecun_uniform": {}, "lecun_normal": {},
    "constant": {"value": 0.0}, "random_normal": {"mean": 0.0, "stddev": 0.05},
    "random_uniform": {"minval": -0.05, "maxval": 0.05},
    "truncated_normal": {"mean": 0.0, "stddev": 0.05},
    "variance_scaling": {"scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal"},
    "orthogonal": {"gain": 1.0}, "identity": {"gain": 1.0},
}
INITIALISER_ALIASES = {"zero": "zeros", "one": "ones", "normal": "random_normal",
                       "uniform": "random_uniform", "identity_initializer": "identity"}

ACTIVATIONS = ["linear", "relu", "relu6", "leaky_relu", "sigmoid", "hard_sigmoid", "tanh", "softmax",
               "log_softmax", "softplus", "softsign", "elu", "selu", "celu", "gelu", "silu",
               "exponential", "mish", "hard_silu", "hard_tanh", "hard_shrink", "soft_shrink",
               "tanh_shrink", "squareplus", "sparse_plus", "sparse_sigmoid", "log_sigmoid",
               "threshold", "glu", "sparsemax"]
ACTIVATION_ALIASES = {"swish": "silu", "hard_swish": "hard_silu"}

LOSSES = ["mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error",
          "mean_squared_logarithmic_error", "binary_crossentropy", "binary_focal_crossentropy",
          "categorical_crossentropy", "categorical_focal_crossentropy",
          "sparse_categorical_crossentropy", "kl_divergence", "poisson", "hinge", "squared_hinge",
          "categorical_hinge", "log_cosh", "huber", "cosine_similarity", "dice", "tversky", "ctc"]
LOSS_ALIASES = {
    "mse": "mean_squared_error", "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error", "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy", "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence", "logcosh": "log_cosh",
    "cosine_proximity": "cosine_similarity", "huber_loss": "huber",
    "crossentropy": "crossentropy", "ce": "crossentropy",
}
# Arguments of loss classes that change what is computed, with their defaults.
LOSS_OPTIONS = {"from_logits": False, "label_smoothing": 0.0, "delta": 1.0, "axis": -1,
                "ignore_class": None, "alpha": None, "gamma": None, "apply_class_balancing": False}


def snake_case(name):
    """Keras's own rule for class names: GlorotUniform, L1L2, KLDivergence."""
    known = {"L1L2": "l1_l2", "KLDivergence": "kl_divergence", "LogCosh": "log_cosh",
             "RMSprop": "rmsprop", "L1": "l1", "L2": "l2", "CTC": "ctc"}
    if name in known:
        return known[name]
    name = re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def loss_name(text):
    """Function name of a loss given as a string; None when Keras has no such loss."""
    for candidate in (text, text.lower(), snake_case(text)):
        candidate = LOSS_ALIASES.get(candidate, candidate)
        if candidate in LOSSES or candidate == "crossentropy":
            return candidate
    return None


def initialiser_name(text):
    """Snake-case name of an initialiser given as a string; None when there is none of that name."""
    for candidate in (text, snake_case(text)):
        candidate = INITIALISER_ALIASES.get(candidate, candidate)
        if candidate in INITIALISERS:
            return candidate
    return None


def activation_name(text):
    """Today's name of an activation; None when there is none of that name."""
    text = ACTIVATION_ALIASES.get(text, text)
    return text if text in ACTIVATIONS else None
