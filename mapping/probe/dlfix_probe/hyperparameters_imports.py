"""`imports`: how the program names Keras, and where an import may be put."""

import ast

from .names_calls import keras_path, keras_root
from .names_layers import canonical_class
from .names_stars import star_names
from .static_values import Symbol

_MODULES = ("optimizers", "layers", "regularizers", "initializers")


def _import_paths(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield node.module + "." + alias.name


def keras_package(tree):
    """The package that the program's first Keras import names."""
    imports = list(_import_paths(tree))
    for path in imports:
        root = keras_root(path)
        if root is not None:
            return root
    return "tensorflow.keras" if any(path.split(".")[0] == "tensorflow" for path in imports) else "keras"


def _last_import(source):
    """The last import of the leading block of imports at the top level, or None."""
    last = None
    for statement in source.tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            last = statement
        elif isinstance(statement, ast.Try) and statement.body and \
                isinstance(statement.body[0], (ast.Import, ast.ImportFrom)):
            last = statement
    return last


def _first_line(source):
    """Line of the first statement after the docstring."""
    body = source.tree.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) \
            and isinstance(body[0].value.value, str):
        return body[0].end_lineno + 1
    return body[0].lineno if body else 1


def _module_expressions(scope):
    """`{module: expression}` in the program's own names, the shortest first."""
    found = {}
    roots = []
    for name, value in scope.names.items():
        if not isinstance(value, Symbol):
            continue
        tail = keras_path(value.path)
        if tail == "":
            roots.insert(0, name)
        elif tail in _MODULES:
            found[tail] = name
        elif value.path == "tensorflow":
            roots.append(name + ".keras")
    for path in scope.stars:
        for module in star_names("") & set(_MODULES) if keras_path(path) == "" else ():
            found.setdefault(module, module)
    for module in _MODULES:
        if module not in found and roots:
            found[module] = roots[0] + "." + module
    return found


def _class_names(scope):
    """Class -> the name that it is bound to."""
    found = {}
    for path in scope.stars:
        tail = keras_path(path)
        if tail is not None:
            for name in star_names(tail.split(".")[0]):
                if name[:1].isupper():
                    found[name] = name
    for name, value in scope.names.items():
        if isinstance(value, Symbol):
            tail = keras_path(value.path)
            last = value.path.rsplit(".", 1)[-1]
            if tail and last[:1].isupper():
                found[canonical_class(last)] = name
    return found


def imports_of(reader, learning_rate_keyword):
    """The `imports` entry, of the main file."""
    return _of_file(reader.index.main, reader.main_scope, learning_rate_keyword)


def neighbour_imports(reader, paths, learning_rate_keyword):
    """The same of neighbour files, each with its `file`."""
    return [dict(_of_file(reader.modules[path].scope.source, reader.modules[path].scope, learning_rate_keyword),
                 file=path) for path in paths if path in reader.modules]


def _of_file(source, scope, learning_rate_keyword):
    last = _last_import(source)
    expressions = _module_expressions(scope)
    return {"keras": keras_package(source.tree),
            "insert_line": last.end_lineno + 1 if last is not None else _first_line(source),
            "after": last.end_lineno if last is not None else None,
            "optimizers": expressions.get("optimizers"), "layers": expressions.get("layers"),
            "regularizers": expressions.get("regularizers"), "initializers": expressions.get("initializers"),
            "names": _class_names(scope), "learning_rate_keyword": learning_rate_keyword}
