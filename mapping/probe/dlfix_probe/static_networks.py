"""Networks that come with Keras in the static reading.

The layers of the plainer ones are listed here after the papers (Simonyan and Zisserman 2015, VGG; He et al. 2016,
ResNet; Szegedy et al. 2016, Inception v3) with the names and settings that Keras has; the others stay one part.
"""

from .names_calls import bind
from .names_layers import parameters
from .static_values import Argument, CallSite, Const, Layer, Model, Tensor, Value, constant, plain

_ARGUMENTS = ["include_top", "weights", "input_tensor", "input_shape", "pooling", "classes", "classifier_activation",
              "name"]
_POOLINGS = {"avg": "GlobalAveragePooling2D", "max": "GlobalMaxPooling2D"}


class Networks:
    """Mixin of the reader."""

    def application(self, name, site):
        """The model that a function of keras.applications gives."""
        model = Model("functional", site)
        model.level, model.foreign = self.unsure, name
        model.as_layer = self._register(Layer("Functional", site, None))
        model.as_layer.calls.append([])
        settings = _settings(site) if name in _BUILDERS else None
        if settings is None:
            self._lost(model, site, "the layers of %s come with Keras and are not in the program" % name)
            return model
        stack = _Stack(self, site)
        model.inputs = [settings["input_tensor"] or stack.input(settings["input_shape"], _SIZES.get(name, 224),
                                                                settings["include_top"])]
        _BUILDERS[name](stack, model.inputs[0], settings)
        model.outputs = [stack.last]
        return model


def _settings(site):
    """Arguments that decide which layers there are; None where they are not known."""
    bound = bind(_ARGUMENTS, site.arguments)
    found = {key: bound[key].value if key in bound else None for key in _ARGUMENTS}
    for key, default in (("include_top", True), ("pooling", None)):
        content, known = plain(found[key]) if key in bound else (default, True)
        if not known:
            return None
        found[key] = content
    tensor = found["input_tensor"]
    if isinstance(tensor, Const) and tensor.value is None:
        tensor = None
    if site.opaque or tensor is not None and not (isinstance(tensor, Tensor) and tensor.layer.class_name == "InputLayer"):
        return None
    found["input_tensor"] = tensor
    return found


class _Stack:
    """Makes layers one after the other; their place is the call of the network."""

    def __init__(self, reader, site):
        self.reader = reader
        self.site = site
        self.last = None

    def input(self, shape, size, include_top):
        if shape is None or isinstance(shape, Const) and shape.value is None:
            shape = constant((size, size, 3) if include_top else (None, None, 3))
        layer = self._made("InputLayer", None, {"shape": shape})
        layer.calls.append([])
        return Tensor(layer, 0)

    def put(self, class_name, source=None, name=None, **values):
        """A layer on a tensor or a list of them, by default the last; its tensor, then the last."""
        layer = self._made(class_name, name, values)
        source = self.last if source is None else source
        layer.calls.append(source if isinstance(source, list) else [source])
        self.last = Tensor(layer, 0)
        return self.last

    def _made(self, class_name, name, values):
        arguments = [Argument(key, None, value if isinstance(value, Value) else constant(value))
                     for key, value in values.items()]
        bound = bind(parameters(class_name), arguments)
        named = [Argument("name", None, Const(name))] if name else []
        layer = Layer(class_name, CallSite(self.site.source, self.site.node, named, False), bound)
        layer.packaged = True
        return self.reader._register(layer)

    def pooled(self, pooling):
        """The end of a network without its classifier."""
        if pooling in _POOLINGS:
            self.put(_POOLINGS[pooling])

    def classifier(self, settings):
        self.put("Dense", name="predictions", units=settings["classes"] or Const(1000),
                 activation=settings["classifier_activation"] or Const("softmax"))


def _vgg(depths):
    def build(stack, tensor, settings):
        stack.last = tensor
        for block, (depth, filters) in enumerate(zip(depths, (64, 128, 256, 512, 512)), 1):
            for number in range(1, depth + 1):
                stack.put("Conv2D", name="block%d_conv%d" % (block, number), filters=filters, kernel_size=(3, 3),
                          activation="relu", padding="same")
            stack.put("MaxPooling2D", name="block%d_pool" % block, pool_size=(2, 2), strides=(2, 2))
        if not settings["include_top"]:
            return stack.pooled(settings["pooling"])
        stack.put("Flatten", name="flatten")
        for name in ("fc1", "fc2"):
            stack.put("Dense", name=name, units=4096, activation="relu")
        return stack.classifier(settings)
    return build


def _end(stack, settings):
    if settings["include_top"]:
        stack.put("GlobalAveragePooling2D", name="avg_pool")
        stack.classifier(settings)
    else:
        stack.pooled(settings["pooling"])


