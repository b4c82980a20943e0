"""Batches of images, from arrays and from folders: a sequence with a length that also runs without end."""

import os

import numpy

_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".tif", ".tiff", ".gif")


class Iterator:
    """Base: `rows(indices)` of a subclass gives one batch."""

    def __init__(self, generator, count, batch_size, shuffle, seed):
        self.image_data_generator = generator
        self.n = self.samples = count
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = seed
        self.batch_index = self.total_batches_seen = 0
        self._order = None

    def __len__(self):
        return -(-self.n // self.batch_size)

    def _begin(self):
        self._order = numpy.random.permutation(self.n) if self.shuffle else numpy.arange(self.n)

    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError(index)
        if self.seed is not None:
            numpy.random.seed(self.seed + self.total_batches_seen)
        self.total_batches_seen += 1
        if self._order is None:
            self._begin()
        return self.rows(self._order[index * self.batch_size:(index + 1) * self.batch_size])

    def on_epoch_end(self):
        self._begin()

    def reset(self):
        self.batch_index = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.batch_index == 0 and self._order is not None:
            self._order = None
        batch = self[self.batch_index]
        self.batch_index = (self.batch_index + 1) % len(self)
        return batch

    next = __next__


class ArrayIterator(Iterator):
    """Batches of `x`, `y` and weights."""

    def __init__(self, generator, x, y, weights, batch_size, shuffle, seed):
        self.x = numpy.asarray(x, dtype=generator.dtype)
        self.y = None if y is None else numpy.asarray(y)
        self.weights = None if weights is None else numpy.asarray(weights)
        if self.x.ndim != 4:
            raise ValueError("Input data in `NumpyArrayIterator` should have rank 4. You passed an array with shape {}"
                             .format(self.x.shape))
        if self.y is not None and len(self.y) != len(self.x):
            raise ValueError("`x` (images tensor) and `y` (labels) should have the same length. Found: x.shape = {}, "
                             "y.shape = {}".format(self.x.shape, self.y.shape))
        super().__init__(generator, len(self.x), batch_size, shuffle, seed)

    def rows(self, indices):
        images = numpy.stack([self.image_data_generator.changed(self.x[index]) for index in indices])
        parts = [images] + [part[indices] for part in (self.y, self.weights) if part is not None]
        return parts[0] if len(parts) == 1 else tuple(parts)


class FolderIterator(Iterator):
    """Batches of image files, one folder a class."""

    def __init__(self, generator, directory, options, part):
        self.directory = directory
        self.class_mode = options["class_mode"]
        self.target_size = tuple(options["target_size"])
        self.color_mode = options["color_mode"]
        self.interpolation = options["interpolation"]
        names = options["classes"] or sorted(name for name in os.listdir(directory)
                                             if os.path.isdir(os.path.join(directory, name)))
        self.class_indices = {name: index for index, name in enumerate(names)}
        self.num_classes = len(names)
        self.filenames, self.classes = [], []
        for name in names:
            found = sorted(file for file in _files(os.path.join(directory, name)))
            first, last = (int(len(found) * share) for share in part)
            self.filenames += [os.path.join(name, file) for file in found[first:last]]
            self.classes += [self.class_indices[name]] * (last - first)
        self.classes = numpy.array(self.classes, dtype="int32")
        channels = {"grayscale": 1, "rgb": 3, "rgba": 4}[self.color_mode]
        self.image_shape = self.target_size + (channels,)
        print("Found {} images belonging to {} classes.".format(len(self.filenames), self.num_classes))
        super().__init__(generator, len(self.filenames), options["batch_size"], options["shuffle"], options["seed"])

    @property
    def labels(self):
        return self.classes

    def rows(self, indices):
        from .image import img_to_array, load_img
        images = [self.image_data_generator.changed(img_to_array(load_img(
            os.path.join(self.directory, self.filenames[index]), color_mode=self.color_mode,
            target_size=self.target_size, interpolation=self.interpolation))) for index in indices]
        x = numpy.stack(images) if images else numpy.zeros((0,) + self.image_shape, "float32")
        if self.class_mode is None:
            return x
        ids = self.classes[indices]
        if self.class_mode == "input":
            return x, x.copy()
        if self.class_mode == "categorical":
            return x, numpy.eye(self.num_classes, dtype="float32")[ids]
        return x, ids.astype("float32")


def _files(folder):
    for place, _, names in sorted(os.walk(folder, followlinks=False)):
        for name in sorted(names):
            if name.lower().endswith(_ENDINGS):
                yield os.path.relpath(os.path.join(place, name), folder)
