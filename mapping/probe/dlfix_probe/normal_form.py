"""Values of layer configs in the one form of PROGRAM_JSON.md, whatever Keras wrote them."""

import types

from . import layer_tables
from .keras_names import (INITIALISERS, activation_name, initialiser_name, snake_case)

_LISTS = {"kernel_size", "strides", "pool_size", "dilation_rate", "size", "target_shape", "dims"}


def plain(value):
    """JSON value of numbers, strings and containers; objects become {"custom": name}."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        return plain(value.item())
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return {"custom": name_of(value)}


def name_of(value):
    """A name for a function, class or object."""
    if isinstance(value, (types.FunctionType, type, types.MethodType)):
        return value.__name__
    name = getattr(value, "__name__", None)
    return name if isinstance(name, str) else type(value).__name__


def short_float(value):
    """The shortest decimal of a number that went through 32-bit floats."""
    import numpy
    value = float(value)
    if float(numpy.float32(value)) != value:
        return value
    return float(str(numpy.float32(value)))


def activation(value):
    """Snake-case name, or {"custom": name}."""
    if value is None:
        return "linear"
    if isinstance(value, dict):
        name = value.get("class_name", "custom")
        config = value.get("config")
        if name == "function":
            name = config if isinstance(config, str) else "custom"
        return activation_name(name) or activation_name(snake_case(name)) or {"custom": name}
    if isinstance(value, str):
        return activation_name(value) or {"custom": value}
    name = name_of(value)
    from_keras = (getattr(value, "__module__", "") or "").split(".")[0] in _KERAS_PACKAGES
    known = activation_name(name) if from_keras else None
    return known or {"custom": name}


_KERAS_PACKAGES = {"keras", "tf_keras", "tensorflow"}


def _class_and_config(value):
    """(class name, config) of an object, a serialised object or a name."""
    if isinstance(value, dict):
        return value.get("class_name"), value.get("config") or {}
    if isinstance(value, str):
        return value, {}
    config = value.get_config() if hasattr(value, "get_config") else {}
    return name_of(value), config


def initialiser(value):
    """{"class": snake-case name, parameters...}; null stays null."""
    if value is None:
        return None
    name, config = _class_and_config(value)
    known = initialiser_name(name) if isinstance(name, str) else None
    if known is None or not isinstance(config, dict):
        return {"custom": config if isinstance(config, str) else str(name)}
    result = {"class": known}
    for key, default in INITIALISERS[known].items():
        given = config.get(key, default)
        result[key] = float(given) if isinstance(default, float) else plain(given)
    if config.get("seed") is not None and not isinstance(config["seed"], dict):
        result["seed"] = plain(config["seed"])
    return result


def regulariser(value):
    """null or {"class": "l1_l2", "l1": .., "l2": ..}."""
    if value is None:
        return None
    name, config = _class_and_config(value)
    lower = snake_case(str(name))
    if lower not in ("l1", "l2", "l1_l2", "l1l2"):
        return {"custom": str(name)}
    default = 0.01 if isinstance(value, str) else 0.0
    if lower in ("l1", "l2"):
        values = {lower: config.get(lower, 0.01)}
    else:
        values = {key: config.get(key, default) for key in ("l1", "l2")}
    return {"class": "l1_l2", "l1": short_float(values.get("l1", 0.0)),
            "l2": short_float(values.get("l2", 0.0))}


def constraint(value):
    """null or {"class": "max_norm", parameters...}."""
    if value is None:
        return None
    name, config = _class_and_config(value)
    result = {"class": {"nonneg": "non_neg"}.get(snake_case(str(name)), snake_case(str(name)))}
    for key, given in config.items():
        if key not in ("name", "registered_name"):
            result[key] = float(given) if key.endswith(("value", "rate")) else plain(given)
    return result


def attribute(class_name, key, value):
    """One attribute of a layer in the normal form."""
    if key == "activation" or key == "recurrent_activation":
        return activation(value)
    if key.endswith("_initializer"):
        return initialiser(value)
    if key.endswith("_regularizer"):
        return regulariser(value)
    if key.endswith("_constraint"):
        return constraint(value)
    if key == "data_format" and value is None:
        return "channels_last"
    if key in ("layer", "backward_layer") and value is not None:
        return nested_layer(value)
    if key in _LISTS:
        value = as_list(value, layer_tables.rank_of(class_name))
    if key in ("rate", "dropout", "recurrent_dropout", "momentum", "epsilon", "negative_slope",
               "alpha", "stddev"):
        return short_float(value) if isinstance(value, (int, float)) else plain(value)
    return plain(value)


def as_list(value, rank):
    """Sizes as lists; one number stands for every dimension."""
    if isinstance(value, int) and rank:
        return [value] * rank
    if isinstance(value, int):
        return [value]
    return plain(value)


def nested_layer(value):
    """A wrapped layer: its class and attributes."""
    if isinstance(value, dict):
        name, config = value["class_name"], value.get("config", {})
    else:
        name, config = type(value).__name__, value.get_config()
    return {"class": name, "attributes": attributes(name, config)}


def attributes(class_name, config):
    """The attributes of one layer from its get_config()."""
    table = layer_tables.LAYERS.get(class_name)
    given = {}
    for key, value in config.items():
        given[layer_tables.renamed(class_name, key)] = value
    if class_name == "InputLayer":
        return {}
    if table is None:
        result = {key: plain(value) for key, value in given.items() if key not in _DROPPED}
    else:
        result = {}
        for key, default in table:
            value = given.get(key, None if default is layer_tables.REQUIRED else default)
            if value is None and key in layer_tables.OPTIONAL:
                continue
            result[key] = attribute(class_name, key, value)
    # Every layer takes it, whatever its own arguments are.
    if given.get("activity_regularizer") is not None:
        result["activity_regularizer"] = regulariser(given["activity_regularizer"])
    settle(class_name, result)
    if config.get("trainable") is False:
        result["trainable"] = False
    return result


def settle(class_name, result):
    """What depends on other attributes of the layer, in place."""
    if "Pooling" in class_name and result.get("strides", 0) is None:
        result["strides"] = result["pool_size"]
    if class_name == "BatchNormalization" and isinstance(result["axis"], list):
        result["axis"] = result["axis"][0]
    if class_name == "Lambda":
        result.pop("function", None)
        result.pop("output_shape", None)
        if not result.get("arguments"):
            result.pop("arguments", None)


_DROPPED = {"name", "dtype", "trainable", "batch_input_shape", "batch_shape", "build_config",
            "registered_name", "module", "quantization_config"}
