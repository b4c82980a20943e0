"""Values of the static reading in the normal form of program.json; what is not known says so."""

from . import keras_names, layer_tables, normal_form
from .names_calls import keras_path
from .names_objects import CONSTRAINT_DEFAULTS, OBJECT_ALIASES, OBJECT_PARAMETERS
from .static_values import Const, Function, Klass, Layer, Made, Symbol, plain


def regulariser(value):
    """As normal_form.regulariser, for numbers as written (that one undoes 32-bit rounding)."""
    if value is None:
        return None
    name, config = (value, None) if isinstance(value, str) else (value["class_name"], value["config"])
    kind = OBJECT_ALIASES.get(keras_names.snake_case(name), keras_names.snake_case(name))
    if kind not in ("l1", "l2", "l1_l2"):
        return {"custom": name}
    default = 0.0 if kind == "l1_l2" and config is not None else 0.01
    values = {key: float((config or {}).get(key, default)) for key in OBJECT_PARAMETERS[kind]}
    return {"class": "l1_l2", "l1": values.get("l1", 0.0), "l2": values.get("l2", 0.0)}


_SCHEMES = {"initializer": normal_form.initialiser, "regularizer": regulariser,
            "constraint": normal_form.constraint}
# Attributes that Keras keeps as floats.
_FLOATS = {"rate", "dropout", "recurrent_dropout", "momentum", "epsilon", "negative_slope", "alpha", "stddev"}
_CUSTOM = (Function, Klass, Layer)


def custom_name(value):
    """Name of a function, class or object of the program's own."""
    if isinstance(value, Layer):
        return value.class_name
    return getattr(value.node, "name", "<lambda>")


def library_name(path):
    """Last name of a path inside Keras (or tf.nn, tf's initialisers), else None."""
    if keras_path(path) is not None or path.startswith(("tensorflow.nn.", "tensorflow.initializers.")):
        return path.rsplit(".", 1)[-1]
    if path.startswith("tensorflow.") and path.endswith("_initializer"):
        return path.rsplit(".", 1)[-1][:-len("_initializer")]
    return None


def activation(value):
    """(normal form, known)"""
    if isinstance(value, Const) and (value.value is None or isinstance(value.value, str)):
        return normal_form.activation(value.value), True
    if isinstance(value, _CUSTOM):
        return {"custom": custom_name(value)}, True
    if isinstance(value, (Symbol, Made)) and not value.path.startswith("builtins."):
        name = value.path.rsplit(".", 1)[-1]
        known = keras_names.activation_name(name) if library_name(value.path) else None
        return known or {"custom": name}, True
    return None, False


def object_config(made):
    """(snake-case class, constructor arguments, known) of an initialiser, regulariser or constraint."""
    name = library_name(made.path) or made.path.rsplit(".", 1)[-1]
    snake = keras_names.snake_case(name)
    snake = OBJECT_ALIASES.get(snake, snake) or snake
    parameters = OBJECT_PARAMETERS.get(snake, [])
    config, known = {}, not made.call.opaque
    position = 0
    for argument in made.call.arguments:
        if argument.name is None:
            key = parameters[position] if position < len(parameters) else None
            position += 1
        else:
            key = snake if argument.name == "l" else OBJECT_ALIASES.get(argument.name, argument.name)
        content, fine = plain(argument.value)
        known = known and fine
        if key:
            config[key] = content
    return snake, config, known


def scheme(kind, value):
    """(normal form, known) of an initialiser, regulariser or constraint."""
    convert = _SCHEMES[kind]
    if isinstance(value, Const) and (value.value is None or isinstance(value.value, str)):
        return convert(value.value), True
    if isinstance(value, _CUSTOM):
        return {"custom": custom_name(value)}, True
    if isinstance(value, Symbol) and library_name(value.path):
        return convert(library_name(value.path)), True
    if isinstance(value, Made):
        name, config, known = object_config(value)
        if library_name(value.path) is None:
            return {"custom": name}, True
        if not known:
            return None, False
        if kind == "constraint":
            config = dict(CONSTRAINT_DEFAULTS.get(name, {}), **config)
        try:
            return convert({"class_name": name, "config": config}), True
        except (TypeError, ValueError):      # not what Keras takes there
            return None, False
    return None, False


def attribute(class_name, key, value):
    """(normal form, known) of one layer attribute."""
    if key in ("activation", "recurrent_activation"):
        return activation(value)
    for kind in _SCHEMES:
        if key.endswith("_" + kind):
            return scheme(kind, value)
    if key == "layer" and isinstance(value, Layer):
        inner, unknown = attributes(value)
        return {"class": value.class_name, "attributes": inner}, not unknown
    content, known = plain(value)
    if not known:
        return None, False
    if key == "data_format":
        content = {"th": "channels_first", "tf": "channels_last"}.get(content, content)
    return _plain_attribute(class_name, key, content), True


def _plain_attribute(class_name, key, content):
    """Numbers stay as written; everything else as normal_form has it."""
    if isinstance(content, float):
        return content
    if isinstance(content, int) and not isinstance(content, bool) and key in _FLOATS:
        return float(content)
    return normal_form.attribute(class_name, key, content)


def attributes(layer):
    """(attributes of a layer, names of those that are not known)."""
    class_name = layer.class_name
    table = layer_tables.LAYERS.get(class_name)
    if class_name == "InputLayer":
        return {}, []
    if table is None or layer.bound is None:
        return {}, ["*"]
    result, unknown = {}, []
    for key, default in table:
        value, known = _one(layer, key, default)
        if not known:
            unknown.append(key)
        if not (known and value is None and key in layer_tables.OPTIONAL):
            result[key] = value
    normal_form.settle(class_name, result)
    return result, [key for key in unknown if key in result]


def _one(layer, key, default):
    if key in layer.bound:
        return attribute(layer.class_name, key, layer.bound[key].value)
    if layer.call.opaque or default is layer_tables.REQUIRED:
        return None, False
    return _plain_attribute(layer.class_name, key, default), True


def input_shape(layer):
    """Shape that a layer declares for the model's input, without the batch dimension, or None."""
    bound = layer.bound or {}
    if "batch_input_shape" in bound:
        content, known = plain(bound["batch_input_shape"].value)
        return list(content[1:]) if known and content else None
    for key in ("shape", "input_shape"):
        if key in bound:
            content, known = plain(bound[key].value)
            if known and isinstance(content, int):
                return [content]
            return list(content) if known and isinstance(content, (list, tuple)) else None
    if layer.class_name == "Embedding":
        content = plain(bound["input_length"].value)[0] if "input_length" in bound else None
        return [content] if isinstance(content, int) else None
    if "input_dim" in bound:
        content, known = plain(bound["input_dim"].value)
        return [content] if known and isinstance(content, int) else None
    return None
