"""Comparisons that are decided though not every value in them is plain data."""

import ast

from .names_calls import keras_path
from .static_values import Const, Function, Instance, Klass, Layer, Map, Model, Module, Seq, Symbol, Tensor


def is_object(value):
    """Whether it is certainly an object that counts as true."""
    if isinstance(value, Symbol):      # a class or function of Keras, and no setting
        return (keras_path(value.path) or "").rpartition(".")[2][:1].isupper()
    if isinstance(value, Instance):
        return value.klass is None or not {"__bool__", "__len__"} & set(value.klass.scope.names)
    return isinstance(value, (Function, Klass, Layer, Model, Module))


def decided_comparison(operator, left, right):
    """True, False, or None when it takes the values themselves."""
    if isinstance(operator, (ast.Is, ast.IsNot)) and isinstance(right, Const) and right.value is None:
        there = is_object(left) or isinstance(left, (Tensor, Seq, Map))
        return isinstance(operator, ast.IsNot) if there else None
    if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(left, Const) and isinstance(right, Map):
        inside = left.value in right.entries if left.value.__hash__ else False
        return inside == isinstance(operator, ast.In) if inside or not right.open else None
    return None
