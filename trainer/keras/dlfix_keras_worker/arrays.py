"""Rows of the arrays that a request names."""

import numpy

from .failure import TrainingFailure

_MOST_BYTES = 2 << 30


class Data:
    """Rows in memory: a list of inputs, labels, and weights or None."""

    def __init__(self, inputs, labels, weights):
        self.inputs = inputs
        self.labels = labels
        self.weights = weights

    def x(self):
        """The inputs as Keras takes them."""
        return self.inputs[0] if len(self.inputs) == 1 else self.inputs

    def count(self):
        return len(self.labels)

    def part(self, rows):
        """Some of these rows, by position."""
        return Data([x[rows] for x in self.inputs], self.labels[rows],
                    None if self.weights is None else self.weights[rows])


class Arrays:
    """Reads RowSets; keeps what it has read for the trainings that follow."""

    def __init__(self):
        self._kept = {}
        self._bytes = 0

    def data(self, row_set):
        """Errors: TrainingFailure when files are missing or rows do not exist."""
        rows = row_set.get("rows")
        inputs = [self._rows(parts, rows) for parts in row_set["inputs"]]
        if not inputs:
            raise TrainingFailure("crash", "the training has no inputs")
        weights = row_set.get("sample_weights")
        return Data(inputs, self._rows(row_set["labels"], rows),
                    self._rows(weights, rows) if weights else None)

    def _rows(self, parts, rows):
        key = (tuple(part["sha256"] or part["path"] for part in parts),
               None if rows is None else numpy.asarray(rows, "int64").tobytes())
        if key not in self._kept:
            array = _joined(parts)
            if rows is not None:
                array = array[_checked(rows, len(array))]
            self._keep(key, numpy.asarray(array))
        return self._kept[key]

    def _keep(self, key, array):
        if self._bytes + array.nbytes > _MOST_BYTES:
            self._kept.clear()
            self._bytes = 0
        self._kept[key] = array
        self._bytes += array.nbytes


def _joined(parts):
    """Parts laid end to end; of different types they become float32."""
    if not parts:
        raise TrainingFailure("crash", "an array of the training has no parts")
    try:
        arrays = [numpy.load(part["path"], mmap_mode="r", allow_pickle=False) for part in parts]
    except (OSError, ValueError) as error:
        raise TrainingFailure("unsupported", "an array cannot be read: {}".format(error)) from error
    if len(arrays) == 1:
        return arrays[0]
    if len({array.dtype for array in arrays}) > 1:
        arrays = [array.astype("float32") for array in arrays]
    return numpy.concatenate(arrays)


def _checked(rows, count):
    wanted = numpy.asarray(rows, "int64")
    wrong = wanted[(wanted < 0) | (wanted >= count)]
    if len(wrong):
        raise TrainingFailure("crash", "row {} does not exist".format(wrong[0]))
    return wanted
