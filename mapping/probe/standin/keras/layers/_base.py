"""What every layer has: a name, calls that infer shapes, weights that are counted."""

import re

import numpy

from .._tensors import KerasTensor, Node
from .._unsupported import UnsupportedAttribute

_counts = {}
_COMMON = {"name", "dtype", "trainable", "input_shape", "batch_input_shape", "batch_shape", "batch_size",
           "input_dim", "input_length", "weights", "autocast", "dynamic", "activity_regularizer",
           "input_dtype"}
# Arguments that change how Keras computes, not what.
IGNORED = {"lora_rank", "lora_alpha", "quantization_config", "implementation", "use_cudnn",
            "consume_less", "time_major", "renorm", "renorm_clipping", "renorm_momentum", "fused",
            "synchronized", "virtual_batch_size", "sparse", "ragged", "interpolation_order",
            "zero_output_for_mask", "backward_layer", "mode", "momentum_", "ceil_mode"}


def forget_names():
    """Names are counted from the start again (clear_session)."""
    _counts.clear()


def unique_name(class_name):
    """Keras's default names: dense, dense_1, ..."""
    base = re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", class_name)
    base = re.sub("([a-z])([A-Z])", r"\1_\2", base).lower()
    number = _counts.get(base, 0)
    _counts[base] = number + 1
    return base if number == 0 else "{}_{}".format(base, number)


def tensors_of(inputs):
    """Symbolic tensors of a nested structure, in order."""
    if isinstance(inputs, (list, tuple)):
        return [tensor for part in inputs for tensor in tensors_of(part)]
    if isinstance(inputs, dict):
        return [tensor for part in inputs.values() for tensor in tensors_of(part)]
    return [inputs]


