"""Model: functional models, and what sequential ones share with them."""

import inspect
import json

import numpy

from .. import optimizers
from .._tensors import KerasTensor, Node
from .._unsupported import UnsupportedAttribute
from ..layers._base import Layer, tensors_of
from ._network import layers_in_order

_REFUSED = "the interception of {}: the stand-in trains nothing by itself"


class Model(Layer):
    """A functional model when it is given inputs and outputs; else a base for subclasses."""

    def __new__(cls, *arguments, **keywords):
        functional = len(arguments) >= 2 or {"inputs", "input"} & set(keywords)
        if cls is Model and functional:
            return object.__new__(Functional)
        return object.__new__(cls)

    def __init__(self, *arguments, **keywords):
        super().__init__(**{k: v for k, v in keywords.items() if k in ("name", "trainable", "dtype")})
        self.optimizer = self.loss = self.history = None
        self.metrics_names = ["loss"]
        self.stop_training = False
        inputs = arguments[0] if arguments else keywords.get("inputs", keywords.get("input"))
        outputs = arguments[1] if len(arguments) > 1 else keywords.get("outputs", keywords.get("output"))
        if inputs is not None and outputs is not None and not isinstance(self, Functional):
            self.inputs, self.outputs = tensors_of(inputs), tensors_of(outputs)      # a subclass that is functional
            self._layers = layers_in_order(self.inputs, self.outputs)
            self.traced = self.built = True

    def compile(self, optimizer="rmsprop", loss=None, metrics=None, loss_weights=None,
                weighted_metrics=None, **_keywords):
        self.optimizer = optimizers.get(optimizer)
        self.loss = loss
        self.compiled_metrics = metrics
        self.metrics_names = ["loss"] + [m if isinstance(m, str) else getattr(
            m, "name", getattr(m, "__name__", str(m))) for m in tensors_of(metrics or [])]

    def fit(self, *_arguments, **_keywords):
        raise UnsupportedAttribute(_REFUSED.format("fit"))

    # subclasses ----------------------------------------------------------------------------------

    def build(self, input_shape=None):
        """A subclass becomes the network that its `call` makes of an input of this shape (with batch)."""
        kind = type(self)
        if "call" not in {name for one in kind.__mro__ if one.__module__ != __name__ and issubclass(one, Model)
                          and one is not Model for name in vars(one)} or getattr(self, "inputs", None):
            self.built = True
            return
        if any("train_step" in vars(one) for one in kind.__mro__):
            raise UnsupportedAttribute("way to run {}.train_step: it is the program's own".format(kind.__name__))
        if input_shape is None or not isinstance(input_shape[0], (int, type(None))):
            raise UnsupportedAttribute("way to build {} of several inputs".format(kind.__name__))
        from ..layers import Input
        tensor = Input(shape=tuple(input_shape)[1:])
        # As in fit: a Dropout behind `if training:` belongs to the network.
        options = {"training": True} if "training" in inspect.signature(kind.call).parameters else {}
        self.outputs = tensors_of(self.call(tensor, **options))
        self.inputs = [tensor]
        self._layers = layers_in_order(self.inputs, self.outputs)
        self.traced = self.built = True

    # shapes and layers ---------------------------------------------------------------------------

    @property
    def layers(self):
        if getattr(self, "traced", False):
            return list(self._layers)
        return [value for value in self.__dict__.values() if isinstance(value, Layer)]

    def get_layer(self, name=None, index=None):
        if index is not None:
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ValueError("No such layer: {}. Existing layers are: {}.".format(
            name, [layer.name for layer in self.layers]))

    @property
    def input(self):
        return self.inputs[0] if len(self.inputs) == 1 else self.inputs

    @property
    def output(self):
        return self.outputs[0] if len(self.outputs) == 1 else self.outputs

    @property
    def input_shape(self):
        return self.inputs[0].shape if len(self.inputs) == 1 else [t.shape for t in self.inputs]

    @property
    def output_shape(self):
        return self.outputs[0].shape if len(self.outputs) == 1 else [t.shape for t in self.outputs]

    @property
    def input_names(self):
        return [tensor._keras_history.operation.name for tensor in self.inputs]

    @property
    def output_names(self):
        return [tensor._keras_history.operation.name for tensor in self.outputs]

    def compute_output_shape(self, input_shape):
        """Shapes through the network for other inputs."""
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        known = {id(tensor): tuple(shape) for tensor, shape in zip(self.inputs, shapes)}
        for output in self.outputs:
            self._shape_through(output, known)
        results = [known[id(output)] for output in self.outputs]
        return results[0] if len(results) == 1 else results

    def _shape_through(self, tensor, known):
        if id(tensor) in known:
            return known[id(tensor)]
        layer, index, place = tensor._keras_history
        node = layer._inbound_nodes[index]
        shapes = [self._shape_through(parent, known) for parent in node.input_tensors]
        result = layer.compute_output_shape(shapes[0] if len(shapes) == 1 else shapes)
        results = result if isinstance(result, list) else [result]
        for one, shape in zip(node.output_tensors, results):
            known[id(one)] = tuple(shape)
        return known[id(tensor)]

    def __call__(self, inputs=None, *arguments, **keywords):
        keywords.pop("training", None)
        tensors = tensors_of(inputs)
        if tensors and all(isinstance(tensor, KerasTensor) for tensor in tensors):
            return super().__call__(inputs)
        from dlfix_probe import fake_results
        if not getattr(self, "outputs", None):
            self.build((None,) + tuple(numpy.asarray(tensors[0]).shape[1:]))
        return fake_results.prediction(self, len(numpy.asarray(tensors[0]))).view(_eager_class())

    # weights and reports -------------------------------------------------------------------------

    def get_weights(self):
        return [weight for layer in self.layers for weight in layer.get_weights()]

    def set_weights(self, weights):
        weights = list(weights)
        for layer in self.layers:
            count = len(layer.get_weights())
            layer.set_weights(weights[:count])
            weights = weights[count:]

    def count_params(self):
        return sum(layer.count_params() for layer in self.layers)

    def summary(self, line_length=None, positions=None, print_fn=None, **_keywords):
        write = print_fn or print
        write('Model: "{}"'.format(self.name))
        for layer in self.layers:
            shape = str(layer.output_shape) if layer._inbound_nodes else "?"
            write(" {:30s} {:24s} {:>10d}".format(
                "{} ({})".format(layer.name, type(layer).__name__)[:30], shape, layer.count_params()))
        write(" Total params: {}".format(self.count_params()))

    def get_config(self):
        return {"name": self.name, "layers": [{"class_name": type(layer).__name__,
                                               "config": layer.get_config()} for layer in self.layers]}

    def to_json(self, **_keywords):
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, default=str)

    def reset_states(self):
        return None

    reset_metrics = make_predict_function = make_train_function = reset_states

    @property
    def metrics(self):
        return []


def _eager_class():
    from tensorflow import Tensor
    return Tensor


class Functional(Model):
    """Inputs and outputs with layers between them."""

    def __init__(self, inputs=None, outputs=None, name=None, **keywords):
        inputs = keywords.pop("input", inputs)
        outputs = keywords.pop("output", outputs)
        super().__init__(name=name or None, **keywords)
        self.inputs, self.outputs = tensors_of(inputs), tensors_of(outputs)
        for tensor in self.inputs + self.outputs:
            if not isinstance(tensor, KerasTensor):
                raise ValueError("inputs and outputs of a Model must be symbolic tensors, received: "
                                 "{!r}".format(tensor))
        self._layers = layers_in_order(self.inputs, self.outputs)
        self.built = True
        self._name_checked()

    def _name_checked(self):
        names = [layer.name for layer in self._layers]
        for name in names:
            if names.count(name) > 1:
                raise ValueError("The name \"{}\" is used {} times in the model. All layer names "
                                 "should be unique.".format(name, names.count(name)))

    @property
    def layers(self):
        return list(self._layers)


__all__ = ["Functional", "Model", "Node"]
