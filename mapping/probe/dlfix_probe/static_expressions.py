"""Expressions of the static reading."""

import ast
import operator

from .static_values import (Argument, CallSite, Const, Function, Instance, Klass, Made, Map, Method, Module, Origin,
                            Scope, Seq, Symbol, Value, plain)

_OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.LShift: operator.lshift, ast.RShift: operator.rshift, ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_, ast.BitXor: operator.xor,
}
_COMPARISONS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}
_LIMIT = 10 ** 6
_LONGEST = 512            # elements of a comprehension
_BUILTINS = {"True": True, "False": False, "None": None}


def copied(value, origin=None, key=None):
    """A constant or symbol with another origin."""
    if isinstance(value, Const):
        copy = Const(value.value, origin or value.origin)
    elif isinstance(value, Symbol):
        copy = Symbol(value.path, origin or value.origin)
    elif type(value) is Value:
        copy = Value(origin or value.origin)
    else:
        return value
    copy.key = key or value.key
    return copy


class Expressions:
    """Mixin of the reader: `evaluate(node, scope)` returns a Value, always."""

    def evaluate(self, node, scope):
        self.steps += 1
        method = getattr(self, "ev_" + type(node).__name__, None)
        if method is None:
            for inner in ast.iter_child_nodes(node):
                if isinstance(inner, ast.expr):
                    self.evaluate(inner, scope)
            return Value()
        return method(node, scope)

    @staticmethod
    def origin(node, scope, literal=True):
        return Origin(scope.source, node, literal)

    def ev_Constant(self, node, scope):
        return Const(node.value, self.origin(node, scope))

    def ev_Name(self, node, scope):
        value = scope.lookup(node.id)
        if value is None:
            value = self._unbound(node, scope)
        if isinstance(value, Symbol) and value.origin is None:
            return Symbol(value.path, self.origin(node, scope, False))
        return value

    def _unbound(self, node, scope):
        if node.id in ("true", "false", "null") and scope.source.path.endswith(".json"):
            value = {"true": True, "false": False, "null": None}[node.id]
            return Const(value, self.origin(node, scope))
        if node.id in _BUILTINS:
            return Const(_BUILTINS[node.id], self.origin(node, scope))
        starred = self.starred_symbol(node.id, scope.top().stars)
        if starred:
            return Symbol(starred)
        if node.id == "config":
            return self.outer_config
        return Symbol("builtins." + node.id)

    def ev_Attribute(self, node, scope):
        owner = self.evaluate(node.value, scope)
        if isinstance(owner, Symbol):
            return Symbol(owner.path + "." + node.attr, self.origin(node, scope, False))
        if isinstance(owner, Module):
            return owner.scope.lookup(node.attr) or Value()
        if isinstance(owner, Instance):
            return self._instance_attribute(owner, node.attr)
        if isinstance(owner, Klass):
            found = self._class_attribute(owner, node.attr)
            return self._bound(found, owner) if isinstance(found, Function) else found or Value()
        return self.attribute_of(owner, node, scope)

    def _instance_attribute(self, owner, name):
        if name in owner.attributes:
            return owner.attributes[name]
        found = self._class_attribute(owner.klass, name)
        if isinstance(found, Function):
            return self._bound(found, owner)
        return found or Method(owner, name)

    def _bound(self, function, owner):
        """A function of a class taken from an object (or the class itself, when `owner` is one)."""
        decorators = {getattr(item, "id", None) for item in getattr(function.node, "decorator_list", [])}
        if "staticmethod" in decorators or (isinstance(owner, Klass) and "classmethod" not in decorators):
            return function
        if "classmethod" in decorators and isinstance(owner, Instance):
            owner = owner.klass
        bound = Function(function.node, function.source, function.scope, function.defaults, owner)
        return self.call_function(bound, None) if "property" in decorators else bound

    def _class_attribute(self, klass, name):
        if klass is None:
            return None
        if name in klass.scope.names:
            return klass.scope.names[name]
        for base in klass.bases:
            found = self._class_attribute(base, name) if isinstance(base, Klass) else None
            if found is not None:
                return found
        return None

    def ev_List(self, node, scope):
        return self._sequence(node, scope, True)

    def ev_Tuple(self, node, scope):
        return self._sequence(node, scope, False)

    ev_Set = ev_List

    def _sequence(self, node, scope, mutable):
        seq = Seq([], self.origin(node, scope), mutable)
        for element in node.elts:
            if isinstance(element, ast.Starred):
                inner = self.items_of(self.evaluate(element.value, scope))
                seq.items.extend(inner or [])
                seq.open = seq.open or inner is None
            else:
                seq.items.append(self.evaluate(element, scope))
        return seq

    def ev_Dict(self, node, scope):
        found = Map({}, self.origin(node, scope))
        for key_node, value_node in zip(node.keys, node.values):
            value = self.evaluate(value_node, scope)
            if key_node is None:
                self._merge_map(found, value)
                continue
            key = self.evaluate(key_node, scope)
            if isinstance(key, Const) and key.value.__hash__:
                found.entries[key.value] = value
            else:
                found.open = True
        return found

    @staticmethod
    def _merge_map(found, other):
        if isinstance(other, Map):
            found.entries.update(other.entries)
            found.open = found.open or other.open
        else:
            found.open = True

    def ev_UnaryOp(self, node, scope):
        operand = self.evaluate(node.operand, scope)
        if not isinstance(operand, Const):
            return Value(self.origin(node, scope, False))
        try:
            if isinstance(node.op, ast.USub):
                result = -operand.value
            elif isinstance(node.op, ast.Not):
                result = not operand.value
            else:
                result = +operand.value
        except TypeError:
            return Value()
        literal = isinstance(node.operand, ast.Constant)
        return Const(result, self.origin(node, scope, literal))

    def ev_BinOp(self, node, scope):
        left = self.evaluate(node.left, scope)
        right = self.evaluate(node.right, scope)
        return self.arithmetic(node.op, left, right, self.origin(node, scope, False))

    def arithmetic(self, op, left, right, origin):
        """Value of `left op right`; lists may be joined and repeated."""
        if isinstance(left, Seq) and isinstance(right, Seq) and isinstance(op, ast.Add):
            joined = Seq(left.items + right.items, origin, left.mutable)
            joined.open = left.open or right.open
            return joined
        if isinstance(left, Seq) and isinstance(right, Const) and isinstance(op, ast.Mult) \
                and isinstance(right.value, int) and 0 <= right.value <= 512:
            return Seq(left.items * right.value, origin, left.mutable)
        if isinstance(left, Const) and isinstance(right, Const) and self._small(op, left.value, right.value):
            try:
                return Const(_OPERATORS[type(op)](left.value, right.value), origin)
            except Exception:   # whatever the program's own arithmetic would raise
                return Value(origin)
        return Value(origin)

    @staticmethod
    def _small(op, left, right):
        if type(op) not in _OPERATORS:
            return False
        if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
            return isinstance(op, ast.Add) and isinstance(left, str) and isinstance(right, str)
        if isinstance(op, (ast.Pow, ast.LShift)):
            return abs(left) <= _LIMIT and abs(right) <= 64
        return True

    def ev_BoolOp(self, node, scope):
        is_and = isinstance(node.op, ast.And)
        last = Value()
        unknown = False
        for operand in node.values:
            last = self.evaluate(operand, scope)
            truth = self.truth(last)
            if truth is None:
                unknown = True
            elif truth != is_and:
                return Const(truth) if unknown else last
        return Value() if unknown else last

    def ev_Compare(self, node, scope):
        values = [self.evaluate(item, scope) for item in [node.left] + node.comparators]
        pairs = [plain(value) for value in values]
        if not all(known for _, known in pairs):
            return Value()
        try:
            for index, op in enumerate(node.ops):
                if not _COMPARISONS[type(op)](pairs[index][0], pairs[index + 1][0]):
                    return Const(False)
        except TypeError:
            return Value()
        return Const(True)

    def ev_IfExp(self, node, scope):
        truth = self.truth(self.evaluate(node.test, scope))
        first = self.evaluate(node.body, scope)
        second = self.evaluate(node.orelse, scope)
        if truth is None:
            return Value(self.origin(node, scope, False))
        return first if truth else second

    def ev_NamedExpr(self, node, scope):
        value = self.evaluate(node.value, scope)
        self.assign(node.target, value, scope)
        return value

    def ev_Starred(self, node, scope):
        return self.evaluate(node.value, scope)

    def ev_Lambda(self, node, scope):
        defaults = [self.evaluate(item, scope) for item in node.args.defaults]
        return Function(node, scope.source, scope, (defaults, []))

    def ev_Subscript(self, node, scope):
        owner = self.evaluate(node.value, scope)
        if isinstance(node.slice, ast.Slice):
            return self._sliced(owner, node.slice, scope)
        key = self.evaluate(node.slice, scope)
        named = isinstance(node.value, ast.Name) and node.value.id == "config"
        if isinstance(owner, Map) and isinstance(key, Const):
            return self.map_item(owner, key.value, named, self.origin(node, scope, False))
        if named and isinstance(key, Const) and type(owner) in (Value, Symbol):
            return self.map_item(self.outer_config, key.value, True, self.origin(node, scope, False))
        if isinstance(owner, Seq) and isinstance(key, Const) and isinstance(key.value, int):
            if -len(owner.items) <= key.value < len(owner.items) and not owner.open:
                return owner.items[key.value]
        return Value(self.origin(node, scope, False))

    def map_item(self, owner, key, named, origin):
        """An entry of a dictionary; entries of `config` carry their key."""
        is_config = (named or owner.is_config) and isinstance(key, str)
        found = owner.entries.get(key)
        if found is None:
            found = Value(origin)
        elif owner.open and not is_config:
            return Value(origin)
        return copied(found, None, key) if is_config else found

    def _sliced(self, owner, part, scope):
        bounds = [plain(self.evaluate(bound, scope)) if bound else (None, True)
                  for bound in (part.lower, part.upper, part.step)]
        if isinstance(owner, Seq) and not owner.open and all(known for _, known in bounds):
            try:
                return Seq(owner.items[slice(*(bound for bound, _ in bounds))], None, owner.mutable)
            except (TypeError, ValueError):
                return Value()
        return Value()

    def ev_JoinedStr(self, node, scope):
        text = ""
        for part in node.values:
            value = self.evaluate(part.value if isinstance(part, ast.FormattedValue) else part, scope)
            if not isinstance(value, Const) or getattr(part, "format_spec", None):
                return Value()
            text += str(value.value)
        return Const(text, self.origin(node, scope, False))

    def ev_ListComp(self, node, scope):
        inner = Scope(scope.source, scope)
        result = Seq([], self.origin(node, scope, False))
        self._comprehend(node.elt, node.generators, inner, result)
        return result

    ev_GeneratorExp = ev_ListComp

    def _comprehend(self, element, generators, scope, result):
        if not generators:
            result.items.append(self.evaluate(element, scope))
            return
        first, rest = generators[0], generators[1:]
        items = self.items_of(self.evaluate(first.iter, scope))
        if items is None or len(items) > _LONGEST:
            result.open = True
            return
        for item in items:
            if len(result.items) >= _LONGEST:
                result.open = True
                return
            self.assign(first.target, item, scope)
            truths = [self.truth(self.evaluate(test, scope)) for test in first.ifs]
            if None in truths:
                result.open = True
            elif all(truths):
                self._comprehend(element, rest, scope, result)

    @staticmethod
    def truth(value):
        """True, False, or None when not known."""
        content, known = plain(value)
        return bool(content) if known else None

    @staticmethod
    def items_of(value):
        """Elements of a known iterable, or None."""
        if isinstance(value, Seq):
            return None if value.open else list(value.items)
        if isinstance(value, Map):
            return None if value.open else [Const(key) for key in value.entries]
        if isinstance(value, Const) and isinstance(value.value, str):
            return [Const(letter) for letter in value.value]
        return None

    def ev_Call(self, node, scope):
        callee = self.evaluate(node.func, scope)
        arguments, opaque = self.arguments_of(node, scope)
        site = CallSite(scope.source, node, arguments, opaque)
        value = self.call(callee, site, scope)
        if isinstance(value, Made) and value.origin is None:
            value.origin = self.origin(node, scope, False)
        return value if value is not None else Value(self.origin(node, scope, False))

    def arguments_of(self, node, scope):
        found, opaque = [], False
        for item in node.args:
            value = self.evaluate(item, scope)
            if not isinstance(item, ast.Starred):
                found.append(Argument(None, item, value))
                continue
            inner = self.items_of(value)
            found.extend(Argument(None, None, element) for element in inner or [])
            opaque = opaque or inner is None
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, scope)
            if keyword.arg is not None:
                found.append(Argument(keyword.arg, keyword.value, value))
            elif isinstance(value, Map):
                found.extend(Argument(key, None, entry) for key, entry in value.entries.items())
                opaque = opaque or value.open
            else:
                opaque = True
        return found, opaque