class Layer:
    """Base of all layers, also of a program's own."""

    min_ndim = None
    ndim = None

    def __init__(self, **keywords):
        unknown = set(keywords) - _COMMON - IGNORED
        if unknown:
            raise ValueError("Unrecognized keyword arguments passed to {}: {}".format(
                type(self).__name__, {key: keywords[key] for key in sorted(unknown)}))
        self.name = keywords.get("name") or unique_name(type(self).__name__)
        self.dtype = keywords.get("dtype") or "float32"
        self.trainable = keywords.get("trainable", True)
        self.built = False
        self._inbound_nodes = []
        self._input_shape_argument = _declared_shape(keywords)
        self.activity_regularizer = keywords.get("activity_regularizer")
        self._given_weights = None
        self._weight_count = []
        if keywords.get("weights") is not None:
            self.set_weights(keywords["weights"])

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError("{!r} object has no attribute {!r}".format(type(self).__name__, name))
        raise UnsupportedAttribute("{}.{}".format(type(self).__name__, name))

    def build(self, input_shape):
        self.built = True

    def add_weight(self, *arguments, **keywords):
        """A program's own layer asks for weights: counted, never trained."""
        from .._variables import Variable
        shape = keywords.get("shape")
        if shape is None and arguments:
            named = isinstance(arguments[0], str)      # the name first, as Keras 2 has it
            shape = (arguments[1] if len(arguments) > 1 else None) if named else arguments[0]
        variable = Variable(numpy.zeros(tuple(int(d) for d in (shape or ())), "float32"))
        self._weight_count.append(variable.shape)
        return variable

    def get_config(self):
        config = {"name": self.name, "trainable": self.trainable, "dtype": self.dtype}
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = self.activity_regularizer
        return config

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def compute_output_shape(self, input_shape):
        raise UnsupportedAttribute("way to run the layer {}: it is the program's own".format(
            type(self).__name__))

    def output_dtype(self, _inputs):
        return "float32"

    def weight_shapes(self, input_shape):
        return list(self._weight_count)

    # calls ---------------------------------------------------------------------------------------

    def __call__(self, inputs=None, *arguments, **keywords):
        tensors = tensors_of(inputs)
        if not tensors or inputs is None:
            raise ValueError("layer {} is called without inputs".format(self.name))
        if not all(isinstance(tensor, KerasTensor) for tensor in tensors):
            return self._call_on_values(inputs)
        for tensor in tensors:
            self._check_rank(tensor.shape)
        shape = self._shape_argument(inputs)
        if not self.built:
            self.build(shape)
            self.built = True
        outputs = self._outputs(self.compute_output_shape(shape), tensors)
        Node(self, tensors, outputs if isinstance(outputs, list) else [outputs])
        return outputs

    def _shape_argument(self, inputs):
        if isinstance(inputs, (list, tuple)):
            return [tensor.shape for tensor in tensors_of(inputs)]
        return inputs.shape

    def _outputs(self, shape, tensors):
        kind = self.output_dtype(tensors)
        if isinstance(shape, list):
            return [KerasTensor(s, kind, "keras_tensor") for s in shape]
        return KerasTensor(shape, kind, "keras_tensor")

    def _call_on_values(self, inputs):
        """A layer called on an array gives zeros of the right shape."""
        shapes = [(None,) + tuple(numpy.shape(v))[1:] for v in tensors_of(inputs)]
        shape = self.compute_output_shape(shapes if isinstance(inputs, (list, tuple)) else shapes[0])
        rows = len(tensors_of(inputs)[0])
        return numpy.zeros([rows] + [d or 1 for d in tuple(shape)[1:]], "float32")

    def _check_rank(self, shape):
        if self.ndim is not None and len(shape) != self.ndim:
            self._refuse("expected ndim={}".format(self.ndim), shape)
        if self.min_ndim is not None and len(shape) < self.min_ndim:
            self._refuse("expected min_ndim={}".format(self.min_ndim), shape)

    def _refuse(self, expected, shape):
        raise ValueError("Input 0 of layer \"{}\" is incompatible with the layer: {}, found ndim={}. "
                         "Full shape received: {}".format(self.name, expected, len(shape), shape))

    # what programs ask ---------------------------------------------------------------------------

    @property
    def input(self):
        tensors = self._inbound_nodes[0].input_tensors
        return tensors[0] if len(tensors) == 1 else tensors

    @property
    def output(self):
        if not self._inbound_nodes:
            raise AttributeError("The layer {} has never been called and thus has no defined "
                                 "output.".format(self.name))
        tensors = self._inbound_nodes[0].output_tensors
        return tensors[0] if len(tensors) == 1 else tensors

    @property
    def input_shape(self):
        return self.input.shape

    @property
    def output_shape(self):
        return self.output.shape

    def _own_weight_shapes(self):
        if not self._inbound_nodes:
            return []
        tensors = self._inbound_nodes[0].input_tensors
        return self.weight_shapes(tensors[0].shape if len(tensors) == 1
                                  else [t.shape for t in tensors])

    def count_params(self):
        return int(sum(numpy.prod(shape) for shape in self._own_weight_shapes()))

    def get_weights(self):
        if self._given_weights is None:
            return [numpy.zeros(shape, "float32") for shape in self._own_weight_shapes()]
        return self._given_weights

    def set_weights(self, weights):
        self._given_weights = list(weights)

    @property
    def weights(self):
        from .._variables import Variable
        return [Variable(value) for value in self.get_weights()]

    @property
    def trainable_weights(self):
        return self.weights if self.trainable else []

    trainable_variables = trainable_weights
    variables = weights


def _declared_shape(keywords):
    """The input shape (without batch) that a layer's arguments declare, or None."""
    for key in ("batch_input_shape", "batch_shape"):
        if keywords.get(key) is not None:
            return tuple(keywords[key])[1:]
    if keywords.get("input_shape") is not None:
        shape = keywords["input_shape"]
        return tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    if keywords.get("input_dim") is not None:
        if keywords.get("input_length") is not None:
            return (keywords["input_length"], keywords["input_dim"])
        return (keywords["input_dim"],)
    if keywords.get("input_length") is not None:
        return (keywords["input_length"],)
    return None
