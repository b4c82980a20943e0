"""`fit.callbacks`: classes and the attributes that change a training."""

import math

from .callback_modes import settled_mode
from .normal_form import name_of, plain, short_float

_ATTRIBUTES = {
    "EarlyStopping": ("monitor", "min_delta", "patience", "mode", "baseline", "restore_best_weights",
                      "start_from_epoch"),
    "ReduceLROnPlateau": ("monitor", "factor", "patience", "mode", "min_delta", "cooldown", "min_lr"),
    "ModelCheckpoint": ("monitor", "save_best_only", "mode"),
    "LearningRateScheduler": (),
    "TerminateOnNaN": (),
}
_DEFAULTS = {"mode": "auto", "start_from_epoch": 0, "baseline": None, "restore_best_weights": False}


_LONGEST_TABLE = 10000       # epochs
_TRIED_RATES = (0.01, 0.1)


def describe(callbacks, epochs=0):
    """`[{class, attributes}]`; a class of the program's own is {"custom": name}. `epochs` of the fit."""
    if callbacks is None:
        return []
    members = callbacks if isinstance(callbacks, (list, tuple)) else getattr(
        callbacks, "callbacks", [callbacks])
    return [_one(callback, epochs) for callback in members]


def _one(callback, epochs):
    name = type(callback).__name__
    if name not in _ATTRIBUTES:
        known = (type(callback).__module__ or "").split(".")[0] in ("keras", "tf_keras", "tensorflow")
        return {"class": name, "attributes": {} if known else {"custom": name}}
    attributes = {key: _value(callback, key) for key in _ATTRIBUTES[name]}
    if name in ("EarlyStopping", "ReduceLROnPlateau"):
        attributes["mode"] = settled_mode(_mode(callback), attributes["monitor"])
        attributes["min_delta"] = abs(attributes["min_delta"] or 0.0)
    if name == "LearningRateScheduler":
        attributes["schedule"] = {"custom": name_of(getattr(callback, "schedule", None))}
        rates = _rates(getattr(callback, "schedule", None), epochs)
        if rates is not None:
            attributes["values"] = rates
    return {"class": name, "attributes": attributes}


def without_rates(callbacks):
    """For comparing fits of different lengths."""
    return [dict(one, attributes={key: value for key, value in one["attributes"].items() if key != "values"})
            for one in callbacks]


def join(fits):
    """Callbacks of fits that are one: the last fit's get the rates of all, where every fit has them."""
    for place, callback in enumerate(fits[-1]):
        tables = [one[place]["attributes"].get("values") for one in fits]
        if all(tables):
            callback["attributes"]["values"] = [rate for table in tables for rate in table]
        else:
            callback["attributes"].pop("values", None)


def _rates(schedule, epochs):
    """The rate of every epoch; None where it depends on the rate before, which a repair may change."""
    if not callable(schedule) or not 0 < epochs <= _LONGEST_TABLE:
        return None
    tables = [_table(schedule, epochs, rate) for rate in _TRIED_RATES]
    return tables[0] if tables[0] == tables[1] else None


def _table(schedule, epochs, rate):
    """As LearningRateScheduler asks for it: by epoch and rate, or by epoch alone."""
    rates = []
    for epoch in range(epochs):
        try:
            try:
                rate = float(schedule(epoch, rate))
            except TypeError:
                rate = float(schedule(epoch))
        except Exception:      # the program's own function; Keras would fail as well
            return None
        if not math.isfinite(rate):
            return None
        rates.append(rate)
    return rates


def _value(callback, key):
    value = getattr(callback, key, _DEFAULTS.get(key))
    return short_float(value) if isinstance(value, float) else plain(value)


def _mode(callback):
    """As given where Keras keeps it, else by the comparison that it chose."""
    mode = getattr(callback, "mode", None)
    if mode in ("auto", "min", "max"):
        return mode
    chosen = getattr(getattr(callback, "monitor_op", None), "__name__", "")
    return {"less": "min", "greater": "max"}.get(chosen, "auto")
