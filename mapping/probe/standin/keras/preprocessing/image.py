"""keras.preprocessing.image: image generators and the reading of image files (which needs Pillow)."""

import numpy

from .._unsupported import UnsupportedAttribute, attributes_of
from ._affine import matrix_of, transformed
from ._iterators import ArrayIterator, FolderIterator

__getattr__ = attributes_of("keras.preprocessing.image")


class ImageDataGenerator:
    """Arguments and their meaning as Keras has them."""

    def __init__(self, featurewise_center=False, samplewise_center=False, featurewise_std_normalization=False,
                 samplewise_std_normalization=False, zca_whitening=False, zca_epsilon=1e-6, rotation_range=0,
                 width_shift_range=0.0, height_shift_range=0.0, brightness_range=None, shear_range=0.0, zoom_range=0.0,
                 channel_shift_range=0.0, fill_mode="nearest", cval=0.0, horizontal_flip=False, vertical_flip=False,
                 rescale=None, preprocessing_function=None, data_format=None, validation_split=0.0,
                 interpolation_order=1, dtype=None, dim_ordering=None):
        if (data_format or dim_ordering) in ("channels_first", "th"):
            raise UnsupportedAttribute("keras.preprocessing.image.ImageDataGenerator(data_format='channels_first')")
        self.featurewise_center, self.samplewise_center = featurewise_center, samplewise_center
        self.featurewise_std_normalization = featurewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.shear_range = rotation_range, shear_range
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        self.brightness_range, self.channel_shift_range = brightness_range, channel_shift_range
        self.zoom_range = ([1 - zoom_range, 1 + zoom_range] if numpy.isscalar(zoom_range) else list(zoom_range))
        self.fill_mode, self.cval = fill_mode, cval
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function = rescale, preprocessing_function
        self.dtype = dtype or "float32"
        self.mean = self.std = self.principal_components = self.zca_whitening_matrix = None
        if not 0 <= validation_split < 1:
            raise ValueError("`validation_split` must be strictly between 0 and 1.  Received arg: "
                             + str(validation_split))
        self._validation_split = validation_split

    def flow(self, x, y=None, batch_size=32, shuffle=True, sample_weight=None, seed=None, save_to_dir=None,
             save_prefix="", save_format="png", ignore_class_split=False, subset=None):
        if subset is not None:
            first, last = (int(len(x) * share) for share in self._part(subset))
            x, y, sample_weight = (part if part is None else part[first:last] for part in (x, y, sample_weight))
        return ArrayIterator(self, x, y, sample_weight, batch_size, shuffle, seed)

    def flow_from_directory(self, directory, target_size=(256, 256), color_mode="rgb", classes=None,
                            class_mode="categorical", batch_size=32, shuffle=True, seed=None, save_to_dir=None,
                            save_prefix="", save_format="png", follow_links=False, subset=None,
                            interpolation="nearest", keep_aspect_ratio=False):
        options = {"target_size": target_size, "color_mode": color_mode, "classes": classes, "class_mode": class_mode,
                   "batch_size": batch_size, "shuffle": shuffle, "seed": seed, "interpolation": interpolation}
        return FolderIterator(self, directory, options, self._part(subset) if subset else (0.0, 1.0))

    def flow_from_dataframe(self, *_arguments, **_keywords):
        raise UnsupportedAttribute("keras.preprocessing.image.ImageDataGenerator.flow_from_dataframe")

    def _part(self, subset):
        """Share of the rows, from and to."""
        if subset not in ("training", "validation"):
            raise ValueError("Invalid subset name: {};expected \"training\" or \"validation\"".format(subset))
        return (0.0, self._validation_split) if subset == "validation" else (self._validation_split, 1.0)

    def fit(self, x, augment=False, rounds=1, seed=None):
        """Means and deviations of the training images."""
        x = numpy.asarray(x, dtype=self.dtype)
        if self.featurewise_center:
            self.mean = x.mean(axis=(0, 1, 2)).reshape(1, 1, -1)
            x = x - self.mean
        if self.featurewise_std_normalization:
            self.std = x.std(axis=(0, 1, 2)).reshape(1, 1, -1)
            x = x / (self.std + 1e-6)
        if self.zca_whitening:
            flat = x.reshape(len(x), -1)
            left, strengths, _ = numpy.linalg.svd(flat.T @ flat / len(flat))
            self.zca_whitening_matrix = (left / numpy.sqrt(strengths + self.zca_epsilon)) @ left.T

    def standardize(self, x):
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        if self.rescale:
            x = x * self.rescale
        if self.samplewise_center:
            x = x - numpy.mean(x, keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (numpy.std(x, keepdims=True) + 1e-6)
        if self.featurewise_center and self.mean is not None:
            x = x - self.mean
        if self.featurewise_std_normalization and self.std is not None:
            x = x / (self.std + 1e-6)
        if self.zca_whitening and self.zca_whitening_matrix is not None:
            x = (x.reshape(1, -1) @ self.zca_whitening_matrix).reshape(x.shape)
        return numpy.asarray(x, dtype=self.dtype)

    def _shift(self, given, size):
        """A random number of pixels."""
        if numpy.isscalar(given):
            pixels = numpy.random.uniform(-given, given) if given else 0
            return pixels * size if given < 1 else pixels
        pixels = numpy.random.choice(given) * numpy.random.choice([-1, 1])
        return pixels * size if numpy.max(given) < 1 else pixels

    def random_transform(self, x, seed=None):
        if seed is not None:
            numpy.random.seed(seed)
        uniform = numpy.random.uniform
        theta = uniform(-self.rotation_range, self.rotation_range) if self.rotation_range else 0
        tx = self._shift(self.height_shift_range, x.shape[0])
        ty = self._shift(self.width_shift_range, x.shape[1])
        shear = uniform(-self.shear_range, self.shear_range) if self.shear_range else 0
        zx, zy = uniform(*self.zoom_range, 2) if self.zoom_range != [1, 1] else (1, 1)
        if (theta, tx, ty, shear, zx, zy) != (0, 0, 0, 0, 1, 1):
            x = transformed(x, matrix_of(theta, tx, ty, shear, zx, zy), self.fill_mode, self.cval)
        if self.channel_shift_range:
            moved = x + uniform(-self.channel_shift_range, self.channel_shift_range)
            x = numpy.clip(moved, x.min(), x.max())
        if numpy.random.random() < 0.5 and self.horizontal_flip:
            x = x[:, ::-1]
        if numpy.random.random() < 0.5 and self.vertical_flip:
            x = x[::-1]
        if self.brightness_range is not None:
            x = numpy.clip(x * uniform(*self.brightness_range), 0, 255)
        return x

    def changed(self, x):
        """One image as it goes into a batch."""
        return self.standardize(self.random_transform(numpy.asarray(x, dtype=self.dtype)))


def _pillow():
    try:
        from PIL import Image
    except ImportError:
        raise UnsupportedAttribute("reading of image files without Pillow") from None
    return Image


def load_img(path, grayscale=False, color_mode="rgb", target_size=None, interpolation="nearest", **_keywords):
    modes = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
    with open(path, "rb") as file:
        image = _pillow().open(file)
        image = image.convert(modes["grayscale" if grayscale else color_mode])
    if target_size is not None:
        ways = {"nearest": 0, "bilinear": 2, "bicubic": 3, "lanczos": 1}
        image = image.resize((target_size[1], target_size[0]), ways.get(interpolation, 0))
    return image


def img_to_array(img, data_format=None, dtype="float32"):
    array = numpy.asarray(img, dtype=dtype)
    return array[..., None] if array.ndim == 2 else array


def array_to_img(x, data_format=None, scale=True, dtype=None):
    array = numpy.asarray(x, dtype="float32")
    if scale:
        array = array - array.min()
        array = array / (array.max() or 1) * 255
    array = array.astype("uint8")
    return _pillow().fromarray(array[..., 0] if array.shape[-1] == 1 else array)


def save_img(path, x, **_keywords):
    array_to_img(x).save(path)
