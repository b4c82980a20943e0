"""Small configurable objects (initialisers, regularisers, constraints, losses) made from tables."""


class Configured:
    """An object that is its constructor's arguments; `_table` is [(name, default)]."""

    _table = ()
    _renamed = {}

    def __init__(self, *arguments, **keywords):
        names = [name for name, _ in self._table]
        if len(arguments) > len(names):
            raise TypeError("{}() takes at most {} arguments".format(type(self).__name__, len(names)))
        values = dict(self._table)
        values.update(zip(names, arguments))
        for key, value in keywords.items():
            key = self._renamed.get(key, key)
            if key not in values and key not in ("seed", "name", "dtype", "reduction"):
                raise TypeError("{}() got an unexpected keyword argument '{}'".format(
                    type(self).__name__, key))
            values[key] = value
        self.__dict__.update(values)
        self._names = list(values)

    def get_config(self):
        return {name: getattr(self, name) for name in self._names}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def make(name, table, module, base=Configured, renamed=None):
    """A class of that name."""
    return type(name, (base,), {"_table": tuple(table), "_renamed": renamed or {},
                                "__module__": module, "__doc__": "Keras's {}.".format(name)})


def find(identifier, classes, names, what):
    """An object from None, a name, a class, a config or an object. Errors: ValueError as Keras."""
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        cls = classes.get(identifier.get("class_name"))
        if cls is not None:
            return cls(**identifier.get("config", {}))
    if isinstance(identifier, str):
        cls = names.get(identifier)
        if cls is not None:
            return cls()
    elif isinstance(identifier, type):
        return identifier()
    elif callable(identifier) or hasattr(identifier, "get_config"):
        return identifier
    raise ValueError("Could not interpret {} identifier: {}".format(what, identifier))
