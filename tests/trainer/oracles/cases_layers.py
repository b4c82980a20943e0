"""Layers: one or two of each, alone or in front of a Dense layer, with the settings that programs use."""

from oracle_case import case

SEQUENCE = ("float", (4, 3))
IMAGES = ("float", (5, 4, 2))
OUT = ("float", (2,))


def _alone(name, layer, x, y, **more):
    return case(name, [layer], x, y, **more)


def _flat(name, layer, x, **more):
    """The layer, then Flatten and Dense(2)."""
    return case(name, [layer, ("Flatten", {}), ("Dense", {"units": 2})], x, OUT, **more)


def _convolutions():
    conv = {"filters": 2, "kernel_size": 3}
    for padding in ("valid", "same"):
        for strides in (1, 2):
            settings = dict(conv, padding=padding, strides=strides, activation="relu")
            yield _flat("Conv2D %s stride %d" % (padding, strides), ("Conv2D", settings), IMAGES)
            yield _flat("Conv1D %s stride %d" % (padding, strides), ("Conv1D", settings), SEQUENCE)
            yield _flat("SeparableConv2D %s stride %d" % (padding, strides),
                        ("SeparableConv2D", dict(settings, activation="tanh")), IMAGES)
    yield _flat("Conv2D without bias, dilated", ("Conv2D", {"filters": 2, "kernel_size": [2, 1], "dilation_rate": 2, "use_bias": False}), IMAGES)
    yield _flat("Conv2D groups", ("Conv2D", {"filters": 4, "kernel_size": 2, "groups": 2}), IMAGES)
    yield _flat("Conv1D causal", ("Conv1D", {"filters": 2, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}), SEQUENCE)
    yield _flat("SeparableConv2D multiplier", ("SeparableConv2D", {"filters": 3, "kernel_size": 2, "depth_multiplier": 2}), IMAGES)
    yield _flat("SeparableConv1D same", ("SeparableConv1D", {"filters": 2, "kernel_size": 3, "padding": "same"}), SEQUENCE)
    yield _flat("DepthwiseConv2D same", ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2, "padding": "same", "activation": "relu"}), IMAGES)


def _pools():
    for kind in ("Max", "Average"):
        for padding in ("valid", "same"):
            yield _flat("%sPooling2D %s" % (kind, padding), (kind + "Pooling2D", {"pool_size": 2, "padding": padding}), IMAGES)
            yield _flat("%sPooling2D %s 3 stride 2" % (kind, padding), (kind + "Pooling2D", {"pool_size": 3, "strides": 2, "padding": padding}), IMAGES)
            yield _flat("%sPooling1D %s" % (kind, padding), (kind + "Pooling1D", {"pool_size": 3, "strides": 2, "padding": padding}), SEQUENCE)
        for rank, x in (("1D", SEQUENCE), ("2D", IMAGES)):
            name = "Global%sPooling%s" % (kind, rank)
            yield case(name, [("Dense", {"units": 3}), (name, {}), ("Dense", {"units": 2})], x, OUT)
            yield _flat(name + " keepdims", (name, {"keepdims": True}), x)


def _shapes():
    before = ("Dense", {"units": 2})
    for layer, x in ((("Reshape", {"target_shape": [2, -1]}), SEQUENCE),
                     (("Permute", {"dims": [2, 1]}), SEQUENCE),
                     (("Permute", {"dims": [3, 1, 2]}), IMAGES),
                     (("ZeroPadding1D", {"padding": 1}), SEQUENCE),
                     (("ZeroPadding1D", {"padding": [0, 2]}), SEQUENCE),
                     (("ZeroPadding2D", {"padding": 1}), IMAGES),
                     (("ZeroPadding2D", {"padding": [[1, 0], [2, 1]]}), IMAGES),
                     (("Cropping1D", {"cropping": [1, 1]}), SEQUENCE),
                     (("Cropping2D", {"cropping": [[1, 0], [0, 1]]}), IMAGES),
                     (("UpSampling1D", {"size": 2}), SEQUENCE),
                     (("UpSampling2D", {"size": [2, 3]}), IMAGES),
                     (("RepeatVector", {"n": 3}), ("float", (4,)))):
        rate = 0.01 if layer[0] in ("ZeroPadding2D", "UpSampling2D") else 0.1  # those diverge at 0.1
        yield case("%s %s" % (layer[0], sorted(layer[1].values())), [before, layer, ("Dense", {"units": 2}), ("Flatten", {}), ("Dense", {"units": 2})], x, OUT,
                   optimizer=("sgd", rate, {}))


