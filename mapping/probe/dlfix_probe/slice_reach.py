"""Which statements of a program reach its training: a backward slice by names.

Names are compared without regard to scope or order, so the slice may hold a statement too many and
lacks none that assigns or changes what a kept statement reads. Statements behind the last training
are left out, unless they evaluate the model.
"""

import ast

from .errors import ProbeError

_FIT = {"fit", "fit_generator", "train_on_batch"}
_FIT_KEYWORDS = {"epochs", "nb_epoch", "batch_size", "validation_data", "validation_split",
                 "steps_per_epoch", "callbacks", "class_weight", "shuffle", "verbose"}
_EVALUATE = {"evaluate", "evaluate_generator"}
_SEED = {"seed", "set_seed", "set_random_seed"}
# Calls for people, not for the training.
_FOR_PEOPLE = {"print", "pprint", "display", "summary", "save", "save_weights", "to_json", "head",
               "tail", "describe", "info", "hist", "plot", "plot_model", "show", "savefig", "title",
               "imshow", "scatter", "xlabel", "ylabel", "legend", "figure", "subplot", "subplots",
               "close", "exit", "log", "debug", "warning", "error", "write", "dump", "to_csv"}
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_FOLLOWS = (ast.Return, ast.Global, ast.Nonlocal, ast.Break, ast.Continue, ast.Pass, ast.Raise)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def suites(statement):
    """The blocks inside a compound statement: lists of statements, handlers' ones too."""
    found = [getattr(statement, name, None) for name in ("body", "orelse", "finalbody")]
    found += [handler.body for handler in getattr(statement, "handlers", [])]
    found += [case.body for case in getattr(statement, "cases", [])]
    return [suite for suite in found if suite]


def root_name(node):
    """`x` of `x.a[0].b(...)`, or None."""
    while True:
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return None


