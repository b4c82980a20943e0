"""`layer_sites` and layer repetition: where a layer's statement or list element stands."""

import ast

from .hyperparameters_layers import record
from .hyperparameters_spans import Place, nowhere, position

_INPUT_KEYWORDS = ("input_shape", "input_dim", "batch_input_shape")


class Sites:
    """Looks at what surrounds the constructor call of each layer."""

    def __init__(self, layers):
        self.layers = layers
        self.uses = {}
        for layer in layers.match.layers:
            if layer is not None:
                key = self._key(layer)
                self.uses[key] = self.uses.get(key, 0) + 1

    @staticmethod
    def _key(layer):
        place = layer.call.place()
        return place["file"], place["line"], place["column"]

    def site(self, index):
        """One entry of `layer_sites`."""
        layer = self.layers.match.layers[index]
        if layer is None:
            return _none(index, "the layer's constructor call was not found in the source")
        if layer.packaged:
            return _none(index, "the layer comes with Keras", layer)
        if layer.looped or self.uses[self._key(layer)] > 1:
            return _none(index, "one statement makes several layers", layer)
        source, call = layer.call.source, layer.call.node
        found = _added(source, call) or _listed(source, call) or _applied(source, call)
        if found is None:
            return _none(index, "the layer is not made where it is used", layer)
        form, node, extra = found
        start, end = source.start(node), source.end(node)
        text = source.lines[start[0] - 1]
        indent = text[:len(text) - len(text.lstrip())]
        if form != "list" and text[:start[1]].strip():
            return _none(index, "the statement shares its line with another", layer)
        entry = {"layer": index, "form": form, "file": source.path, "line": start[0], "column": start[1],
                 "indent": indent, "model": None, "tensor": None, "target": None,
                 "input_shape_text": self._input_text(index, source, call),
                 "start": position(start), "end": position(end), "reason": None}
        entry.update(extra)
        return entry

    def _input_text(self, index, source, call):
        """Source text of the input keyword of a first layer."""
        if index != 0:
            return None
        for keyword in call.keywords:
            if keyword.arg in _INPUT_KEYWORDS:
                return "%s=%s" % (keyword.arg, source.segment(keyword.value))
        return None

    def repeat(self, name, index):
        """`layer{i}`: how often a hidden Dense layer is there."""
        layer = self.layers.match.layers[index]
        place = self._config_count(layer) or self._repeat_place(index)
        value = layer.repeat.value if place.key and layer.repeat is not None else 1
        return record(name, "layer_repeat", index, "repeat", value, place)

    @staticmethod
    def _config_count(layer):
        """`for _ in range(config["layer1"])`: the count in the dictionary."""
        if layer is None or layer.repeat is None or layer.repeat.origin is None:
            return None
        from .hyperparameters_spans import of_node
        origin = layer.repeat.origin
        return of_node(origin.source, origin.node, layer.repeat.key)

    def _repeat_place(self, index):
        site = self.site(index)
        layer = self.layers.match.layers[index]
        if site["form"] == "none":
            if layer is None:
                return self.layers.unplaced(index, site["reason"])
            return nowhere(layer.call.source, layer.call.node, site["reason"])
        source = layer.call.source
        style = {"add": "statement", "list": "element"}.get(site["form"])
        if site["form"] == "functional":
            if not site["target"] or not site["tensor"]:
                return nowhere(source, layer.call.node, "the layer is not of the form x = Layer(...)(x)")
            style = "chained"
        edit = {"form": "repeat", "style": style, "indent": site["indent"]}
        if site["input_shape_text"]:
            edit["minimum"] = 1
        start, end = site["start"], site["end"]
        return Place(source, (start["line"], start["column"]), (end["line"], end["column"]), False, edit, None,
                     None)

    def inserted(self, name, kind, index, value, site_number, sites):
        """`bn{i}` or `drop{i}`: a layer that may be put at a site."""
        layer = self.layers.match.layers[index]
        site = sites[site_number]
        if site["form"] == "none":
            place = self.layers.unplaced(index, site["reason"])
            return record(name, kind, index, "inserted", value, place)
        at = (site["line"], site["column"])
        source = layer.call.source if layer is not None else self.layers.match.reader.index.main
        if source.path != site["file"]:
            source = self.layers.match.reader.index.find(site["file"])
        place = Place(source, at, at, True, {"form": "site", "site": site_number}, None, None)
        return record(name, kind, index, "inserted", value, place)


def _none(index, reason, layer=None):
    place = layer.call.place() if layer is not None else {"file": None, "line": None, "column": None}
    return {"layer": index, "form": "none", "file": place["file"], "line": place["line"],
            "column": place["column"], "indent": "", "model": None, "tensor": None, "target": None,
            "input_shape_text": None, "start": None, "end": None, "reason": reason}


def _outermost_wrapper(source, call):
    """The call itself, or the Bidirectional(...) around it."""
    parent = source.parent(call)
    if isinstance(parent, ast.Call) and parent.func is not call and _callee(parent) in ("Bidirectional",
                                                                                        "TimeDistributed"):
        return parent
    return call


def _callee(call):
    return getattr(call.func, "attr", getattr(call.func, "id", None))


def _added(source, call):
    """`model.add(Dense(...))`"""
    call = _outermost_wrapper(source, call)
    parent = source.parent(call)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.func.attr == "add" \
            and call in parent.args:
        statement = source.parent(parent)
        if isinstance(statement, ast.Expr):
            return "add", statement, {"model": source.segment(parent.func.value)}
    return None


def _listed(source, call):
    """An element of a list."""
    call = _outermost_wrapper(source, call)
    parent = source.parent(call)
    return ("list", call, {}) if isinstance(parent, ast.List) and not _taken_apart(source, parent) else None


def _taken_apart(source, node):
    """Whether a list's elements are used by their places: one more would move the others."""
    statement = source.parent(node)
    if isinstance(statement, ast.Subscript):
        return True
    if not isinstance(statement, ast.Assign):
        return False
    names = {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return any(isinstance(inner, ast.Subscript) and isinstance(inner.value, ast.Name) and inner.value.id in names
               for inner in source.nodes())


def _applied(source, call):
    """`x = Dense(...)(y)`"""
    call = _outermost_wrapper(source, call)
    parent = source.parent(call)
    if not isinstance(parent, ast.Call) or parent.func is not call or len(parent.args) != 1:
        return None
    statement = source.parent(parent)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target, tensor = statement.targets[0], parent.args[0]
    if not isinstance(target, ast.Name):
        return None
    return "functional", statement, {
        "target": target.id, "tensor": source.segment(tensor) if isinstance(tensor, ast.Name) else None}