def _activations():
    for index, layer in enumerate((
            ("LeakyReLU", {}), ("LeakyReLU", {"negative_slope": 0.1}), ("PReLU", {}), ("ELU", {}),
            ("ELU", {"alpha": 0.5}), ("ReLU", {}), ("Softmax", {}),
            ("ReLU", {"max_value": 0.4, "negative_slope": 0.2, "threshold": 0.1}))):
        yield case("%s %d" % (layer[0], index), [("Dense", {"units": 4}), layer, ("Dense", {"units": 2})], ("float", (3,)), OUT)
    yield case("ThresholdedReLU", [("Dense", {"units": 4}), ("ThresholdedReLU", {"theta": 0.2}), ("Dense", {"units": 2})], ("float", (3,)), OUT, may_miss=True)
    yield _flat("PReLU shared", ("PReLU", {"shared_axes": [1, 2]}), IMAGES)
    yield _flat("Softmax axis 1", ("Softmax", {"axis": 1}), SEQUENCE)
    yield _flat("Activation sequence", ("Activation", {"activation": "softmax"}), SEQUENCE)


def _normalisations():
    for name, x in (("2D", ("float", (3,))), ("3D", SEQUENCE), ("4D", IMAGES)):
        yield _flat("BatchNormalization " + name, ("BatchNormalization", {}), x)
        yield _flat("LayerNormalization " + name, ("LayerNormalization", {}), x, optimizer=("sgd", 0.01, {}))
    yield _flat("BatchNormalization settings", ("BatchNormalization", {"momentum": 0.7, "epsilon": 0.01, "center": False}), IMAGES)
    yield _flat("BatchNormalization plain", ("BatchNormalization", {"scale": False, "center": False}), SEQUENCE)
    yield _flat("BatchNormalization frozen", ("BatchNormalization", {"trainable": False}), SEQUENCE)
    yield _flat("LayerNormalization settings", ("LayerNormalization", {"epsilon": 0.1, "scale": False}), SEQUENCE)
    yield _flat("LayerNormalization axes", ("LayerNormalization", {"axis": [1, 2]}), SEQUENCE)
    yield _flat("Rescaling", ("Rescaling", {"scale": 0.5, "offset": -0.25}), IMAGES)
    yield case("BatchNormalization after Conv2D", [("Conv2D", {"filters": 2, "kernel_size": 2}), ("BatchNormalization", {}), ("Activation", {"activation": "relu"}),
                                                   ("MaxPooling2D", {}), ("Flatten", {}), ("Dense", {"units": 2, "activation": "softmax"})],
               IMAGES, ("onehot", 2), loss="categorical_crossentropy")


def _recurrences():
    for name in ("LSTM", "GRU", "SimpleRNN"):
        yield _alone(name, (name, {"units": 2}), SEQUENCE, OUT)
        yield _alone(name + " sequences", (name, {"units": 2, "return_sequences": True, "go_backwards": True}), SEQUENCE, ("float", (4, 2)))
        yield _alone(name + " relu", (name, {"units": 2, "activation": "relu", "use_bias": False}), SEQUENCE, OUT)
        yield case("Bidirectional " + name, [("Bidirectional", {"layer": ("layer", name, {"units": 2})}), ("Dense", {"units": 2})], SEQUENCE, OUT)
    yield _alone("GRU reset before", ("GRU", {"units": 2, "reset_after": False}), SEQUENCE, OUT)
    yield _alone("LSTM hard_sigmoid", ("LSTM", {"units": 2, "recurrent_activation": "hard_sigmoid"}), SEQUENCE, OUT)
    for mode in ("sum", "mul", "ave", "concat"):
        yield case("Bidirectional sequences " + mode, [("Bidirectional", {"layer": ("layer", "LSTM", {"units": 2, "return_sequences": True}), "merge_mode": mode}),
                                                       ("Flatten", {}), ("Dense", {"units": 2})], SEQUENCE, OUT)
    yield case("two LSTMs", [("LSTM", {"units": 3, "return_sequences": True}), ("LSTM", {"units": 2}), ("Dense", {"units": 1, "activation": "sigmoid"})],
               SEQUENCE, ("ids", (1,), 2), loss="binary_crossentropy")


