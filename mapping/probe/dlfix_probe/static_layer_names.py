"""Names of layers as Keras gives them."""

from .keras_names import snake_case


def layer_name(layer, counts):
    """`dense`, `dense_1`, or the name that the program gives. `counts`: of the names so far, by their base."""
    given = [item.value for item in layer.call.arguments if item.name == "name"]
    if given and getattr(given[0], "value", None):
        return given[0].value
    base = {"InputLayer": "input_layer"}.get(layer.class_name, snake_case(layer.class_name))
    number = counts.get(base, 0)
    counts[base] = number + 1
    return base if number == 0 else "%s_%d" % (base, number)


def layer_names(layers):
    counts = {}
    return [layer_name(layer, counts) for layer in layers]
