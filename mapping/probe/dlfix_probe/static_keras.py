"""Keras in the static reading: models, layers, their calls and methods."""

import ast
import builtins

from .layer_tables import rank_of
from .names_calls import METHOD_ALIASES, METHODS, bind, keras_path
from .names_layers import COMMON, MERGE_FUNCTIONS, canonical_class, canonical_parameter, is_layer, parameters
from .names_stars import star_names
from .static_values import Action, Argument, CallSite, Const, Function, Instance, Klass, Layer, Made, Method, Model, Seq, Symbol, Tensor, Value
from .static_chains import Chains
from .static_networks import Networks
from .static_values import tensors_of

_MODEL_ALIASES = {"input": "inputs", "output": "outputs"}
_NO_DATA = {"mask", "training"}       # arguments of a layer's call that do not feed it
# Classes that call fit themselves, and what is said of them.
_WRAPPERS = {"KerasClassifier": "a scikit-learn wrapper", "KerasRegressor": "a scikit-learn wrapper",
             "RandomSearch": "a tuner", "Hyperband": "a tuner", "BayesianOptimization": "a tuner"}


class Keras(Chains, Networks):
    """Mixin of the reader."""

    def starred_symbol(self, name, stars):
        """Path of a name that a `from keras... import *` may have bound, or None."""
        for path in reversed(stars):
            tail = keras_path(path)
            if tail is not None and name in star_names(tail.split(".")[0]):
                return path + "." + name
        return None

    def not_imported(self, node, scope):
        """A layer or model class that the program uses and never imports: the program fails there, and is
        described all the same."""
        stars = scope.top().stars
        if any(keras_path(path) is None for path in stars) or hasattr(builtins, node.id):
            return None
        package = "layers" if is_layer(node.id) else "models" if node.id in ("Sequential", "Model") else None
        if package is None:
            return None
        self.undefined.setdefault(node.id, (scope.source, node))
        return Symbol("keras.%s.%s" % (package, node.id), self.origin(node, scope))

    def library_base(self, klass):
        """"layer" or "model" when a class of the program derives from Keras's, else None."""
        for base in klass.bases:
            if isinstance(base, Klass):
                found = self.library_base(base)
                if found:
                    return found
            elif isinstance(base, Symbol) and keras_path(base.path) is not None:
                name = base.path.rsplit(".", 1)[-1]
                if name in ("Model", "Sequential", "Functional"):
                    return "model"
                if name == "Layer" or is_layer(name):
                    return "layer"
        return None

    def attribute_of(self, owner, node, scope):
        if isinstance(owner, Model) and owner.instance is not None and (
                node.attr in owner.instance.attributes
                or isinstance(self._class_attribute(owner.instance.klass, node.attr), Function)):
            return self._instance_attribute(owner.instance, node.attr)
        if isinstance(owner, Model):
            found = self.model_attribute(owner, node.attr)
            if found is None and owner.foreign and node.attr in ("input", "output", "inputs", "outputs"):
                found = Seq([Tensor(owner.as_layer, 0)]) if node.attr.endswith("s") else Tensor(owner.as_layer, 0)
            if found is not None:
                return found
        if isinstance(owner, Tensor):
            return self.shape_attribute(owner, node.attr) or Method(owner, node.attr, self.origin(node, scope))
        if isinstance(owner, Layer) and node.attr == "output" and owner.calls:
            return Tensor(owner, len(owner.calls) - 1)
        return Method(owner, node.attr, self.origin(node, scope))

    def call_library(self, path, site):
        tail = keras_path(path)
        if tail is None:
            return self._call_other(path, site)
        name = tail.rsplit(".", 1)[-1]
        if name == "Sequential":
            return self._sequential(site)
        if tail.startswith("applications.") and name[:1].isupper():
            return self.application(name, site)
        if name in ("Model", "Functional") and not tail.startswith("applications"):
            return self._functional(site)
        if name == "Input":
            return self._input(site)
        if name in MERGE_FUNCTIONS and tail.startswith("layers"):
            return self._merge(MERGE_FUNCTIONS[name], site)
        if name == "merge" and tail.startswith("layers"):
            return self._merge_of_old(site)
        if name == "Merge" and tail.startswith(("layers", "legacy")):
            return self.merge_layer(site)
        if name == "load_model":
            return self._loaded(site)
        if is_layer(name):
            return self.make_layer(name, site)
        if name == "int_shape" and site.arguments and isinstance(site.arguments[0].value, Tensor):
            return self.tensor_shape(site.arguments[0].value)
        if name == "image_data_format":
            return Const("channels_last")
        if name == "image_dim_ordering":
            return Const("tf")
        if tail.startswith("layers.") and name[:1].isupper():
            return self._register(Layer(name, site, None))
        if tail.startswith("optimizers.") and name == "get" and site.arguments:
            return site.arguments[0].value
        return self._call_other(path, site)

    def _call_other(self, path, site):
        name = path.rsplit(".", 1)[-1]
        if name in _WRAPPERS and ("wrappers" in path or "tuner" in path):
            self.wrapped.append((name, _WRAPPERS[name], site))
        tensors = [tensor for item in site.arguments for tensor in tensors_of(item.value)]
        return self.operation(tensors, site) if tensors else Made(path, site)

    def operation(self, tensors, site):
        """A function or operator on tensors: Keras makes a layer of it, whose attributes are not known."""
        layer = self._register(Layer("TFOpLambda", site, None))
        layer.calls.append(tensors)
        return Tensor(layer, 0)

    def _register(self, layer):
        if self.loops:
            layer.looped = any(turns != 1 for _, turns, _ in self.turns)
            count = getattr(self.loops[-1], "count", None)
            layer.repeat = count if count is not None and count.key else None
        self.layers_made.append(layer)
        self.built += 1
        return layer

    def make_layer(self, name, site):
        """A layer object of a class that the tables know."""
        class_name = canonical_class(name)
        arguments = site.arguments
        if name.startswith("Convolution") or (self.legacy and class_name.startswith("Conv")):
            arguments = _legacy_convolution(class_name, arguments)
        aliases = {item.name: canonical_parameter(class_name, item.name) for item in arguments if item.name}
        bound = bind(parameters(class_name), arguments, aliases)
        return self._register(Layer(class_name, site, bound))

    def _input(self, site):
        aliases = {"batch_shape": "batch_input_shape"}
        layer = self._register(Layer("InputLayer", site, bind(["shape", "batch_size", "name", "dtype"],
                                                              site.arguments, aliases)))
        layer.calls.append([])
        return Tensor(layer, 0)

    def _merge(self, class_name, site):
        given = [item for item in site.arguments if item.name is None]
        layer = self._register(Layer(class_name, site, {item.name: item for item in site.arguments
                                                        if item.name and item.name not in COMMON}))
        tensors = tensors_of(given[0].value) if given else []
        layer.calls.append(tensors or None)
        return Tensor(layer, 0)

    def _merge_of_old(self, site):
        """Keras 1's `merge([a, b], mode='sum')` as the layer that it is today."""
        bound = bind(["inputs", "mode", "concat_axis", "dot_axes"], site.arguments)
        found = self.merge_class(bound)
        if found is None:
            return self._call_other("keras.layers.merge", site)
        layer = self._register(Layer(found[0], site, found[1]))
        layer.calls.append(tensors_of(bound["inputs"].value) or None if "inputs" in bound else None)
        return Tensor(layer, 0)

    def _loaded(self, site):
        """A model that the program saved before, under a name that is known."""
        key = site.arguments[0].value if site.arguments else None
        model = self.saved.get(key.value) if isinstance(key, Const) else None
        if model is None:
            self.loaded.append(site)
            return Made("keras.models.load_model", site)
        return model

    def call_layer(self, callee, site):
        layer = callee
        if isinstance(callee, Model):
            layer = self._nested(callee)
        tensors = [tensor for item in site.arguments if item.name not in _NO_DATA for tensor in tensors_of(item.value)]
        layer.calls.append(tensors or None)
        return Tensor(layer, len(layer.calls) - 1)

    def _nested(self, model):
        if not hasattr(model, "as_layer"):
            model.as_layer = Layer("Sequential" if model.kind == "sequential" else "Functional", model.call, None)
        return model.as_layer

    def _sequential(self, site):
        model = Model("sequential", site)
        model.level = self.unsure
        self.models.append(model)
        bound = bind(["layers", "name"], site.arguments)
        if "layers" in bound:
            items = self.items_of(bound["layers"].value)
            if items is None and not (isinstance(bound["layers"].value, Const)
                                      and bound["layers"].value.value is None):
                self._lost(model, site, "the list of layers is not known without running")
            model.listed = bool(items)
            for item in items or []:
                self._append(model, item, site)
        return model

    def _append(self, model, value, site):
        self.built += 1
        if isinstance(value, Tensor):          # keras.Input in a Sequential
            value = value.layer
        if isinstance(value, Model):
            value = self._nested(value)
        if isinstance(value, Made):
            value = self.foreign_layer(value)
        if not isinstance(value, Layer):
            self._lost(model, site, "a layer is not known without running")
            return
        if self.unsure > model.level:      # left out: it may not be there
            self._lost(model, site, "a layer is added under a condition that is not known without running")
            return
        if getattr(model, "grows", False):
            self.extend_joined(model, value)
        elif value.class_name != "Merge" or model.layers or not self.join_models(model, value):
            model.layers.append(value)

    @staticmethod
    def _lost(model, site, why):
        place = site.place()
        model.uncertain = model.uncertain or (place["file"], place["line"], why)

    def _functional(self, site):
        model = Model("functional", site)
        model.level = self.unsure
        bound = bind(["inputs", "outputs", "name"], site.arguments, _MODEL_ALIASES)
        model.inputs = tensors_of(bound["inputs"].value) if "inputs" in bound else []
        model.outputs = tensors_of(bound["outputs"].value) if "outputs" in bound else []
        foreign = [tensor.layer for tensor in model.inputs if tensor.layer.class_name == "Functional"]
        if foreign:
            self._lost(model, foreign[0].call, "the layers of a network that comes with Keras are not in the program")
        if not model.inputs or not model.outputs:
            self._lost(model, site, "the inputs or outputs are not known without running")
        self.models.append(model)
        return model

    def model_of_subclass(self, klass, site):
        """What `self.add(...)` and `super().__init__(inputs, outputs)` of a subclass build."""
        bases = [base.path for base in klass.bases if isinstance(base, Symbol)]
        model = Model("sequential" if any(path.endswith("Sequential") for path in bases) else "functional", site)
        model.level = self.unsure
        return model

    def initialise_model(self, node, scope):
        """`super().__init__(inputs, outputs)` in a subclass of Model; False for anything else."""
        owner = scope.lookup("self")
        if not isinstance(owner, Instance) or owner.model is None or owner.model.kind != "functional":
            return False
        arguments, _ = self.arguments_of(node, scope)
        bound = bind(["inputs", "outputs", "name"], arguments, _MODEL_ALIASES)
        if "inputs" not in bound or "outputs" not in bound:
            return False
        owner.model.inputs, owner.model.outputs = (tensors_of(bound[key].value) for key in ("inputs", "outputs"))
        return True

    def settle_subclass(self, klass, instance, site):
        """The model that an object of a subclass is, or None."""
        model = instance.model
        if model.layers or model.outputs and model.inputs:
            model.instance = instance
            self.models.append(model)
            return model
        traced = self.trace_subclass(klass, instance, site)
        if traced is not None:
            traced.compiles, traced.compile_depth = model.compiles, model.compile_depth
        instance.model = traced
        return traced

    def trace_subclass(self, klass, instance, site):
        """A subclass of Model as the network that its `call` makes of one input; None where that is not known."""
        call = self._class_attribute(klass, "call")
        if not isinstance(call, Function) or self._class_attribute(klass, "train_step") is not None:
            self.subclassed.append((klass, site))
            return None
        entry = self._register(Layer("InputLayer", site, {}))
        entry.calls.append([])
        tensor = Tensor(entry, 0)
        bound = Function(call.node, call.source, call.scope, call.defaults, instance)
        given = [Argument(None, None, tensor)]
        if any(item.arg == "training" for item in call.node.args.args + call.node.args.kwonlyargs):
            given.append(Argument("training", None, Const(True)))       # as in fit
        outputs = tensors_of(self.call_function(bound, CallSite(site.source, site.node, given, False)) or Value())
        if not outputs or outputs == [tensor]:
            self.subclassed.append((klass, site))
            return None
        model = Model("functional", site)
        model.level, model.instance = self.unsure, instance
        model.inputs, model.outputs = [tensor], outputs
        self.models.append(model)
        return model

    def _names_of(self, model, site):
        """Variables that hold the model: of the main file first, then that of the call."""
        names = [name for name, value in self.main_scope.names.items() if value is model]
        owner = getattr(site.node.func, "value", None)
        simple = isinstance(owner, ast.Name) or isinstance(getattr(owner, "value", None), ast.Name)
        receiver = site.source.segment(owner) if simple else None
        return list(dict.fromkeys(name for name in names + [receiver, model.name] if name))

    def call_model_method(self, model, name, site):
        if name == "add" and site.arguments:
            self._append(model, site.arguments[0].value, site)
            return Const(None)
        if name == "save" and site.arguments and isinstance(site.arguments[0].value, Const):
            self.saved[site.arguments[0].value.value] = model
            return Const(None)
        if name == "pop":
            if model.layers:
                model.layers.pop()
            return Const(None)
        if name == "get_layer":
            return self.layer_by_name(model, site)
        if name == "compile":
            model.compiles.append((site, bind(METHODS["compile"], site.arguments)))
            model.compile_depth = len(self.turns)
            return Const(None)
        if name == "train_on_batch":
            bound = bind(METHODS[name], site.arguments)
            self.batchwise.append(Action(name, model, site, bound))
            self.batchwise[-1].names = self._names_of(model, site)
        elif name in METHODS:
            bound = bind(METHODS[name], site.arguments, METHOD_ALIASES)
            action = Action("fit" if name.startswith("fit") else name, model, site, bound)
            action.names = self._names_of(model, site)
            action.turns = self.turns[model.compile_depth:]
            self.actions.append(action)
            if model.foreign and model not in self.models:       # trained as it comes
                self.models.append(model)
        return Value()


def _legacy_convolution(class_name, arguments):
    """Keras 1: `Convolution2D(32, 3, 3)` and `nb_row=3, nb_col=3` give the size in single numbers."""
    rank = rank_of(class_name)
    sizes, rest = [], []
    positional = 0
    for item in arguments:
        in_place = item.name is None and 1 <= positional <= rank
        is_number = isinstance(item.value, Const) and isinstance(item.value.value, int)
        if rank > 1 and is_number and (in_place or item.name in ("nb_row", "nb_col")):
            sizes.append(item)
        else:
            rest.append(item)
        positional += item.name is None
    if not sizes or len(sizes) != rank:
        return arguments
    return rest + [Argument("kernel_size", None, Seq([item.value for item in sizes], None, False))]
