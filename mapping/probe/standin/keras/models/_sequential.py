"""Sequential: a list of layers."""

from .._tensors import KerasTensor
from ..layers._base import Layer
from ..layers._input_layer import InputLayer
from ._model import Model


class Sequential(Model):
    """Layers one after the other; built once the input's shape is known."""

    def __init__(self, layers=None, name=None, **keywords):
        super().__init__(name=name, **keywords)
        self._list = []
        self.inputs = self.outputs = None
        for layer in layers or []:
            self.add(layer)

    @property
    def layers(self):
        return [layer for layer in self._list if not isinstance(layer, InputLayer)]

    def add(self, layer):
        if isinstance(layer, KerasTensor) and layer._keras_history is not None:
            layer = layer._keras_history.operation
        if not isinstance(layer, Layer):
            raise TypeError("Only instances of `keras.Layer` can be added to a Sequential model. "
                            "Received: {} (of type {})".format(layer, type(layer)))
        if any(known.name == layer.name for known in self._list):
            raise ValueError("All layers added to a Sequential model should have unique names. Name "
                             "\"{}\" is already the name of a layer in this model.".format(layer.name))
        if not self._list and not isinstance(layer, InputLayer):
            shape = _declared_input(layer)
            if shape is not None:
                self._list.append(InputLayer(shape=shape, dtype=_input_dtype(layer)))
        self._list.append(layer)
        self._extend(layer)

    def _extend(self, layer):
        if self.outputs is not None:
            self.outputs = [_single(layer(self.outputs[0]), layer)]
        elif isinstance(layer, InputLayer):
            self.inputs = self.outputs = [layer.tensor]
        elif isinstance(self._list[0], InputLayer):
            self.inputs = self.outputs = [self._list[0].tensor]
            self.outputs = [_single(layer(self.outputs[0]), layer)]
        self.built = self.outputs is not None and bool(self.layers)

    def pop(self):
        if not self.layers:
            raise TypeError("There are no layers in the model.")
        removed = self._list.pop()
        if removed._inbound_nodes and self.outputs is not None:
            self.outputs = removed._inbound_nodes[-1].input_tensors
            removed._inbound_nodes.pop()
        self.built = bool(self.layers) and self.outputs is not None
        return removed

    def build(self, input_shape=None):
        """Gives a model without declared input its shape (with batch)."""
        if self.outputs is not None:
            self.built = True
            return
        if not self._list:
            raise ValueError("Sequential model has no layers: it cannot be built.")
        entry = InputLayer(shape=tuple(input_shape)[1:], dtype=_input_dtype(self._list[0]))
        self.inputs, outputs = [entry.tensor], [entry.tensor]
        for layer in self._list:
            outputs = [_single(layer(outputs[0]), layer)]
        self.outputs = outputs
        self._list.insert(0, entry)
        self.built = True

    def compute_output_shape(self, input_shape):
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    @property
    def input_shape(self):
        self._need_built()
        return self.inputs[0].shape

    @property
    def output_shape(self):
        self._need_built()
        return self.outputs[0].shape

    def _need_built(self):
        if self.outputs is None:
            raise AttributeError("The model {} has never been built: its first layer declares no input "
                                 "shape".format(self.name))

    @property
    def input_names(self):
        return [tensor._keras_history.operation.name for tensor in self.inputs or []]

    @property
    def output_names(self):
        return [self.layers[-1].name] if self.layers else []


def _declared_input(layer):
    if isinstance(layer, Model) and layer.built and layer.inputs:
        return tuple(layer.inputs[0].shape)[1:]
    inner = getattr(layer, "layer", None) if type(layer).__name__ in ("Bidirectional",
                                                                      "TimeDistributed") else None
    return layer._input_shape_argument or (inner._input_shape_argument if inner is not None else None)


def _input_dtype(layer):
    return "float32"


def _single(outputs, layer):
    if isinstance(outputs, list):
        raise ValueError("All layers in a Sequential model should have a single output tensor; layer "
                         "{} has several".format(layer.name))
    return outputs
