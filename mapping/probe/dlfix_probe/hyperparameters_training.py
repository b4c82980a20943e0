"""Hyperparameters of compile and fit: loss, optimizer, lr, momentum, batch_size, epochs."""

from . import static_training
from .hyperparameters_layers import record
from .hyperparameters_spans import insertion, nowhere, of_argument, of_node, position
from .names_objects import WITH_MOMENTUM, optimizer_name
from .static_normal import library_name
from .static_repeats import outer_count, repeats
from .static_values import Const, Made, Symbol, plain

FAULTS = {"loss": ["LCH"], "optimizer": ["OCH"], "learning_rate": ["HLR"], "momentum": ["HLR"],
          "batch_size": ["HBS"], "epochs": ["HNE"]}
NAMES = {"learning_rate": "lr"}


class Training:
    """Reads the compile and fit calls that the document points at."""

    def __init__(self, document, match, layers):
        self.document = document
        self.layers = layers
        self.match = match
        self.profile = (document.get("keras") or {}).get("profile")
        self.compile = match.method_call(document.get("compile"), "compile")
        self.fit = match.method_call(document.get("fit"), "fit") \
            or match.method_call(document.get("fit"), "fit_generator")

    def of(self, kind, name=None):
        """The hyperparameter of a kind, or None when the program has none."""
        name = name or NAMES.get(kind, kind)
        if kind in ("batch_size", "epochs"):
            return self._fitted(name, kind)
        entry = self.document.get("compile")
        if not entry:
            return None
        if kind == "loss":
            return self._loss(name, entry)
        optimizer = entry.get("optimizer") or {}
        if kind == "optimizer":
            return self._make(name, kind, "optimizer", optimizer.get("class"), self._optimizer_place())
        if kind == "momentum" and optimizer.get("class") not in WITH_MOMENTUM:
            return None
        return self._make(name, kind, kind, optimizer.get(kind, 0.0 if kind == "momentum" else None),
                          self._argument_place(kind, optimizer.get(kind)))

    def _make(self, name, kind, attribute, value, place):
        return record(name, kind, None, attribute, value, place, FAULTS[kind])

    def _missing(self, method):
        return self.layers.unplaced(None, "the call of %s was not found in the source" % method)

    def _fitted(self, name, kind):
        value = (self.document.get("fit") or {}).get(kind)
        if self.fit is None:
            return self._make(name, kind, kind, value, self._missing("fit"))
        site, bound = self.fit
        if getattr(site.node.func, "attr", "") == "train_on_batch":
            place = nowhere(site.source, site.node, "the program trains batch by batch (train_on_batch)")
        elif kind == "epochs" and self._action(site) is not None and repeats(self._action(site)) != 1:
            place = self._outer_count(self._action(site))
        elif kind in bound:
            content, known = plain(bound[kind].value)
            place = of_argument(bound[kind], site, known and content == value)
        elif kind == "batch_size" and (value != 32 or "y" not in bound):
            place = nowhere(site.source, site.node, "the data come in batches of their own")
        else:
            place = insertion(site, kind)
        return self._make(name, kind, kind, value, place)

    def _action(self, site):
        """The read call of fit, or None."""
        return next((action for action in reversed(self.match.reader.actions) if action.call is site), None)

    @staticmethod
    def _outer_count(action):
        """A loop around fit makes the epochs."""
        count = outer_count(action)
        if count is not None:
            return of_node(count.origin.source, count.origin.node, count.key)
        line = action.turns[0][0].lineno
        return nowhere(action.call.source, action.call.node, "the loop of line %d calls fit again and again" % line)

    def _loss(self, name, entry):
        if self.compile is None:
            return self._make(name, "loss", "loss", entry["loss"], self._missing("compile"))
        site, bound = self.compile
        if "loss" not in bound:
            return self._make(name, "loss", "loss", entry["loss"], insertion(site, "loss"))
        read, _, known = static_training.loss(bound["loss"].value)
        place = of_argument(bound["loss"], site, known and read == entry["loss"])
        return self._make(name, "loss", "loss", entry["loss"], place)

    # optimiser -----------------------------------------------------------------------------------

    def _optimizer_value(self):
        """(value read, whether it is what takes effect)"""
        argument = self.compile[1].get("optimizer")
        if argument is None:
            return None, False
        value = argument.value
        if isinstance(value, Const) and isinstance(value.value, str):
            name = optimizer_name(value.value)
        elif isinstance(value, (Made, Symbol)):
            name = optimizer_name(library_name(value.path) or "")
        else:
            name = None
        entry = (self.document["compile"].get("optimizer") or {}).get("class")
        return value, name is not None and name == entry

    def _optimizer_place(self):
        if self.compile is None:
            return self._missing("compile")
        site, bound = self.compile
        argument = bound.get("optimizer")
        place = insertion(site, "optimizer") if argument is None else of_argument(
            argument, site, self._optimizer_value()[1])
        return place if place.edit["form"] == "none" else place._replace(edit={"form": "optimizer"})

    def _argument_place(self, kind, value):
        """Place of the learning rate or momentum."""
        if self.compile is None:
            return self._missing("compile")
        made, agrees = self._optimizer_value()
        if not agrees or not isinstance(made, Made):
            return self._inside_optimizer()
        bound = static_training.bound_optimizer(made)
        if kind not in bound:
            return insertion(made.call, self.rate_keyword() if kind == "learning_rate" else kind)
        content, known = plain(bound[kind].value)
        return of_argument(bound[kind], made.call, known and _close(content, value))

    def _inside_optimizer(self):
        """An empty place behind the optimiser: its whole expression is written anew."""
        place = self._optimizer_place()
        inserted = place._replace(start=place.end, inserted=True, node=None, key=None)
        return inserted

    def rate_keyword(self):
        return "lr" if self.profile == "keras22" else "learning_rate"

    def optimizer_site(self):
        """`optimizer_site` of the document, or None."""
        if self.compile is None:
            return None
        site, bound = self.compile
        argument = bound.get("optimizer")
        if argument is None:
            place = insertion(site, "optimizer")
            entry = _site(place, "absent" if place.inserted else "other", "rmsprop")
            entry.update(prefix=place.edit.get("prefix", ""), suffix=place.edit.get("suffix", ""))
            return entry
        value, agrees = self._optimizer_value()
        place = of_argument(argument, site, agrees)
        if not agrees:
            current = (self.document["compile"].get("optimizer") or {}).get("class")
            return _site(place, "other", current)
        if isinstance(value, Const):
            return _site(place, "string", optimizer_name(value.value))
        name = optimizer_name(library_name(value.path))
        if isinstance(value, Symbol):
            entry = _site(place, "class", name)
            entry["callee"] = {"text": entry["text"], "start": entry["start"], "end": entry["end"]}
            return entry
        return self._call_site(place, value, name)

    @staticmethod
    def _call_site(place, made, name):
        source, node = made.call.source, made.call.node
        if place.node is not node:
            return _site(place, "other", name)
        entry = _site(place, "call", name)
        entry["callee"] = _piece(source, node.func)
        for parameter, argument in static_training.bound_optimizer(made).items():
            if argument.node is None:       # from **kwargs: the call cannot be written anew
                entry["form"] = "other"
                continue
            piece = _piece(source, argument.node)
            content, known = plain(argument.value)
            piece.update(name=parameter, literal=content if known else None)
            entry["arguments"].append(piece)
        if made.call.opaque:
            entry["form"] = "other"
        return entry


def _close(first, second):
    """Captured rates went through 32-bit floats."""
    if not isinstance(first, (int, float)) or not isinstance(second, (int, float)):
        return first == second
    return abs(first - second) <= 1e-6 * max(abs(first), abs(second))


def _piece(source, node):
    place = of_node(source, node)
    return {"text": source.segment(node), "start": position(place.start), "end": position(place.end)}


def _site(place, form, name):
    return {"file": place.source.path, "start": position(place.start), "end": position(place.end), "form": form,
            "text": place.source.slice(place.start, place.end), "class": name, "callee": None, "arguments": []}
