"""Numbers between JSON and Python: those that JSON does not have are texts."""

import math

_TEXTS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def to_json(value):
    """A finite number as itself, else "nan", "inf" or "-inf"."""
    value = float(value)
    if math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")


def list_to_json(values):
    """The numbers of a flat array."""
    numbers = values.tolist()
    return numbers if all(map(math.isfinite, numbers)) else [to_json(number) for number in numbers]


def from_json(value):
    """A number field: also what to_json writes."""
    return _TEXTS[value] if isinstance(value, str) else float(value)


def restored(value):
    """A free-form value with {"non_finite": "nan"} as the number that it stands for."""
    if isinstance(value, dict):
        if set(value) == {"non_finite"}:
            return _TEXTS[value["non_finite"]]
        return {key: restored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [restored(item) for item in value]
    return value
