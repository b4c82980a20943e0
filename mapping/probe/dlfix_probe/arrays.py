"""Arrays of the program: to plain numpy, and to .npy files, equal ones once."""

import hashlib
import os

import numpy


class ArrayError(ValueError):
    """An array that Keras could not train on; the message says what it holds."""


def to_numpy(value):
    """A plain numeric array in C order; the element type stays where .npy readers know it."""
    array = _as_array(value)
    if array.dtype.kind == "O":
        array = _of_objects(value, array)
    if array.dtype.kind in "USOVmMc":
        raise ArrayError("the array holds {}, not numbers".format(_kind_name(array)))
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(numpy.float64)
    if array.dtype.kind == "f" and array.dtype.itemsize < 4:
        array = array.astype(numpy.float32)
    if array.dtype.byteorder not in ("=", "|") and not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return array


def _as_array(value):
    if isinstance(value, numpy.ndarray):
        return numpy.asarray(value)
    if hasattr(value, "toarray"):
        return numpy.asarray(value.toarray())
    if hasattr(value, "to_numpy"):
        return numpy.asarray(value.to_numpy())
    if hasattr(value, "numpy") and callable(value.numpy):
        return numpy.asarray(value.numpy())
    try:
        return numpy.asarray(value)
    except ValueError as error:
        raise ArrayError("rows of different lengths are not an array: " + str(error))


def _of_objects(value, array):
    """Frames of numeric columns of several types are numbers; other objects are not."""
    kinds = getattr(value, "dtypes", None)
    if hasattr(value, "to_numpy") and kinds is not None:
        try:
            kinds = list(kinds)
        except TypeError:
            kinds = [kinds]
        if all(getattr(kind, "kind", "O") in "biuf" for kind in kinds):
            return array.astype(numpy.float64)
    return array


def _kind_name(array):
    if array.dtype.kind == "O":
        first = array.flat[0] if array.size else None
        return "Python objects (such as {})".format(type(first).__name__)
    return {"U": "text", "S": "bytes", "V": "records", "m": "time differences", "M": "dates",
            "c": "complex numbers"}[array.dtype.kind]


class ArrayStore:
    """Writes arrays under DIR/arrays; an array that was written before is not written again."""

    def __init__(self, directory, opener=open):
        self._directory = directory
        self._open = opener
        self._known = {}
        self._count = 0

    def put(self, value):
        """Reference of the array: {name, path, shape, dtype, sha256, lines}."""
        array = numpy.ascontiguousarray(to_numpy(value))
        if array.ndim == 0:
            raise ArrayError("a single number is not an array of rows")
        header = _header(array)
        digest = hashlib.sha256(header)
        body = array.reshape(-1).view(numpy.uint8) if array.size else b""
        digest.update(body)
        sha256 = digest.hexdigest()
        if sha256 not in self._known:
            self._known[sha256] = self._write(header, body)
        return {"name": None, "path": self._known[sha256], "shape": list(array.shape),
                "dtype": array.dtype.name, "sha256": sha256, "lines": []}

    def _write(self, header, body):
        name = "arrays/{:03d}.npy".format(self._count)
        self._count += 1
        path = os.path.join(self._directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with self._open(path, "wb") as file:
            file.write(header)
            file.write(body)
        return name


def _header(array):
    import io
    from numpy.lib import format as npy
    buffer = io.BytesIO()
    npy.write_array_header_1_0(buffer, npy.header_data_from_array_1_0(array))
    return buffer.getvalue()
