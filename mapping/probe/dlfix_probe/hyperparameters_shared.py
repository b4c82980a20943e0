"""Variables that feed a hyperparameter and something else besides.

`n = 64; Dense(n, input_dim=n)`: to change the layer alone, the text to edit is the argument `n` of the call,
not the 64 that other code uses, too.
"""

import ast

from .hyperparameters_spans import as_json, of_node
from .static_values import sources_of

_SIZES = ("units", "filters", "kernel_size")


def unshare(entries, match):
    """Moves the span of sizes to their own call where the variable has other uses."""
    groups = {}
    for entry in entries:
        place = entry["_place"]
        if place.node is not None and entry["kind"] in _SIZES and entry["edit"]["form"] == "literal":
            groups.setdefault(id(place.node), []).append(entry)
    for group in groups.values():
        place = group[0]["_place"]
        if place.key is None and _reads(place) > len(group):
            for entry in group:
                _move(entry, match)


def _reads(place):
    """How often the variable that the value is assigned to is read in its file; 0: no variable."""
    statement = place.source.parent(place.node)
    if not isinstance(statement, ast.Assign) or statement.value is not place.node:
        return 0
    names = {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return sum(isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load)
               for node in place.source.nodes())


def _move(entry, match):
    layer = match.layers[entry["layer"]] if entry["layer"] is not None else None
    if layer is None or not layer.bound:
        return
    argument = layer.bound.get(entry["attribute"])
    if argument is None or argument.node is None:
        return
    place = of_node(layer.call.source, argument.node)
    entry.update(as_json(place))
    entry["_place"] = place


def note_feeds(entries, layers):
    """What else changes with a text: `feeds` of its `edit` names hyperparameters that are computed from it; one that
    also makes the size of the output layer cannot be edited."""
    by_place = {}
    for entry in entries:
        place = entry["_place"]
        if place.node is not None and not place.inserted and entry["edit"]["form"] == "literal":
            by_place.setdefault(_key(place.source, place.node), []).append(entry)
    for entry in entries:
        for origin in entry["_place"].made_of:
            for other in by_place.get(_key(origin.source, origin.node), []):
                if other is not entry and entry["name"] not in other["edit"].setdefault("feeds", []):
                    other["edit"]["feeds"].append(entry["name"])
    for index in layers.trainable:
        if layers.is_output(index):
            _keep_output(layers, index, by_place)


def _keep_output(layers, index, by_place):
    for _, _, attribute in layers.sized(index):
        argument = layers.argument(index, attribute)
        if argument is None:
            continue
        for origin in sources_of(argument.value):
            for entry in by_place.get(_key(origin.source, origin.node), []):
                entry["edit"] = {"form": "none", "reason": "the same text makes the size of the output layer"}


def _key(source, node):
    return source.path, source.start(node), source.end(node)
