"""The order of layers in a functional model: by depth from the outputs, as Keras has it."""


def nodes_in_order(outputs):
    """Nodes that the outputs depend on, inputs last; and each layer's place of discovery."""
    ordered, finished, places, open_nodes = [], set(), {}, set()

    def visit(tensor):
        layer, index, _ = tensor._keras_history
        node = layer._inbound_nodes[index]
        if id(node) in finished:
            return
        if id(node) in open_nodes:
            raise ValueError("the model has a cycle at layer " + layer.name)
        places.setdefault(id(layer), (len(places), layer))
        open_nodes.add(id(node))
        for parent in node.input_tensors:
            visit(parent)
        open_nodes.discard(id(node))
        finished.add(id(node))
        ordered.append(node)

    for output in outputs:
        visit(output)
    return ordered, places


def layers_in_order(inputs, outputs):
    """model.layers. Errors: ValueError for inputs that are not the model's own."""
    ordered, places = nodes_in_order(outputs)
    node_depth, layer_depth = {}, {}
    for node in reversed(ordered):
        depth = max(node_depth.get(id(node), 0), layer_depth.get(id(node.layer), 0))
        layer_depth[id(node.layer)] = node_depth[id(node)] = depth
        for parent in node.input_tensors:
            layer, index, _ = parent._keras_history
            key = id(layer._inbound_nodes[index])
            node_depth[key] = max(depth + 1, node_depth.get(key, 0))
    given = [tensor._keras_history.operation for tensor in inputs]
    for layer in given:
        if id(layer) not in layer_depth:
            layer_depth[id(layer)] = 0
            places[id(layer)] = (-1, layer)
    for node in ordered:
        if not node.input_tensors and not any(node.layer is layer for layer in given):
            raise ValueError("Graph disconnected: cannot obtain value for tensor {} at layer {!r}; it "
                             "is not an input of the model".format(node.output_tensors[0],
                                                                   node.layer.name))
    ranked = sorted(places.items(), key=lambda item: (-layer_depth[item[0]], item[1][0]))
    return [layer for _, (_, layer) in ranked]