def _called(call):
    """The last name of what is called: `fit` of `model.fit(...)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else None


def _own_parts(statement):
    """The expressions of a statement itself, without the statements inside it."""
    inside = {id(inner) for suite in suites(statement) for inner in suite}
    pending = [child for child in ast.iter_child_nodes(statement) if id(child) not in inside]
    while pending:
        node = pending.pop()
        if id(node) in inside:
            continue
        yield node
        pending.extend(ast.iter_child_nodes(node))


def _targets(statement):
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        return [statement.target]
    return []


def _assigned(statement):
    names = set()
    for target in _targets(statement):
        parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        names.update(root_name(part) for part in parts)
    for node in _own_parts(statement):
        if isinstance(node, getattr(ast, "NamedExpr", ())):
            names.add(node.target.id)
    return names - {None}


def _imported(statement):
    if not isinstance(statement, (ast.Import, ast.ImportFrom)):
        return set()
    return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}


class Reach:
    """`kept`: ids of the statements that reach the training; `whole`: those kept with all they hold."""

    def __init__(self, tree, path):
        self._parents, self._order = {}, []
        self._index(tree, None)
        self._imports = set().union(*[_imported(s) for s in self._order])
        self.kept, self.whole, self._wanted, self._methods = set(), set(), set(), set()
        seeds = self._seeds()
        if not seeds:
            raise ProbeError("no_fit", "%s: no call that trains a model was found" % path, path, None,
                             "name the program that calls fit")
        self._late = self._behind(seeds)
        for seed in seeds:
            self._keep(seed)
        while any([self._visit(statement) for statement in self._order]):
            pass

    def _index(self, holder, parent):
        for suite in suites(holder):
            for statement in suite:
                self._parents[id(statement)] = (parent, suite)
                self._order.append(statement)
                self._index(statement, statement)

    def _ancestors(self, statement):
        parent = self._parents[id(statement)][0]
        while parent is not None:
            yield parent
            parent = self._parents[id(parent)][0]

    # What trains.

    def _calls(self, statement):
        return [node for node in _own_parts(statement) if isinstance(node, ast.Call)]

    def _seeds(self):
        compiled = {root_name(call.func) for s in self._order for call in self._calls(s)
                    if _called(call) == "compile"}
        seeds = [s for s in self._order if any(self._trains(c, compiled) for c in self._calls(s))]
        if not seeds:
            seeds = [s for s in self._order if any(_called(c) == "fit" for c in self._calls(s))]
        known, names = {id(s) for s in seeds}, set()
        while True:
            found = {a.name for s in seeds for a in self._ancestors(s) if isinstance(a, _DEFINITIONS)}
            if found == names:
                return seeds
            names = found
            for statement in self._order:
                if id(statement) not in known and any(_called(c) in names for c in self._calls(statement)):
                    known.add(id(statement))
                    seeds.append(statement)

    @staticmethod
    def _trains(call, compiled):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in _FIT:
            return False
        keywords = {keyword.arg for keyword in call.keywords}
        return (call.func.attr != "fit" or bool(keywords & _FIT_KEYWORDS)
                or root_name(call.func) in compiled)

    def _behind(self, seeds):
        """Statements behind the last one that trains, in every block that no loop repeats."""
        training = {id(s) for s in seeds} | {id(a) for s in seeds for a in self._ancestors(s)}
        late = set()
        for statement in self._order:
            if id(statement) not in training or isinstance(statement, _DEFINITIONS):
                continue
            if any(isinstance(a, _LOOPS) for a in self._ancestors(statement)):
                continue
            suite = self._parents[id(statement)][1]
            last = max(i for i, other in enumerate(suite)
                       if id(other) in training and not isinstance(other, _DEFINITIONS))
            late.update(id(other) for other in suite[last + 1:])
        return late

    # What it needs.

    def _keep(self, statement):
        """Keeps a statement, what it stands in, and asks for what they read."""
        for one in [statement] + list(self._ancestors(statement)):
            if id(one) not in self.kept:
                self.kept.add(id(one))
                self._want(_own_parts(one))

    def _want(self, nodes):
        for node in nodes:
            if isinstance(node, ast.Name):
                self._wanted.add(node.id)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                self._methods.add(node.func.attr)

    def _keep_whole(self, definition):
        for node in ast.walk(definition):
            if isinstance(node, ast.stmt):
                self.kept.add(id(node))
                self.whole.add(id(node))
        self._want(ast.walk(definition))
        self._keep(definition)

    def _visit(self, statement):
        """Keeps `statement` if something kept needs it; True when it was not kept before."""
        if id(statement) in self.kept:
            return False
        if isinstance(statement, _DEFINITIONS):
            if self._is_called(statement):
                self._keep_whole(statement)
                return True
            return False
        if not self._is_needed(statement):
            return False
        self._keep(statement)
        return True

    def _is_called(self, definition):
        holder = self._parents[id(definition)][0]
        if isinstance(holder, ast.ClassDef):
            return id(holder) in self.kept and (definition.name in self._methods
                                                or definition.name.startswith("__"))
        return definition.name in self._wanted

    def _is_late(self, statement):
        return any(id(s) in self._late for s in [statement] + list(self._ancestors(statement)))

    def _is_needed(self, statement):
        if isinstance(statement, _FOLLOWS):
            parent = self._parents[id(statement)][0]
            return parent is not None and id(parent) in self.kept
        if self._is_late(statement):
            return any(_called(c) in _EVALUATE for c in self._calls(statement))
        if _imported(statement):
            return bool(_imported(statement) & self._wanted)
        if _assigned(statement) & self._wanted:
            return True
        return isinstance(statement, ast.Expr) and any(self._changes(c) for c in self._calls(statement))

    def _changes(self, call):
        """True for a call that may change something that is needed, or that sets a seed."""
        name = _called(call)
        if name in _SEED:
            return True
        if name in _FOR_PEOPLE:
            return False
        data = self._wanted - self._imports
        touched = {root_name(argument) for argument in call.args}
        if isinstance(call.func, ast.Attribute):
            touched.add(root_name(call.func))
        return bool(touched & data)
