"""Metrics by name; nothing is measured here."""

from dlfix_probe import keras_names

from . import losses
from ._unsupported import UnsupportedAttribute, attributes_of

__getattr__ = attributes_of("keras.metrics")


class Metric:
    """Base of all metrics: a name and whatever arguments were given."""

    def __init__(self, *arguments, **keywords):
        name = keywords.pop("name", None)
        if type(self) is Metric or type(self).__module__ != __name__:
            name = name or (arguments[0] if arguments and isinstance(arguments[0], str) else None)
        self.name = name or keras_names.snake_case(type(self).__name__).replace("a_u_c", "auc")
        self.arguments, self.keywords = arguments, keywords

    def get_config(self):
        return dict(self.keywords, name=self.name)

    def add_weight(self, *_arguments, **keywords):
        from ._variables import Variable
        return Variable(0.0, keywords.get("name"))

    def update_state(self, *_arguments, **_keywords):
        return None

    def reset_state(self):
        return None

    reset_states = reset_state

    def result(self):
        raise UnsupportedAttribute("values of metrics")


_CLASSES = ["Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy",
            "TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy", "AUC", "Precision", "Recall",
            "F1Score", "FBetaScore", "R2Score", "MeanSquaredError", "RootMeanSquaredError",
            "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredLogarithmicError",
            "CosineSimilarity", "LogCoshError", "Poisson", "KLDivergence", "Hinge", "SquaredHinge",
            "CategoricalHinge", "BinaryCrossentropy", "CategoricalCrossentropy",
            "SparseCategoricalCrossentropy", "MeanIoU", "TruePositives", "TrueNegatives",
            "FalsePositives", "FalseNegatives", "Mean", "Sum", "PrecisionAtRecall",
            "SensitivityAtSpecificity", "MeanMetricWrapper"]
_NAMES = {"AUC": "auc", "F1Score": "f1_score", "R2Score": "r2_score", "MeanIoU": "mean_io_u",
          "FBetaScore": "fbeta_score", "LogCoshError": "logcosh",
          "TopKCategoricalAccuracy": "top_k_categorical_accuracy",
          "SparseTopKCategoricalAccuracy": "sparse_top_k_categorical_accuracy"}


def _class(name):
    def initialise(self, *arguments, **keywords):
        keywords.setdefault("name", _NAMES.get(name) or keras_names.snake_case(name))
        Metric.__init__(self, *arguments, **keywords)

    return type(name, (Metric,), {"__init__": initialise, "__module__": __name__})


globals().update({_name: _class(_name) for _name in _CLASSES})
globals().update({_n: f for _n, f in vars(losses).items() if _n in losses.FUNCTIONS})
for _name in ("binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy",
              "top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy", "accuracy"):
    globals()[_name] = losses._function(_name)
mse = MSE = losses.FUNCTIONS["mean_squared_error"]
mae = MAE = losses.FUNCTIONS["mean_absolute_error"]


def get(identifier):
    return globals().get(identifier, identifier) if isinstance(identifier, str) else identifier
