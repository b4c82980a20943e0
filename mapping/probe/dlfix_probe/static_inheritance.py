"""`super()` in the static reading: methods of the classes that a class of the program derives from."""

from .static_values import Function, Instance, Klass, Value


class Super(Value):
    """What `super()` gives inside a method of `klass`, for the object `owner`."""

    def __init__(self, klass, owner):
        super().__init__()
        self.klass = klass
        self.owner = owner


class Inheritance:
    """Mixin of the reader."""

    def super_of(self, scope):
        """The value of `super()` here, or None outside a method of the program's classes."""
        owner = scope.lookup("self")
        while scope is not None:
            for klass in self.classes:
                if klass.scope is scope:
                    return Super(klass, owner) if isinstance(owner, Instance) else None
            scope = scope.parent
        return None

    def super_attribute(self, value, name):
        """An attribute of the first class above that has it; not known where that is a library's."""
        for base in value.klass.bases:
            found = self._class_attribute(base, name) if isinstance(base, Klass) else None
            if found is not None:
                return self._bound(found, value.owner) if isinstance(found, Function) else found
        return Value()
