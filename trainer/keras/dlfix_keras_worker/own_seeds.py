"""Our seed in place of those that a program sets for its weights; its data keep their own."""

import random


class OwnSeeds:
    """Inside of the block Python and TensorFlow draw from `seed`, whatever the program sets; numpy, which
    data are drawn from, follows the program."""

    def __init__(self, keras, seed):
        import numpy
        import tensorflow

        self._numpy = numpy
        self._tensorflow = tensorflow
        self._keras = keras
        self._seed = seed % 2**32
        self._kept = []

    def __enter__(self):
        owners = [(self._tensorflow.random, "set_seed"), (self._tensorflow.compat.v1, "set_random_seed"),
                  (random, "seed")]  # fmt: skip
        for owner, name in owners:
            self._replace(owner, name, self._ours(getattr(owner, name)))
        everything = getattr(self._keras.utils, "set_random_seed", None)
        if everything is not None:
            self._replace(self._keras.utils, "set_random_seed", self._ours_but_numpy(everything))
        return self

    def __exit__(self, *_error):
        for owner, name, original in reversed(self._kept):
            setattr(owner, name, original)

    def _replace(self, owner, name, function):
        self._kept.append((owner, name, getattr(owner, name)))
        setattr(owner, name, function)

    def _ours(self, original):
        def seed(*_arguments, **_keywords):
            return original(self._seed)

        return seed

    def _ours_but_numpy(self, original):
        def seed(number):
            original(self._seed)
            self._numpy.random.seed(number % 2**32)

        return seed
