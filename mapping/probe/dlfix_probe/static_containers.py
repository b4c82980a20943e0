"""Lists, dictionaries and their elements in the static reading."""

import ast

from .static_values import CallSite, Const, Map, Scope, Seq, Symbol, Tensor, Value, plain

_LONGEST = 512            # elements of a comprehension


def copied(value, origin=None, key=None):
    """A constant or symbol with another origin."""
    if isinstance(value, Const):
        copy = Const(value.value, origin or value.origin)
    elif isinstance(value, Symbol):
        copy = Symbol(value.path, origin or value.origin)
    elif type(value) is Value:
        copy = Value(origin or value.origin)
    else:
        return value
    copy.key = key or value.key
    copy.made_of = value.made_of
    return copy


class Containers:
    """Mixin of the reader."""

    def ev_List(self, node, scope):
        return self._sequence(node, scope, True)

    def ev_Tuple(self, node, scope):
        return self._sequence(node, scope, False)

    ev_Set = ev_List

    def _sequence(self, node, scope, mutable):
        seq = Seq([], self.origin(node, scope), mutable)
        for element in node.elts:
            if isinstance(element, ast.Starred):
                inner = self.items_of(self.evaluate(element.value, scope))
                seq.items.extend(inner or [])
                seq.open = seq.open or inner is None
            else:
                seq.items.append(self.evaluate(element, scope))
        return seq

    def ev_Dict(self, node, scope):
        found = Map({}, self.origin(node, scope))
        for key_node, value_node in zip(node.keys, node.values):
            value = self.evaluate(value_node, scope)
            if key_node is None:
                self._merge_map(found, value)
                continue
            key = self.evaluate(key_node, scope)
            if isinstance(key, Const) and key.value.__hash__:
                found.entries[key.value] = value
            else:
                found.open = True
        return found

    @staticmethod
    def _merge_map(found, other):
        if isinstance(other, Map):
            found.entries.update(other.entries)
            found.open = found.open or other.open
        else:
            found.open = True

    def ev_Subscript(self, node, scope):
        owner = self.evaluate(node.value, scope)
        if isinstance(owner, Tensor):
            several = "return_state" in (owner.layer.bound or {})
            return owner if several else self.operation([owner], CallSite(scope.source, node, [], False))
        if isinstance(node.slice, ast.Slice):
            return self._sliced(owner, node.slice, scope)
        key = self.evaluate(node.slice, scope)
        named = isinstance(node.value, ast.Name) and node.value.id == "config"
        if isinstance(owner, Map) and isinstance(key, Const):
            return self.map_item(owner, key.value, named, self.origin(node, scope))
        if named and isinstance(key, Const) and type(owner) in (Value, Symbol):
            return self.map_item(self.outer_config, key.value, True, self.origin(node, scope))
        if isinstance(owner, Seq) and isinstance(key, Const) and isinstance(key.value, int):
            if -len(owner.items) <= key.value < len(owner.items) and not owner.open:
                return owner.items[key.value]
        return Value(self.origin(node, scope))

    def map_item(self, owner, key, named, origin):
        """An entry of a dictionary; entries of `config` carry their key."""
        is_config = (named or owner.is_config) and isinstance(key, str)
        found = owner.entries.get(key)
        if found is None:
            found = Value(origin)
        elif owner.open and not is_config:
            return Value(origin)
        return copied(found, None, key) if is_config else found

    def _sliced(self, owner, part, scope):
        bounds = [plain(self.evaluate(bound, scope)) if bound else (None, True)
                  for bound in (part.lower, part.upper, part.step)]
        if isinstance(owner, Seq) and not owner.open and all(known for _, known in bounds):
            try:
                return Seq(owner.items[slice(*(bound for bound, _ in bounds))], None, owner.mutable)
            except (TypeError, ValueError):
                return Value()
        return Value()

    def ev_ListComp(self, node, scope):
        inner = Scope(scope.source, scope)
        result = Seq([], self.origin(node, scope))
        self._comprehend(node.elt, node.generators, inner, result)
        return result

    ev_GeneratorExp = ev_ListComp

    def _comprehend(self, element, generators, scope, result):
        if not generators:
            result.items.append(self.evaluate(element, scope))
            return
        first, rest = generators[0], generators[1:]
        items = self.items_of(self.evaluate(first.iter, scope))
        if items is None or len(items) > _LONGEST:
            result.open = True
            return
        for item in items:
            if len(result.items) >= _LONGEST:
                result.open = True
                return
            self.assign(first.target, item, scope)
            truths = [self.truth(self.evaluate(test, scope)) for test in first.ifs]
            if None in truths:
                result.open = True
            elif all(truths):
                self._comprehend(element, rest, scope, result)

    @staticmethod
    def items_of(value):
        """Elements of a known iterable, or None."""
        if isinstance(value, Seq):
            return None if value.open else list(value.items)
        if isinstance(value, Map):
            return None if value.open else [Const(key) for key in value.entries]
        if isinstance(value, Const) and isinstance(value.value, str):
            return [Const(letter) for letter in value.value]
        return None
