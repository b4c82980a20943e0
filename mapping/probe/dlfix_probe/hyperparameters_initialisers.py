"""Initialisers that a program defines at the top of its main file, under its own names.

`init = RandomNormal(stddev=0.1)`, `def init(): return RandomNormal(...)` (used as `init()`), and
`def init(shape, dtype=None): return RandomNormal(...)(shape, dtype)` (used as `init`).
"""

import ast
from collections import Counter, namedtuple

from .keras_names import initialiser_name
from .names_calls import bind, keras_path
from .static_normal import scheme
from .static_values import Function, Made, Scope, Symbol, plain

# text: how a layer's argument names it; value: the normal form of what it is; node: the definition
Own = namedtuple("Own", "name text value node")


def own_initialisers(reader):
    """[Own] in program order. Names that Keras has, and those bound more than once, are left out."""
    source = reader.index.main
    times = _bindings(source.tree)
    found = []
    for name, node in _definitions(source.tree.body):
        if times[name] == 1 and initialiser_name(name) is None:
            text, value = _meaning(reader, name, reader.main_scope.names.get(name))
            if value is not None:
                found.append(Own(name, text, value, node))
    return found


def as_json(own, source):
    """The entry of `initializers` in the document."""
    return {"name": own.name, "text": own.text, "value": own.value, "file": source.path, "line": own.node.lineno}


def settle_functions(document, found):
    """Functions that stand in layer attributes as {"custom": name} get their meaning there, in place."""
    meanings = {own.name: own.value for own in found if isinstance(own.node, ast.FunctionDef)}
    for model in document["models"]:
        for layer in model["layers"]:
            for key, value in (layer["attributes"] or {}).items():
                if key.endswith("_initializer") and isinstance(value, dict) and value.get("custom") in meanings:
                    layer["attributes"][key] = dict(meanings[value["custom"]])


def _definitions(body):
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name, statement
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1 \
                and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id, statement


def _bindings(tree):
    """How often each name is bound anywhere in the file."""
    times = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            times[node.id] += 1
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            times[node.name] += 1
        elif isinstance(node, ast.arg):
            times[node.arg] += 1
        elif isinstance(node, ast.alias):
            times[node.asname or node.name.split(".")[0]] += 1
    return times


def _meaning(reader, name, value):
    """(text, normal form), or (None, None) when it is no initialiser of Keras's."""
    if not isinstance(value, Function):
        return name, _initialiser(value)
    returned = _returned(value.node)
    if returned is None:
        return None, None
    scope = Scope(value.source, value.scope)
    arguments = value.node.args
    if arguments.args and isinstance(returned, ast.Call):
        called = reader.evaluate(returned.func, scope)
        return name, _initialiser(called) if isinstance(called, Made) else _of_keras_1(reader, called, returned, scope)
    if arguments.args or arguments.vararg or arguments.kwonlyargs:
        return None, None
    return name + "()", _initialiser(reader.evaluate(returned, scope))


def _of_keras_1(reader, called, node, scope):
    """What `initializations.normal(shape, scale=0.01)` draws: Keras 1's functions, which take a scale; None for others."""
    path = keras_path(called.path) if isinstance(called, Symbol) else None
    if not (path or "").startswith("initializations."):
        return None
    kind = initialiser_name(path.split(".")[-1])
    arguments, opaque = reader.arguments_of(node, scope)
    given = bind(["shape", "scale", "name"], arguments)
    scale, known = plain(given["scale"].value) if "scale" in given else (0.05, True)
    if opaque or not known or kind not in _SCALED:
        return None
    return _SCALED[kind](scale)


_SCALED = {"random_normal": lambda scale: {"class": "random_normal", "mean": 0.0, "stddev": float(scale)},
           "random_uniform": lambda scale: {"class": "random_uniform", "minval": -float(scale), "maxval": float(scale)}}


def _returned(node):
    """The expression of a function that does nothing but return it, a docstring aside."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return None
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None


def _initialiser(value):
    if not isinstance(value, (Made, Symbol)) or not _is_initialiser_path(value.path):
        return None
    read, known = scheme("initializer", value)
    return read if known and "class" in (read or {}) else None


def _is_initialiser_path(path):
    tail = keras_path(path)
    return (tail or "").startswith("initializers.") or path.startswith("tensorflow.initializers.") \
        or (path.startswith("tensorflow.") and path.endswith("_initializer"))
