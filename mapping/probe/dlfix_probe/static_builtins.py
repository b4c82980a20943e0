"""Python's own functions in the static reading: those whose result follows from known arguments."""

from .names_calls import keras_path
from .names_layers import canonical_class, is_layer
from .static_values import Const, Instance, Layer, Map, Seq, Symbol, plain, sources_of

_TYPES = {"int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": tuple, "dict": dict}


class Builtins:
    """Mixin of the reader: `builtin_NAME(values, site)` returns a Value, or None when not known."""

    def builtin_range(self, values, site):
        bounds = [plain(value) for value in values]
        if not bounds or not all(known and isinstance(bound, int) for bound, known in bounds):
            return None
        numbers = range(*(bound for bound, _ in bounds))
        if len(numbers) > 512:
            return None
        found = Seq([Const(number) for number in numbers], None, False)
        found.count = values[0] if len(values) == 1 else None
        return found

    def builtin_len(self, values, site):
        items = self.items_of(values[0]) if values else None
        return Const(len(items)) if items is not None else None

    def _numeric(self, function, values):
        contents = [plain(value) for value in values]
        if not contents or not all(known for _, known in contents):
            return None
        try:
            result = function(*(content for content, _ in contents))
        except Exception:     # whatever the program's own call would raise
            return None
        first = values[0]
        unchanged = len(values) == 1 and isinstance(first, Const) and type(first.value) is type(result) \
            and first.value == result
        if unchanged:
            return first
        made = Const(result)
        made.made_of = sources_of(*values)
        return made

    def builtin_int(self, values, site):
        return self._numeric(int, values)

    def builtin_float(self, values, site):
        return self._numeric(float, values)

    def builtin_str(self, values, site):
        return self._numeric(str, values)

    def builtin_round(self, values, site):
        return self._numeric(round, values)

    def builtin_abs(self, values, site):
        return self._numeric(abs, values)

    def builtin_min(self, values, site):
        return self._numeric(min, values)

    def builtin_max(self, values, site):
        return self._numeric(max, values)

    def builtin_sum(self, values, site):
        return self._numeric(sum, values)

    def builtin_bool(self, values, site):
        return self._numeric(bool, values)

    def _as_sequence(self, values, mutable):
        items = self.items_of(values[0]) if values else []
        return Seq(items, None, mutable) if items is not None else None

    def builtin_list(self, values, site):
        return self._as_sequence(values, True)

    def builtin_tuple(self, values, site):
        return self._as_sequence(values, False)

    def builtin_reversed(self, values, site):
        items = self.items_of(values[0]) if values else None
        return Seq(items[::-1]) if items is not None else None

    def builtin_enumerate(self, values, site):
        items = self.items_of(values[0]) if values else None
        start = plain(values[1])[0] if len(values) > 1 else 0
        if items is None or not isinstance(start, int):
            return None
        return Seq([Seq([Const(start + index), item], None, False) for index, item in enumerate(items)])

    def builtin_zip(self, values, site):
        columns = [self.items_of(value) for value in values]
        if not columns or any(column is None for column in columns):
            return None
        return Seq([Seq(list(row), None, False) for row in zip(*columns)])

    def builtin_isinstance(self, values, site):
        """Of plain values, against Python's own types; of layers, against Keras's classes."""
        if len(values) == 2 and isinstance(values[0], Layer):
            return self._is_layer(values[0], self.items_of(values[1]) or [values[1]])
        kinds = self.items_of(values[1]) or [values[1]] if len(values) == 2 else []
        types = [_TYPES.get(kind.path[len("builtins."):]) if isinstance(kind, Symbol) else None for kind in kinds]
        content, known = plain(values[0]) if values else (None, False)
        return Const(isinstance(content, tuple(types))) if known and types and None not in types else None

    @staticmethod
    def _is_layer(layer, kinds):
        names = [(keras_path(kind.path) or "").rpartition(".")[2] if isinstance(kind, Symbol) else "" for kind in kinds]
        if layer.class_name in [canonical_class(name) for name in names] or "Layer" in names:
            return Const(True)
        # A class of the program's own, or one that others derive from (Conv2D of Conv2DTranspose), is not told.
        told = layer.bound is not None and all(is_layer(name) for name in names)
        return Const(False) if told and not any(canonical_class(name) in layer.class_name for name in names) else None

    def builtin_getattr(self, values, site):
        """`getattr(keras.optimizers, 'Adam')`: as the attribute by its name."""
        name = plain(values[1])[0] if len(values) > 1 else None
        if not isinstance(name, str) or not name.isidentifier():
            return None
        if isinstance(values[0], Symbol):
            return Symbol(values[0].path + "." + name)
        space = values[0].attributes if isinstance(values[0], Instance) else {}
        return space.get(name)

    def builtin_vars(self, values, site):
        space = values[0] if len(values) == 1 else None
        return Map(dict(space.attributes)) if isinstance(space, Instance) else None

    def builtin_dict(self, values, site):
        found = Map({})
        for item in site.arguments:
            if item.name:
                found.entries[item.name] = item.value
            else:
                self._merge_map(found, item.value)
        return found

    def builtin_print(self, values, site):
        return Const(None)
