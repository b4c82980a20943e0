"""Which constructor call of the reading is which layer of the document."""

import ast

from .names_calls import METHOD_ALIASES, METHODS, bind
from .static_graph import Graph
from .static_values import CallSite


def place_key(entry):
    """Comparable position of a call in the document; the column may be missing."""
    return entry.get("file"), entry.get("line"), entry.get("column")


def _same_place(entry, place):
    if entry.get("file") is None or entry.get("line") is None:
        return False
    if entry["file"] != place["file"] or entry["line"] != place["line"]:
        return False
    return entry.get("column") is None or entry["column"] == place["column"]


class Match:
    """`layers[i]`: the read layer of the i-th layer of the document, or None."""

    def __init__(self, document, reader):
        self.reader = reader
        self.model = next((model for model in document["models"] if model.get("selected")), None)
        self.entries = self.model["layers"] if self.model else []
        self.layers = self._by_model() or self._by_position()

    def _by_model(self):
        """The read model whose layers are the document's, one by one."""
        for model in reversed(self.reader.models):
            layers = Graph(model).layers if model.kind == "sequential" or model.outputs else []
            if len(layers) == len(self.entries) and layers and all(
                    layer.class_name == entry["class"] and _same_place(entry, layer.call.place())
                    for layer, entry in zip(layers, self.entries)):
                return layers
        return None

    def _by_position(self):
        pools = [self._pool(entry) for entry in self.entries]
        if any(not pool for pool in pools):
            self.reader.read_uncalled()
            pools = [self._pool(entry) for entry in self.entries]
        seen, found = {}, []
        for entry, pool in zip(self.entries, pools):
            number = seen.get(place_key(entry), 0)
            seen[place_key(entry)] = number + 1
            found.append(pool[min(number, len(pool) - 1)] if pool else self._from_source(entry))
        return found

    def _pool(self, entry):
        return [layer for layer in self.reader.layers_made
                if layer.class_name == entry["class"] and _same_place(entry, layer.call.place())]

    def _from_source(self, entry):
        """A layer from its call alone, when no reading led there."""
        call = self.call_at(entry)
        if call is None:
            return None
        source, node = call
        value = self.reader.evaluate(node, self._scope(source))
        return value if getattr(value, "class_name", None) == entry["class"] \
            and hasattr(value, "bound") else None

    def _scope(self, source):
        module = self.reader.modules.get(source.path)
        return module.scope if module else self.reader.main_scope

    def call_at(self, entry):
        """(source, ast.Call) at a position of the document, or None."""
        if not entry or not entry.get("file"):
            return None
        source = self.reader.index.find(entry["file"])
        if source is None:
            return None
        for node in source.nodes():
            if isinstance(node, ast.Call) and node.lineno == entry.get("line"):
                if entry.get("column") is None or source.start(node)[1] == entry["column"]:
                    if entry.get("end_column") in (None, source.end(node)[1]):
                        return source, node
        return None

    def method_call(self, entry, method):
        """(CallSite, bound) of the compile, fit or evaluate call of a document entry, or None."""
        if not entry:
            return None
        place = entry.get("call") or entry
        for site, bound in self._read_calls(method):
            if _same_place(place, site.place()):
                return site, bound
        found = self.call_at(place)
        if found is None:
            return None
        source, node = found
        arguments, opaque = self.reader.arguments_of(node, self._scope(source))
        site = CallSite(source, node, arguments, opaque)
        name = getattr(node.func, "attr", method)
        return site, bind(METHODS.get(name, METHODS[method]), arguments, METHOD_ALIASES)

    def _read_calls(self, method):
        if method == "compile":
            return [compiled for model in self.reader.models for compiled in reversed(model.compiles)]
        return [(action.call, action.bound) for action in reversed(self.reader.actions)
                if action.method == method]
