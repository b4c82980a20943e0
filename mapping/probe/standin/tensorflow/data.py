"""tf.data.Dataset on numpy: elements are rows (or batches) of nested arrays."""

import numpy

from keras._unsupported import UnsupportedAttribute, attributes_of

from ._values import Tensor

__getattr__ = attributes_of("tensorflow.data")
AUTOTUNE = -1
_zip, _range = zip, range


class experimental:
    """Old names of the same."""

    AUTOTUNE = -1


class Options:
    """Settings without effect."""

    def __init__(self):
        self.experimental_distribute = self.experimental_optimization = self


def _each(function, value):
    """The function over a nested structure of arrays."""
    if isinstance(value, (tuple, list)):
        return tuple(_each(function, part) for part in value)
    if isinstance(value, dict):
        return {key: _each(function, part) for key, part in value.items()}
    return function(value)


def _first(value):
    if isinstance(value, (tuple, list)):
        return _first(value[0])
    if isinstance(value, dict):
        return _first(next(iter(value.values())))
    return value


def _together(elements):
    """Elements of one structure stacked into a batch."""
    sample = elements[0]
    if isinstance(sample, tuple):
        return tuple(_together([element[i] for element in elements]) for i in range(len(sample)))
    if isinstance(sample, dict):
        return {key: _together([element[key] for element in elements]) for key in sample}
    return numpy.stack([numpy.asarray(element) for element in elements]).view(Tensor)


class Dataset:
    """Makes its elements anew at every iteration."""

    def __init__(self, make, length, source=None):
        self._make = make
        self._length = length
        self._input_dataset = source

    @staticmethod
    def from_tensor_slices(tensors, name=None):
        arrays = _each(lambda part: numpy.asarray(getattr(part, "values", part)), tensors)
        count = len(_first(arrays))
        return Dataset(lambda: (_each(lambda a: a[i].view(Tensor) if isinstance(a[i], numpy.ndarray)
                                      else numpy.asarray(a[i]).view(Tensor), arrays)
                                for i in range(count)), count)

    @staticmethod
    def from_tensors(tensors, name=None):
        return Dataset(lambda: iter([tensors]), 1)

    @staticmethod
    def from_generator(generator, *arguments, **_keywords):
        given = arguments[-1] if len(arguments) > 2 else ()
        return Dataset(lambda: iter(generator(*given)), None)

    @staticmethod
    def range(*numbers, **_keywords):
        values = list(_range(*numbers))
        return Dataset(lambda: (numpy.asarray(v).view(Tensor) for v in values), len(values))

    @staticmethod
    def zip(*datasets, **_keywords):
        parts = datasets[0] if len(datasets) == 1 else datasets
        lengths = [part._length for part in parts if part._length is not None]
        return Dataset(lambda: _zip(*parts), min(lengths) if lengths else None)

    def __iter__(self):
        return self._make()

    def __len__(self):
        if self._length is None:
            raise TypeError("The dataset length is unknown.")
        return self._length

    @property
    def element_spec(self):
        return _each(lambda part: (numpy.shape(part), numpy.asarray(part).dtype), next(iter(self)))

    def shuffle(self, buffer_size=None, seed=None, *_arguments, **_keywords):
        def make():
            elements = list(self)
            order = numpy.random.RandomState(seed).permutation(len(elements))
            return (elements[i] for i in order)

        return ShuffleDataset(make, self._length, self)

    def batch(self, batch_size, drop_remainder=False, **_keywords):
        size = int(batch_size)

        def make():
            waiting = []
            for element in self:
                waiting.append(element)
                if len(waiting) == size:
                    yield _together(waiting)
                    waiting = []
            if waiting and not drop_remainder:
                yield _together(waiting)

        length = self._length
        if length is not None:
            length = length // size if drop_remainder else -(-length // size)
        return Dataset(make, length, self)

    def unbatch(self):
        def make():
            for element in self:
                for i in range(len(_first(element))):
                    yield _each(lambda part: part[i], element)

        return Dataset(make, None, self)

    def map(self, function, *_arguments, **_keywords):
        def make():
            for element in self:
                yield function(*element) if isinstance(element, tuple) else function(element)

        return Dataset(make, self._length, self)

    def filter(self, predicate, **_keywords):
        return Dataset(lambda: (e for e in self if (predicate(*e) if isinstance(e, tuple)
                                                    else predicate(e))), None, self)

    def repeat(self, count=None, **_keywords):
        endless = count is None or count < 0

        def make():
            done = 0
            while endless or done < count:
                done += 1
                for element in self:
                    yield element

        length = None if endless or self._length is None else self._length * count
        return Dataset(make, length, self)

    def take(self, count, **_keywords):
        def make():
            for number, element in enumerate(self):
                if number >= count:
                    return
                yield element

        return Dataset(make, count if self._length is None else min(count, self._length), self)

    def skip(self, count, **_keywords):
        def make():
            for number, element in enumerate(self):
                if number >= count:
                    yield element

        return Dataset(make, None if self._length is None else max(0, self._length - count), self)

    def prefetch(self, *_arguments, **_keywords):
        return self

    cache = with_options = prefetch

    def cardinality(self):
        return numpy.asarray(-2 if self._length is None else self._length).view(Tensor)

    def as_numpy_iterator(self):
        return (_each(numpy.asarray, element) for element in self)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise UnsupportedAttribute("tensorflow.data.Dataset." + name)


class ShuffleDataset(Dataset):
    """Rows in another order at every iteration."""
