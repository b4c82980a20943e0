"""Which Keras layers there are, how they were spelt, and which of them the hyperparameter names count."""

from . import layer_tables

_CLASS_ALIASES = {
    "Convolution1D": "Conv1D", "Convolution2D": "Conv2D", "Convolution3D": "Conv3D",
    "Convolution2DTranspose": "Conv2DTranspose", "Deconvolution2D": "Conv2DTranspose",
    "SeparableConvolution1D": "SeparableConv1D", "SeparableConvolution2D": "SeparableConv2D",
    "MaxPool1D": "MaxPooling1D", "MaxPool2D": "MaxPooling2D", "MaxPool3D": "MaxPooling3D",
    "AvgPool1D": "AveragePooling1D", "AvgPool2D": "AveragePooling2D", "AvgPool3D": "AveragePooling3D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D", "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "GlobalAvgPool1D": "GlobalAveragePooling1D", "GlobalAvgPool2D": "GlobalAveragePooling2D",
}
# Layer functions of the functional API.
MERGE_FUNCTIONS = {"concatenate": "Concatenate", "add": "Add", "subtract": "Subtract", "dot": "Dot",
                   "multiply": "Multiply", "average": "Average", "maximum": "Maximum", "minimum": "Minimum"}
# Arguments that every layer takes and that are no attributes of it.
COMMON = {"name", "dtype", "trainable", "input_shape", "input_dim", "batch_input_shape", "batch_size",
          "weights", "input_length", "autocast"}

RECURRENT = {"SimpleRNN", "LSTM", "GRU"}
WRAPPERS = {"Bidirectional", "TimeDistributed"}
ADVANCED_ACTIVATIONS = {"LeakyReLU", "ReLU", "PReLU", "ELU", "ThresholdedReLU", "Softmax"}
DROPOUTS = {"Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout",
            "GaussianDropout"}


def canonical_class(name):
    """`Convolution2D` -> `Conv2D`; unknown names stay."""
    return _CLASS_ALIASES.get(name, name)


def is_layer(name):
    return canonical_class(name) in layer_tables.LAYERS


def layer_names():
    """Every class name a program may use."""
    return set(layer_tables.LAYERS) | set(_CLASS_ALIASES)


def parameters(class_name):
    """Constructor parameters in positional order."""
    return [name for name, _ in layer_tables.LAYERS.get(class_name, [])]


def canonical_parameter(class_name, name):
    """Today's name of a keyword argument of a layer: `nb_filter` -> `filters`."""
    own = parameters(class_name)
    if name in own:
        return name
    if class_name == "InputLayer":
        return {"input_shape": "shape"}.get(name, name)
    today = layer_tables.renamed(class_name, name)
    return today if today in own else name


def is_convolution(class_name):
    return "Conv" in class_name and class_name in layer_tables.LAYERS


def is_trainable(class_name):
    """Layers that the hyperparameter names count (Embedding is not numbered)."""
    return class_name == "Dense" or class_name in RECURRENT or is_convolution(class_name)
