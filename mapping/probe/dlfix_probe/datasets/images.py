"""MNIST, Fashion-MNIST (Keras's .npz or IDX files) and CIFAR-10 (Python pickles or binary)."""

import io
import pickle
import tarfile

import numpy

from . import files


def mnist(path="mnist.npz"):
    """(x_train, y_train), (x_test, y_test): uint8, (n, 28, 28) and (n,)."""
    archive = files.find([str(path), "mnist.npz"], ["mnist"])
    if archive:
        with numpy.load(archive, allow_pickle=False) as content:
            return ((content["x_train"], content["y_train"]),
                    (content["x_test"], content["y_test"]))
    return _idx_set("mnist", ["mnist", "MNIST/raw", "MNIST"])


def fashion_mnist():
    """As mnist."""
    return _idx_set("fashion_mnist", ["fashion-mnist", "fashion_mnist", "FashionMNIST/raw"], False)


def _idx_set(name, subfolders, here=True):
    arrays = []
    for part in ("train", "t10k"):
        for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"):
            names = [part + "-" + kind, part + "-" + kind.replace("-idx", ".idx")]
            path = files.find(names, subfolders) if here else _only_in(names, subfolders)
            if path is None:
                raise files.missing(name)
            arrays.append(read_idx(files.read_bytes(path), path))
    return (arrays[0], arrays[1]), (arrays[2], arrays[3])


def _only_in(names, subfolders):
    """Two data sets have files of these names: they are told apart by the folder."""
    found = files.find([folder + "/" + name for folder in subfolders for name in names])
    return found


def read_idx(data, path):
    """An IDX file of unsigned bytes: two zeros, type 8, rank, big-endian sizes, the values."""
    if len(data) < 4 or data[0:3] != b"\0\0\x08":
        raise ValueError("not an IDX file of bytes: " + path)
    rank = data[3]
    sizes = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(rank)]
    values = numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * rank)
    if values.size != int(numpy.prod(sizes)):
        raise ValueError("the IDX file is cut short: " + path)
    return values.reshape(sizes).copy()


_CIFAR_FOLDERS = ["cifar10", "cifar-10-batches-py", "cifar-10-batches-py-target/cifar-10-batches-py",
                  "cifar-10-batches-bin", "cifar10/cifar-10-batches-py",
                  "cifar10/cifar-10-batches-bin"]


def cifar10():
    """(x_train, y_train), (x_test, y_test): uint8, (n, 32, 32, 3) and (n, 1)."""
    parts = [_cifar_part("data_batch_{}".format(number)) for number in range(1, 6)]
    test = _cifar_part("test_batch")
    present = [part for part in parts if part is not None]
    if not present or test is None:
        raise files.missing("cifar10")
    if len(present) < len(parts):
        files.warn("only {} of 5 training files of CIFAR-10 are here: the program sees {} training "
                   "images, not 50000".format(len(present), sum(len(p[0]) for p in present)))
    x_train = numpy.concatenate([part[0] for part in present])
    y_train = numpy.concatenate([part[1] for part in present])
    return (x_train, y_train), test


def _cifar_part(name):
    path = files.find([name + ".bin"], _CIFAR_FOLDERS)
    if path:
        return _cifar_binary(files.read_bytes(path), path)
    path = files.find([name], _CIFAR_FOLDERS)
    if path:
        return _cifar_pickle(files.read_bytes(path))
    archive = files.find(["cifar-10-python.tar", "cifar-10-batches-py.tar"], ["cifar10"])
    if archive:
        with tarfile.open(archive) as packed:
            member = packed.extractfile("cifar-10-batches-py/" + name)
            return _cifar_pickle(member.read()) if member else None
    return None


def cifar100(label_mode="fine"):
    """As cifar10, with 100 fine or 20 coarse classes. Errors: ValueError for another mode."""
    if label_mode not in ("fine", "coarse"):
        raise ValueError("`label_mode` must be one of `\"fine\"`, `\"coarse\"`. Received: label_mode={}.".format(
            label_mode))
    key = label_mode.encode() + b"_labels"
    parts = [_cifar100_part(name, key) for name in ("train", "test")]
    if None in [part and 1 for part in parts]:
        raise files.missing("cifar100")
    return parts[0], parts[1]


def _cifar100_part(name, key):
    path = files.find([name], ["cifar-100-python", "cifar100", "cifar-100-python-target/cifar-100-python"])
    if path:
        return _cifar_pickle(files.read_bytes(path), key)
    archive = files.find(["cifar-100-python.tar"], ["cifar100"])
    if archive:
        with tarfile.open(archive) as packed:
            return _cifar_pickle(packed.extractfile("cifar-100-python/" + name).read(), key)
    return None


def _cifar_binary(data, path):
    record = 1 + 3 * 32 * 32
    if len(data) % record:
        raise ValueError("not a CIFAR-10 binary file: " + path)
    rows = numpy.frombuffer(data, numpy.uint8).reshape(-1, record)
    return _channels_last(rows[:, 1:]), rows[:, :1].copy()


class _PlainUnpickler(pickle.Unpickler):
    """Only numpy arrays and plain values: a data file runs no code."""

    def find_class(self, module, name):
        if module.split(".")[0] == "numpy" and name in ("_reconstruct", "ndarray", "dtype",
                                                        "_frombuffer", "scalar"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError("unexpected object in a data file: {}.{}".format(module, name))


def _cifar_pickle(data, key=b"labels"):
    content = _PlainUnpickler(io.BytesIO(data), encoding="bytes").load()
    labels = numpy.array(content[key], dtype=numpy.uint8).reshape(-1, 1)
    return _channels_last(content[b"data"]), labels


def _channels_last(rows):
    return numpy.ascontiguousarray(rows.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
