"""Constructor arguments of Keras's layers: name and default, in Keras's positional order.

One table serves the stand-in (signatures) and the normal form of program.json (which attributes a
layer has, whatever Keras version wrote its config). REQUIRED marks arguments without a default.
Source: the public API reference of Keras 3.
"""

REQUIRED = object()

_WEIGHT_ENDS = [("kernel_regularizer", None), ("bias_regularizer", None),
                ("activity_regularizer", None), ("kernel_constraint", None),
                ("bias_constraint", None)]
_WEIGHTS = [("use_bias", True), ("kernel_initializer", "glorot_uniform"),
            ("bias_initializer", "zeros")] + _WEIGHT_ENDS


def _convolution(rank, transposed=False):
    one = (1,) * rank
    head = [("filters", REQUIRED), ("kernel_size", REQUIRED), ("strides", one), ("padding", "valid")]
    if transposed:
        head += [("output_padding", None), ("data_format", None), ("dilation_rate", one)]
    else:
        head += [("data_format", None), ("dilation_rate", one), ("groups", 1)]
    return head + [("activation", None)] + _WEIGHTS


def _separable(rank):
    one = (1,) * rank
    ends = [(part + "_" + end, None) for end in ("regularizer",)
            for part in ("depthwise", "pointwise", "bias", "activity")]
    ends += [(part + "_constraint", None) for part in ("depthwise", "pointwise", "bias")]
    return [("filters", REQUIRED), ("kernel_size", REQUIRED), ("strides", one), ("padding", "valid"),
            ("data_format", None), ("dilation_rate", one), ("depth_multiplier", 1),
            ("activation", None), ("use_bias", True), ("depthwise_initializer", "glorot_uniform"),
            ("pointwise_initializer", "glorot_uniform"), ("bias_initializer", "zeros")] + ends


def _depthwise(rank):
    one = (1,) * rank
    return [("kernel_size", REQUIRED), ("strides", one), ("padding", "valid"),
            ("depth_multiplier", 1), ("data_format", None), ("dilation_rate", one),
            ("activation", None), ("use_bias", True), ("depthwise_initializer", "glorot_uniform"),
            ("bias_initializer", "zeros"), ("depthwise_regularizer", None),
            ("bias_regularizer", None), ("activity_regularizer", None),
            ("depthwise_constraint", None), ("bias_constraint", None)]


def _pooling(rank):
    return [("pool_size", (2,) * rank), ("strides", None), ("padding", "valid"),
            ("data_format", None)]


def _recurrent(middle, ends):
    return [("units", REQUIRED), ("activation", "tanh")] + middle + [
        ("use_bias", True), ("kernel_initializer", "glorot_uniform"),
        ("recurrent_initializer", "orthogonal"), ("bias_initializer", "zeros")]  \
        + ends[:1] * (len(ends) > 1) + [
        ("kernel_regularizer", None), ("recurrent_regularizer", None), ("bias_regularizer", None),
        ("activity_regularizer", None), ("kernel_constraint", None),
        ("recurrent_constraint", None), ("bias_constraint", None), ("dropout", 0.0),
        ("recurrent_dropout", 0.0), ("seed", None), ("return_sequences", False),
        ("return_state", False), ("go_backwards", False), ("stateful", False),
        ("unroll", False)] + ends[-1:]


def _simple_recurrent():
    table = _recurrent([], [])
    table.remove(("seed", None))
    return table + [("seed", None)]


_NORMALISATION = [("beta_initializer", "zeros"), ("gamma_initializer", "ones")]
_NORMALISATION_ENDS = [("beta_regularizer", None), ("gamma_regularizer", None),
                       ("beta_constraint", None), ("gamma_constraint", None)]
_GLOBAL = [("data_format", None), ("keepdims", False)]

