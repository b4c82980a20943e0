"""Calls of the static reading: the program's own functions and classes, builtins, lists, dictionaries."""

import ast

from .static_arguments import Arguments
from .static_builtins import Builtins
from .static_paths import Paths
from .static_records import NamedTuple, Records
from .static_values import Const, Function, Instance, Klass, Layer, Made, Map, Method, Model, Scope, Seq, Symbol, Tensor, Value
from .static_values import plain, same

MAX_DEPTH = 24
# Packages whose objects have a fit of their own.
_FITTED_OTHERWISE = {"sklearn", "builtins", "numpy", "scipy", "pandas", "xgboost", "lightgbm", "keras", "tensorflow",
                     "statsmodels", "hmmlearn", "umap"}
_TRAINING = {"fit", "fit_generator", "train_on_batch"}
_ENDS = {"sys.exit", "builtins.exit", "builtins.quit", "os._exit"}


class Calls(Builtins, Records, Arguments, Paths):
    """Mixin of the reader: `call(callee, site, scope)` returns a Value or None (not known)."""

    def call(self, callee, site, scope):
        if isinstance(callee, Function):
            return self.call_function(callee, site)
        if isinstance(callee, Klass):
            return self._instantiate(callee, site)
        if isinstance(callee, Method):
            return self._call_method(callee, site)
        if isinstance(callee, Symbol):
            return self._call_symbol(callee, site)
        if isinstance(callee, NamedTuple):
            return self.make_record(callee.fields, site)
        if isinstance(callee, (Layer, Model)):
            return self.call_layer(callee, site)
        if isinstance(callee, Made):
            return self.call_foreign(callee, site)
        if isinstance(callee, Instance):
            found = self._class_attribute(callee.klass, "call") or self._class_attribute(callee.klass, "__call__")
            if isinstance(found, Function):
                return self.call_function(Function(found.node, found.source, found.scope, found.defaults, callee),
                                          site)
        return None

    def call_function(self, function, site):
        """Reads the body with the arguments bound. `site` None: nothing is known of them."""
        function.called = True
        marker = getattr(function.node, "name", None)
        if self.depth >= MAX_DEPTH:
            return None
        inner = Scope(function.source, function.scope)
        self._bind_parameters(function, site, inner)
        if isinstance(function.node, ast.Lambda):
            return self.evaluate(function.node.body, inner)
        self.called_nodes.add(function.node)
        self.depth += 1
        try:
            self.run(function.node.body, inner)
        finally:
            self.depth -= 1
        return self._result(inner.returned) if marker else None

    @staticmethod
    def _bind_parameters(function, site, inner):
        arguments = function.node.args
        names = [item.arg for item in arguments.posonlyargs + arguments.args]
        positional, keyword = function.defaults
        for name, value in zip(names[len(names) - len(positional):], positional):
            inner.names[name] = value
        for item, value in zip(arguments.kwonlyargs, keyword):
            inner.names[item.arg] = value if value is not None else Value()
        given = [item.value for item in site.arguments if item.name is None] if site else []
        if function.owner is not None:
            given.insert(0, function.owner)
        for name, value in zip(names, given):
            inner.names[name] = value
        rest = {}
        for item in site.arguments if site else []:
            if item.name is None:
                continue
            if item.name in names or any(item.name == other.arg for other in arguments.kwonlyargs):
                inner.names[item.name] = item.value
            else:
                rest[item.name] = item.value
        for name in names:
            if name not in inner.names or (site is None and name not in names[len(names) - len(positional):]):
                inner.names.setdefault(name, Value())
        if arguments.vararg:
            inner.names[arguments.vararg.arg] = Seq(given[len(names):], None, False)
        if arguments.kwarg:
            inner.names[arguments.kwarg.arg] = Map(rest)

    @staticmethod
    def _result(returned):
        if not returned:
            return Const(None)
        if all(same(returned[0], value) for value in returned[1:]):
            return returned[0]
        models = [value for value in returned if isinstance(value, Model)]
        return models[0] if len(models) == 1 else Value()

    def read_methods(self, klass):
        """The methods of a class that nothing instantiates (test cases, say), preparing ones first."""
        owner = Instance(klass)
        klass.made = True
        methods = [value for value in klass.scope.names.values() if isinstance(value, Function)]
        methods.sort(key=lambda method: getattr(method.node, "name", "") not in ("__init__", "setUpClass", "setUp"))
        for method in methods:
            bound = self._bound(method, owner) if method.node not in self.called_nodes else None
            if isinstance(bound, Function):
                self.call_function(bound, None)

    def read_training_methods(self, instance):
        """The methods of an object that train and that nothing called (with these arguments)."""
        for name, method in list(instance.klass.scope.names.items() if instance.klass else ()):
            if isinstance(method, Function) and method.node not in self.called_nodes and not name.startswith("__") \
                    and method.source is self.index.main and _trains(method.node):
                bound = self._bound(method, instance)
                if isinstance(bound, Function):
                    self.call_function(bound, None)

    def _instantiate(self, klass, site):
        library = self.library_base(klass)
        klass.made = True
        if library == "layer":
            layer = Layer(klass.node.name, site, None)
            self.layers_made.append(layer)
            return layer
        instance = Instance(klass)
        self.instances.append(instance)
        if library == "model":
            instance.model = self.model_of_subclass(klass, site)
        start = self._class_attribute(klass, "__init__")
        fields = self.record_fields(klass) if not isinstance(start, Function) else None
        if fields is not None:
            return self.make_record(fields, site, klass)
        if isinstance(start, Function):
            self.call_function(Function(start.node, start.source, start.scope, start.defaults, instance), site)
        if library == "model":
            return self.settle_subclass(klass, instance, site) or instance
        return instance

    def _call_symbol(self, callee, site):
        path = callee.path
        if path in _ENDS:
            from .static_statements import Ended
            raise Ended()
        if path.startswith("builtins."):
            function = getattr(self, "builtin_" + path[len("builtins."):], None)
            values = [item.value for item in site.arguments]
            return function(values, site) if function and not site.opaque else None
        if path.startswith(("os.path.", "sys.path.")):
            return self.path_call(path, site)
        if path == "collections.namedtuple":
            return self.named_tuple(site)
        if path == "types.SimpleNamespace" or path == "argparse.Namespace":
            space = Instance()
            space.attributes.update({item.name: item.value for item in site.arguments if item.name})
            return space
        return self.call_library(path, site)

    def _call_method(self, method, site):
        owner = method.owner
        if isinstance(owner, Model):
            return self.call_model_method(owner, method.name, site)
        if isinstance(owner, Instance) and owner.model is not None:
            return self.call_model_method(owner.model, method.name, site)
        values = [item.value for item in site.arguments]
        if isinstance(owner, Seq):
            return self._list_method(owner, method.name, values)
        if isinstance(owner, Map):
            return self._map_method(owner, method.name, values, site)
        if isinstance(owner, Tensor) and method.name == "get_shape":
            return self.tensor_shape(owner)
        if isinstance(owner, Const) and isinstance(owner.value, str) and method.name in ("lower", "upper", "strip"):
            return Const(getattr(owner.value, method.name)(), None) if not values else None
        if isinstance(owner, Made) and owner.path == "argparse.ArgumentParser":
            return self._parser_method(owner, method.name, site)
        if method.name in ("fit", "fit_generator") and type(owner) in (Value, Instance):
            self.loose_fits.append(site)
        if method.name in ("fit", "fit_generator") and isinstance(owner, Made) \
                and owner.path.split(".")[0] not in _FITTED_OTHERWISE:
            self.foreign_fits.append((owner.path, site))
            if any(isinstance(item.value, Model) for item in owner.call.arguments):
                self.wrapped.append((owner.class_name(), "which takes the model", site))
        return None

    def _list_method(self, owner, name, values):
        if name == "as_list":         # of a tensor's shape
            return owner
        self.built += name in ("append", "extend", "insert", "pop") and not owner.open
        if self.unsure and name in ("append", "extend", "insert", "pop", "remove", "clear", "reverse", "sort"):
            owner.open = True
        elif name == "append" and len(values) == 1:
            owner.items.append(values[0])
        elif name == "extend" and len(values) == 1:
            more = self.items_of(values[0])
            owner.items.extend(more or [])
            owner.open = owner.open or more is None
        elif name == "insert" and len(values) == 2 and isinstance(values[0], Const):
            owner.items.insert(values[0].value, values[1])
        elif name == "pop" and owner.items and not owner.open:
            index = values[0].value if values and isinstance(values[0], Const) else -1
            if -len(owner.items) <= index < len(owner.items):
                return owner.items.pop(index)
        elif name in ("remove", "sort", "clear", "pop"):
            owner.open = True
        elif name == "reverse":
            owner.items.reverse()
        return Const(None) if name in ("append", "extend", "insert") else None

    def _map_method(self, owner, name, values, site):
        if name == "get" and values and isinstance(values[0], Const):
            key = values[0].value
            if key in owner.entries:
                return self.map_item(owner, key, False, None)
            return (values[1] if len(values) > 1 else Const(None)) if not owner.open else None
        if name == "update":
            for item in site.arguments:
                if item.name:
                    owner.entries[item.name] = item.value
                else:
                    self._merge_map(owner, item.value)
        if name == "items" and not owner.open:
            return Seq([Seq([Const(key), value], None, False) for key, value in owner.entries.items()])
        if name == "values" and not owner.open:
            return Seq(list(owner.entries.values()))
        if name == "keys" and not owner.open:
            return Seq([Const(key) for key in owner.entries])
        if name == "setdefault" and values and isinstance(values[0], Const):
            if values[0].value not in owner.entries:
                owner.entries[values[0].value] = values[1] if len(values) > 1 else Const(None)
            return owner.entries[values[0].value]
        if name == "pop" and values and isinstance(values[0], Const) and not self.unsure and not owner.open:
            return owner.entries.pop(values[0].value, values[1] if len(values) > 1 else None)
        if name in ("pop", "popitem", "clear", "setdefault"):
            owner.open = True
        if name == "copy":
            copy = Map(dict(owner.entries), owner.origin)
            copy.open, copy.is_config = owner.open, owner.is_config
            return copy
        return None


def _trains(node):
    """Whether fit or train_on_batch is called in a function."""
    return any(isinstance(inner, ast.Attribute) and inner.attr in _TRAINING for inner in ast.walk(node))
