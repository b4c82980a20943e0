"""KerasClassifier and KerasRegressor: they make and fit models themselves, again and again."""

from dlfix_probe.errors import ProbeError

from .._unsupported import attributes_of

__getattr__ = attributes_of("keras.wrappers.scikit_learn")


class BaseWrapper:
    def __init__(self, build_fn=None, **_keywords):
        raise ProbeError("unsupported", "the model is trained by {}, a scikit-learn wrapper, and not by its own fit"
                         .format(type(self).__name__), None, None,
                         "call the function that builds the model, and the model's fit")


class KerasClassifier(BaseWrapper):
    pass


class KerasRegressor(BaseWrapper):
    pass
