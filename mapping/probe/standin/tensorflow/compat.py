"""tf.compat.v1: seeds, sessions and logging of TensorFlow 1."""

import sys
import types

from keras._unsupported import attributes_of

__getattr__ = attributes_of("tensorflow.compat")


class ConfigProto:
    """Settings without effect."""

    def __init__(self, **keywords):
        self.__dict__.update(keywords)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        self.__dict__[name] = ConfigProto()
        return self.__dict__[name]


class Session:
    """A session that runs nothing."""

    def __init__(self, *_arguments, **_keywords):
        self.graph = None

    def __enter__(self):
        return self

    def __exit__(self, *_arguments):
        return False

    def close(self):
        return None

    def run(self, *_arguments, **_keywords):
        from keras._unsupported import UnsupportedAttribute
        raise UnsupportedAttribute("tensorflow.Session.run")


def _nothing(*_arguments, **_keywords):
    return None


def _v1():
    from . import logging, random
    module = types.ModuleType("tensorflow.compat.v1", "TensorFlow 1.")
    module.__getattr__ = attributes_of("tensorflow.compat.v1")
    module.__path__ = []
    module.ConfigProto = module.GPUOptions = ConfigProto
    module.Session = module.InteractiveSession = Session
    module.set_random_seed = random.set_seed
    module.logging = logging
    module.random = random
    for name in ("disable_eager_execution", "disable_v2_behavior", "enable_eager_execution",
                 "enable_v2_behavior", "reset_default_graph", "get_default_graph",
                 "global_variables_initializer", "disable_v2_tensorshape"):
        setattr(module, name, _nothing)
    sys.modules[module.__name__] = module
    return module


v1 = _v1()
import keras as _keras  # noqa: E402

v1.keras = _keras
