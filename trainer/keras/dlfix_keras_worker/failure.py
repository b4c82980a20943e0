"""Outcomes of a training that are not numbers, and which error of Keras is which."""

import contextlib

_LONGEST = 600


class TrainingFailure(Exception):
    """A training without numbers: `status` as in a TrainingResult, the reason as text."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


class Cancelled(Exception):
    """Raised inside of a fit that is to end."""


def unsupported(reason):
    """A failure of what cannot be rebuilt from a request."""
    return TrainingFailure("unsupported", reason)


def describe(layer):
    """`Lambda 'scale' (line 12)`, for messages."""
    text = layer.get("class", "?")
    if layer.get("name"):
        text += " '{}'".format(layer["name"])
    return text + (" (line {})".format(layer["line"]) if layer.get("line") else "")


@contextlib.contextmanager
def what_keras_raises(place=""):
    """Errors of Keras inside of this block are the program's: a crash, or memory that ran out."""
    try:
        yield
    except (TrainingFailure, Cancelled, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        if is_memory(error):
            raise TrainingFailure("out_of_memory", first_words(error)) from error
        raise TrainingFailure("crash", place + first_words(error)) from error


def is_memory(error):
    """Whether memory ran out, on the processor or on a GPU."""
    return isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"


def first_words(error):
    """Kind and first paragraph of an error, without TensorFlow's reports of graphs."""
    text = str(error).strip().split("\n\n")[0]
    text = " ".join(line.strip() for line in text.split("\n") if line.strip())
    return "{}: {}".format(type(error).__name__, text[:_LONGEST]) if text else type(error).__name__
