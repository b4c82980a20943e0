"""`compile` of the document: loss, optimiser and metrics as they take effect."""

import inspect

from . import keras_names as names
from .normal_form import name_of, plain, short_float

# Optimiser arguments that every class has and that are left out unless they are set.
_QUIET = {"name", "learning_rate", "weight_decay", "clipnorm", "clipvalue", "global_clipnorm",
          "use_ema", "ema_momentum", "ema_overwrite_frequency", "loss_scale_factor",
          "gradient_accumulation_steps", "jit_compile", "is_legacy_optimizer", "decay", "lr"}
_KEPT_WHEN_SET = ("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "decay")


def loss(value):
    """(name, options) of a loss as compile takes it; lists of one count as their element."""
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, (list, tuple)):
        return [loss(item)[0] for item in value], {}
    if isinstance(value, dict):
        if len(value) == 1:
            return loss(next(iter(value.values())))
        return {key: loss(item)[0] for key, item in value.items()}, {}
    if value is None:
        return None, {}
    if isinstance(value, str):
        return names.loss_name(value) or value, {}
    name = name_of(value)
    known = names.loss_name(name) if _from_keras(value) else None
    if known is None:
        return {"custom": name}, {}
    return known, {} if inspect.isfunction(value) or inspect.isclass(value) else _loss_options(value)


def _from_keras(value):
    kind = value if hasattr(value, "__module__") else type(value)
    return (getattr(kind, "__module__", "") or "").split(".")[0] in ("keras", "tf_keras", "tensorflow")


def _loss_options(value):
    config = value.get_config() if hasattr(value, "get_config") else {}
    config = dict(config, **getattr(value, "_fn_kwargs", {}))
    options = {}
    for key, default in names.LOSS_OPTIONS.items():
        given = config.get(key, default)
        if given != default and given is not None:
            options[key] = plain(given)
    return options


def optimizer(value):
    """{"class": lower-case name, "learning_rate": .., arguments}; value is an optimiser object."""
    config = value.get_config()
    result = {"class": type(value).__name__.lower(),
              "learning_rate": learning_rate(config.get("learning_rate", config.get("lr")))}
    for key, given in config.items():
        if key not in _QUIET:
            result[key] = short_float(given) if isinstance(given, float) else plain(given)
    for key in _KEPT_WHEN_SET:
        if config.get(key):
            result[key] = plain(config[key])
    if config.get("use_ema"):
        result.update(use_ema=True, ema_momentum=plain(config.get("ema_momentum")))
    return result


def learning_rate(value):
    """A number, or {"class": .., arguments} for a schedule."""
    if isinstance(value, str):
        return short_float(float(value))
    if isinstance(value, dict) and "class_name" in value:
        parts = {key: plain(item) for key, item in value.get("config", {}).items() if key != "name"}
        return dict(parts, **{"class": names.snake_case(value["class_name"])})
    if hasattr(value, "numpy"):
        value = value.numpy()
    if isinstance(value, (int, float)) or hasattr(value, "item"):
        return short_float(value)
    return {"custom": name_of(value)}


def metrics(value):
    """Metrics in order: strings as written, names of objects."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [item for part in value.values() for item in metrics(part)]
    if isinstance(value, (list, tuple)):
        return [item for part in value for item in metrics(part)]
    if isinstance(value, str):
        return [value]
    name = getattr(value, "name", None)
    return [name if isinstance(name, str) else name_of(value)]


def describe(arguments, optimizer_object, site):
    """The `compile` entry from compile's arguments and the optimiser that came of them."""
    name, options = loss(arguments.get("loss"))
    return {"loss": name, "loss_options": options, "optimizer": optimizer(optimizer_object),
            "metrics": metrics(arguments.get("metrics")), "file": site and site["file"],
            "line": site and site["line"], "call": site}
