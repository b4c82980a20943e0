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


# What an image generator may do to its images in every epoch anew, and the value that does nothing.
_AUGMENTATIONS = {"rotation_range": 0, "width_shift_range": 0, "height_shift_range": 0, "shear_range": 0,
                  "zoom_range": [1, 1], "channel_shift_range": 0, "horizontal_flip": False, "vertical_flip": False,
                  "brightness_range": None}
LIMIT_MB = 2048           # of rows gathered from batches


def is_augmented(batches):
    """Whether an image generator changes the images at random."""
    generator = getattr(batches, "image_data_generator", None)
    if generator is None:
        return False
    found = {key: getattr(generator, key, nothing) for key, nothing in _AUGMENTATIONS.items()}
    return any((list(value) if isinstance(value, (tuple, list)) else value) != _AUGMENTATIONS[key]
               for key, value in found.items())


def gather(batches, steps, rows=None):
    """All rows of batched data: (x, y, weights, rows per batch). `steps` (or Keras 1's `rows`) limits endless ones."""
    collected, size, count = [], 0, 0
    for number, batch in enumerate(_iterate(batches, steps)):
        if steps is not None and number >= steps or rows is not None and count >= rows:
            break
        collected.append(batch if isinstance(batch, (tuple, list)) else (batch,))
        count += rows_of(collected[-1][0])
        size += sum(_size(part) for part in collected[-1])
        if size > LIMIT_MB << 20:
            raise ValueError("the batches of one epoch hold more than {} MB: pass fewer of them, or smaller ones"
                             .format(LIMIT_MB))
    if not collected:
        raise ValueError("the data set has no batches")
    parts = [_joined([batch[i] for batch in collected]) for i in range(len(collected[0]))]
    parts += [None] * (3 - len(parts))
    return parts[0], parts[1], parts[2], rows_of(collected[0][0])


def _size(part):
    if isinstance(part, dict):
        return sum(_size(one) for one in part.values())
    if isinstance(part, (tuple, list)):
        return sum(_size(one) for one in part)
    return getattr(part, "nbytes", 0)


def _iterate(batches, steps=None):
    """One pass, from the start; sequences come again when more steps are asked for than they have."""
    if hasattr(batches, "__getitem__") and hasattr(batches, "__len__") and not hasattr(batches, "element_spec"):
        count = len(batches)
        return (batches[i % count] for i in range(max(count, int(steps or 0)) if count else 0))
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
