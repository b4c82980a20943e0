"""Shapes, parameter counts, arguments and errors of the stand-in's layers."""

import unittest

import test_standin_base  # noqa: F401

import keras
from keras import layers as L

# layer, input shape, output shape, parameters: as Keras 3 gives them (checked by test_standin_keras).
CASES = [
    ("L.Dense(7)", (5,), (7,), 42), ("L.Dense(7, use_bias=False)", (3, 5), (3, 7), 35),
    ("L.Conv1D(6, 3)", (10, 4), (8, 6), 78),
    ("L.Conv1D(6, 3, padding='causal', dilation_rate=2)", (10, 4), (10, 6), 78),
    ("L.Conv2D(8, (3, 2), strides=2)", (11, 9, 3), (5, 4, 8), 152),
    ("L.Conv2D(8, 3, padding='same', strides=(2, 1))", (11, 9, 3), (6, 9, 8), 224),
    ("L.Conv2D(8, 3, dilation_rate=2, groups=2)", (11, 9, 4), (7, 5, 8), 152),
    ("L.Conv2DTranspose(4, 3, strides=2)", (5, 5, 2), (11, 11, 4), 76),
    ("L.Conv2DTranspose(4, 3, strides=2, padding='same')", (5, 5, 2), (10, 10, 4), 76),
    ("L.SeparableConv2D(6, 3)", (8, 8, 4), (6, 6, 6), 66),
    ("L.DepthwiseConv2D(3, depth_multiplier=2)", (8, 8, 4), (6, 6, 8), 80),
    ("L.DepthwiseConv1D(3, depth_multiplier=2)", (8, 4), (6, 8), 32),
    ("L.MaxPooling2D()", (7, 7, 2), (3, 3, 2), 0),
    ("L.MaxPooling2D(3, strides=2, padding='same')", (7, 8, 2), (4, 4, 2), 0),
    ("L.AveragePooling1D(2)", (7, 2), (3, 2), 0), ("L.MaxPooling1D(3, strides=1)", (7, 2), (5, 2), 0),
    ("L.GlobalMaxPooling1D()", (7, 2), (2,), 0), ("L.GlobalAveragePooling2D()", (7, 7, 3), (3,), 0),
    ("L.GlobalMaxPooling2D(keepdims=True)", (7, 7, 3), (1, 1, 3), 0),
    ("L.Flatten()", (3, 4, 5), (60,), 0), ("L.Reshape((6, -1))", (3, 4), (6, 2), 0),
    ("L.Permute((2, 1))", (3, 4), (4, 3), 0), ("L.RepeatVector(3)", (4,), (3, 4), 0),
    ("L.Dropout(0.5)", (4,), (4,), 0), ("L.Activation('tanh')", (4, 2), (4, 2), 0),
    ("L.BatchNormalization()", (4, 3), (4, 3), 12),
    ("L.BatchNormalization(scale=False)", (3,), (3,), 9),
    ("L.LayerNormalization()", (4, 3), (4, 3), 6), ("L.PReLU()", (4, 3), (4, 3), 12),
    ("L.Embedding(9, 5)", (6,), (6, 5), 45), ("L.LSTM(4)", (6, 3), (4,), 128),
    ("L.LSTM(4, return_sequences=True)", (6, 3), (6, 4), 128), ("L.GRU(4)", (6, 3), (4,), 108),
    ("L.GRU(4, reset_after=False)", (6, 3), (4,), 96), ("L.SimpleRNN(4)", (6, 3), (4,), 32),
    ("L.Bidirectional(L.LSTM(4))", (6, 3), (8,), 256),
    ("L.TimeDistributed(L.Dense(2))", (6, 3), (6, 2), 8),
    ("L.ZeroPadding2D(((1, 2), (3, 4)))", (5, 5, 1), (8, 12, 1), 0),
    ("L.Cropping2D(1)", (5, 5, 1), (3, 3, 1), 0), ("L.UpSampling2D(2)", (5, 4, 1), (10, 8, 1), 0),
    ("L.UpSampling1D(3)", (5, 4), (15, 4), 0), ("L.Softmax()", (4,), (4,), 0),
    ("L.ReLU(max_value=6)", (4,), (4,), 0), ("L.LeakyReLU()", (4,), (4,), 0),
    ("L.ELU()", (4,), (4,), 0), ("L.GaussianNoise(0.1)", (4,), (4,), 0),
    ("L.SpatialDropout1D(0.1)", (4, 2), (4, 2), 0), ("L.Rescaling(1.0 / 255)", (4,), (4,), 0),
]
# what raises, in the stand-in and in Keras
WRONG = [
    ("L.Dense(0)", (4,)), ("L.Dense(-1)", (4,)), ("L.Dense(3, activation='rleu')", (4,)),
    ("L.Dense(3, kernel_initializer='nothing')", (4,)), ("L.Dense(3, nonsense=1)", (4,)),
    ("L.Dense()", (4,)), ("L.Conv2D(3, 3)", (4,)), ("L.Conv2D(3, 5)", (4, 4, 1)),
    ("L.Conv2D(3, 3, padding='some')", (4, 4, 1)), ("L.LSTM(3)", (4,)), ("L.MaxPooling2D(9)", (4, 4, 1)),
    ("L.Reshape((3, 3))", (4,)), ("L.Dropout(1.5)", (4,)), ("L.Conv1D(3, 3)", (4, 4, 1)),
    ("L.Dense(3, kernel_regularizer='l3')", (4,)), ("L.RepeatVector(3)", (4, 2)),
]


