"""Sequences of one length."""

import numpy

from .._unsupported import attributes_of

__getattr__ = attributes_of("keras.preprocessing.sequence")


def pad_sequences(sequences, maxlen=None, dtype="int32", padding="pre", truncating="pre", value=0.0):
    """Rows cut or filled to maxlen (the longest by default)."""
    if not hasattr(sequences, "__len__"):
        raise ValueError("`sequences` must be iterable.")
    rows = [list(row) for row in sequences]
    if maxlen is None:
        maxlen = max([len(row) for row in rows] or [0])
    for name, given in (("padding", padding), ("truncating", truncating)):
        if given not in ("pre", "post"):
            raise ValueError('{} type "{}" not understood'.format(name.capitalize(), given))
    inner = ()
    for row in rows:
        if len(row):
            inner = numpy.asarray(row).shape[1:]
            break
    result = numpy.full((len(rows), maxlen) + inner, value, dtype=dtype)
    for place, row in enumerate(rows):
        if not row:
            continue
        kept = row[-maxlen:] if truncating == "pre" else row[:maxlen]
        if not maxlen:
            continue
        kept = numpy.asarray(kept, dtype=dtype)
        if padding == "post":
            result[place, :len(kept)] = kept
        else:
            result[place, -len(kept):] = kept
    return result
