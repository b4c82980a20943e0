"""tf.nn: activation functions under their names."""

from keras import activations as _activations
from keras._unsupported import attributes_of

__getattr__ = attributes_of("tensorflow.nn")
for _name in ("relu", "relu6", "sigmoid", "tanh", "softmax", "softplus", "softsign", "elu", "selu",
              "leaky_relu", "silu", "gelu", "log_softmax"):
    globals()[_name] = _activations.FUNCTIONS[_name]
swish = _activations.swish
