"""Models used as parts of others in the static reading: tensors of a Sequential, layers by name, Keras 1's Merge."""

from .names_calls import bind
from .static_graph import Graph
from .static_layer_names import layer_names
from .static_normal import input_shape
from .static_values import Argument, Const, Layer, Model, Seq, Tensor, Value, constant

_MERGE_MODES = {"sum": "Add", "concat": "Concatenate", "mul": "Multiply", "ave": "Average", "max": "Maximum",
                "dot": "Dot"}
_MERGE_ARGUMENTS = ["layers", "mode", "concat_axis", "dot_axes"]


class Chains:
    """Mixin of the reader."""

    def ends_of(self, model):
        """(input tensors, output tensors) of a model; two empty lists where they are not known."""
        if model.kind == "sequential":
            tensors = self._chain(model)
            return (tensors[:1], tensors[-1:]) if len(tensors) > 1 else ([], [])
        return model.inputs, model.outputs

    def _chain(self, model):
        """Tensors of a Sequential, its input first; [] where a layer is not known."""
        layers = [layer for layer in model.layers if layer.class_name != "InputLayer"]
        if not layers or model.uncertain:
            return []
        known = model.__dict__.setdefault("chain", [])        # (layer or None for the input, tensor)
        if not known:
            known.append((None, Tensor(self._entry(model), 0)))
        while len(known) - 1 > len(layers) or any(
                made is not layer for (made, _), layer in zip(known[1:], layers)):
            known.pop()
        for layer in layers[len(known) - 1:]:
            layer.calls.append([known[-1][1]])
            known.append((layer, Tensor(layer, len(layer.calls) - 1)))
        return [tensor for _, tensor in known]

    @staticmethod
    def _entry(model):
        """The InputLayer of a Sequential: its own, or the one that Keras makes of the first layer's shape."""
        first = model.layers[0]
        if first.class_name == "InputLayer":
            first.calls = first.calls or [[]]
            return first
        shape = input_shape(first)
        bound = {"shape": Argument("shape", None, constant(shape))} if shape is not None else {}
        entry = Layer("InputLayer", model.call if model.listed else first.call, bound)
        entry.calls.append([])
        return entry

    def layers_of(self, model):
        """`model.layers`, each with the call that its model makes; None where they are not known."""
        if model.kind == "sequential":
            self._chain(model)
            return list(model.layers)
        return Graph(model).layers if model.outputs and not model.uncertain else None

    def layer_by_name(self, model, site):
        """`model.get_layer('features')`, `model.get_layer(index=2)`"""
        layers = self.layers_of(model)
        bound = bind(["name", "index"], site.arguments)
        wanted = {key: item.value.value for key, item in bound.items() if isinstance(item.value, Const)}
        if layers is None:
            return Value()
        if isinstance(wanted.get("index"), int) and -len(layers) <= wanted["index"] < len(layers):
            return layers[wanted["index"]]
        return dict(zip(layer_names(layers), layers)).get(wanted.get("name")) or Value()

    # Keras 1 -------------------------------------------------------------------------------------

    def merge_class(self, bound):
        """(today's class, its arguments) of a Merge, or None where it has no such class."""
        mode = bound["mode"].value if "mode" in bound else Const("sum")
        name = _MERGE_MODES.get(mode.value) if isinstance(mode, Const) else None
        if name is None or name == "Dot" and "dot_axes" not in bound:
            return None
        old = {"Concatenate": ("axis", "concat_axis"), "Dot": ("axes", "dot_axes")}.get(name)
        return name, {old[0]: bound[old[1]]} if old and old[1] in bound else {}

    def merge_layer(self, site):
        """`Merge(mode='sum')` as the layer that it is today, to be called with tensors; else the Merge itself."""
        bound = bind(_MERGE_ARGUMENTS, site.arguments)
        found = self.merge_class(bound) if "layers" not in bound else None
        return self._register(Layer(found[0], site, found[1]) if found else Layer("Merge", site, None))

    def join_models(self, model, merge):
        """Makes `Sequential` whose first layer is `Merge([left, right])` the functional model that it is today;
        False where the joined models are not known."""
        bound = bind(_MERGE_ARGUMENTS, merge.call.arguments)
        parts = self.items_of(bound["layers"].value) if "layers" in bound else None
        found = self.merge_class(bound)
        if not parts or found is None or not all(isinstance(part, Model) for part in parts):
            return False
        ends = [self.ends_of(part) for part in parts]
        if any(len(outputs) != 1 for _, outputs in ends):
            return False
        joined = self._register(Layer(found[0], merge.call, found[1]))
        joined.calls.append([outputs[0] for _, outputs in ends])
        model.kind, model.grows = "functional", True
        for inputs, _ in ends:
            model.inputs += [tensor for tensor in inputs if all(tensor.layer is not one.layer for one in model.inputs)]
        model.outputs = [Tensor(joined, 0)]
        return True

    @staticmethod
    def extend_joined(model, layer):
        """`add` of a model that join_models made."""
        layer.calls.append(list(model.outputs))
        model.outputs = [Tensor(layer, len(layer.calls) - 1)]

    def model_attribute(self, model, name):
        """Attributes of a model that are layers or tensors; None for others and where they are not known."""
        if name == "layers":
            layers = self.layers_of(model)
            return Seq(layers) if layers is not None else None
        if name not in ("input", "inputs", "output", "outputs"):
            return None
        tensors = self.ends_of(model)[name.startswith("output")]
        if not tensors:
            return None
        return Seq(list(tensors)) if name.endswith("s") or len(tensors) > 1 else tensors[0]
