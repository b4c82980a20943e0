"""Arithmetic of the static reading, on small numbers, strings and lists."""

import ast
import operator

from .static_values import Const, Seq, Value, sources_of

_OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.LShift: operator.lshift, ast.RShift: operator.rshift, ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_, ast.BitXor: operator.xor,
}
_LIMIT = 10 ** 6


class Arithmetic:
    """Mixin of the reader."""

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
                result = Const(_OPERATORS[type(op)](left.value, right.value), origin)
                result.made_of = sources_of(left, right)
                return result
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
