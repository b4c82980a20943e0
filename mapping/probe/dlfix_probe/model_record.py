"""One entry of `models`: a Keras model (real or the stand-in's) in the document's form."""

from . import graph
from .errors import ProbeError
from .normal_form import attributes


def describe(model, name, site, call_sites, inputs=None):
    """The model's entry. `inputs`: arrays of fit in an installed Keras, by which a model that decides its
    layers while it runs counts as one layer of its class. Errors: unsupported for such a model without."""
    if graph.is_sequential(model):
        kind, layers, ends = "sequential", _sequential(model, call_sites), _sequential_ends(model)
    elif graph.is_functional(model):
        kind, layers, ends = "functional", _functional(model, call_sites), _functional_ends(model)
    elif inputs is not None:
        kind, layers, ends = "sequential", [_whole(model, call_sites)], _whole_ends(inputs)
    else:
        raise ProbeError("unsupported", "the model {} is a subclass of Model: its layers are decided "
                         "while it runs".format(type(model).__name__), site and site["file"],
                         site and site["line"], "write it with Sequential or the functional API, or read it "
                         "with a Python that has Keras (--python) and train with --trainer keras")
    return {"name": name, "selected": False, "kind": kind, "file": site and site["file"],
            "line": site and site["line"], "layers": layers, "inputs": ends[0], "outputs": ends[1]}


def _layer(index, layer, inbound, shapes, call_sites):
    site = call_sites.of_object(layer) or {}
    class_name = type(layer).__name__
    return {"index": index, "class": class_name, "name": layer.name,
            "attributes": attributes(class_name, _unresolved(_config(layer), shapes[0])), "file": site.get("file"),
            "line": site.get("line"), "column": site.get("column"),
            "end_line": site.get("end_line"), "end_column": site.get("end_column"),
            "inbound": inbound, "input_shape": shapes[0], "output_shape": shapes[1]}


def _whole(model, call_sites):
    """A subclass of Model, as the one layer of a sequential model."""
    site = call_sites.of_object(model) or {}
    return {"index": 0, "class": type(model).__name__, "name": model.name, "attributes": {},
            "file": site.get("file"), "line": site.get("line"), "column": site.get("column"),
            "end_line": site.get("end_line"), "end_column": site.get("end_column"),
            "inbound": [[[-1, 0]]], "input_shape": None, "output_shape": None}


def _whole_ends(inputs):
    return [{"shape": array["shape"][1:], "dtype": array["dtype"], "layer": -1} for array in inputs], [[0, 0]]


def _config(layer):
    if type(layer).__name__ in ("Sequential", "Functional", "Model"):
        return {}
    try:
        return layer.get_config()
    except NotImplementedError:
        return {}


def _unresolved(config, input_shape):
    """Keras 2 replaces a normalisation's axis -1 by a list with the place of the last axis."""
    axis = config.get("axis")
    resolved = axis is not None and not isinstance(axis, int) and input_shape is not None
    return dict(config, axis=-1) if resolved and list(axis) == [len(input_shape)] else config


def _sequential(model, call_sites):
    result = []
    for index, layer in enumerate(model.layers):
        result.append(_layer(index, layer, [[[index - 1, 0]]], _own_shapes(layer), call_sites))
    return result


def _own_shapes(layer):
    """Shapes of a layer in a sequential model: those of its last call."""
    nodes = graph.nodes_of(layer)
    if not nodes:
        return None, None
    inputs = [graph.shape_of(t) for t in graph.inputs_of(nodes[-1])]
    outputs = [graph.shape_of(t) for t in graph.outputs_of(nodes[-1])]
    return (inputs[0] if inputs else None), (outputs[0] if outputs else None)


def _sequential_ends(model):
    tensors = graph.as_list(getattr(model, "inputs", None)) if model.built else []
    inputs = [{"shape": graph.shape_of(t), "dtype": graph.dtype_of(t), "layer": -1} for t in tensors]
    return inputs, [[len(model.layers) - 1, 0]]


def _functional(model, call_sites):
    network = graph.Graph(model)
    return [_layer(index, layer, network.inbound(layer), network.shapes(layer), call_sites)
            for index, layer in enumerate(network.layers)]


def _functional_ends(model):
    network = graph.Graph(model)
    return network.inputs, network.outputs
