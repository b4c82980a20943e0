"""program.json from a static reading."""

from . import keras_profile
from .errors import ProbeError
from .static_graph import Graph
from .static_normal import attributes, input_shape
from .static_shapes import output_shape
from .static_training import Unknowns, compile_entry, evaluation, fit_entry


def fits_of(reader):
    return [action for action in reader.actions if action.method == "fit"]


def selected_fit(reader, name=None):
    """The fit whose model the document is about. Errors: no_model, no_fit, several_models, unsupported."""
    path = reader.index.main.path
    fits = fits_of(reader)
    if name:
        named = [action for action in fits if name in action.names]
        if named:
            return named[-1]
        known = sorted({known for action in reader.actions for known in action.names}
                       | {model.name for model in reader.models if model.name})
        raise ProbeError("no_model" if name not in known else "no_fit",
                         "no model %s is fitted; the program has: %s" % (name, ", ".join(known) or "none"),
                         path, None, "name one of them with --model")
    if not fits:
        raise _nothing_fitted(reader, path)
    lines = {}
    for action in fits:
        lines[action.names[0] if action.names else "(no name)"] = action.call.place()["line"]
    if len(lines) > 1:
        listing = ", ".join("%s (line %d)" % item for item in lines.items())
        raise ProbeError("several_models", "several models are fitted: " + listing, path,
                         fits[-1].call.place()["line"], "choose one with --model NAME")
    return fits[-1]


def _nothing_fitted(reader, path):
    if reader.subclassed:
        klass, site = reader.subclassed[0]
        return ProbeError("unsupported", "the model %s is a subclass of Model: its layers are decided while it "
                          "runs" % klass.node.name, path, site.place()["line"],
                          "write it with Sequential or the functional API")
    if reader.models:
        last = reader.models[-1].call.place()
        return ProbeError("no_fit", "the model of line %d is never fitted" % last["line"], path, last["line"],
                          "call its fit method in the program")
    return ProbeError("no_model", "no Keras model was found", path, None,
                      "name a program that builds and fits a Keras model")


def model_entry(model, graph, selected, path, unknowns):
    """One entry of `models`."""
    place = model.call.place()
    entry = {"name": model.name, "selected": selected, "kind": model.kind, "file": place["file"],
             "line": place["line"], "layers": [], "inputs": graph.inputs, "outputs": graph.outputs}
    counts, shapes = {}, {}
    if model.kind == "sequential" and model.layers:
        shapes[-1] = input_shape(model.layers[0])
        entry["inputs"][0]["shape"] = shapes[-1]
    for index, layer in enumerate(graph.layers):
        entry["layers"].append(_layer(index, layer, graph, shapes, counts, "%s.layers.%d" % (path, index),
                                      unknowns))
    for given in entry["inputs"]:
        if given["layer"] >= 0:
            given["shape"] = shapes.get(given["layer"])
    if not graph.complete and not model.uncertain:
        model.uncertain = (place["file"], place["line"], "what feeds a layer is not known without running")
    if model.uncertain:
        unknowns.add(path + ".layers")
    return entry


def _layer(index, layer, graph, shapes, counts, path, unknowns):
    values, missing = attributes(layer)
    for key in missing:
        unknowns.add(path + ".attributes" + ("" if key == "*" else "." + key))
    calls = graph.inbound[index]
    inputs = [shapes.get(source) for source, _ in calls[0]] if calls else []
    shapes[index] = input_shape(layer) if layer.class_name == "InputLayer" else output_shape(
        layer.class_name, values, inputs)
    entry = {"index": index, "class": layer.class_name, "name": _layer_name(layer, counts),
             "attributes": values}
    entry.update(layer.call.place())
    entry.update(inbound=calls, output_shape=shapes[index],
                 input_shape=(inputs[0] if len(inputs) == 1 else inputs) if inputs else None)
    return entry


def _layer_name(layer, counts):
    """As Keras names layers: `dense`, `dense_1`."""
    from .keras_names import snake_case
    given = [item.value for item in layer.call.arguments if item.name == "name"]
    if given and getattr(given[0], "value", None):
        return given[0].value
    base = {"InputLayer": "input_layer"}.get(layer.class_name, snake_case(layer.class_name))
    number = counts.get(base, 0)
    counts[base] = number + 1
    return base if number == 0 else "%s_%d" % (base, number)


def _models(reader, fit, unknowns):
    entries = []
    for model in reader.models:
        selected = model is fit.model
        if not selected and not model.layers and model.kind == "sequential":
            continue
        if selected and fit.names:
            model.name = fit.names[0]
        if model.uncertain and model.kind == "functional" and not model.outputs:
            if not selected:
                continue
        entries.append(model_entry(model, Graph(model), selected, "models.%d" % len(entries), unknowns))
    return entries


def build(reader, profile, name=None):
    """The document without hyperparameters. `profile`: (profile, reason)."""
    fit = selected_fit(reader, name)
    unknowns = Unknowns()
    document = {
        "version": 1, "source": "inspect", "program": reader.index.main.path,
        "sha256": reader.index.main.sha256, "files": [], "frontend": None,
        "keras": {"profile": profile[0], "reason": profile[1], "version": None}, "interpreter": None,
        "models": _models(reader, fit, unknowns),
        "compile": compile_entry(fit.compiled, profile[0], unknowns), "fit": fit_entry(fit, unknowns),
        "evaluate": [], "predict": [],
    }
    for action in reader.actions:
        if action.model is fit.model and action.method != "fit":
            kind = "evaluate" if action.method.startswith("evaluate") else "predict"
            path = "%s.%d" % (kind, len(document[kind]))
            document[kind].append(evaluation(action, unknowns, path))
    document["unknown"] = unknowns.paths
    document["warnings"] = [_uncertain(fit.model)] if fit.model.uncertain else []
    if reader.cut:
        document["warnings"].append({"message": "the program is too long to be read to its end without running",
                                     "file": reader.index.main.path, "line": None})
    return document


def _uncertain(model):
    file, line, why = model.uncertain
    return {"message": why, "file": file, "line": line}


def find_profile(index, given=None):
    return keras_profile.find_profile(index.main.path, index.main.text, given)
