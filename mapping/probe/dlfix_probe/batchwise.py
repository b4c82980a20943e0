"""Trainings by train_on_batch: the batches put together are the data of one fit that trains the same."""

import hashlib

import numpy

from .arrays import to_numpy
from .errors import ProbeError
from .fit_data import per_input

LIMIT_MB = 1024           # of different batches


class Batches:
    """What one model was trained on, batch by batch. Equal batches are kept once."""

    def __init__(self, model, site, names):
        self.model = model
        self.site = site
        self.names = names
        self.compiled = None
        self._order = []
        self._kept = {}
        self._bytes = 0

    def add(self, x, y, input_names, output_names):
        """Errors: ProbeError unsupported when the batches are too many to be kept."""
        inputs = [to_numpy(part) for part in per_input(x, input_names)]
        outputs = [to_numpy(part) for part in per_input(y, output_names)]
        digest = hashlib.sha256()
        for part in inputs + outputs:
            digest.update(repr((part.shape, str(part.dtype))).encode())
            digest.update(numpy.ascontiguousarray(part).reshape(-1).view(numpy.uint8) if part.size else b"")
        key = digest.digest()
        self._order.append(key)
        if key not in self._kept:
            self._bytes += sum(part.nbytes for part in inputs + outputs)
            if self._bytes > LIMIT_MB << 20:
                raise ProbeError("unsupported", "the batches of train_on_batch hold more than %d MB of different rows"
                                 % LIMIT_MB, self.site and self.site["file"], self.site and self.site["line"],
                                 "train with fewer batches, or with fit")
            self._kept[key] = ([part.copy() for part in inputs], [part.copy() for part in outputs])

    def period(self):
        """Number of batches after which they come again in the same order."""
        count = len(self._order)
        for size in range(1, count // 2 + 1):
            if count % size == 0 and self._order[size:] == self._order[:-size]:
                return size
        return count

    def as_fit(self):
        """Arguments of the fit: x, y, batch_size, epochs, shuffle. Errors: ProbeError unsupported."""
        size = self.period()
        batches = [self._kept[key] for key in self._order[:size]]
        rows = [len(inputs[0]) for inputs, _ in batches]
        if any(count != rows[0] for count in rows[:-1]) or rows[-1] > rows[0]:
            raise ProbeError("unsupported", "the batches of train_on_batch have different numbers of rows",
                             self.site and self.site["file"], self.site and self.site["line"],
                             "train with batches of one size, or with fit")
        x = [numpy.concatenate(parts) for parts in zip(*(inputs for inputs, _ in batches))]
        y = [numpy.concatenate(parts) for parts in zip(*(outputs for _, outputs in batches))]
        return {"x": x if len(x) > 1 else x[0], "y": y if len(y) > 1 else y[0], "batch_size": rows[0],
                "epochs": len(self._order) // size, "shuffle": False}

    def describe(self):
        """How the batches were taken, as a sentence."""
        size = self.period()
        return "the %d calls of train_on_batch were taken as epochs of %s: %d" % (
            len(self._order), "one batch" if size == 1 else "%d batches" % size, len(self._order) // size)
