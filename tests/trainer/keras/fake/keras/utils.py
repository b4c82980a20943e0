import numpy


def set_random_seed(seed):
    numpy.random.seed(seed)
