"""The layers of a model and how they are connected; works on real Keras models and the stand-in's.

Both keep, on every tensor, a history (layer, node index, tensor index), and on every layer the list
of its nodes (calls) with their input tensors.
"""


def history(tensor):
    """(layer, node) that made a tensor; (None, None) for tensors from elsewhere."""
    past = getattr(tensor, "_keras_history", None)
    if past is None:
        return None, None
    layer, index = past[0], past[1]
    return layer, nodes_of(layer)[index]


def nodes_of(layer):
    return getattr(layer, "_inbound_nodes", [])


def inputs_of(node):
    """The tensors that one call of a layer got, in order."""
    arguments = getattr(node, "arguments", None)
    tensors = getattr(arguments, "keras_tensors", None)
    if tensors is None:
        tensors = getattr(node, "keras_inputs", None)
    if tensors is None:
        tensors = getattr(node, "input_tensors", [])
    return list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]


def outputs_of(node):
    """The tensors that one call of a layer gave."""
    tensors = getattr(node, "output_tensors", None)
    return as_list(getattr(node, "outputs", None) if tensors is None else tensors)


def is_sequential(model):
    return any(kind.__name__ == "Sequential" for kind in type(model).__mro__)


def is_functional(model):
    return not is_sequential(model) and (getattr(model, "traced", None) is True or any(
        kind.__name__ == "Functional" for kind in type(model).__mro__))


def as_list(value):
    """Nested structures of tensors, flat."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [item for key in sorted(value) for item in as_list(value[key])]
    if isinstance(value, (list, tuple)):
        return [item for part in value for item in as_list(part)]
    return [value]


def shape_of(value):
    """Dimensions without the batch; None when they are not known."""
    shape = getattr(value, "shape", value)
    if shape is None:
        return None
    try:
        dimensions = list(shape)
    except (TypeError, ValueError):
        return None
    return [-1 if d is None else int(getattr(d, "value", d)) for d in dimensions[1:]]


def dtype_of(tensor):
    kind = getattr(tensor, "dtype", "float32")
    return kind if isinstance(kind, str) else getattr(kind, "name", str(kind))


def reachable_nodes(outputs):
    """Identities of the nodes that the outputs depend on."""
    seen = set()
    waiting = as_list(outputs)
    while waiting:
        _, node = history(waiting.pop())
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        waiting.extend(inputs_of(node))
    return seen


class Graph:
    """Connections of a functional model, by places in model.layers."""

    def __init__(self, model):
        self.layers = list(model.layers)
        self._place = {id(layer): index for index, layer in enumerate(self.layers)}
        self._used = reachable_nodes(model.outputs)
        self.inputs = [{"shape": shape_of(t), "dtype": dtype_of(t), "layer": self.reference(t)[0]}
                       for t in as_list(model.inputs)]
        self.outputs = [self.reference(t) for t in as_list(model.outputs)]

    def calls(self, layer):
        """The layer's nodes that belong to this model."""
        return [node for node in nodes_of(layer) if id(node) in self._used]

    def reference(self, tensor):
        """[layer, call] of a tensor; layer -1 when it comes from outside of the model."""
        layer, node = history(tensor)
        if id(layer) not in self._place:
            return [-1, 0]
        calls = self.calls(layer)
        return [self._place[id(layer)], calls.index(node) if node in calls else 0]

    def inbound(self, layer):
        """One list of references per call; empty for inputs."""
        lists = [[self.reference(t) for t in inputs_of(node)] for node in self.calls(layer)]
        return [references for references in lists if references]

    def shapes(self, layer):
        """Input and output shape of the layer's first call."""
        calls = self.calls(layer)
        if not calls:
            return None, None
        inputs = [shape_of(t) for t in inputs_of(calls[0])]
        outputs = [shape_of(t) for t in outputs_of(calls[0])]
        return _one_or_all(inputs), _one_or_all(outputs)


def _one_or_all(shapes):
    if not shapes:
        return None
    return shapes[0] if len(shapes) == 1 else shapes
