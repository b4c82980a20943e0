"""Expressions of the static reading."""

import ast
import operator

from .static_arithmetic import Arithmetic
from .static_comparisons import decided_comparison, is_object
from .static_containers import Containers
from .static_inheritance import Inheritance, Super
from .static_values import (Argument, CallSite, Const, Function, Instance, Klass, Made, Map, Method, Module, Origin,
                            Symbol, Tensor, Value, plain, tensors_of)

_COMPARISONS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}


class Expressions(Arithmetic, Containers, Inheritance):
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
    def origin(node, scope):
        return Origin(scope.source, node)

    def ev_Constant(self, node, scope):
        return Const(node.value, self.origin(node, scope))

    def ev_Name(self, node, scope):
        value = scope.lookup(node.id)
        if value is None:
            value = self._unbound(node, scope)
        if isinstance(value, Symbol) and value.origin is None:
            return Symbol(value.path, self.origin(node, scope))
        return value

    def _unbound(self, node, scope):
        if node.id in ("true", "false", "null") and scope.source.path.endswith(".json"):
            value = {"true": True, "false": False, "null": None}[node.id]
            return Const(value, self.origin(node, scope))
        starred = self.starred_symbol(node.id, scope.top().stars)
        if starred:
            return Symbol(starred)
        if node.id == "config":
            return self.outer_config
        missing = self.not_imported(node, scope)
        if missing is not None:
            return missing
        return Symbol("builtins." + node.id)

    def ev_Attribute(self, node, scope):
        owner = self.evaluate(node.value, scope)
        if isinstance(owner, Symbol):
            path = owner.path + "." + node.attr
            return self.put_on_library.get(path) or Symbol(path, self.origin(node, scope))
        if isinstance(owner, Module):
            return owner.scope.lookup(node.attr) or Value()
        if isinstance(owner, Instance):
            return self._instance_attribute(owner, node.attr)
        if isinstance(owner, Super):
            return self.super_attribute(owner, node.attr)
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

    def ev_UnaryOp(self, node, scope):
        operand = self.evaluate(node.operand, scope)
        if not isinstance(operand, Const):
            return Value(self.origin(node, scope))
        try:
            if isinstance(node.op, ast.USub):
                result = -operand.value
            elif isinstance(node.op, ast.Not):
                result = not operand.value
            else:
                result = +operand.value
        except TypeError:
            return Value()
        return Const(result, self.origin(node, scope))

    def ev_BinOp(self, node, scope):
        left = self.evaluate(node.left, scope)
        right = self.evaluate(node.right, scope)
        if isinstance(left, Tensor) or isinstance(right, Tensor):
            tensors = tensors_of(left) + tensors_of(right)
            return self.operation(tensors, CallSite(scope.source, node, [], False))
        return self.arithmetic(node.op, left, right, self.origin(node, scope))

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
        decided = decided_comparison(node.ops[0], *values) if len(node.ops) == 1 else None
        if decided is not None:
            return Const(decided)
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
            return Value(self.origin(node, scope))
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

    def ev_JoinedStr(self, node, scope):
        text = ""
        for part in node.values:
            value = self.evaluate(part.value if isinstance(part, ast.FormattedValue) else part, scope)
            if not isinstance(value, Const) or getattr(part, "format_spec", None):
                return Value()
            text += str(value.value)
        return Const(text, self.origin(node, scope))

    @staticmethod
    def truth(value):
        """True, False, or None when not known."""
        if is_object(value):
            return True
        content, known = plain(value)
        return bool(content) if known else None

    def ev_Call(self, node, scope):
        if _is_super_init(node) and self.initialise_model(node, scope):
            return Const(None)
        if getattr(node.func, "id", "") == "super":
            return self.super_of(scope) or Value()
        callee = self.evaluate(node.func, scope)
        arguments, opaque = self.arguments_of(node, scope)
        site = CallSite(scope.source, node, arguments, opaque)
        value = self.call(callee, site, scope)
        if isinstance(value, Made) and value.origin is None:
            value.origin = self.origin(node, scope)
        return value if value is not None else Value(self.origin(node, scope))

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


def _is_super_init(node):
    """`super().__init__(...)` or `super(Net, self).__init__(...)`"""
    owner = getattr(node.func, "value", None)
    return (getattr(node.func, "attr", "") == "__init__" and isinstance(owner, ast.Call)
            and getattr(owner.func, "id", "") == "super")
