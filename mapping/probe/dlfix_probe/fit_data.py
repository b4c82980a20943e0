"""x, y and weights of a fit, evaluate or predict call as lists of arrays, one per model input."""

import numpy


def is_batched(value):
    """Whether the data come in batches: a data set, a sequence object or a generator."""
    if isinstance(value, (numpy.ndarray, list, tuple, dict, str)) or value is None:
        return False
    if hasattr(value, "iloc") or hasattr(value, "toarray"):
        return False
    return (hasattr(value, "element_spec") or hasattr(value, "__next__")
            or (hasattr(value, "__getitem__") and hasattr(value, "__len__")
                and not hasattr(value, "shape")))


def gather(batches, steps):
    """All rows of batched data: (x, y, weights, rows per batch). `steps` limits endless ones."""
    collected = []
    for number, batch in enumerate(_iterate(batches)):
        if steps is not None and number >= steps:
            break
        collected.append(batch if isinstance(batch, (tuple, list)) else (batch,))
    if not collected:
        raise ValueError("the data set has no batches")
    parts = [_joined([batch[i] for batch in collected]) for i in range(len(collected[0]))]
    parts += [None] * (3 - len(parts))
    return parts[0], parts[1], parts[2], rows_of(collected[0][0])


def _iterate(batches):
    if hasattr(batches, "__getitem__") and hasattr(batches, "__len__") \
            and not hasattr(batches, "__next__") and not hasattr(batches, "element_spec"):
        return (batches[i] for i in range(len(batches)))
    return iter(batches)


def _plain(part):
    return numpy.asarray(part.numpy() if hasattr(part, "numpy") else part)


def _joined(parts):
    if isinstance(parts[0], dict):
        return {key: _joined([part[key] for part in parts]) for key in parts[0]}
    if isinstance(parts[0], (tuple, list)):
        return [_joined([part[i] for part in parts]) for i in range(len(parts[0]))]
    return numpy.concatenate([_plain(part) for part in parts])


def rows_of(value):
    """Number of rows of an array or of the first of several."""
    if isinstance(value, dict):
        return rows_of(next(iter(value.values())))
    if isinstance(value, (list, tuple)) and value and getattr(value[0], "shape", ()):
        return rows_of(value[0])
    return len(value) if not hasattr(value, "shape") else int(value.shape[0])


def per_input(value, names):
    """A list with one array per model input (or output), in the model's order."""
    if value is None:
        return []
    if isinstance(value, dict):
        missing = [name for name in names if name not in value]
        if missing and len(value) == len(names) == 1:
            return list(value.values())
        if missing:
            raise ValueError("no data for the input {!r}".format(missing[0]))
        return [value[name] for name in names]
    if isinstance(value, (list, tuple)) and value:
        if len(names) > 1 or len(value) == len(names) and getattr(value[0], "shape", ()):
            return list(value)
    return [value]


def check_rows(x, y):
    """Errors: ValueError as Keras for x and y of different lengths."""
    sizes = [rows_of(part) for part in list(x) + list(y)]
    if len(set(sizes)) > 1:
        raise ValueError("Data cardinality is ambiguous. Make sure all arrays contain the same number "
                         "of samples. 'x' sizes: {}; 'y' sizes: {}".format(
                             ", ".join(str(rows_of(p)) for p in x),
                             ", ".join(str(rows_of(p)) for p in y)))


def split_validation(value):
    """(x, y, weights) of validation_data as fit takes it."""
    if isinstance(value, (tuple, list)):
        parts = list(value) + [None] * (3 - len(value))
        return parts[0], parts[1], parts[2]
    x, y, weights, _ = gather(value, None)
    return x, y, weights
