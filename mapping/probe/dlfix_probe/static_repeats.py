"""A fit inside a loop that goes on with the same training: how many epochs it makes in all."""

import ast

from .static_values import Const


def _assigned(statement):
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _data_change(action, statement):
    """Whether the loop may change what is fitted: then its turns are trainings of their own."""
    names = _assigned(statement)
    receiver = getattr(action.call.node.func, "value", None)
    if receiver is not None and any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(receiver)):
        return True        # another model in every turn
    given = [argument.node for key, argument in action.bound.items()
             if key in ("x", "y", "validation_data", "initial_epoch") and argument.node is not None]
    return "initial_epoch" in action.bound or any(
        isinstance(node, ast.Name) and node.id in names for part in given for node in ast.walk(part))


def repeats(action):
    """How often the call goes on with one training: a number, or None when that is not known."""
    if "y" not in action.bound:
        return 1
    total = 1
    for statement, count, _ in action.turns:
        if _data_change(action, statement):
            continue
        if count is None:
            return None
        total *= count
    return total


def outer_count(action):
    """The literal n of the one loop `for ... in range(n)` around a fit of one epoch: what a person would edit."""
    loops = [turn for turn in action.turns if not _data_change(action, turn[0])]
    count = getattr(loops[0][2], "count", None) if len(loops) == 1 else None
    one = action.bound.get("epochs")
    single = one is None or isinstance(one.value, Const) and one.value.value == 1
    return count if single and isinstance(count, Const) and count.origin is not None else None
