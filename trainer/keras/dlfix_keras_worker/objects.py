"""Attributes of layers (PROGRAM_JSON.md, "Attributes") as the objects that Keras takes."""

import inspect

from .failure import describe, unsupported, what_keras_raises
from .names import class_name

_KINDS = (("_initializer", "initializers"), ("_regularizer", "regularizers"), ("_constraint", "constraints"))
_RENAMED = {"LeakyReLU": {"negative_slope": "alpha"}}  # Keras 2's names
_UNSET = (None, False, [], {})


class Objects:
    """Makes the objects of one Keras; `own` gives those that the program defines itself."""

    def __init__(self, keras, is_keras3, own):
        self.keras = keras
        self.is_keras3 = is_keras3
        self.own = own

    def arguments(self, layer, kind):
        """Constructor arguments of a layer of the class `kind`."""
        renamed = {} if self.is_keras3 else _RENAMED.get(layer["class"], {})
        given = {}
        known = parameters(kind)
        for key, value in layer["attributes"].items():
            name = renamed.get(key, key)
            if known is not None and name not in known and _is_unset(value):
                continue  # an argument of another Keras, at rest
            given[name] = self._argument(layer, key, value)
        return given

    def _argument(self, layer, key, value):
        if _is_custom(value):
            return self.own.attribute(layer, key)
        if key in ("layer", "backward_layer") and isinstance(value, dict):
            return self.layer(dict(layer, **{"class": value["class"], "attributes": value["attributes"]}))
        for ending, module in _KINDS:
            if key.endswith(ending):
                return self._object(module, value)
        return value

    def _object(self, module, value):
        """An initialiser, regulariser or constraint; what Keras reads itself is left as it is."""
        if not isinstance(value, dict) or "class" not in value:
            return value
        name = class_name(value["class"])
        kind = getattr(getattr(self.keras, module), name, None)
        if kind is None:
            raise unsupported("this Keras has no {} {}".format(module[:-1], name))
        return kind(**{key: item for key, item in value.items() if key != "class"})

    def layer(self, layer):
        """A fresh layer of Keras's own, or a copy of the program's."""
        kind = getattr(self.keras.layers, layer["class"], None)
        if kind is None or layer["class"] in ("Lambda", "Layer") or _is_nested_model(layer):
            return self.own.layer(layer)
        arguments = self.arguments(layer, kind)
        known = parameters(kind)
        unknown = set() if known is None else set(arguments) - known
        if not unknown:
            with what_keras_raises(_place(layer)):
                return kind(**arguments)
        try:  # some classes read more than their constructor takes
            return kind.from_config(arguments)
        except Exception as error:
            raise unsupported("{} has the argument {}, which this Keras does not know".format(
                describe(layer), sorted(unknown)[0])) from error


def parameters(kind):
    """Names of a constructor's arguments, its bases' too; None when they cannot be told."""
    names = set()
    for base in inspect.getmro(kind):
        own = base.__dict__.get("__init__")
        if own is None:
            continue
        try:
            found = inspect.signature(own).parameters.values()
        except (TypeError, ValueError):
            return None
        names.update(p.name for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
        if not any(p.kind == p.VAR_KEYWORD for p in found):
            break
    return names | {"trainable", "activity_regularizer"}


def _is_unset(value):
    return value in _UNSET or value == 0.0


def _is_custom(value):
    return isinstance(value, dict) and set(value) == {"custom"}


def _is_nested_model(layer):
    return layer["class"] in ("Sequential", "Functional", "Model")


def _place(layer):
    return "line {}: ".format(layer["line"]) if layer.get("line") else ""
