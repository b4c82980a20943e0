"""Classes whose objects are made of their fields: dataclasses, namedtuples, typing.NamedTuple."""

import ast

from .static_values import Const, Instance, Klass, Seq, Symbol, Value

_DATACLASS = ("dataclasses.dataclass", "attr.s", "attr.dataclass", "attr.define", "attrs.define")


class Records:
    """Mixin of the reader."""

    def record_fields(self, klass):
        """{name: default value or None} of a class that is a record, in order; None for other classes."""
        if not self._is_record(klass):
            return None
        fields = {}
        for base in klass.bases:
            fields.update((self.record_fields(base) if isinstance(base, Klass) else None) or {})
        for statement in klass.node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
                fields[name] = self._default(klass.scope.names.get(name)) if statement.value is not None else None
        return fields

    def _is_record(self, klass):
        if not isinstance(klass.node, ast.ClassDef):
            return False
        for node in klass.node.decorator_list:
            value = self.evaluate(node.func if isinstance(node, ast.Call) else node, klass.scope.parent or klass.scope)
            if isinstance(value, Symbol) and value.path in _DATACLASS:
                return True
        return any(isinstance(base, Symbol) and base.path == "typing.NamedTuple" for base in klass.bases)

    @staticmethod
    def _default(value):
        """`field(default=3)` stands for 3."""
        if getattr(value, "path", None) == "dataclasses.field":
            given = [item.value for item in value.call.arguments if item.name == "default"]
            return given[0] if given else Value()
        return value if value is not None else Value()

    def make_record(self, fields, site, klass=None):
        """An object with the fields' defaults and what the call gives."""
        made = Instance(klass)
        made.attributes.update({name: value if value is not None else Value() for name, value in fields.items()})
        names = list(fields)
        given = [item for item in site.arguments if item.name is None]
        made.attributes.update({name: item.value for name, item in zip(names, given)})
        made.attributes.update({item.name: item.value for item in site.arguments if item.name in fields})
        if site.opaque:
            made.attributes = {name: Value() for name in names}
        return made

    @staticmethod
    def named_tuple(site):
        """The class that `namedtuple('Name', 'a b')` makes, or None."""
        values = [item.value for item in site.arguments if item.name is None]
        names = None
        if len(values) >= 2 and isinstance(values[1], Const) and isinstance(values[1].value, str):
            names = values[1].value.replace(",", " ").split()
        elif len(values) >= 2 and isinstance(values[1], Seq) and not values[1].open:
            names = [item.value for item in values[1].items if isinstance(item, Const)]
        if not names or any(item.name == "defaults" for item in site.arguments):
            return None
        return NamedTuple(dict.fromkeys(names))


class NamedTuple(Value):
    """A class made by namedtuple."""

    def __init__(self, fields):
        super().__init__()
        self.fields = fields
