"""`imports`: what a program needs beyond Keras, the standard library and what capture does without."""

import ast
import os
import sys

from .errors import ProbeError
from .inspect_program import read_program
from .quiet import PLOTTING
from .source_index import SourceIndex

_PROVIDED = {"keras", "tensorflow", "tf_keras", "keras_core", "tensorflow_core"} | set(PLOTTING)


def _imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module


def _optional(tree):
    """Names imported inside `try`, whose absence the program may handle itself."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and node.handlers:
            for inner in node.body:
                names.update(name.split(".")[0] for name in _imported(inner))
    return names


def _standard():
    known = getattr(sys, "stdlib_module_names", None)
    if known:
        return set(known)
    files = os.listdir(os.path.dirname(os.__file__))      # before Python 3.10
    return {name.split(".")[0] for name in files} | set(sys.builtin_module_names)


def program_texts(path):
    """Texts of the program and of the neighbours that it imports."""
    index = SourceIndex(path)
    pending, seen = [index.main], {index.main.path}
    while pending:
        source = pending.pop()
        yield source.text
        for name in _imported(source.tree):
            neighbour = index.neighbour(name)
            if neighbour is not None and neighbour not in seen:
                seen.add(neighbour)
                pending.extend([index.find(neighbour)] if index.find(neighbour) else [])


def imported_modules(path):
    """Sorted top-level modules that the program and its neighbours import; optional ones are left out."""
    index = read_program(path)[0].index      # it knows the folders that the program adds to sys.path
    pending, seen, found = [index.main], {index.main.path}, set()
    standard = _standard()
    while pending:
        source = pending.pop()
        optional = _optional(source.tree)
        for name in _imported(source.tree):
            neighbour = index.neighbour(name) or index.neighbour(name.split(".")[0])
            if neighbour is not None:
                if neighbour not in seen:
                    seen.add(neighbour)
                    loaded = index.find(neighbour)
                    pending.extend([loaded] if loaded else [])
                continue
            top = name.split(".")[0]
            if top not in _PROVIDED and top not in standard and top not in optional:
                found.add(top)
    return sorted(found)


def main(arguments):
    if len(arguments) != 1:
        raise ProbeError("not_found", "name one Python file", None, None, "imports FILE")
    return {"modules": imported_modules(arguments[0])}
