"""Statements of the static reading: follows assignments, branches, loops and definitions.

Nothing of the program is executed. Where a condition is not known, both branches are read and what
they disagree on is unknown; loops over known sequences are unrolled.
"""

import ast

from .static_alike import merged
from .static_values import (Const, Function, Instance, Klass, Map, Model, Scope, Seq, Symbol, Tensor,
                            Value, merge, same)

MAX_STEPS = 120000        # statements and expressions in all
MAX_ITERATIONS = 512      # of one loop
MAX_TURNS = 64            # of one while loop
MAX_UNROLLED = 4000       # iterations of all loops
LONG_LOOP = 16            # iterations from which on a loop that builds nothing is not followed to its end


class Ended(Exception):
    """The program ends here (sys.exit, an uncaught raise)."""


class Statements:
    """Mixin of the reader: `run(block, scope)` returns None, "return", "break", "continue" or "raise"."""

    def run(self, block, scope):
        for statement in block:
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise Ended()
            method = getattr(self, "run_" + type(statement).__name__, None)
            signal = method(statement, scope) if method else None
            if signal:
                return signal
        return None

    def run_Expr(self, statement, scope):
        self.evaluate(statement.value, scope)

    def run_Assign(self, statement, scope):
        value = self.evaluate(statement.value, scope)
        for target in statement.targets:
            self.assign(target, value, scope)

    def run_AnnAssign(self, statement, scope):
        if statement.value is not None:
            self.assign(statement.target, self.evaluate(statement.value, scope), scope)

    def run_AugAssign(self, statement, scope):
        load = ast.copy_location(_as_load(statement.target), statement.target)
        old = self.evaluate(load, scope)
        right = self.evaluate(statement.value, scope)
        if isinstance(old, Seq) and isinstance(right, Seq) and isinstance(statement.op, ast.Add):
            value = Seq(old.items + right.items, None, old.mutable)
        else:
            value = self.arithmetic(statement.op, old, right, None)
        self.assign(statement.target, value, scope)

    def assign(self, target, value, scope):
        if isinstance(target, ast.Name):
            self._name_value(target.id, value)
            scope.bind(target.id, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, value, scope)
        elif isinstance(target, ast.Attribute):
            owner = self.evaluate(target.value, scope)
            if isinstance(owner, Instance):
                self._name_value(scope.source.segment(target), value)
                owner.attributes[target.attr] = self._after_turns(owner.attributes.get(target.attr), value)
            elif isinstance(owner, Klass):       # `Settings.RATE = 0.1`
                owner.scope.names[target.attr] = Value() if self.unsure else value
            elif isinstance(owner, Symbol):      # `tf.model = Sequential()`
                self._name_value(scope.source.segment(target), value)
                self.put_on_library[owner.path + "." + target.attr] = value
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, value, scope)

    def _after_turns(self, old, value):
        """What an attribute is in a loop of unknown length: a counter has no one value."""
        counting = any(count is None for _, count, _ in self.turns)
        changed = isinstance(old, Const) and isinstance(value, Const) and not same(old, value)
        return Value() if counting and changed else value

    def _name_value(self, name, value):
        if isinstance(value, Model) and value.name is None:
            value.name = name
        if isinstance(value, Map) and name == "config":
            value.is_config = True
            if self.config_given:      # --config overrides the program's own values
                value.entries.update(self.outer_config.entries)

    def _unpack(self, targets, value, scope):
        if isinstance(value, Tensor):        # results of one call: `out, h, c = LSTM(8, return_state=True)(x)`
            value = Seq([value] * len(targets), None, False)
        fits = isinstance(value, Seq) and not value.open and len(value.items) == len(targets)
        starred = any(isinstance(target, ast.Starred) for target in targets)
        for index, target in enumerate(targets):
            if isinstance(target, ast.Starred):
                target = target.value
            self.assign(target, value.items[index] if fits and not starred else Value(), scope)

    def _assign_item(self, target, value, scope):
        owner = self.evaluate(target.value, scope)
        key = self.evaluate(target.slice, scope)
        if isinstance(owner, Map):
            if isinstance(key, Const) and not self.unsure:
                self.built += 1
                owner.entries[key.value] = value
            elif isinstance(key, Const):
                owner.entries[key.value] = merge(owner.entries.get(key.value), value)
            else:
                owner.open = True
        elif isinstance(owner, Seq):
            index = key.value if isinstance(key, Const) and isinstance(key.value, int) else None
            if index is not None and -len(owner.items) <= index < len(owner.items) and not self.unsure:
                owner.items[index] = value
            else:
                owner.open = True

    def run_Delete(self, statement, scope):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                scope.names.pop(target.id, None)

    def run_Global(self, statement, scope):
        scope.globals.update(statement.names)

    def run_FunctionDef(self, statement, scope):
        defaults = [self.evaluate(node, scope) for node in statement.args.defaults]
        keyword = [self.evaluate(node, scope) if node else None for node in statement.args.kw_defaults]
        function = Function(statement, scope.source, scope, (defaults, keyword))
        self.functions.append(function)
        if not any(getattr(item, "attr", "") in ("setter", "deleter") for item in statement.decorator_list):
            scope.bind(statement.name, function)      # else the property keeps its getter

    run_AsyncFunctionDef = run_FunctionDef

    def run_ClassDef(self, statement, scope):
        bases = [self.evaluate(node, scope) for node in statement.bases]
        inner = Scope(scope.source, scope)
        self.run(statement.body, inner)
        klass = Klass(statement, scope.source, inner, bases)
        self.classes.append(klass)
        scope.bind(statement.name, klass)

    def run_Return(self, statement, scope):
        value = self.evaluate(statement.value, scope) if statement.value else Const(None)
        scope.returned.append(value)
        return "return"

    def run_Break(self, statement, scope):
        return "break"

    def run_Continue(self, statement, scope):
        return "continue"

    def run_Raise(self, statement, scope):
        return "raise"

    def run_With(self, statement, scope):
        for item in statement.items:
            value = self.evaluate(item.context_expr, scope)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value, scope)
        return self.run(statement.body, scope)

    run_AsyncWith = run_With

    def run_Try(self, statement, scope):
        signal = self.run(statement.body, scope)
        if signal == "raise":
            signal = self.run(statement.handlers[0].body, scope) if statement.handlers else signal
        elif signal is None:
            signal = self.run(statement.orelse, scope)
        return self.run(statement.finalbody, scope) or signal

    def run_If(self, statement, scope):
        condition = self.truth(self.evaluate(statement.test, scope))
        if condition is not None:
            return self.run(statement.body if condition else statement.orelse, scope)
        return self._either(statement.body, statement.orelse, scope)

    def _either(self, first, second, scope):
        """Reads both branches; names that differ afterwards are unknown."""
        before = dict(scope.names)
        first_signal = self._unsure_run(first, scope)
        after_first = scope.names
        scope.names = dict(before)
        second_signal = self._unsure_run(second, scope)
        if second_signal and not first_signal:
            scope.names = after_first
        elif not second_signal and not first_signal:
            for name, value in after_first.items():
                scope.names[name] = merged(value, scope.names.get(name))
        if first_signal and second_signal:
            return first_signal if first_signal == second_signal else "return"
        if self.loops and "break" in (first_signal, second_signal):
            self.maybe_left += 1       # the rest of the loop may not happen
        return None

    def _unsure_run(self, block, scope):
        self.unsure += 1
        try:
            return self.run(block, scope)
        except Ended:
            if self.steps > MAX_STEPS:
                raise
            return "raise"
        finally:
            self.unsure -= 1

    def run_For(self, statement, scope):
        iterable = self.evaluate(statement.iter, scope)
        items = self.items_of(iterable)
        if items is None or len(items) > MAX_ITERATIONS:
            self._loop_once(statement, scope)
            return None
        self.loops.append(iterable)
        self.turns.append((statement, len(items), iterable))
        before, built = (self.unsure, self.maybe_left), None
        try:
            for number, item in enumerate(items):
                self.unrolled += 1
                quiet = len(items) > LONG_LOOP and number > 1 and built == self.built
                if quiet or self.unrolled > MAX_UNROLLED:
                    self._loop_once(statement, scope, known=True)
                    break
                built = self.built
                self.unsure = before[0] + (self.maybe_left > before[1])
                self.assign(statement.target, item, scope)
                signal = self.run(statement.body, scope)
                if signal == "break":
                    break
                if signal in ("return", "raise"):
                    return signal
            else:
                return self.run(statement.orelse, scope)
        finally:
            self.loops.pop()
            self.turns.pop()
            self.unsure, self.maybe_left = before
        return None

    run_AsyncFor = run_For

    def _loop_once(self, statement, scope, known=False):
        """A loop of unknown length (unless `known`): its body is read once, what it changes is unknown afterwards."""
        before = dict(scope.names)
        self.turns += [] if known else [(statement, None, None)]
        if isinstance(statement, (ast.For, ast.AsyncFor)):
            self.assign(statement.target, Value(), scope)
        for name in _assigned(statement):
            if not isinstance(scope.names.get(name), (Model, Map, Seq, Instance)) and name in scope.names:
                scope.names[name] = Value()
        try:
            self._unsure_run(statement.body, scope)
        finally:
            if not known:
                self.turns.pop()
        for name, value in before.items():
            scope.names[name] = merge(value, scope.names.get(name))

    def run_While(self, statement, scope):
        endless = isinstance(statement.test, ast.Constant)
        built = None
        for turn in range(MAX_TURNS if not endless or _has_break(statement) else 0):
            condition = self.truth(self.evaluate(statement.test, scope))
            if condition is False:
                return self.run(statement.orelse, scope)
            if condition is None or turn > 1 and endless and built == self.built:
                break
            built = self.built
            signal = self.run(statement.body, scope)
            if signal == "break":
                return None
            if signal in ("return", "raise"):
                return signal
        self._loop_once(statement, scope)
        return None

    def run_Import(self, statement, scope):
        for alias in statement.names:
            module = self.load_neighbour(alias.name, scope.source)
            if alias.asname:
                scope.bind(alias.asname, module or Symbol(alias.name))
            else:
                top = alias.name.split(".")[0]
                scope.bind(top, module if module and "." not in alias.name else Symbol(top))

    def run_ImportFrom(self, statement, scope):
        name = statement.module or ""
        module = self.load_neighbour(name, scope.source, statement.level) if name else None
        for alias in statement.names:
            if alias.name == "*":
                self._import_star(name, module, scope)
                continue
            scope.bind(alias.asname or alias.name, self._imported(statement, alias.name, module, scope))

    def _imported(self, statement, attribute, module, scope):
        name = statement.module or ""
        if module is None and not name:       # from . import helpers
            return self.load_neighbour(attribute, scope.source, statement.level) or Value()
        if module is None:
            path = name + "." + attribute
            return self.put_on_library.get(path) or Symbol(path)
        found = module.scope.lookup(attribute)
        if found is None:
            found = self.load_neighbour(name + "." + attribute, scope.source, statement.level)
        return found or Value()

    @staticmethod
    def _import_star(name, module, scope):
        if module is None:
            scope.stars.append(name)
            return
        scope.stars.extend(module.scope.stars)
        for key, value in module.scope.names.items():
            if not key.startswith("_"):
                scope.bind(key, value)

    def run_Match(self, statement, scope):
        self.evaluate(statement.subject, scope)
        for case in statement.cases:
            self._either(case.body, [], scope)


def _has_break(loop):
    """Whether the loop's own body has a break."""
    pending = list(loop.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Break):
            return True
        if not isinstance(node, (ast.For, ast.While, ast.FunctionDef, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(node))
    return False


def _as_load(target):
    """The target of `+=` as an expression to read."""
    copy = ast.parse(ast.unparse(target), mode="eval").body
    for node in ast.walk(copy):
        ast.copy_location(node, target)
    return copy


def _assigned(statement):
    """Names that a loop's body assigns."""
    names = set()
    for inner in ast.walk(statement):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            names.add(inner.id)
    return names
