"""Programs in the paper's form, `config["act1"]`: where the values come from."""

import ast
import builtins
import json

from .errors import ProbeError

_MERGE = "__dlfix_config__"


def read(path):
    """Values of a --config file. Errors: bad_config."""
    try:
        with open(path, encoding="utf-8") as file:
            values = json.load(file)
    except OSError as error:
        raise ProbeError("bad_config", "cannot read the config: " + str(error.strerror), path, None,
                         "check --config")
    except ValueError as error:
        raise ProbeError("bad_config", "the config is not JSON: " + str(error), path,
                         getattr(error, "lineno", None), "write one JSON object of names and values")
    if not isinstance(values, dict):
        raise ProbeError("bad_config", "the config is not a JSON object", path, 1,
                         "write one JSON object of names and values")
    return values


class _Assignments(ast.NodeTransformer):
    """`config = X` becomes `config = merge(X)`, at module level and in functions."""

    def visit_Assign(self, node):
        if any(isinstance(t, ast.Name) and t.id == "config" for t in node.targets):
            call = ast.Call(ast.Name(_MERGE, ast.Load()), [node.value], [])
            node.value = ast.copy_location(call, node.value)
            ast.fix_missing_locations(node)
        return node


def compile_program(source, path, values):
    """Code of the program; with values (not None) its `config` dict is overridden by them."""
    if values is None:
        return compile(source, path, "exec", dont_inherit=True)
    tree = _Assignments().visit(ast.parse(source, path))

    def merge(own):
        return dict(own, **values) if isinstance(own, dict) else own

    setattr(builtins, _MERGE, merge)
    builtins.config = dict(values)
    return compile(tree, path, "exec", dont_inherit=True)
