"""Numbers of fixtures as text, and whether two of them agree."""

import json

ALIKE = 3e-7  # of a tensor's largest number: the same result up to rounding
REPEATED = 2e-6  # measured again
DIGITS = 7


def numbers(tensor):
    """A tensor as a flat list, with digits down to 1e-7 of its largest number; NaN and infinity by name."""
    import numpy

    flat = numpy.asarray(tensor, "float64").ravel()
    finite = numpy.abs(flat[numpy.isfinite(flat)])
    largest = finite.max() if finite.size and finite.max() > 0 else 1.0
    places = DIGITS - int(numpy.floor(numpy.log10(largest))) - 1
    return [_number(value, places) for value in flat]


def _number(value, places):
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    rounded = round(float(value), places)
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 1e15 else rounded


def alike(a, b, share=ALIKE):
    """Whether two values of a fixture agree: lists of numbers within `share` of their largest."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(alike(a[key], b[key], share) for key in a)
    if not isinstance(a, list):
        return a == b or (_is_number(a) and _is_number(b) and abs(a - b) <= share * max(abs(a), abs(b)))
    if not isinstance(b, list) or len(a) != len(b):
        return False
    if not all(_is_number(value) for value in a + b):
        return all(alike(x, y, share) for x, y in zip(a, b))
    largest = max([abs(value) for value in a] + [0])
    return all(abs(x - y) <= share * largest + 1e-9 for x, y in zip(a, b))


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def text_of(entries):
    """One entry a line."""
    if isinstance(entries, dict):
        return (
            "{\n"
            + ",\n".join(
                (
                    '"%s": %s' % (key, text_of(value))
                    if isinstance(value, list)
                    else '"%s": %s' % (key, _compact(value))
                )
                for key, value in entries.items()
            )
            + "\n}\n"
        )
    return "[\n" + ",\n".join(_compact(entry) for entry in entries) + "\n]\n"


def _compact(value):
    return json.dumps(value, separators=(",", ":"))
