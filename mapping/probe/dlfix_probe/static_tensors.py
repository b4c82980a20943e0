"""Tensors in the static reading: their shapes, and layers that come from other packages."""

from .static_normal import attributes, input_shape
from .static_shapes import output_shape
from .static_values import Const, Layer, Seq, Value, tensors_of

_SHAPES = ("shape", "_keras_shape")
# What these make of tensors is no layer of the program's: losses, functions, initialisers.
_NOT_FOREIGN = {"keras", "tensorflow", "tf_keras", "keras_core", "numpy", "builtins"}


class Tensors:
    """Mixin of the reader."""

    def shape_attribute(self, tensor, name):
        """`x.shape` and the like; None for other attributes, and where it is not known."""
        return self.tensor_shape(tensor) if name in _SHAPES else None

    @staticmethod
    def tensor_shape(tensor):
        """The shape as the program sees it, the batch first; None when not known."""
        shape = shape_of(tensor)
        if shape is None:
            return None
        sizes = [Const(size) if size is not None else Value() for size in shape]
        return Seq([Const(None)] + sizes, None, False)

    def foreign_layer(self, made):
        """The layer that an object of another package is, after the convention that classes have capitals; or None.
        Nothing but its class is known."""
        if made.path.split(".")[0] in _NOT_FOREIGN or not made.class_name()[:1].isupper():
            return None
        if not hasattr(made, "as_layer"):
            made.as_layer = self._register(Layer(made.class_name(), made.call, None))
        return made.as_layer

    def call_foreign(self, made, site):
        """What an object of another package makes of tensors; None when it gets none."""
        given = any(tensors_of(item.value) for item in site.arguments)
        layer = self.foreign_layer(made) if given else None
        return self.call_layer(layer, site) if layer is not None else None


def shape_of(tensor):
    """Shape without the batch dimension, None for sizes that are not known; None when nothing is."""
    layer = tensor.layer
    known = layer.__dict__.setdefault("shapes", {})
    if tensor.call not in known:
        known[tensor.call] = _shape(layer, layer.calls[tensor.call])
    return known[tensor.call]


def _shape(layer, inputs):
    if layer.class_name == "InputLayer":
        return input_shape(layer)
    several = (layer.bound or {}).get("return_state")      # one tensor stands for all that it gives
    if not inputs or several is not None:
        return None
    return output_shape(layer.class_name, attributes(layer)[0], [shape_of(tensor) for tensor in inputs])
