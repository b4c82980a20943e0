"""tf.io: files as Python has them."""

import os

from keras._unsupported import attributes_of

__getattr__ = attributes_of("tensorflow.io")


class gfile:
    """File functions."""

    GFile = staticmethod(open)
    exists = staticmethod(os.path.exists)
    listdir = staticmethod(os.listdir)
    isdir = staticmethod(os.path.isdir)
    makedirs = staticmethod(os.makedirs)