def _embeddings():
    ids = ("ids", (5,), 6)
    table = ("Embedding", {"input_dim": 6, "output_dim": 2})
    yield case("Embedding", [table, ("Flatten", {}), ("Dense", {"units": 2})], ids, OUT)
    yield case("Embedding pooled", [table, ("GlobalAveragePooling1D", {}), ("Dense", {"units": 1, "activation": "sigmoid"})], ids, ("ids", (1,), 2), loss="binary_crossentropy")
    yield case("Embedding out of range", [table, ("Flatten", {}), ("Dense", {"units": 2})], ("ids", (5,), 40), OUT, may_raise=True, steps=1)
    masked = ("Embedding", {"input_dim": 6, "output_dim": 2, "mask_zero": True})
    padded = _padded()
    for name in ("LSTM", "GRU", "SimpleRNN"):
        yield case("masked " + name, [masked, (name, {"units": 2}), ("Dense", {"units": 2})], padded, OUT)
    yield case("masked LSTM sequences", [masked, ("LSTM", {"units": 3, "return_sequences": True}), ("LSTM", {"units": 2})], padded, OUT)
    yield case("masked Bidirectional", [masked, ("Bidirectional", {"layer": ("layer", "LSTM", {"units": 2})}), ("Dense", {"units": 2})], padded, OUT)
    yield case("masked average", [masked, ("GlobalAveragePooling1D", {}), ("Dense", {"units": 2})], padded, OUT)
    yield case("Masking", [("Masking", {"mask_value": 0.0}), ("LSTM", {"units": 2})], _padded_features(), OUT)
    for layer in (("Flatten", {}), ("Conv1D", {"filters": 2, "kernel_size": 2}), ("GlobalMaxPooling1D", {}), ("BatchNormalization", {}),
                  ("Dropout", {"rate": 0.0}), ("TimeDistributed", {"layer": ("layer", "Dense", {"units": 2})}), ("Activation", {"activation": "tanh"})):
        behind = [] if layer[0] == "GlobalMaxPooling1D" else [("LSTM", {"units": 2})] if layer[0] != "Flatten" else []
        yield case("masked " + layer[0], [masked, layer] + behind + [("Dense", {"units": 2})], padded, OUT, may_raise=True)
    yield case("masked loss", [masked, ("Dense", {"units": 2})], padded, ("float", (5, 2)))


def _padded():
    import numpy
    return numpy.array([[1, 2, 3, 0, 0], [4, 5, 1, 2, 0], [3, 0, 2, 0, 0], [5, 4, 3, 2, 1]], "float32")


def _padded_features():
    import numpy
    x = numpy.round(numpy.random.RandomState(5).uniform(-1, 1, (4, 4, 3)), 2).astype("float32")
    x[0, 2:] = 0
    x[2, 1] = 0
    return x


def _wrappers_and_merges():
    yield case("TimeDistributed Dense", [("TimeDistributed", {"layer": ("layer", "Dense", {"units": 2, "activation": "relu"})}), ("Flatten", {}), ("Dense", {"units": 2})], SEQUENCE, OUT)
    yield case("TimeDistributed after LSTM", [("LSTM", {"units": 2, "return_sequences": True}), ("TimeDistributed", {"layer": ("layer", "Dense", {"units": 3, "activation": "softmax"})})],
               SEQUENCE, ("ids", (4, 1), 3), loss="sparse_categorical_crossentropy")
    yield case("TimeDistributed Conv2D", [("TimeDistributed", {"layer": ("layer", "Conv2D", {"filters": 2, "kernel_size": 2})}), ("Flatten", {}), ("Dense", {"units": 2})], ("float", (2, 3, 3, 1)), OUT)
    yield case("Dense on sequences", [("Dense", {"units": 3, "activation": "relu"}), ("Dense", {"units": 2})], SEQUENCE, ("float", (4, 2)))
    for name in ("Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"):
        yield case(name, [("Dense", {"units": 2}, ["x0"]), ("Dense", {"units": 2}, ["x1"]), ("Dense", {"units": 2}, ["x0"]),
                          (name, {}, [0, 1, 2]), ("Dense", {"units": 2}, [3])], [("float", (3,)), ("float", (2,))], OUT)
    yield case("Subtract", [("Dense", {"units": 2}, ["x0"]), ("Dense", {"units": 2}, ["x1"]), ("Subtract", {}, [0, 1])], [("float", (3,)), ("float", (2,))], OUT)
    yield case("Concatenate axis 1", [("Dense", {"units": 2}, ["x0"]), ("Concatenate", {"axis": 1}, [0, "x1"]), ("Flatten", {}, [1]), ("Dense", {"units": 2}, [2])],
               [SEQUENCE, ("float", (1, 2))], OUT)
    yield case("Add broadcasts", [("Dense", {"units": 2}, ["x0"]), ("Dense", {"units": 1}, ["x0"]), ("Add", {}, [0, 1])], ("float", (3,)), OUT)
    yield case("Dropout off", [("Dense", {"units": 3}), ("Dropout", {"rate": 0.0}), ("Dense", {"units": 2, "activation": "softmax"}), ("Dropout", {"rate": 0.0})],
               ("float", (3,)), ("onehot", 2), loss="categorical_crossentropy")
    yield case("Flatten Dense", [("Flatten", {}), ("Dense", {"units": 2, "use_bias": False})], IMAGES, OUT)


def spatial():
    yield from _convolutions()
    yield from _pools()
    yield from _shapes()


def layers():
    yield from _activations()
    yield from _normalisations()
    yield from _wrappers_and_merges()


def sequences():
    yield from _recurrences()
    yield from _embeddings()
