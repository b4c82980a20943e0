"""Learning rates that change by step."""

from .._objects import Configured, make
from .._unsupported import attributes_of

__getattr__ = attributes_of("keras.optimizers.schedules")


class LearningRateSchedule(Configured):
    """Base of all schedules."""

    def __init__(self, *arguments, **keywords):
        if type(self)._table:
            super().__init__(*arguments, **keywords)
        else:
            self._names = []


_TABLES = {
    "ExponentialDecay": [("initial_learning_rate", None), ("decay_steps", None), ("decay_rate", None),
                         ("staircase", False)],
    "InverseTimeDecay": [("initial_learning_rate", None), ("decay_steps", None), ("decay_rate", None),
                         ("staircase", False)],
    "PiecewiseConstantDecay": [("boundaries", None), ("values", None)],
    "PolynomialDecay": [("initial_learning_rate", None), ("decay_steps", None),
                        ("end_learning_rate", 0.0001), ("power", 1.0), ("cycle", False)],
    "CosineDecay": [("initial_learning_rate", None), ("decay_steps", None), ("alpha", 0.0),
                    ("warmup_target", None), ("warmup_steps", 0)],
}
for _name, _table in _TABLES.items():
    globals()[_name] = make(_name, _table, __name__, LearningRateSchedule)
