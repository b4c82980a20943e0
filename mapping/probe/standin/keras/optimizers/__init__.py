"""keras.optimizers: arguments and defaults of the profile's Keras."""

from .. import _settings
from .._unsupported import attributes_of
from .._variables import Variable
from . import schedules

__getattr__ = attributes_of("keras.optimizers")
_ADAM = [("learning_rate", 0.001), ("beta_1", 0.9), ("beta_2", 0.999), ("epsilon", 1e-7)]
TABLES = {
    "SGD": [("learning_rate", 0.01), ("momentum", 0.0), ("nesterov", False)],
    "RMSprop": [("learning_rate", 0.001), ("rho", 0.9), ("momentum", 0.0), ("epsilon", 1e-7),
                ("centered", False)],
    "Adagrad": [("learning_rate", 0.001), ("initial_accumulator_value", 0.1), ("epsilon", 1e-7)],
    "Adadelta": [("learning_rate", 0.001), ("rho", 0.95), ("epsilon", 1e-7)],
    "Adam": _ADAM + [("amsgrad", False)], "Adamax": _ADAM, "Nadam": _ADAM,
    "AdamW": [("learning_rate", 0.001), ("weight_decay", 0.004)] + _ADAM[1:] + [("amsgrad", False)],
    "Lion": [("learning_rate", 0.001), ("beta_1", 0.9), ("beta_2", 0.99)],
    "Ftrl": [("learning_rate", 0.001), ("learning_rate_power", -0.5),
             ("initial_accumulator_value", 0.1), ("l1_regularization_strength", 0.0),
             ("l2_regularization_strength", 0.0), ("l2_shrinkage_regularization_strength", 0.0),
             ("beta", 0.0)],
}
# Keras 2.2 and 2.3: other learning rates, no initial accumulator, RMSprop without momentum.
_BEFORE_TF2 = {"Adagrad": {"learning_rate": 0.01}, "Adadelta": {"learning_rate": 1.0},
               "Adamax": {"learning_rate": 0.002}, "Nadam": {"learning_rate": 0.002}}
_ALWAYS = ("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum",
           "ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps",
           "jit_compile", "schedule_decay", "decay", "name")


class Optimizer:
    """Arguments by Keras's names; `lr` is `learning_rate`."""

    _table = ()

    def __init__(self, *arguments, **keywords):
        values = self._defaults()
        names = list(values)
        if len(arguments) > len(names):
            raise TypeError("{}() takes at most {} arguments".format(type(self).__name__, len(names)))
        values.update(zip(names, arguments))
        for key, value in keywords.items():
            if key == "lr" and _settings.profile == "tf211":
                continue       # Keras 2.11 to 2.15 warn of it and leave it out
            key = "learning_rate" if key == "lr" else key
            if key not in values and key not in _ALWAYS:
                raise TypeError("{}() got an unexpected keyword argument '{}'".format(
                    type(self).__name__, key))
            values[key] = value
        if values.get("epsilon", 0.0) is None:
            values["epsilon"] = 1e-7
        self._set_decay(values)
        self._values = values
        self.name = values.pop("name", None) or type(self).__name__.lower()
        self.iterations = Variable(0)
        self._rate = self._as_rate(values.pop("learning_rate"))

    @classmethod
    def _defaults(cls):
        values = dict(cls._table)
        if _settings.is_before_tf2():
            values.update(_BEFORE_TF2.get(cls.__name__, {}))
            if cls.__name__ == "RMSprop":
                for name in ("momentum", "centered"):
                    del values[name]
            if cls.__name__ == "Adagrad":
                values["initial_accumulator_value"] = 0.0
        return values

    def _set_decay(self, values):
        if values.get("decay") and _settings.profile == "keras3":
            print("UserWarning: Argument `decay` is no longer supported and will be ignored.")
            del values["decay"]

    @staticmethod
    def _as_rate(value):
        if isinstance(value, (schedules.LearningRateSchedule, Variable)):
            return value
        if callable(value):
            value = value()
        if isinstance(value, str) or value is None:
            raise ValueError("Argument `learning_rate` should be float. Received instead: "
                             "learning_rate={}".format(value))
        return Variable(float(value))

    @property
    def learning_rate(self):
        return self._rate

    @learning_rate.setter
    def learning_rate(self, value):
        self._rate = self._as_rate(value)

    lr = learning_rate

    def __getattr__(self, name):
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError("{!r} object has no attribute {!r}".format(type(self).__name__, name))

    def get_config(self):
        rate = self._rate
        if isinstance(rate, schedules.LearningRateSchedule):
            rate = {"class_name": type(rate).__name__, "config": rate.get_config()}
        else:
            rate = float(rate)
        return dict(self._values, name=self.name, learning_rate=rate)

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def _make(name):
    return type(name, (Optimizer,), {"_table": tuple(TABLES[name]), "__module__": __name__,
                                     "__doc__": "Keras's {}.".format(name)})


CLASSES = {name: _make(name) for name in TABLES}
globals().update(CLASSES)
for _name, _class in CLASSES.items():
    globals()[_name.lower()] = _class
_BY_NAME = {name.lower(): cls for name, cls in CLASSES.items()}


def get(identifier, **keywords):
    """Errors: ValueError for an unknown name or a class that was not instantiated."""
    if isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, dict):
        return _BY_NAME[identifier["class_name"].lower()](**identifier.get("config", {}))
    if isinstance(identifier, str) and identifier.lower() in _BY_NAME:
        return _BY_NAME[identifier.lower()](**keywords)
    raise ValueError("Could not interpret optimizer identifier: {}".format(identifier))


def serialize(optimizer):
    return {"class_name": type(optimizer).__name__, "config": optimizer.get_config()}


def deserialize(config, **_keywords):
    return get(config)
