"""`lines` of arrays: the statements that make or change a variable, in program order."""

import ast

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_IN_PLACE = {"append", "extend", "insert", "sort", "fill", "resize", "partition", "put", "itemset", "drop",
             "shuffle", "setflags", "clip"}


def names_in(node):
    """Variables that an expression reads."""
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]


def line_of(source, statement):
    """{file, line, end_line, text} of a statement; of compound ones the head only."""
    end = statement.end_lineno
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        end = max(statement.lineno, body[0].lineno - 1)
    text = "\n".join(source.lines[statement.lineno - 1:end]).strip()
    return {"file": source.path, "line": statement.lineno, "end_line": end, "text": text}


class Lines:
    """Finds the statements behind the arrays of one document."""

    def __init__(self, reader):
        self.reader = reader
        self._statements = {}
        self._calls = {}

    def of_expression(self, node, source):
        """Lines of every variable that the expression reads, and of what they are made of."""
        found = {}
        function = source.function(node)
        for name in names_in(node):
            self._collect(name, source, function, found, set())
        ordered = sorted(found.values(), key=lambda item: (item[0] is not self.reader.index.main,
                                                           item[1].lineno))
        return [line_of(source, statement) for source, statement in ordered]

    def _body(self, source, function):
        """Statements of a function or of the module, nested blocks in, inner definitions out."""
        key = id(function) if function is not None else source.path
        if key not in self._statements:
            body = function.body if function is not None else source.tree.body
            self._statements[key] = list(_flat(body)) if isinstance(body, list) else []
        return self._statements[key]

    def _changing(self, source, function):
        """{variable: statements that make or change it} of a function or of the module."""
        key = ("changing", id(function) if function is not None else source.path)
        if key not in self._statements:
            found = self._statements[key] = {}
            for statement in self._body(source, function):
                for name in _changed_names(statement):
                    found.setdefault(name, []).append(statement)
        return self._statements[key]

    def _collect(self, name, source, function, found, seen):
        key = (name, source.path, id(function))
        if key in seen:
            return
        seen.add(key)
        statements = self._changing(source, function).get(name, [])
        if not statements and function is not None:
            if name in _parameters(function):
                return self._callers(name, source, function, found, seen)
            return self._collect(name, source, None, found, seen)
        for statement in statements:
            found[id(statement)] = (source, statement)
            for other in names_in(_read_part(statement, name)):
                self._collect(other, source, function, found, seen)
            self._called(name, statement, source, found, seen)
        return None

    def _callers(self, name, source, function, found, seen):
        """The argument of every call of the function in the file."""
        place = _parameters(function).index(name)
        for node in self._calls_of(source, getattr(function, "name", "")):
            given = [item.value for item in node.keywords if item.arg == name]
            if not given and place < len(node.args):
                given = [node.args[place]]
            for expression in given:
                for other in names_in(expression):
                    self._collect(other, source, source.function(node), found, seen)

    def _calls_of(self, source, name):
        """Calls of a function by its bare name, in the file."""
        if source.path not in self._calls:
            calls = self._calls[source.path] = {}
            for node in source.nodes():
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    calls.setdefault(node.func.id, []).append(node)
        return self._calls[source.path].get(name, ())

    def _called(self, name, statement, source, found, seen):
        """`x, y = load()`: the statements of load that make what it returns."""
        value = getattr(statement, "value", None)
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
            return
        for function in source.tree.body:
            if isinstance(function, ast.FunctionDef) and function.name == value.func.id:
                for expression in _returned(function, statement, name):
                    for other in names_in(expression):
                        self._collect(other, source, function, found, seen)


def _returned(function, statement, name):
    """What the function returns into `name` of the assignment."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    place = None
    if isinstance(target, (ast.Tuple, ast.List)):
        place = next((index for index, item in enumerate(target.elts) if name in names_in(item)), None)
    for inner in _flat(function.body):
        if isinstance(inner, ast.Return) and inner.value is not None:
            if place is not None and isinstance(inner.value, ast.Tuple) and place < len(inner.value.elts):
                yield inner.value.elts[place]
            else:
                yield inner.value


def _flat(body):
    for statement in body:
        if isinstance(statement, _DEFINITIONS):
            continue
        yield statement
        for field in ("body", "orelse", "finalbody"):
            yield from _flat(getattr(statement, field, None) or [])
        for handler in getattr(statement, "handlers", None) or []:
            yield from _flat(handler.body)


def _parameters(function):
    arguments = getattr(function, "args", None)
    return [item.arg for item in arguments.posonlyargs + arguments.args] if arguments else []


def _root(target):
    """`x` of `x[3:, 1]` and of `x.values`."""
    while isinstance(target, (ast.Subscript, ast.Attribute, ast.Starred)):
        target = target.value
    return target


def _targets(statement):
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, (ast.AugAssign, ast.AnnAssign, ast.For)):
        return [statement.target]
    if isinstance(statement, ast.With):
        return [item.optional_vars for item in statement.items if item.optional_vars is not None]
    return []


def _leaves(target):
    if isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from _leaves(item)
    else:
        yield _root(target)


def _changed_names(statement):
    """Variables that the statement makes or changes in place."""
    names = {leaf.id for target in _targets(statement) for leaf in _leaves(target) if isinstance(leaf, ast.Name)}
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        names.update(_changed_in_place(statement.value))
    return names


def _changed_in_place(call):
    """`x.append(row)`, `np.random.shuffle(x)`, `scale(x, out=x)`"""
    function = call.func
    if not isinstance(function, ast.Attribute):
        return
    changed = [_root(item) for item in (call.args if function.attr == "shuffle" else
                                        [item.value for item in call.keywords if item.arg == "out"])]
    if function.attr in _IN_PLACE:
        changed.append(_root(function))
    for root in changed:
        if isinstance(root, ast.Name):
            yield root.id


def _read_part(statement, name):
    """The expression that the variable is made of."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple) \
            and len(target.elts) == len(statement.value.elts):
        pairs = zip(target.elts, statement.value.elts)
        return ast.Tuple(elts=[value for part, value in pairs if name in names_in(part)], ctx=ast.Load())
    if isinstance(statement, ast.For):
        return statement.iter
    if isinstance(statement, ast.With):
        return ast.Tuple(elts=[item.context_expr for item in statement.items], ctx=ast.Load())
    return getattr(statement, "value", None) or ast.Constant(value=None)


_SEEDS = {"seed", "set_seed", "set_random_seed", "manual_seed", "enable_op_determinism"}


def seed_lines(source):
    """Statements that set seeds of random generators."""
    found = []
    for node in source.nodes():
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if getattr(function, "attr", getattr(function, "id", None)) in _SEEDS:
                found.append(node)
    return [line_of(source, node) for node in sorted(found, key=lambda node: node.lineno)]
