"""Layers of a model in Keras's order, and who feeds whom.

Keras orders the layers of a functional model by their distance from the outputs, and layers of one
distance by the order in which a walk back from the outputs first meets them (keras/src/ops/function.py,
`map_graph`).
"""


class Graph:
    """`layers` as model.layers has them; `inbound[i]` one list per call of [layer, call] pairs."""

    def __init__(self, model):
        self.model = model
        if model.kind == "sequential":
            self._sequential()
        else:
            self._functional()
        self.complete = self._complete()
        self.place = {id(layer): index for index, layer in enumerate(self.layers)}

    def _complete(self):
        """Whether every layer of a functional model is fed by known tensors, back to its inputs."""
        if self.model.kind == "sequential":
            return True
        return all(layer.calls[call] is not None for layer, call in self._nodes)

    def _inputs(self):
        return {(id(tensor.layer), tensor.call) for tensor in self.model.inputs}

    def _sequential(self):
        self.layers = [layer for layer in self.model.layers if layer.class_name != "InputLayer"]
        self.inbound = [[[[index - 1, 0]]] for index in range(len(self.layers))]
        self.inputs = [{"shape": None, "dtype": "float32", "layer": -1}]
        self.outputs = [[len(self.layers) - 1, 0]] if self.layers else []

    def _functional(self):
        self._indices, self._nodes, self._seen = {}, [], set()
        self._objects = {}
        for tensor in self.model.outputs:
            self._walk(tensor)
        self.layers = self._ordered()
        place = {id(layer): index for index, layer in enumerate(self.layers)}
        calls = {key: sorted(call for layer, call in self._nodes if id(layer) == key) for key in place}
        self.inbound = []
        for layer in self.layers:
            lists = [[[place[id(tensor.layer)], calls[id(tensor.layer)].index(tensor.call)]
                      for tensor in self._parents(layer, call)] for call in calls[id(layer)]]
            self.inbound.append([one for one in lists if one])
        self.inputs = [{"shape": None, "dtype": "float32", "layer": place.get(id(tensor.layer), -1)}
                       for tensor in self.model.inputs]
        self.outputs = [[place[id(tensor.layer)], calls[id(tensor.layer)].index(tensor.call)]
                        for tensor in self.model.outputs]

    def _parents(self, layer, call):
        if (id(layer), call) in self._inputs():
            return []
        return layer.calls[call] or []

    def _walk(self, tensor):
        """Depth-first, parents before children in `_nodes`."""
        key = (id(tensor.layer), tensor.call)
        if key in self._seen:
            return
        self._seen.add(key)
        self._indices.setdefault(id(tensor.layer), len(self._indices))
        self._objects[id(tensor.layer)] = tensor.layer
        for parent in self._parents(tensor.layer, tensor.call):
            self._walk(parent)
        self._nodes.append((tensor.layer, tensor.call))

    def _ordered(self):
        node_depth, layer_depth = {}, {}
        for layer, call in reversed(self._nodes):
            depth = max(node_depth.get((id(layer), call), 0), layer_depth.get(id(layer), 0))
            layer_depth[id(layer)] = depth
            node_depth[(id(layer), call)] = depth
            for parent in self._parents(layer, call):
                key = (id(parent.layer), parent.call)
                node_depth[key] = max(depth + 1, node_depth.get(key, 0))
        for tensor in self.model.inputs:
            if id(tensor.layer) not in layer_depth:
                layer_depth[id(tensor.layer)] = 0
                self._indices[id(tensor.layer)] = -1
                self._objects[id(tensor.layer)] = tensor.layer
                self._nodes.append((tensor.layer, tensor.call))
        keys = sorted(layer_depth, key=lambda key: (-layer_depth[key], self._indices[key]))
        return [self._objects[key] for key in keys]
