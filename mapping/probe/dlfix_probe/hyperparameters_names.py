"""The names of hyperparameters: by rule, by `config["..."]`, by name map."""

import json

from .errors import ProbeError
from .hyperparameters_layers import record
from .names_layers import is_convolution

_TRAINING = {"loss": "loss", "optimizer": "optimizer", "lr": "learning_rate", "learning_rate": "learning_rate",
             "momentum": "momentum", "batch_size": "batch_size", "epochs": "epochs"}
_KINDS = {"units": "units", "filters": "filters", "kernel_size": "kernel_size", "rate": "dropout_rate",
          "kernel_initializer": "kernel_initializer", "bias_initializer": "bias_initializer",
          "kernel_regularizer": "kernel_regularizer", "activation": "activation"}
_REPEATS = ("repeat", "layer_repeat", "layer")


def load_name_map(given):
    """A name map from a JSON file or as a dict; a manifest that has one under `name_map` will do.

    Errors: bad_config.
    """
    if given is None:
        return None
    content = given if isinstance(given, dict) else _read_json(given)
    content = content.get("name_map", content) if isinstance(content, dict) else content
    if not isinstance(content, dict) or not all(isinstance(item, dict) for item in content.values()):
        raise ProbeError("bad_config", "a name map is an object of {layer, attribute}",
                         None if isinstance(given, dict) else given, None, "see PROGRAM_JSON.md")
    return content


def _read_json(path):
    try:
        with open(path, encoding="utf-8") as handle:
            return json.load(handle)
    except OSError as error:
        raise ProbeError("bad_config", "cannot read the name map: %s" % error.strerror, path, None,
                         "check --name-map")
    except ValueError as error:
        raise ProbeError("bad_config", "the name map is not JSON: %s" % error, path,
                         getattr(error, "lineno", None), "write one JSON object")


def by_rule(layers, sites, training, site_entries):
    """Every hyperparameter that the rule names, in program order."""
    found = []
    for number, index in enumerate(layers.trainable, 1):
        found.extend(_of_layer(layers, sites, index, number, site_entries))
    for number, index in enumerate(layers.dropouts(), 1):
        found.append(layers.attribute("dropout%d" % number, "dropout_rate", index, "rate"))
    if layers.trainable:
        place = layers.unplaced(None, "bn1 puts a BatchNormalization before the first layer")
        found.append(record("scale", "scale", None, "scale", False, place))
    for kind in ("loss", "optimizer", "learning_rate", "momentum", "batch_size", "epochs"):
        found.append(training.of(kind))
    return [entry for entry in found if entry is not None]


def _of_layer(layers, sites, index, number, site_entries):
    class_name, attributes, layer, _ = layers.core(index)
    output = layers.is_output(index)
    found = [layers.activation("act%d" % number, index), layers.initializer("ki%d" % number, index),
             layers.attribute("bi%d" % number, "bias_initializer", index, "bias_initializer")]
    if not output:
        found += [layers.attribute("%s%d" % (stem, number), kind, index, attribute)
                  for stem, kind, attribute in layers.sized(index)]
        if class_name == "Dense" and layers.entries[index]["class"] == "Dense":
            found.append(sites.repeat("layer%d" % number, index))
    elif is_convolution(class_name) and "kernel_size" in attributes:
        found.append(layers.attribute("kernel%d" % number, "kernel_size", index, "kernel_size"))
    found.append(layers.regularizer("reg%d" % number, index))
    if layer is not None and layer.bound and "recurrent_activation" in layer.bound:
        found.append(layers.attribute("rec%d" % number, "recurrent", index, "recurrent_activation"))
    found.append(sites.inserted("bn%d" % number, "batch_normalization", index, False, number - 1, site_entries))
    if number < len(layers.trainable):
        found.append(sites.inserted("drop%d" % number, "dropout_insert", index, 0.0, number, site_entries))
    return found


def by_config(entries):
    """Entries whose value comes through `config["name"]` take that name; others give way."""
    named, taken = [], set()
    for entry in entries:
        key = entry["_place"].key
        if key and key not in taken:
            entry["name"] = key
            taken.add(key)
            named.append(entry)
    if not named:
        return entries, []
    repeated = sorted({entry["_place"].key for entry in entries
                       if entry["_place"].key and not any(entry is other for other in named)})
    rest = [entry for entry in entries if not entry["_place"].key and entry["name"] not in taken]
    order = {id(entry): number for number, entry in enumerate(entries)}
    return sorted(named + rest, key=lambda entry: order[id(entry)]), repeated


def by_map(name_map, layers, sites, training):
    """Exactly the mapped names. Errors: bad_config for a place that the program has not."""
    found = []
    for name, target in name_map.items():
        entry = _mapped(name, target, layers, sites, training)
        if entry is None:
            raise ProbeError("bad_config", "the name map's %s fits nothing in the program: %s"
                             % (name, json.dumps(target)), None, None, "correct the name map")
        found.append(entry)
    return found


def _mapped(name, target, layers, sites, training):
    index = target.get("layer", target.get("layer_index"))
    attribute = target.get("attribute") or target.get("kind")
    if index is None:
        kind = _TRAINING.get(attribute) or _TRAINING.get(name)
        if kind is not None:
            return training.of(kind, name)
        place = layers.unplaced(None, "the name stands for nothing in the program")
        return record(name, _KINDS.get(attribute, "units"), None, attribute, None, place)
    if not 0 <= index < len(layers.entries):
        return None
    if attribute in _REPEATS:
        return sites.repeat(name, index)
    if attribute in ("activation", "kernel_initializer"):
        own = "activation" in layers.core(index)[1]
        if attribute == "kernel_initializer":
            return layers.initializer(name, index)
        return layers.attribute(name, "activation", index, "activation") \
            if own and layers.entries[index]["class"] == "Activation" else layers.activation(name, index)
    attribute = {"dropout_rate": "rate"}.get(attribute, attribute)
    if attribute not in layers.core(index)[1]:
        return None
    return layers.attribute(name, _KINDS.get(attribute, attribute), index, attribute)
