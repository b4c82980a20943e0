"""Hyperparameters of layers: `act1`, `ki1`, `unit1`, ... and where each is written."""

from . import keras_names
from .hyperparameters_spans import Place, as_json, insertion, nowhere, of_argument, of_node
from .names_layers import (ADVANCED_ACTIVATIONS, DROPOUTS, RECURRENT, WRAPPERS, is_convolution, is_trainable)
from .static_normal import attribute as read_attribute
from .static_values import Layer

FAULTS = {"activation": ["ACH", "ARM", "AAL"], "kernel_initializer": ["WCI"], "bias_initializer": ["BCI"],
          "units": ["LCN"], "filters": ["LCF"], "kernel_size": ["LCF"], "layer_repeat": ["LRM", "LAD"],
          "dropout_rate": ["RCD"], "kernel_regularizer": ["RAW"], "batch_normalization": ["RAW"],
          "dropout_insert": ["RAW"], "scale": ["CPP"], "recurrent": ["ACH"]}
_INITIALIZERS = ("kernel_initializer", "depthwise_initializer", "embeddings_initializer")
_REGULARIZERS = ("kernel_regularizer", "depthwise_regularizer", "embeddings_regularizer")


class Layers:
    """The selected model's layers as the names see them."""

    def __init__(self, match, own_initialisers=()):
        self.match = match
        self.own_initialisers = {own.text: own for own in own_initialisers}
        self.entries = match.entries
        self.followers = self._followers()
        self.trainable = [index for index in range(len(self.entries)) if is_trainable(self.core(index)[0])]

    def core(self, index):
        """(class, attributes, read layer, prefix) of a layer, seen through Bidirectional and the like."""
        entry, layer, prefix = self.entries[index], self.match.layers[index], ""
        class_name, attributes = entry["class"], entry["attributes"] or {}
        while class_name in WRAPPERS and isinstance(attributes.get("layer"), dict):
            class_name = attributes["layer"]["class"]
            attributes = attributes["layer"].get("attributes") or {}
            prefix += "layer.attributes."
            bound = layer.bound if layer is not None else None
            inner = bound["layer"].value if bound and "layer" in bound else None
            layer = inner if isinstance(inner, Layer) else None
        return class_name, attributes, layer, prefix

    def _followers(self):
        found = [[] for _ in self.entries]
        for index, entry in enumerate(self.entries):
            for call in entry.get("inbound") or []:
                for source, _ in call:
                    if 0 <= source < len(found) and index not in found[source]:
                        found[source].append(index)
        return found

    def activation_layer(self, index):
        """Index of the layer that has the activation of layer `index`: its own or a following one's."""
        class_name = self.core(index)[0]
        if class_name in RECURRENT:
            return index
        at = index
        while len(self.followers[at]) == 1:
            at = self.followers[at][0]
            name = self.entries[at]["class"]
            if name == "Activation" or name in ADVANCED_ACTIVATIONS:
                return at
            if name != "BatchNormalization":
                break
        return index

    def is_output(self, index):
        """Whether no numbered layer comes after this one."""
        pending, seen = list(self.followers[index]), set()
        while pending:
            at = pending.pop()
            if at in self.trainable:
                return False
            if at not in seen:
                seen.add(at)
                pending.extend(self.followers[at])
        return True

    # one hyperparameter --------------------------------------------------------------------------

    def attribute(self, name, kind, index, attribute):
        """The hyperparameter of one layer attribute."""
        class_name, attributes, layer, prefix = self.core(index)
        value = attributes.get(attribute)
        own = self._own_initialiser(layer, attribute, value)
        if own is not None:
            place = of_node(layer.call.source, layer.bound[attribute].node)
            return record(name, kind, index, prefix + attribute, own.name, place)
        place = self._place(index, layer, class_name, attribute, value)
        return record(name, kind, index, prefix + attribute, shown_value(kind, value), place)

    def argument(self, index, attribute):
        """What the constructor call gives for an attribute, or None."""
        layer = self.core(index)[2]
        return layer.bound.get(attribute) if layer is not None and layer.bound else None

    def _own_initialiser(self, layer, attribute, value):
        """What the program defines and the layer's argument names, when that is what takes effect."""
        if layer is None or not layer.bound or attribute not in layer.bound:
            return None
        node, source = layer.bound[attribute].node, layer.call.source
        if node is None or source is not self.match.reader.index.main:
            return None
        own = self.own_initialisers.get(source.segment(node))
        return own if own is not None and own.value == value else None

    def _place(self, index, layer, class_name, attribute, value):
        if layer is None or layer.bound is None:
            return self.unplaced(index, "the layer's constructor call was not found in the source")
        if layer.packaged:
            return nowhere(layer.call.source, layer.call.node, "the layer comes with Keras")
        if attribute not in layer.bound:
            return insertion(layer.call, attribute)
        argument = layer.bound[attribute]
        read, known = read_attribute(class_name, attribute, argument.value)
        return of_argument(argument, layer.call, known and read == value)

    def unplaced(self, index, reason):
        """A place that cannot be edited: the constructor call, or the top of the main file."""
        found = self.match.call_at(self.entries[index]) if index is not None else None
        if found:
            return nowhere(found[0], found[1], reason)
        main = self.match.reader.index.main
        return Place(main, (1, 0), (1, 0), False, {"form": "none", "reason": reason}, None, None)

    def activation(self, name, index):
        """`act{i}` of numbered layer `index`."""
        at = self.activation_layer(index)
        class_name = self.entries[at]["class"]
        if class_name in ADVANCED_ACTIVATIONS:
            place = self.unplaced(at, "the activation is a layer of its own class, " + class_name)
            return record(name, "activation", at, "activation", {"custom": class_name}, place)
        return self.attribute(name, "activation", at, "activation")

    def initializer(self, name, index):
        return self.attribute(name, "kernel_initializer", index, self._one_of(index, _INITIALIZERS))

    def regularizer(self, name, index):
        return self.attribute(name, "kernel_regularizer", index, self._one_of(index, _REGULARIZERS))

    def _one_of(self, index, names):
        attributes = self.core(index)[1]
        return next((name for name in names if name in attributes), names[0])

    def dropouts(self):
        return [index for index, entry in enumerate(self.entries) if entry["class"] in DROPOUTS]

    def sized(self, index):
        """[(name stem, kind, attribute)] of the sizes that the names know of a layer."""
        class_name = self.core(index)[0]
        if is_convolution(class_name):
            sizes = [("filters", "filters", "filters"), ("kernel", "kernel_size", "kernel_size")]
            return sizes if not class_name.startswith("Depthwise") else sizes[1:]
        return [("unit", "units", "units")]


def shown_value(kind, value):
    """A layer attribute as a hyperparameter's value."""
    if kind.endswith("initializer"):
        return short_initializer(value)
    if kind == "kernel_size" and isinstance(value, list) and value and all(size == value[0] for size in value):
        return value[0]
    return value


def short_initializer(value):
    """The snake-case name when its parameters are Keras's defaults, else the object."""
    if value is None:
        return None
    defaults = keras_names.INITIALISERS.get(value.get("class"))
    if defaults is not None and all(value.get(key) == given for key, given in defaults.items()) \
            and set(value) == set(defaults) | {"class"}:
        return value["class"]
    return value


def record(name, kind, layer, attribute, value, place, faults=None):
    """One entry of `hyperparameters`, with its place kept for the naming."""
    entry = {"name": name, "kind": kind, "layer": layer, "attribute": attribute, "value": value,
             "fault_types": faults or FAULTS[kind]}
    entry.update(as_json(place))
    entry["_place"] = place
    return entry
