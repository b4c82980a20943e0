"""Where the text of a value stands, and how another value is written there."""

import ast
from collections import namedtuple

# start, end: (line, column); node: the expression there or None; key: name in config["..."] or None
# made_of: Origins of what the value is computed from
Place = namedtuple("Place", "source start end inserted edit node key made_of", defaults=[()])


def literal_edit(source, node):
    if source.path.endswith(".json"):
        return {"form": "literal", "quote": '"'}
    constant = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return {"form": "literal", "quote": source.quote(node if constant else None)}


def nowhere(source, node, reason, key=None):
    """A place that is known and cannot be edited."""
    return Place(source, source.start(node), source.end(node), False, {"form": "none", "reason": reason}, node,
                 key)


def of_node(source, node, key=None):
    return Place(source, source.start(node), source.end(node), False, literal_edit(source, node), node, key)


def of_argument(argument, call, agrees):
    """Place of an argument's value: the literal that reaches it, or the expression in the call.

    `agrees`: whether the value read statically is the one that takes effect.
    """
    value = argument.value
    if agrees and value.origin is not None:
        return of_node(value.origin.source, value.origin.node, value.key)._replace(made_of=value.made_of)
    if argument.node is not None:
        return of_node(call.source, argument.node, value.key)._replace(made_of=value.made_of)
    if agrees and value.key is None and value.origin is None:
        return nowhere(call.source, call.node, "the value is made by code", value.key)
    return nowhere(call.source, call.node, "the value comes from a dictionary that is not known", value.key)


def insertion(call, keyword):
    """Place before the closing parenthesis of a call where `keyword=` may be put."""
    source, node = call.source, call.node
    if call.opaque:
        return nowhere(source, node, "the call takes arguments from a value that is not known (*, **)")
    at, last = _last_token(source, node)
    prefix = {"(": "", ",": " "}.get(last, ", ") + keyword + "="
    suffix = "," if last == "," else ""
    edit = {"form": "keyword", "prefix": prefix, "suffix": suffix, "quote": source.quote()}
    return Place(source, at, at, True, edit, None, None)


def _last_token(source, call):
    """(position after it, character) of the last token before the closing parenthesis."""
    parts = [item for item in call.args] + [item.value for item in call.keywords]
    place = max((source.end(part) for part in parts), default=source.end(call.func))
    end = source.end(call)
    last = ")" if parts else ""
    line, column = place
    found = place
    while (line, column) < (end[0], end[1] - 1):
        text = source.lines[line - 1]
        if column >= len(text) or text[column] == "#" or text[column] == "\\":
            line, column = line + 1, 0
            continue
        if not text[column].isspace():
            last, found = text[column], (line, column + 1)
        column += 1
    return found, last


def as_json(place):
    """The place's fields of a hyperparameter."""
    return {"file": place.source.path, "start": {"line": place.start[0], "column": place.start[1]},
            "end": {"line": place.end[0], "column": place.end[1]}, "inserted": place.inserted,
            "edit": place.edit}


def position(pair):
    return {"line": pair[0], "column": pair[1]}
