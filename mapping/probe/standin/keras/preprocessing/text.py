"""Texts as word numbers."""

from collections import OrderedDict

import numpy

from .._unsupported import attributes_of

__getattr__ = attributes_of("keras.preprocessing.text")
_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(text, filters=_FILTERS, lower=True, split=" "):
    """Words of a text."""
    text = text.lower() if lower else text
    text = text.translate(str.maketrans({letter: split for letter in filters}))
    return [word for word in text.split(split) if word]


def one_hot(text, n, filters=_FILTERS, lower=True, split=" "):
    """Words as numbers below n by Python's own hash."""
    return [hash(word) % (n - 1) + 1 for word in text_to_word_sequence(text, filters, lower, split)]


class Tokenizer:
    """Numbers words by how often they are seen; 0 is kept free."""

    def __init__(self, num_words=None, filters=_FILTERS, lower=True, split=" ", char_level=False,
                 oov_token=None, document_count=0, **keywords):
        self.num_words = keywords.get("nb_words", num_words)
        self.filters, self.lower, self.split = filters, lower, split
        self.char_level, self.oov_token, self.document_count = char_level, oov_token, document_count
        self.word_counts, self.word_docs = OrderedDict(), {}
        self.word_index, self.index_word, self.index_docs = {}, {}, {}

    def _words(self, text):
        if self.char_level or isinstance(text, (list, tuple)):
            if self.lower:
                return [part.lower() for part in text]
            return list(text)
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def fit_on_texts(self, texts):
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] = self.word_docs.get(word, 0) + 1
        ordered = sorted(self.word_counts.items(), key=lambda item: -item[1])
        names = ([] if self.oov_token is None else [self.oov_token]) + [word for word, _ in ordered]
        self.word_index = {word: place for place, word in enumerate(names, 1)}
        self.index_word = {place: word for word, place in self.word_index.items()}
        self.index_docs = {self.word_index[word]: count for word, count in self.word_docs.items()}

    def fit_on_sequences(self, sequences):
        self.document_count += len(sequences)
        for sequence in sequences:
            for index in set(sequence):
                self.index_docs[index] = self.index_docs.get(index, 0) + 1

    def texts_to_sequences(self, texts):
        return [self._numbers(self._words(text)) for text in texts]

    def _numbers(self, words):
        unknown = self.word_index.get(self.oov_token)
        numbers = []
        for word in words:
            index = self.word_index.get(word)
            if index is None or self.num_words and index >= self.num_words:
                index = unknown
            if index is not None:
                numbers.append(index)
        return numbers

    def sequences_to_texts(self, sequences):
        return [" ".join(self.index_word[i] for i in row if i in self.index_word) for row in sequences]

    def texts_to_matrix(self, texts, mode="binary"):
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(self, sequences, mode="binary"):
        """A row of num_words numbers per sequence: binary, count, freq or tfidf."""
        if mode not in ("binary", "count", "freq", "tfidf"):
            raise ValueError("Unknown vectorization mode: {}".format(mode))
        if not self.num_words and not self.word_index:
            raise ValueError("Specify a dimension (`num_words` argument), or fit on some text data "
                             "first.")
        if mode == "tfidf" and not self.document_count:
            raise ValueError("Fit the Tokenizer on some data before using tfidf mode.")
        width = self.num_words or len(self.word_index) + 1
        matrix = numpy.zeros((len(sequences), width))
        for place, sequence in enumerate(sequences):
            if len(sequence):
                self._fill(matrix[place], sequence, mode, width)
        return matrix

    def _fill(self, row, sequence, mode, width):
        numbers = numpy.asarray(sequence, dtype="int64")
        numbers = numbers[numbers < width]
        counts = numpy.bincount(numbers, minlength=width)[:width]
        if mode == "binary":
            row[counts > 0] = 1
        elif mode == "count":
            row[:] = counts
        elif mode == "freq":
            row[:] = counts / len(sequence)
        else:
            for index in numpy.nonzero(counts)[0]:
                weight = numpy.log(1 + self.document_count / (1 + self.index_docs.get(int(index), 0)))
                row[index] = (1 + numpy.log(counts[index])) * weight
