"""What goes wrong inside of a network: the entries of LayerSymptom, as our own trainer measures them."""

import numpy

from .failure import what_keras_raises
from .plain_numbers import to_json

_PROBED_ROWS = 256
_SATURATION = 0.01  # a bounded activation this close to its bound passes practically no gradient


def activation_of(layer):
    if layer["class"] == "ReLU":
        return "relu"
    name = layer["attributes"].get("activation")
    return name if isinstance(name, str) else "linear"


def is_probed(layer):
    return layer["class"] in ("Activation", "ReLU") or "activation" in layer["attributes"]


def dead_share(output, activation):
    """Share of the units (last axis) that are stuck in all rows."""
    units = output.reshape(-1, output.shape[-1])
    low, high = {"sigmoid": (0, 1), "hard_sigmoid": (0, 1), "tanh": (-1, 1),
                 "softsign": (-1, 1)}.get(activation, (None, None))  # fmt: skip
    if high is None:
        stuck = (units == 0).all(axis=0)
    else:
        stuck = (units < low + _SATURATION).all(axis=0) | (units > high - _SATURATION).all(axis=0)
    return float(stuck.mean())


def kernel_of(layer):
    """A layer's first trainable weight; None without one (inputs are no layers here)."""
    return None if layer is None else next(iter(layer.trainable_weights), None)


def first_gradient_norms(built, data, batch_size, seed):
    """L2 norm of each layer's kernel gradient at the initial weights, over as many random rows as a
    batch has. It costs random numbers: the model that is trained must be another one."""
    import tensorflow

    rows = numpy.sort(numpy.random.RandomState(seed % 2**32).permutation(data.count())[:batch_size])
    batch = data.part(rows)
    places = [place for place, layer in enumerate(built.layers) if kernel_of(layer) is not None]
    kernels = [_variable(kernel_of(built.layers[place])) for place in places]
    with what_keras_raises(), tensorflow.GradientTape() as tape:
        predicted = built.model(batch.x(), training=True)
        loss = built.model.compute_loss(x=batch.x(), y=tensorflow.constant(batch.labels), y_pred=predicted,
                                        sample_weight=batch.weights)
    norms = {}
    for place, gradient in zip(places, tape.gradient(loss, kernels)):
        if gradient is not None:
            norms[place] = float(numpy.linalg.norm(tensorflow.convert_to_tensor(gradient).numpy()))
    return norms


def _variable(weight):
    """The TensorFlow variable behind a weight of Keras 3."""
    value = getattr(weight, "value", weight)
    return weight if callable(value) else value


def measure(keras, built, spec, data, norms):
    """One entry per layer with weights or an activation, after the training."""
    outputs = _probe(keras, built, spec, data)
    symptoms = []
    for place, layer in enumerate(spec["layers"]):
        kernel = kernel_of(built.layers[place])
        if kernel is None and not is_probed(layer):
            continue
        nan = float("nan")
        dead = dead_share(outputs[place], activation_of(layer)) if place in outputs else nan
        weight = nan if kernel is None else float(numpy.linalg.norm(numpy.asarray(kernel)))
        symptoms.append({"layer": place, "dead_share": to_json(dead),
                         "gradient_norm": to_json(norms.get(place, nan)),
                         "weight_norm": to_json(weight)})  # fmt: skip
    return symptoms


def _probe(keras, built, spec, data):
    """Outputs of the layers with an activation for the first rows, by place."""
    places = [place for place, layer in enumerate(spec["layers"])
              if is_probed(layer) and built.outputs[place] is not None]
    if not places:
        return {}
    rows = data.part(slice(0, _PROBED_ROWS))
    with what_keras_raises():
        probe = keras.Model(built.model.inputs, [built.outputs[place] for place in places])
        found = probe.predict(rows.x(), batch_size=_PROBED_ROWS, verbose=0)
    return dict(zip(places, found if isinstance(found, list) else [found]))
