"""program.json from a static reading."""

import ast

from . import keras_profile
from .errors import ProbeError
from .source_index import refuse_braces
from .static_graph import Graph
from .static_layer_names import layer_name
from .static_normal import attributes, input_shape
from .static_repeats import repeats
from .static_shapes import output_shape
from .static_training import Unknowns, compile_entry, evaluation, fit_entry


def fits_of(reader):
    """The fits; in a program without any, the trainings batch by batch."""
    return [action for action in reader.actions if action.method == "fit"] or reader.batchwise


def by_turns(fits):
    """Whether batches train several models, each of which decides what the others see."""
    return fits[-1].method == "train_on_batch" and len({id(action.model) for action in fits}) > 1


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
    listing = ", ".join("%s (line %d)" % item for item in lines.items())
    if by_turns(fits):
        raise ProbeError("several_models", "several models are trained by turns with train_on_batch: " + listing, path,
                         fits[-1].call.place()["line"], "look at one with --model NAME; to train it, train one model, with fit")
    if len(lines) > 1:
        raise ProbeError("several_models", "several models are fitted: " + listing, path,
                         fits[-1].call.place()["line"], "choose one with --model NAME")
    return fits[-1]


def _nothing_fitted(reader, path):
    if reader.wrapped:
        name, what, site = reader.wrapped[-1]
        return ProbeError("unsupported", "the model is trained by %s, %s, and not by its own fit" % (name, what), path,
                          site.place()["line"], "call the function that builds the model, and the model's fit")
    if reader.subclassed:
        klass, site = reader.subclassed[0]
        return ProbeError("unsupported", "the model %s is a subclass of Model: its layers are decided while it "
                          "runs" % klass.node.name, path, site.place()["line"],
                          "write it with Sequential or the functional API")
    if reader.models and reader.loose_fits:
        return _not_known(reader, path)
    if reader.models:
        last = reader.models[-1].call.place()
        return ProbeError("no_fit", "the model of line %d is never fitted" % last["line"], path, last["line"],
                          "call its fit method in the program")
    if reader.loaded:
        return ProbeError("no_model", "the model is loaded from a file that the program does not write", path,
                          reader.loaded[-1].place()["line"], "name the program that builds the model")
    quoted = _quoted_fit(reader.index.main)
    if quoted:
        return ProbeError("no_model", "the model and its fit stand in a text, which Python does not run", path, quoted,
                          "take the quotes away, or name another file")
    if reader.foreign_fits:
        made_by, site = reader.foreign_fits[-1]
        return ProbeError("no_model", "what is fitted here is made by %s, which is not beside the program" % made_by,
                          path, site.place()["line"], "read it with --run where that module can be imported")
    if reader.loose_fits:
        return _not_known(reader, path)
    return ProbeError("no_model", "no Keras model was found", path, None,
                      "name a program that builds and fits a Keras model")


def _not_known(reader, path):
    return ProbeError("no_model", "what is fitted here is not known without running", path,
                      reader.loose_fits[0].place()["line"], "read it with --run, or name the file that builds the model")


def _quoted_fit(source):
    """Line of a text that has a fit call in it, or None."""
    for node in source.nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ".fit(" in node.value:
            return node.lineno
    return None


def _refuse_merge(model):
    """Keras 1's Merge takes models, not tensors: what it joins is no list of layers."""
    for layer in model.layers:
        if layer.class_name == "Merge":
            place = layer.call.place()
            raise ProbeError("unsupported", "Merge joined several models in Keras 1 and is gone", place["file"],
                             place["line"], "write it with Input, Model and concatenate or add")


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
    entry = {"index": index, "class": layer.class_name, "name": layer_name(layer, counts),
             "attributes": values}
    entry.update(layer.call.place())
    entry.update(inbound=calls, output_shape=shapes[index],
                 input_shape=(inputs[0] if len(inputs) == 1 else inputs) if inputs else None)
    return entry


def _models(reader, fit, unknowns):
    entries = []
    known = any(model is fit.model for model in reader.models)
    for model in reader.models + ([] if known else [fit.model]):
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
    if "{{" in reader.index.main.text:
        refuse_braces(reader.index.main)
    fit = selected_fit(reader, name)
    _refuse_merge(fit.model)
    unknowns = Unknowns()
    document = {
        "version": 1, "source": "inspect", "program": reader.index.main.path,
        "sha256": reader.index.main.sha256, "files": [], "frontend": None,
        "keras": {"profile": profile[0], "reason": profile[1], "version": None}, "interpreter": None,
        "models": _models(reader, fit, unknowns),
        "compile": compile_entry(fit.compiled, profile[0], unknowns), "fit": fit_entry(fit, unknowns, keras_profile.default_epochs(*profile)),
        "evaluate": [], "predict": [],
    }
    for action in reader.actions:
        if action.model is fit.model and action.method not in ("fit", "train_on_batch"):
            kind = "evaluate" if action.method.startswith("evaluate") else "predict"
            path = "%s.%d" % (kind, len(document[kind]))
            document[kind].append(evaluation(action, unknowns, path))
    document["unknown"] = unknowns.paths
    document["warnings"] = [_uncertain(fit.model)] if fit.model.uncertain else []
    if not fit.model.layers and fit.model.kind == "sequential" and not fit.model.uncertain:
        document["warnings"].append({"message": "no layer is ever added to the model", "file": path_of(fit),
                                     "line": fit.model.call.place()["line"]})
    for name, (source, node) in reader.undefined.items():
        document["warnings"].append({"message": "%s is not imported: the program fails here" % name,
                                     "file": source.path, "line": node.lineno})
    times = repeats(fit)
    if times != 1 and fit.method != "train_on_batch":
        epochs = document["fit"]["epochs"]
        document["warnings"].append({"message": "fit is called again and again from here and goes on training"
                                     + (": %s epochs in all" % epochs if epochs else ""), "file": path_of(fit),
                                     "line": fit.call.place()["line"]})
    if by_turns(fits_of(reader)):
        document["warnings"].append({"message": "other models are trained by turns with this one: it can be looked at, and "
                                     "not trained by itself", "file": path_of(fit), "line": fit.call.place()["line"]})
    if fit.method == "train_on_batch":
        document["warnings"].append({"message": "the program trains batch by batch (train_on_batch): batches and "
                                     "epochs are known only after running it", "file": path_of(fit),
                                     "line": fit.call.place()["line"]})
    if reader.unreached:
        document["warnings"].append({"message": "nothing calls this fit as the program stands: a condition, or arguments that "
                                     "are not given, lead past it", "file": path_of(fit),
                                     "line": fit.call.place()["line"]})
    if reader.cut:
        document["warnings"].append({"message": "the program is too long to be read to its end without running",
                                     "file": reader.index.main.path, "line": None})
    return document


def path_of(action):
    return action.call.source.path


def _uncertain(model):
    file, line, why = model.uncertain
    return {"message": why, "file": file, "line": line}


def find_profile(index, given=None):
    return keras_profile.find_profile(index.main.path, index.main.text, given)