LAYERS = {
    "Dense": [("units", REQUIRED), ("activation", None)] + _WEIGHTS,
    "Conv1D": _convolution(1), "Conv2D": _convolution(2), "Conv3D": _convolution(3),
    "Conv1DTranspose": _convolution(1, True), "Conv2DTranspose": _convolution(2, True),
    "Conv3DTranspose": _convolution(3, True),
    "SeparableConv1D": _separable(1), "SeparableConv2D": _separable(2),
    "DepthwiseConv1D": _depthwise(1), "DepthwiseConv2D": _depthwise(2),
    "MaxPooling1D": _pooling(1), "MaxPooling2D": _pooling(2), "MaxPooling3D": _pooling(3),
    "AveragePooling1D": _pooling(1), "AveragePooling2D": _pooling(2), "AveragePooling3D": _pooling(3),
    "GlobalMaxPooling1D": _GLOBAL, "GlobalMaxPooling2D": _GLOBAL, "GlobalMaxPooling3D": _GLOBAL,
    "GlobalAveragePooling1D": _GLOBAL, "GlobalAveragePooling2D": _GLOBAL,
    "GlobalAveragePooling3D": _GLOBAL,
    "Flatten": [("data_format", None)],
    "Reshape": [("target_shape", REQUIRED)],
    "Permute": [("dims", REQUIRED)],
    "RepeatVector": [("n", REQUIRED)],
    "Dropout": [("rate", REQUIRED), ("noise_shape", None), ("seed", None)],
    "SpatialDropout1D": [("rate", REQUIRED), ("seed", None)],
    "SpatialDropout2D": [("rate", REQUIRED), ("data_format", None), ("seed", None)],
    "GaussianNoise": [("stddev", REQUIRED), ("seed", None)],
    "GaussianDropout": [("rate", REQUIRED), ("seed", None)],
    "AlphaDropout": [("rate", REQUIRED), ("noise_shape", None), ("seed", None)],
    "Activation": [("activation", REQUIRED)],
    "ActivityRegularization": [("l1", 0.0), ("l2", 0.0)],
    "Masking": [("mask_value", 0.0)],
    "LeakyReLU": [("negative_slope", 0.3)],
    "PReLU": [("alpha_initializer", "zeros"), ("alpha_regularizer", None),
              ("alpha_constraint", None), ("shared_axes", None)],
    "ELU": [("alpha", 1.0)],
    "ThresholdedReLU": [("theta", 1.0)],
    "Softmax": [("axis", -1)],
    "ReLU": [("max_value", None), ("negative_slope", 0.0), ("threshold", 0.0)],
    "BatchNormalization": [("axis", -1), ("momentum", 0.99), ("epsilon", 0.001), ("center", True),
                           ("scale", True)] + _NORMALISATION
    + [("moving_mean_initializer", "zeros"), ("moving_variance_initializer", "ones")]
    + _NORMALISATION_ENDS,
    "LayerNormalization": [("axis", -1), ("epsilon", 0.001), ("center", True), ("scale", True)]
    + _NORMALISATION + _NORMALISATION_ENDS,
    "Add": [], "Subtract": [], "Multiply": [], "Average": [], "Maximum": [], "Minimum": [],
    "Concatenate": [("axis", -1)],
    "Dot": [("axes", REQUIRED), ("normalize", False)],
    "Embedding": [("input_dim", REQUIRED), ("output_dim", REQUIRED),
                  ("embeddings_initializer", "uniform"), ("embeddings_regularizer", None),
                  ("embeddings_constraint", None), ("mask_zero", False)],
    "SimpleRNN": _simple_recurrent(),
    "LSTM": _recurrent([("recurrent_activation", "sigmoid")],
                       [("unit_forget_bias", True), ("zero_output_for_mask", False)])[:-1],
    "GRU": _recurrent([("recurrent_activation", "sigmoid")], [("reset_after", True)]),
    "Bidirectional": [("layer", REQUIRED), ("merge_mode", "concat")],
    "TimeDistributed": [("layer", REQUIRED)],
    "ZeroPadding1D": [("padding", 1)],
    "ZeroPadding2D": [("padding", (1, 1)), ("data_format", None)],
    "Cropping1D": [("cropping", (1, 1))],
    "Cropping2D": [("cropping", ((0, 0), (0, 0))), ("data_format", None)],
    "UpSampling1D": [("size", 2)],
    "UpSampling2D": [("size", (2, 2)), ("data_format", None), ("interpolation", "nearest")],
    "Lambda": [("function", REQUIRED), ("output_shape", None), ("mask", None), ("arguments", None)],
    "Rescaling": [("scale", REQUIRED), ("offset", 0.0)],
    "Normalization": [("axis", -1), ("mean", None), ("variance", None), ("invert", False)],
    "InputLayer": [("shape", None), ("batch_size", None), ("dtype", None)],
}

# Attributes that older configs spell differently, per class ("*": all).
RENAMED = {
    "*": {"nb_filter": "filters", "output_dim": "units", "init": "kernel_initializer",
          "W_regularizer": "kernel_regularizer", "b_regularizer": "bias_regularizer",
          "W_constraint": "kernel_constraint", "b_constraint": "bias_constraint",
          "bias": "use_bias", "border_mode": "padding", "subsample": "strides",
          "inner_init": "recurrent_initializer", "inner_activation": "recurrent_activation",
          "dropout_W": "dropout", "dropout_U": "recurrent_dropout", "p": "rate",
          "dim_ordering": "data_format", "pool_length": "pool_size", "stride": "strides",
          "filter_length": "kernel_size", "subsample_length": "strides", "sigma": "stddev",
          "atrous_rate": "dilation_rate"},
    "Embedding": {"init": "embeddings_initializer", "output_dim": "output_dim",
                  "W_regularizer": "embeddings_regularizer"},
    "LeakyReLU": {"alpha": "negative_slope"},
}

# Attributes of REQUIRED-free meaning that are left out of program.json when they are null.
OPTIONAL = {"seed", "noise_shape", "weights", "backward_layer", "mask", "arguments", "output_padding",
            "activity_regularizer", "function", "lora_rank"}


def rank_of(class_name):
    """Spatial dimensions of a convolution or pooling class; 0 for others."""
    for rank in (1, 2, 3):
        if str(rank) + "D" in class_name:
            return rank
    return 0


def renamed(class_name, attribute):
    """Today's name of an attribute."""
    own = RENAMED.get(class_name, {})
    return own.get(attribute, RENAMED["*"].get(attribute, attribute))
