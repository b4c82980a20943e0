"""Symbolic tensors: a shape, a type, and the layer call that made them."""

from collections import namedtuple

from ._unsupported import UnsupportedAttribute

History = namedtuple("History", ["operation", "node_index", "tensor_index"])


class Shape(tuple):
    """A shape, with what TensorFlow's shapes have beside a tuple's methods."""

    def as_list(self):
        return list(self)


class KerasTensor:
    """The output of a layer call; `shape` has None for the batch."""

    def __init__(self, shape, dtype="float32", name=None):
        self.shape = Shape(shape)
        self.dtype = dtype
        self.name = name
        self._keras_history = None

    @property
    def ndim(self):
        return len(self.shape)

    @property
    def _keras_shape(self):
        return self.shape

    def get_shape(self):
        return self.shape

    def __repr__(self):
        return "<KerasTensor shape={}, dtype={}, name={}>".format(self.shape, self.dtype, self.name)

    def __bool__(self):
        raise TypeError("a symbolic tensor has no truth value")

    def __len__(self):
        raise TypeError("a symbolic tensor has no length")

    def __iter__(self):
        raise TypeError("a symbolic tensor cannot be iterated over")

    def __array__(self, *_arguments, **_keywords):
        raise ValueError("a symbolic tensor has no values: it cannot be passed to numpy")


class Node:
    """One call of a layer: its input and output tensors."""

    def __init__(self, layer, inputs, outputs):
        self.layer = self.operation = layer
        self.input_tensors = inputs
        self.output_tensors = outputs
        index = len(layer._inbound_nodes)
        layer._inbound_nodes.append(self)
        for place, tensor in enumerate(outputs):
            tensor._keras_history = History(layer, index, place)


# Inside Lambda functions elementwise arithmetic keeps the shape; elsewhere it would add operations
# to the model that are not layers.
_state = {"inside_lambda": 0}


def _operator(name):
    def apply(self, *_others):
        if not _state["inside_lambda"]:
            raise UnsupportedAttribute("arithmetic on symbolic tensors (" + name + ")")
        return KerasTensor(self.shape, self.dtype)

    return apply


for _name in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow", "neg", "abs",
              "matmul", "getitem", "mod", "floordiv"):
    setattr(KerasTensor, "__" + _name + "__", _operator(_name))


class lambda_scope:
    """While a Lambda's function is traced."""

    def __enter__(self):
        _state["inside_lambda"] += 1

    def __exit__(self, *_arguments):
        _state["inside_lambda"] -= 1
