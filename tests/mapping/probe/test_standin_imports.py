"""Every common way to import Keras leads to the same classes; what is missing is named."""

import importlib
import unittest

import test_standin_base  # noqa: F401

import keras
import tensorflow as tf

HOMES = {
    "keras.layers Dense": keras.layers.Dense,
    "keras.layers.core Dense": keras.layers.Dense,
    "keras.layers.core Activation": keras.layers.Activation,
    "keras.layers.convolutional Conv2D": keras.layers.Conv2D,
    "keras.layers.convolutional MaxPooling2D": keras.layers.MaxPooling2D,
    "keras.layers.normalization BatchNormalization": keras.layers.BatchNormalization,
    "keras.layers.recurrent LSTM": keras.layers.LSTM,
    "keras.layers.embeddings Embedding": keras.layers.Embedding,
    "keras.layers.merge Concatenate": keras.layers.Concatenate,
    "keras.layers.advanced_activations LeakyReLU": keras.layers.LeakyReLU,
    "keras.layers.wrappers TimeDistributed": keras.layers.TimeDistributed,
    "keras.layers MaxPool2D": keras.layers.MaxPooling2D,
    "keras.layers GlobalAvgPool1D": keras.layers.GlobalAveragePooling1D,
    "keras.models Sequential": keras.Sequential,
    "keras.engine.training Model": keras.Model,
    "keras.engine Input": keras.Input,
    "keras.optimizers SGD": keras.optimizers.SGD,
    "keras.optimizers.legacy Adam": keras.optimizers.Adam,
    "keras.optimizers.schedules ExponentialDecay": keras.optimizers.schedules.ExponentialDecay,
    "keras.utils to_categorical": keras.utils.to_categorical,
    "keras.utils.np_utils to_categorical": keras.utils.to_categorical,
    "keras.utils load_img": keras.preprocessing.image.load_img,
    "keras.utils.vis_utils plot_model": keras.utils.plot_model,
    "keras.saving register_keras_serializable": keras.utils.register_keras_serializable,
    "tensorflow.keras.saving get_custom_objects": keras.utils.get_custom_objects,
    "keras.preprocessing.sequence pad_sequences": keras.utils.pad_sequences,
    "keras.preprocessing.text Tokenizer": keras.preprocessing.text.Tokenizer,
    "keras.callbacks EarlyStopping": keras.callbacks.EarlyStopping,
    "keras.regularizers l2": keras.regularizers.l2,
    "keras.constraints maxnorm": keras.constraints.MaxNorm,
    "keras.datasets mnist": keras.datasets.mnist,
    "keras.datasets.mnist load_data": keras.datasets.mnist.load_data,
    "keras.initializers RandomNormal": keras.initializers.RandomNormal,
    "tensorflow.keras.layers Dense": keras.layers.Dense,
    "tensorflow.keras.models Model": keras.Model,
    "tensorflow.keras.utils to_categorical": keras.utils.to_categorical,
    "tensorflow.keras.optimizers.legacy SGD": keras.optimizers.SGD,
    "tensorflow.python.keras.layers Dense": keras.layers.Dense,
    "tensorflow.keras.preprocessing.text Tokenizer": keras.preprocessing.text.Tokenizer,
    "tensorflow keras": keras,
    "tf_keras.layers Dense": keras.layers.Dense,
    "tensorflow.keras.datasets.cifar10 load_data": keras.datasets.cifar10.load_data,
}


class Imports(unittest.TestCase):
    def test_homes(self):
        for home, expected in HOMES.items():
            module, name = home.split()
            with self.subTest(home):
                self.assertIs(getattr(importlib.import_module(module), name), expected)
        self.assertIs(tf.keras.layers.Dense, keras.layers.Dense)
        self.assertEqual(keras.layers.__name__, "keras.layers")

    def test_what_is_missing_is_named(self):
        for thing, name in ((keras, "applications"), (keras.layers, "MultiHeadAttention"),
                            (tf, "signal"), (tf.data, "TFRecordDataset"), (keras.backend, "rnn")):
            with self.assertRaisesRegex(AttributeError, name):
                getattr(thing, name)
        with self.assertRaises(ImportError):
            importlib.import_module("keras.applications")
        with self.assertRaises(ImportError):
            exec("from keras.layers import MultiHeadAttention")
        self.assertFalse(hasattr(keras.layers, "MultiHeadAttention"))

    def test_tensorflow_basics(self):
        tf.random.set_seed(1)
        tf.compat.v1.set_random_seed(1)
        self.assertEqual(tf.constant([1.5, 2.0]).numpy().tolist(), [1.5, 2.0])
        self.assertEqual(str(tf.cast(tf.constant([1, 2]), tf.float32).dtype), "float32")
        self.assertEqual(tf.one_hot([0, 2], 3).numpy().tolist(), [[1, 0, 0], [0, 0, 1]])
        self.assertEqual(tf.config.list_physical_devices("GPU"), [])
        self.assertEqual(tf.reduce_mean(tf.constant([1.0, 3.0])).numpy(), 2.0)
        with tf.device("/cpu:0"):
            self.assertEqual(tf.zeros((2, 3)).shape, (2, 3))
        self.assertEqual(float(tf.Variable(initial_value=2.0, shape=())), 2.0)
        variable = tf.Variable(3.0)
        variable.assign(4.0)
        self.assertEqual(float(variable), 4.0)
        self.assertIs(tf.nn.relu, keras.activations.relu)

    def test_tf_data(self):
        import numpy
        x, y = numpy.arange(10).reshape(5, 2), numpy.arange(5)
        data = tf.data.Dataset.from_tensor_slices((x, y))
        batches = list(data.map(lambda a, b: (a * 2, b)).batch(2).prefetch(tf.data.AUTOTUNE))
        self.assertEqual([len(b[1]) for b in batches], [2, 2, 1])
        self.assertEqual(batches[1][0].tolist(), [[8, 10], [12, 14]])
        self.assertEqual(len(data.batch(2, drop_remainder=True)), 2)
        self.assertEqual(sorted(int(b) for _, b in data.shuffle(5, seed=1)), [0, 1, 2, 3, 4])
        self.assertEqual(len(list(data.repeat().take(12))), 12)
        self.assertEqual([int(b) for _, b in data.skip(3)], [3, 4])


if __name__ == "__main__":
    unittest.main()
