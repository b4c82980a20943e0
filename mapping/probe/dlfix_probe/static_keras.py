"""Keras in the static reading: models, layers, their calls and methods."""

import ast

from .layer_tables import rank_of
from .names_calls import METHOD_ALIASES, METHODS, bind, keras_path
from .names_layers import COMMON, MERGE_FUNCTIONS, canonical_class, canonical_parameter, is_layer, parameters
from .names_stars import star_names
from .static_values import Action, Argument, Const, Klass, Layer, Made, Method, Model, Seq, Symbol, Tensor, Value
from .static_values import tensors_of

_MODEL_ALIASES = {"input": "inputs", "output": "outputs"}


class Keras:
    """Mixin of the reader."""

    def starred_symbol(self, name, stars):
        """Path of a name that a `from keras... import *` may have bound, or None."""
        for path in reversed(stars):
            tail = keras_path(path)
            if tail is not None and name in star_names(tail.split(".")[0]):
                return path + "." + name
        return None

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
        if isinstance(owner, Model):
            if node.attr == "layers" and owner.kind == "sequential":
                return Seq(list(owner.layers), None, True)
            if node.attr in ("output", "outputs") and owner.outputs:
                return owner.outputs[0] if node.attr == "output" else Seq(list(owner.outputs))
            if node.attr in ("input", "inputs") and owner.inputs:
                return owner.inputs[0] if node.attr == "input" else Seq(list(owner.inputs))
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
        if name in ("Model", "Functional") and not tail.startswith("applications"):
            return self._functional(site)
        if name == "Input":
            return self._input(site)
        if name in MERGE_FUNCTIONS and tail.startswith("layers"):
            return self._merge(MERGE_FUNCTIONS[name], site)
        if is_layer(name):
            return self.make_layer(name, site)
        if name == "image_data_format":
            return Const("channels_last")
        if tail.startswith("layers.") and name[:1].isupper():
            return self._register(Layer(name, site, None))
        if tail.startswith("optimizers.") and name == "get" and site.arguments:
            return site.arguments[0].value
        return self._call_other(path, site)

    def _call_other(self, path, site):
        tensors = [tensor for item in site.arguments for tensor in tensors_of(item.value)]
        return self.operation(tensors, site) if tensors else Made(path, site)

    def operation(self, tensors, site):
        """A function or operator on tensors: Keras makes a layer of it, whose attributes are not known."""
        layer = self._register(Layer("TFOpLambda", site, None))
        layer.calls.append(tensors)
        return Tensor(layer, 0)

    def _register(self, layer):
        if self.loops:
            layer.looped = True
            count = getattr(self.loops[-1], "count", None)
            layer.repeat = count if count is not None and count.key else None
        self.layers_made.append(layer)
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
        layer.calls.append(tensors)
        return Tensor(layer, 0)

    def call_layer(self, callee, site):
        layer = callee
        if isinstance(callee, Model):
            layer = self._nested(callee)
        tensors = [tensor for item in site.arguments[:1] for tensor in tensors_of(item.value)]
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
            for item in items or []:
                self._append(model, item, site)
        return model

    def _append(self, model, value, site):
        if isinstance(value, Tensor):          # keras.Input in a Sequential
            value = value.layer
        if isinstance(value, Model):
            value = self._nested(value)
        if not isinstance(value, Layer):
            self._lost(model, site, "a layer is not known without running")
            return
        if self.unsure > model.level:      # left out: it may not be there
            self._lost(model, site, "a layer is added under a condition that is not known without running")
            return
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
        if not model.inputs or not model.outputs:
            self._lost(model, site, "the inputs or outputs are not known without running")
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
        if name == "pop":
            if model.layers:
                model.layers.pop()
            return Const(None)
        if name == "compile":
            model.compiles.append((site, bind(METHODS["compile"], site.arguments)))
            return Const(None)
        if name in METHODS:
            bound = bind(METHODS[name], site.arguments, METHOD_ALIASES)
            action = Action("fit" if name.startswith("fit") else name, model, site, bound)
            action.names = self._names_of(model, site)
            self.actions.append(action)
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