class Layers(unittest.TestCase):
    def test_shapes_and_parameters(self):
        for text, given, expected, parameters in CASES:
            with self.subTest(text):
                layer = eval(text)
                output = layer(keras.Input(shape=given))
                self.assertEqual(tuple(output.shape), (None,) + expected)
                self.assertEqual(layer.count_params(), parameters)

    def test_wrong_layers_raise(self):
        for text, given in WRONG:
            with self.subTest(text):
                with self.assertRaises((ValueError, TypeError)):
                    eval(text)(keras.Input(shape=given))

    def test_merges(self):
        a, b = keras.Input(shape=(4, 3)), keras.Input(shape=(4, 5))
        self.assertEqual(L.Concatenate()([a, b]).shape, (None, 4, 8))
        self.assertEqual(L.concatenate([a, a], axis=1).shape, (None, 8, 3))
        self.assertEqual(L.Add()([a, a]).shape, (None, 4, 3))
        self.assertEqual(L.multiply([a, keras.Input(shape=(1, 3))]).shape, (None, 4, 3))
        for wrong in (lambda: L.Add()([a, b]), lambda: L.Concatenate(axis=1)([a, b]),
                      lambda: L.Add()(a)):
            self.assertRaises(ValueError, wrong)

    def test_lambda(self):
        x = keras.Input(shape=(4,))
        self.assertEqual(L.Lambda(lambda t: t / 255.0 - 0.5)(x).shape, (None, 4))
        self.assertEqual(L.Lambda(lambda t: keras.backend.mean(t), output_shape=(1,))(x).shape,
                         (None, 1))
        with self.assertRaises(AttributeError):
            x + 1

    def test_keras_1_and_2_spellings(self):
        dense = L.Dense(output_dim=3, init="normal", bias=False, input_dim=4)
        self.assertEqual((dense.units, dense.use_bias, type(dense.kernel_initializer).__name__),
                         (3, False, "RandomNormal"))
        for conv in (L.Convolution2D(8, 3, 5, border_mode="same", subsample=(2, 2)),
                     L.Convolution2D(nb_filter=8, nb_row=3, nb_col=5, border_mode="same",
                                     subsample=(2, 2))):
            self.assertEqual((conv.filters, conv.kernel_size, conv.strides, conv.padding),
                             (8, (3, 5), (2, 2), "same"))
        self.assertEqual(L.Dropout(p=0.3).rate, 0.3)


class Models(unittest.TestCase):
    def test_sequential(self):
        model = keras.Sequential([L.Dense(3, batch_input_shape=(None, 4))], name="named")
        model.add(L.Dense(2))
        self.assertEqual((model.name, model.built, model.output_shape, model.count_params()),
                         ("named", True, (None, 2), 23))
        model.pop()
        self.assertEqual(model.output_shape, (None, 3))
        with self.assertRaises(TypeError):
            model.add("Dense")
        later = keras.Sequential([L.Dense(3)])
        self.assertFalse(later.built)
        later.build((None, 6))
        self.assertEqual((later.input_shape, later.layers[0].count_params()), ((None, 6), 21))

    def test_layers_of_functional_models_are_ordered_by_depth(self):
        first, second = keras.Input(shape=(3,)), keras.Input(shape=(3,))
        deep = L.Dense(2, name="c")(L.Dense(2, name="b")(L.Dense(2, name="a")(first)))
        model = keras.Model([first, second], L.Add(name="sum")([deep, L.Dense(2, name="d")(second)]))
        names = [layer.name for layer in model.layers if not isinstance(layer, L.InputLayer)]
        self.assertEqual(names, ["a", "b", "c", "d", "sum"])
        self.assertEqual(model.compute_output_shape([(None, 3), (None, 3)]), (None, 2))
        with self.assertRaisesRegex(ValueError, "disconnected"):
            keras.Model(first, model.output)

    def test_optimizers(self):
        rate = keras.optimizers.SGD(lr=0.5)
        self.assertEqual((float(rate.lr), float(rate.learning_rate)), (0.5, 0.5))
        keras.backend.set_value(rate.lr, 0.25)
        self.assertEqual(rate.get_config()["learning_rate"], 0.25)
        for wrong in ("sgdd", keras.optimizers.SGD, 3):
            with self.assertRaises(ValueError):
                keras.optimizers.get(wrong)
        with self.assertRaises(TypeError):
            keras.optimizers.Adam(momentums=1)

    def test_weights(self):
        model = keras.Sequential([L.Dense(3, input_shape=(4,)), L.Dense(2)])
        self.assertEqual([w.shape for w in model.get_weights()], [(4, 3), (3,), (3, 2), (2,)])
        model.set_weights([w + 1 for w in model.get_weights()])
        self.assertEqual(model.layers[1].get_weights()[1].tolist(), [1, 1])

    def test_shapes_are_tuples_and_have_what_tensorflow_has(self):
        given = keras.Input((3, 2))
        self.assertEqual((given.shape, given.shape.as_list(), given.get_shape().as_list()),
                         ((None, 3, 2), [None, 3, 2], [None, 3, 2]))

    def test_weights_of_an_own_layer_by_either_order(self):
        layer = L.Layer()
        for weight in (layer.add_weight("w", [3, 4]), layer.add_weight((3, 4)), layer.add_weight(name="w", shape=(3, 4))):
            self.assertEqual(weight.shape, (3, 4))
        self.assertEqual(layer.add_weight("scalar").shape, ())


if __name__ == "__main__":
    unittest.main()
