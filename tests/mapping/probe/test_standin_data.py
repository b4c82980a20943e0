"""Data sets in their file formats, sequences, texts, labels."""

import gzip
import os
import pickle
import shutil
import tempfile
import unittest

import numpy

import test_standin_base  # noqa: F401

import keras
from dlfix_probe import datasets
from dlfix_probe.program_errors import MissingDataset
from keras.preprocessing.sequence import pad_sequences
from keras.preprocessing.text import Tokenizer


def idx(array):
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return b"\0\0\x08" + bytes([array.ndim]) + sizes + array.tobytes()


class DataSets(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dlfix-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.warnings = []
        datasets.search_in([self.folder], self.warnings.append)
        self.generator = numpy.random.RandomState(3)

    def put(self, name, data, packed=False):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with (gzip.open(path + ".gz", "wb") if packed else open(path, "wb")) as file:
            file.write(data)

    def pictures(self, *shape):
        return self.generator.randint(0, 256, shape).astype("uint8")

    def test_missing_ones_are_named(self):
        for name, load in datasets.LOADERS.items():
            with self.assertRaises(MissingDataset) as caught:
                load()
            self.assertEqual(caught.exception.name, name)

    def test_mnist_in_idx_and_npz(self):
        train, labels, test, other = (self.pictures(6, 28, 28), self.pictures(6),
                                      self.pictures(3, 28, 28), self.pictures(3))
        for packed in (False, True):
            for folder in ("mnist/", "fashion_mnist/"):
                self.put(folder + "train-images-idx3-ubyte", idx(train), packed)
                self.put(folder + "train-labels-idx1-ubyte", idx(labels), packed)
                self.put(folder + "t10k-images-idx3-ubyte", idx(test), packed)
                self.put(folder + "t10k-labels-idx1-ubyte", idx(other), packed)
            for module in (keras.datasets.mnist, keras.datasets.fashion_mnist):
                (a, b), (c, d) = module.load_data()
                for got, expected in ((a, train), (b, labels), (c, test), (d, other)):
                    numpy.testing.assert_array_equal(got, expected)
        numpy.savez(os.path.join(self.folder, "mnist.npz"), x_train=train + 1, y_train=labels,
                    x_test=test, y_test=other)
        numpy.testing.assert_array_equal(keras.datasets.mnist.load_data()[0][0], train + 1)

    def test_cut_files_are_refused(self):
        self.put("mnist/train-images-idx3-ubyte", idx(self.pictures(6, 28, 28))[:-5])
        with self.assertRaisesRegex(ValueError, "cut short"):
            keras.datasets.mnist.load_data()

    def test_cifar_100_has_fine_and_coarse_labels(self):
        with self.assertRaises(MissingDataset):
            keras.datasets.cifar100.load_data()
        rows = numpy.arange(2 * 3072, dtype=numpy.uint8).reshape(2, 3072)
        for name in ("train", "test"):
            self.put("cifar-100-python/" + name,
                     pickle.dumps({b"data": rows, b"fine_labels": [7, 99], b"coarse_labels": [3, 19]}))
        (x, y), _ = keras.datasets.cifar100.load_data()
        self.assertEqual((x.shape, y.ravel().tolist()), ((2, 32, 32, 3), [7, 99]))
        self.assertEqual(keras.datasets.cifar100.load_data("coarse")[1][1].ravel().tolist(), [3, 19])

    def test_cifar_binary_and_pickle_agree(self):
        rows, labels = self.pictures(4, 3072), self.pictures(4) % 10
        for number in (1, 2):
            self.put("cifar10/data_batch_{}.bin".format(number),
                     b"".join(bytes([l]) + r.tobytes() for l, r in zip(labels, rows)), number == 2)
        self.put("cifar10/test_batch.bin", bytes([labels[0]]) + rows[0].tobytes())
        (x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
        self.assertEqual((x.shape, y.shape, x.dtype, y_test.shape), ((8, 32, 32, 3), (8, 1), "uint8",
                                                                    (1, 1)))
        self.assertEqual(x[1, 2, 3, 1], rows[1][1024 + 2 * 32 + 3])
        self.assertTrue(any("2 of 5" in warning for warning in self.warnings))
        shutil.rmtree(os.path.join(self.folder, "cifar10"))
        for name in ["data_batch_{}".format(i) for i in range(1, 6)] + ["test_batch"]:
            self.put("cifar-10-batches-py/" + name,
                     pickle.dumps({b"data": rows, b"labels": labels.tolist()}))
        (x2, y2), _ = keras.datasets.cifar10.load_data()
        numpy.testing.assert_array_equal(x2[:4], x[:4])
        self.assertEqual(x2.shape, (20, 32, 32, 3))

    def test_data_files_run_no_code(self):
        class Evil:
            def __reduce__(self):
                return os.system, ("true",)

        for name in ["data_batch_{}".format(i) for i in range(1, 6)] + ["test_batch"]:
            self.put("cifar-10-batches-py/" + name, pickle.dumps({b"data": Evil()}))
        with self.assertRaises(pickle.UnpicklingError):
            keras.datasets.cifar10.load_data()

    def test_word_sets_honour_their_options(self):
        rows = numpy.empty(10, dtype=object)
        for i in range(10):
            rows[i] = list(range(1, i + 3))
        numpy.savez(os.path.join(self.folder, "reuters.npz"), x=rows, y=numpy.arange(10))
        (x, y), (x_test, y_test) = keras.datasets.reuters.load_data(test_split=0.3)
        self.assertEqual((len(x), len(x_test), sorted(list(y) + list(y_test))), (7, 3, list(range(10))))
        place = list(y).index(4) if 4 in y else None
        row = x[place] if place is not None else x_test[list(y_test).index(4)]
        self.assertEqual(row, [1, 4, 5, 6, 7, 8, 9])
        (x, y), _ = keras.datasets.reuters.load_data(num_words=6, oov_char=None, start_char=None,
                                                     index_from=0, skip_top=2, test_split=0.0)
        self.assertEqual(x[list(y).index(9)], [2, 3, 4, 5])
        (x, _), (x_test, _) = keras.datasets.reuters.load_data(maxlen=6)
        self.assertTrue(all(len(r) < 6 for r in list(x) + list(x_test)))
        numpy.savez(os.path.join(self.folder, "imdb.npz"), x_train=rows, y_train=numpy.arange(10) % 2,
                    x_test=rows[:4], y_test=numpy.arange(4) % 2)
        (x, y), (x_test, y_test) = keras.datasets.imdb.load_data(num_words=8)
        self.assertEqual((len(x), len(x_test), max(map(max, x))), (10, 4, 7))

    def test_housing(self):
        numpy.savez(os.path.join(self.folder, "boston_housing.npz"),
                    x=numpy.arange(40.0).reshape(20, 2), y=numpy.arange(20.0))
        (x, y), (x_test, _) = keras.datasets.boston_housing.load_data()
        self.assertEqual((x.shape, x_test.shape), ((16, 2), (4, 2)))
        numpy.testing.assert_array_equal(x[:, 0], 2 * y)


class Texts(unittest.TestCase):
    def test_pad_sequences(self):
        rows = [[1, 2, 3, 4], [5], []]
        self.assertEqual(pad_sequences(rows, 3).tolist(), [[2, 3, 4], [0, 0, 5], [0, 0, 0]])
        self.assertEqual(pad_sequences(rows, 3, padding="post", truncating="post", value=9).tolist(),
                         [[1, 2, 3], [5, 9, 9], [9, 9, 9]])
        self.assertEqual(pad_sequences(rows).shape, (3, 4))
        self.assertRaises(ValueError, pad_sequences, rows, 3, padding="middle")

    def test_tokenizer(self):
        texts = ["The cat sat. The cat!", "a dog sat"]
        tokenizer = Tokenizer(num_words=4)
        tokenizer.fit_on_texts(texts)
        self.assertEqual(tokenizer.word_index["the"], 1)
        self.assertEqual(tokenizer.texts_to_sequences(texts), [[1, 2, 3, 1, 2], [3]])
        self.assertEqual(tokenizer.texts_to_matrix(texts).tolist(), [[0, 1, 1, 1], [0, 0, 0, 1]])
        self.assertEqual(tokenizer.sequences_to_matrix([[1, 1, 2, 9]], mode="count").tolist(),
                         [[0, 2, 1, 0]])
        unknown = Tokenizer(oov_token="?")
        unknown.fit_on_texts(texts)
        self.assertEqual(unknown.texts_to_sequences(["the bird"]), [[2, 1]])
        with self.assertRaises(ValueError):
            Tokenizer().sequences_to_matrix([[1]])

    def test_labels(self):
        self.assertEqual(keras.utils.to_categorical([[0], [2]]).tolist(), [[1, 0, 0], [0, 0, 1]])
        self.assertEqual(keras.utils.to_categorical(numpy.array([[0, 1], [1, 1]]), 3).shape, (2, 2, 3))
        self.assertRaises(IndexError, keras.utils.to_categorical, [3], 2)
        numpy.testing.assert_allclose(keras.utils.normalize(numpy.array([[3.0, 4.0]])), [[0.6, 0.8]])


if __name__ == "__main__":
    unittest.main()
