"""keras.random: the seed generator's name."""

from ._unsupported import attributes_of

__getattr__ = attributes_of("keras.random")


class SeedGenerator:
    """Holds a seed."""

    def __init__(self, seed=None, **_keywords):
        self.seed = seed
