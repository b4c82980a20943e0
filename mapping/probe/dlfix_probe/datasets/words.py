"""Reuters and IMDB: sequences of word numbers, with Keras's options."""

import json

import numpy

from . import files


def reuters(path="reuters.npz", num_words=None, skip_top=0, maxlen=None, test_split=0.2, seed=113,
            start_char=1, oov_char=2, index_from=3, **old):
    """Shuffled by `seed`, then split; rows are lists of word numbers, labels 0 to 45."""
    x, y = _load("reuters", path, ("x", "y"))
    x, y = _shuffled(x, y, numpy.random.RandomState(seed))
    rows = _marked(x, start_char, index_from)
    if maxlen:
        rows, y = _short_ones(rows, y, maxlen)
    rows = _limited(rows, old.get("nb_words", num_words), skip_top, oov_char)
    place = int(len(rows) * (1 - test_split))
    return ((_objects(rows[:place]), numpy.array(y[:place])),
            (_objects(rows[place:]), numpy.array(y[place:])))


def imdb(path="imdb.npz", num_words=None, skip_top=0, maxlen=None, seed=113, start_char=1, oov_char=2,
         index_from=3, **old):
    """Training and test part shuffled one after the other by one generator."""
    x_train, y_train, x_test, y_test = _load("imdb", path,
                                             ("x_train", "y_train", "x_test", "y_test"))
    generator = numpy.random.RandomState(seed)
    x_train, y_train = _shuffled(x_train, y_train, generator)
    x_test, y_test = _shuffled(x_test, y_test, generator)
    rows = _marked(x_train, start_char, index_from) + _marked(x_test, start_char, index_from)
    labels = numpy.concatenate([y_train, y_test])
    place = len(x_train)
    if maxlen:
        first, first_labels = _short_ones(rows[:place], labels[:place], maxlen)
        second, second_labels = _short_ones(rows[place:], labels[place:], maxlen)
        rows, labels = first + second, list(first_labels) + list(second_labels)
        place = len(first)
    rows = _limited(rows, old.get("nb_words", num_words), skip_top, oov_char)
    return ((_objects(rows[:place]), numpy.array(labels[:place])),
            (_objects(rows[place:]), numpy.array(labels[place:])))


def _load(name, path, keys):
    archive = files.find([str(path), name + ".npz"], [name])
    if archive is None:
        raise files.missing(name)
    with numpy.load(archive, allow_pickle=True) as content:
        return [content[key] for key in keys]


def _shuffled(x, y, generator):
    order = numpy.arange(len(x))
    generator.shuffle(order)
    return x[order], y[order]


def _marked(rows, start_char, index_from):
    """Word numbers moved up by index_from, each row opened by start_char."""
    opening = [] if start_char is None else [start_char]
    if start_char is None and not index_from:
        return [list(row) for row in rows]
    return [opening + [word + index_from for word in row] for row in rows]


def _short_ones(rows, labels, maxlen):
    kept = [i for i, row in enumerate(rows) if len(row) < maxlen]
    if not kept:
        raise ValueError("maxlen={} leaves no sequence".format(maxlen))
    return [rows[i] for i in kept], [labels[i] for i in kept]


def _limited(rows, num_words, skip_top, oov_char):
    """Rare and too frequent words become oov_char, or are dropped where that is None."""
    if not num_words:
        num_words = max(max(row) for row in rows)
    if oov_char is None:
        return [[w for w in row if skip_top <= w < num_words] for row in rows]
    return [[w if skip_top <= w < num_words else oov_char for w in row] for row in rows]


def _objects(rows):
    result = numpy.empty(len(rows), dtype=object)
    for index, row in enumerate(rows):
        result[index] = row
    return result


def _word_index(name):
    path = files.find([name + "_word_index.json"], [name])
    if path is None:
        raise files.missing(name)
    return json.loads(files.read_bytes(path).decode("utf-8"))


def reuters_word_index(path=None):
    return _word_index("reuters")


def imdb_word_index(path=None):
    return _word_index("imdb")


# The 46 topics in the order of their numbers, as Keras documents them.
_REUTERS_TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship "
    "cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin "
    "strategic-metal livestock retail ipi iron-steel rubber heat jobs lei bop zinc orange pet-chem dlr "
    "gas silver wpi hog lead").split()


def reuters_label_names():
    return tuple(_REUTERS_TOPICS)
