"""Hyperparameters that a program draws at random: no single value exists, which is said."""

import ast

_PATHS = ("random.", "numpy.random.", "tensorflow.random.", "scipy.stats.", "secrets.")


class _Draws:
    """Which variables of a file hold something drawn at random."""

    def __init__(self, reader, source):
        self._reader, self._scope = reader, _scope_of(reader, source)
        self._lines = {}
        for _ in range(3):        # through a few assignments
            for node in source.nodes():
                if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                    line = self.line_of(node.value)
                    if line and _is_number(node.value):
                        self._lines.setdefault(node.targets[0].id, line)

    def line_of(self, expression):
        """Line of the draw that the expression depends on, or None."""
        pending = [expression]
        while pending:
            node = pending.pop(0)
            if isinstance(node, ast.Call) and self._is_draw(node.func):
                return node.lineno
            if isinstance(node, ast.Name) and node.id in self._lines:
                return self._lines[node.id]
            if not _is_size(node):
                pending.extend(ast.iter_child_nodes(node))
        return None

    def _is_draw(self, function):
        path = _dotted(function)
        if path is None:
            return False
        first, _, rest = path.partition(".")
        value = self._scope.names.get(first)
        known = getattr(value, "path", None)
        if known is None:
            return False
        full = known + "." + rest if rest else known
        return full.startswith(_PATHS) and not full.endswith(("seed", "default_rng", "RandomState", "Random"))


def _is_size(node):
    """`len(x)` and `x.shape` do not depend on what is in x."""
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "len" \
        or isinstance(node, ast.Attribute) and node.attr in ("shape", "size", "ndim")


def _is_number(node):
    """Whether an expression may be one number: not the rows of a data set."""
    return not any(isinstance(inner, ast.keyword) and inner.arg in ("size", "shape") for inner in ast.walk(node))


def _dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return inner and inner + "." + node.attr
    return None


def _scope_of(reader, source):
    module = reader.modules.get(source.path)
    return module.scope if module else reader.main_scope


def warn(document, entries, reader):
    """Adds a warning for every hyperparameter whose text is drawn at random."""
    draws = {}
    for entry in entries:
        place = entry["_place"]
        if place.node is None or place.inserted or place.edit["form"] == "none" or isinstance(place.node, ast.Constant) \
                or entry["kind"] in ("optimizer", "layer_repeat", "scale", "batch_normalization", "dropout_insert"):
            continue
        if place.source.path not in draws:
            draws[place.source.path] = _Draws(reader, place.source)
        line = draws[place.source.path].line_of(place.node)
        if line:
            document.setdefault("warnings", []).append(
                {"message": "%s is drawn at random: no single value exists, each run has its own" % entry["name"],
                 "file": place.source.path, "line": line})