def _resnet(depths):
    def convolution(stack, name, source=None, **values):
        stack.put("Conv2D", source, name + "_conv", **values)
        return stack.put("BatchNormalization", name=name + "_bn", axis=3, epsilon=1.001e-5)

    def block(stack, name, filters, stride, widen):
        entry = stack.last
        beside = convolution(stack, name + "_0", entry, filters=4 * filters, kernel_size=1, strides=stride) if widen else entry
        convolution(stack, name + "_1", entry, filters=filters, kernel_size=1, strides=stride)
        stack.put("Activation", name=name + "_1_relu", activation="relu")
        convolution(stack, name + "_2", filters=filters, kernel_size=3, padding="same")
        stack.put("Activation", name=name + "_2_relu", activation="relu")
        convolution(stack, name + "_3", filters=4 * filters, kernel_size=1)
        stack.put("Add", [beside, stack.last], name + "_add")
        stack.put("Activation", name=name + "_out", activation="relu")

    def build(stack, tensor, settings):
        stack.put("ZeroPadding2D", tensor, "conv1_pad", padding=((3, 3), (3, 3)))
        convolution(stack, "conv1", filters=64, kernel_size=7, strides=2)
        stack.put("Activation", name="conv1_relu", activation="relu")
        stack.put("ZeroPadding2D", name="pool1_pad", padding=((1, 1), (1, 1)))
        stack.put("MaxPooling2D", name="pool1_pool", pool_size=3, strides=2)
        for stage, depth in enumerate(depths):
            for number in range(depth):
                block(stack, "conv%d_block%d" % (stage + 2, number + 1), 64 << stage,
                      2 if stage and not number else 1, not number)
        _end(stack, settings)
    return build


def _inception(stack, tensor, settings):
    def unit(filters, size, source=None, stride=1, padding="same"):
        stack.put("Conv2D", source, filters=filters, kernel_size=size, strides=stride, padding=padding, use_bias=False)
        stack.put("BatchNormalization", axis=3, scale=False)
        return stack.put("Activation", activation="relu")

    def branch(source, *units):
        for number, (filters, size) in enumerate(units):
            unit(filters, size, source if number == 0 else None)
        return stack.last

    def averaged(source, filters):
        stack.put("AveragePooling2D", source, pool_size=(3, 3), strides=(1, 1), padding="same")
        return unit(filters, (1, 1))

    def halved(source):
        return stack.put("MaxPooling2D", source, pool_size=(3, 3), strides=(2, 2))

    def joined(name, *parts):
        return stack.put("Concatenate", list(parts), name, axis=3)

    one, three, row, column = (1, 1), (3, 3), (1, 7), (7, 1)
    unit(32, three, tensor, (2, 2), "valid")
    unit(32, three, padding="valid")
    unit(64, three)
    halved(None)
    unit(80, one, padding="valid")
    unit(192, three, padding="valid")
    x = halved(None)
    for number, filters in enumerate((32, 64, 64)):
        x = joined("mixed%d" % number, branch(x, (64, one)), branch(x, (48, one), (64, (5, 5))),
                   branch(x, (64, one), (96, three), (96, three)), averaged(x, filters))
    wide = unit(384, three, x, (2, 2), "valid")
    branch(x, (64, one), (96, three))
    x = joined("mixed3", wide, unit(96, three, None, (2, 2), "valid"), halved(x))
    for number, filters in enumerate((128, 160, 160, 192), 4):
        x = joined("mixed%d" % number, branch(x, (192, one)), branch(x, (filters, one), (filters, row), (192, column)),
                   branch(x, (filters, one), (filters, column), (filters, row), (filters, column), (192, row)),
                   averaged(x, 192))
    branch(x, (192, one))
    wide = unit(320, three, None, (2, 2), "valid")
    branch(x, (192, one), (192, row), (192, column))
    x = joined("mixed8", wide, unit(192, three, None, (2, 2), "valid"), halved(x))
    for number in (0, 1):
        narrow, middle = branch(x, (320, one)), branch(x, (384, one))
        middle = joined("mixed9_%d" % number, unit(384, (1, 3), middle), unit(384, (3, 1), middle))
        far = branch(x, (448, one), (384, three))
        far = joined(None, unit(384, (1, 3), far), unit(384, (3, 1), far))
        x = joined("mixed%d" % (9 + number), narrow, middle, far, averaged(x, 192))
    _end(stack, settings)


_BUILDERS = {"VGG16": _vgg((2, 2, 3, 3, 3)), "VGG19": _vgg((2, 2, 4, 4, 4)), "ResNet50": _resnet((3, 4, 6, 3)),
             "ResNet101": _resnet((3, 4, 23, 3)), "ResNet152": _resnet((3, 8, 36, 3)), "InceptionV3": _inception}
_SIZES = {"InceptionV3": 299}
