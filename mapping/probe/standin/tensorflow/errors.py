"""tf.errors: classes that programs catch."""


class OpError(Exception):
    """Base."""


class InvalidArgumentError(OpError):
    """A wrong argument."""


class NotFoundError(OpError):
    """A missing file."""


class ResourceExhaustedError(OpError):
    """No memory."""
