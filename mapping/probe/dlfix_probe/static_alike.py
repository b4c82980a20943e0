"""Whether two branches of a condition make the same layer: what differs is no attribute of it (its weights, say)."""

from .names_layers import parameters
from .static_values import Layer, Made, merge, plain, same


def merged(first, second):
    """As merge, for layers too: the one of the later branch where both are alike and neither was used."""
    if isinstance(first, Layer) and isinstance(second, Layer) and _alike_layers(first, second):
        return second
    return merge(first, second)


def _alike_layers(first, second):
    if first.class_name != second.class_name or first.calls or second.calls or first.call.opaque or second.call.opaque \
            or first.bound is None or second.bound is None:
        return False
    names = [name for name in parameters(first.class_name) if name in first.bound or name in second.bound]
    return all(name in first.bound and name in second.bound
               and _alike(first.bound[name].value, second.bound[name].value) for name in names)


def _alike(first, second):
    if first is second or same(first, second):
        return True
    if isinstance(first, Made) and isinstance(second, Made):
        ours, theirs = first.call.arguments, second.call.arguments
        return first.path == second.path and not first.call.opaque and not second.call.opaque \
            and len(ours) == len(theirs) and all(one.name == other.name and _alike(one.value, other.value)
                                                 for one, other in zip(ours, theirs))
    (ours, known), (theirs, also) = plain(first), plain(second)
    return known and also and type(ours) is type(theirs) and ours == theirs
