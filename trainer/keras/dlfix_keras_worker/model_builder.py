"""A request's ModelSpec as a Keras model."""

from .failure import describe, unsupported, what_keras_raises

# Layers of two tensors or more; with one they are an operation like `x + 1` in the program's text.
_MERGING = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot")
# Layers whose call takes tensors one by one instead of a list.
_SPREAD = ("MultiHeadAttention", "GroupedQueryAttention", "GroupQueryAttention")


class BuiltModel:
    """`layers` and `outputs` by the places of the spec; an output is that of a layer's last call."""

    def __init__(self, model, layers, outputs):
        self.model = model
        self.layers = layers
        self.outputs = outputs


def build(spec, objects, row_shapes, seed):
    """The model of a spec, sequential as the program has it or functional. `row_shapes`: of the data,
    for inputs whose shape the spec does not have; `seed`: of a model that the program makes whole.
    Errors: TrainingFailure."""
    if len(spec["outputs"]) > 1:
        raise unsupported("models with {} outputs are not supported".format(len(spec["outputs"])))
    if not spec["layers"]:
        raise unsupported("the model has no layers")
    whole = objects.own.whole_model(spec, seed)
    if whole is not None:
        return BuiltModel(whole, [whole], [None])
    builder = _Builder(spec, objects, row_shapes)
    return builder.sequential() if _is_chain(spec) else builder.functional()


def _is_chain(spec):
    """Whether it is a sequential model: every layer follows the one before, the last is the output."""
    chain = all(layer["inbound"] == [[[place - 1, 0]]] for place, layer in enumerate(spec["layers"]))
    from_outside = not spec["inputs"] or spec["inputs"] == [[-1, 0]]
    return chain and from_outside and spec["outputs"] in ([], [[len(spec["layers"]) - 1, 0]])


class _Builder:
    def __init__(self, spec, objects, row_shapes):
        self.spec = spec
        self.objects = objects
        self.keras = objects.keras
        self.row_shapes = row_shapes
        self.layers = [None] * len(spec["layers"])
        self.tensors = {}

    def _input(self, place):
        """The model's input number `place`."""
        shapes = self.spec["input_shapes"]
        shape = shapes[place] if place < len(shapes) else None
        if not shape and place < len(self.row_shapes):
            shape = self.row_shapes[place]
        with what_keras_raises():
            return self.keras.Input(shape=tuple(None if d is None or d < 0 else d for d in shape or ()))

    def sequential(self):
        model = self.keras.Sequential()
        with what_keras_raises():
            model.add(self._input(0))
        outputs = []
        for place, layer in enumerate(self.spec["layers"]):
            self.layers[place] = self.objects.layer(layer)
            with what_keras_raises(_place(layer)):
                model.add(self.layers[place])
                outputs.append(model.outputs[0])
        return BuiltModel(model, self.layers, outputs)

    def functional(self):
        references = [tuple(node) for node in self.spec["inputs"]] or [(-1, 0)]
        inputs = [self._input(place) for place in range(len(references))]
        self.tensors.update(zip(references, inputs))
        ends = [self._tensor(tuple(node)) for node in self.spec["outputs"]]
        outputs = [self._last_output(place) for place in range(len(self.layers))]
        with what_keras_raises():
            model = self.keras.Model(inputs if len(inputs) > 1 else inputs[0], ends[0])
        return BuiltModel(model, self.layers, outputs)

    def _last_output(self, place):
        calls = [call for layer, call in self.tensors if layer == place]
        return self.tensors[place, max(calls)] if calls else None

    def _tensor(self, reference):
        """The tensor of a node; what it depends on is called first, in the order of the model."""
        waiting = [reference]
        while waiting:
            place, call = waiting[-1]
            if (place, call) in self.tensors:
                waiting.pop()
                continue
            sources = self._sources(place, call)
            missing = [source for source in sources if source not in self.tensors]
            if missing:
                if any(source in waiting for source in missing):
                    raise unsupported("the layers of the model form a circle")
                waiting += reversed(missing)
            else:
                self.tensors[place, call] = self._call(place, sources)
        return self.tensors[reference]

    def _sources(self, place, call):
        if not 0 <= place < len(self.layers) or call >= len(self.spec["layers"][place]["inbound"]):
            raise unsupported("the model refers to call {} of layer {}, which it does not have".format(call, place))
        return [tuple(node) for node in self.spec["layers"][place]["inbound"][call]]

    def _call(self, place, sources):
        layer = self.spec["layers"][place]
        if layer["class"] in _MERGING and len(sources) < 2:
            raise unsupported("{} joins a tensor with a value that is no tensor; put it into a Lambda "
                              "layer".format(describe(layer)))
        if self.layers[place] is None:
            self.layers[place] = self.objects.layer(layer)
        inputs = [self.tensors[source] for source in sources]
        with what_keras_raises(_place(layer)):
            if layer["class"] in _SPREAD:
                output = self.layers[place](*inputs)
            else:
                output = self.layers[place](inputs if len(inputs) > 1 else inputs[0])
        if isinstance(output, (list, tuple, dict)):
            raise unsupported("{} gives several tensors, which cannot be told apart here".format(describe(layer)))
        return output


def _place(layer):
    return "line {}: ".format(layer["line"]) if layer.get("line") else ""
