"""Layers of several inputs, and their functional forms."""

from ._table_layer import TableLayer


class _Elementwise(TableLayer):
    """Inputs of one shape (or that broadcast) to one output."""

    def __call__(self, inputs=None, *arguments, **keywords):
        if not isinstance(inputs, (list, tuple)) or len(inputs) < 1:
            raise ValueError("A merge layer should be called on a list of at least 1 input. Received "
                             "{}".format(inputs))
        return super().__call__(inputs, *arguments, **keywords)

    def compute_output_shape(self, input_shape):
        result = tuple(input_shape[0])
        for shape in input_shape[1:]:
            result = self._together(result, tuple(shape), input_shape)
        return result

    @staticmethod
    def _together(first, second, shapes):
        if len(first) != len(second):
            if len(first) < len(second):
                first, second = second, first
            second = (second[0],) + (1,) * (len(first) - len(second)) + tuple(second[1:])
        result = []
        for one, other in zip(first, second):
            if one is None or other is None:
                result.append(None if one in (None, 1) and other in (None, 1) else
                              (one if other is None else other) if 1 not in (one, other) else None)
            elif one == other or other == 1:
                result.append(one)
            elif one == 1:
                result.append(other)
            else:
                raise ValueError("Inputs have incompatible shapes. Received shapes {}".format(
                    ", ".join(str(tuple(s)[1:]) for s in shapes)))
        return tuple(result)


class Add(_Elementwise):
    """Sum."""


class Subtract(_Elementwise):
    """Difference of two."""


class Multiply(_Elementwise):
    """Product."""


class Average(_Elementwise):
    """Mean."""


class Maximum(_Elementwise):
    """Largest."""


class Minimum(_Elementwise):
    """Smallest."""


class Concatenate(_Elementwise):
    """Side by side along an axis."""

    def compute_output_shape(self, input_shape):
        axis = self.axis
        first = list(input_shape[0])
        for shape in input_shape[1:]:
            rest = [d for i, d in enumerate(shape) if i != axis % len(first)]
            own = [d for i, d in enumerate(first) if i != axis % len(first)]
            if len(shape) != len(first) or any(a != b and None not in (a, b)
                                               for a, b in zip(rest, own)):
                raise ValueError("A `Concatenate` layer requires inputs with matching shapes except "
                                 "for the concatenation axis. Received: input_shape={}".format(
                                     [tuple(s) for s in input_shape]))
        sizes = [shape[axis] for shape in input_shape]
        first[axis] = None if None in sizes else sum(sizes)
        return tuple(first)


class Dot(_Elementwise):
    """Products summed over an axis."""

    def compute_output_shape(self, input_shape):
        first, second = list(input_shape[0]), list(input_shape[1])
        axes = self.axes if isinstance(self.axes, (list, tuple)) else (self.axes, self.axes)
        if first[axes[0]] != second[axes[1]]:
            raise ValueError("Dimension incompatibility: {} != {}. Layer shapes: {}, {}".format(
                first[axes[0]], second[axes[1]], tuple(first), tuple(second)))
        del first[axes[0]], second[axes[1]], second[0]
        return tuple(first + second) if len(first + second) > 1 else tuple(first + second) + (1,)


def add(inputs, **keywords):
    return Add(**keywords)(inputs)


def subtract(inputs, **keywords):
    return Subtract(**keywords)(inputs)


def multiply(inputs, **keywords):
    return Multiply(**keywords)(inputs)


def average(inputs, **keywords):
    return Average(**keywords)(inputs)


def maximum(inputs, **keywords):
    return Maximum(**keywords)(inputs)


def minimum(inputs, **keywords):
    return Minimum(**keywords)(inputs)


def concatenate(inputs, axis=-1, **keywords):
    return Concatenate(axis=axis, **keywords)(inputs)


def dot(inputs, axes=-1, **keywords):
    return Dot(axes=axes, **keywords)(inputs)
