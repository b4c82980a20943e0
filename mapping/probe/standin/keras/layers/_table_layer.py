"""Layers whose arguments are those of Keras's own table."""

from dlfix_probe import layer_tables
from dlfix_probe.layer_tables import REQUIRED

from .. import _settings, activations, constraints, initializers, regularizers
from ._base import IGNORED, Layer

_KERAS22 = {"GRU": {"reset_after": False, "recurrent_activation": "hard_sigmoid"},
            "LSTM": {"recurrent_activation": "hard_sigmoid"}}


class TableLayer(Layer):
    """A Keras layer: its arguments are those of layer_tables.LAYERS."""

    def __init__(self, *arguments, **keywords):
        table = self._table()
        names = [name for name, _ in table]
        if len(arguments) > len(names):
            raise TypeError("{}() takes at most {} positional arguments ({} given)".format(
                type(self).__name__, len(names), len(arguments)))
        values = dict(zip(names, arguments))
        common = {}
        for key, value in keywords.items():
            name = self._today(key, names)
            if name in names:
                values[name] = value
            elif key not in IGNORED:
                common[key] = value
        super().__init__(**common)
        defaults = dict(table)
        if _settings.profile == "keras22":
            defaults.update(_KERAS22.get(self._table_name(), {}))
        for name in names:
            if name not in values and defaults[name] is REQUIRED:
                raise TypeError("{}.__init__() missing 1 required positional argument: '{}'".format(
                    type(self).__name__, name))
            self.__dict__[name] = self._converted(name, values.get(name, defaults[name]))

    @classmethod
    def _table_name(cls):
        for kind in cls.__mro__:
            if kind.__name__ in layer_tables.LAYERS:
                return kind.__name__
        return cls.__name__

    @classmethod
    def _table(cls):
        return layer_tables.LAYERS[cls._table_name()]

    def _today(self, key, names):
        """Keras 1 and 2 spellings as today's."""
        if key in names:
            return key
        return layer_tables.renamed(self._table_name(), key)

    def _converted(self, name, value):
        if name in ("activation", "recurrent_activation"):
            return activations.get(value)
        if name.endswith("_initializer"):
            return initializers.get("glorot_uniform" if value is None else value)
        if name.endswith("_regularizer"):
            return regularizers.get(value)
        if name.endswith("_constraint"):
            return constraints.get(value)
        if name in ("kernel_size", "pool_size", "dilation_rate", "size", "strides"):
            return self._sizes(name, value)
        if name in ("units", "filters"):
            return _positive(type(self).__name__, name, value)
        if name == "padding" and isinstance(value, str):
            return self._padding(value)
        return value

    def _padding(self, value):
        value = value.lower()
        allowed = {"valid", "same"} | ({"causal"} if "Conv1D" in type(self).__name__ else set())
        if value not in allowed:
            raise ValueError("The `padding` argument must be one of {}. Received: {}".format(
                sorted(allowed), value))
        return value

    def _sizes(self, name, value):
        rank = layer_tables.rank_of(self._table_name())
        if value is None or not rank:
            return value
        sizes = (value,) * rank if not isinstance(value, (list, tuple)) else tuple(value)
        if len(sizes) != rank or not all(_whole(v) and v > 0 for v in sizes):
            raise ValueError("The `{}` argument must be a tuple of {} positive integers. "
                             "Received {}={}".format(name, rank, name, value))
        return tuple(int(v) for v in sizes)

    def get_config(self):
        config = super().get_config()
        for name, _ in self._table():
            config[name] = getattr(self, name)
        return config


def _whole(value):
    return hasattr(value, "__index__") and not isinstance(value, bool)


def _positive(class_name, name, value):
    """A count as an integer; Keras 2 took whole floats too. Errors: ValueError."""
    whole = _whole(value) or (isinstance(value, float) and value.is_integer())
    if not whole or value <= 0:
        raise ValueError("Received an invalid value for `{}`, expected a positive integer. Received: "
                         "{}={}".format(name, name, value))
    return int(value)
