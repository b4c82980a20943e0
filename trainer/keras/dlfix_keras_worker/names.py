"""Names of Keras's classes and metrics."""

import re

_CLASSES = {
    "rmsprop": "RMSprop", "sgd": "SGD", "adamw": "AdamW", "kl_divergence": "KLDivergence", "l1_l2": "L1L2",
    "kullback_leibler_divergence": "KLDivergence", "ctc": "CTC", "auc": "AUC",
    "mean_io_u": "MeanIoU", "mean_iou": "MeanIoU",
}  # fmt: skip

_METRICS = {
    "acc": "accuracy", "Accuracy": "accuracy", "BinaryAccuracy": "binary_accuracy",
    "CategoricalAccuracy": "categorical_accuracy",
    "SparseCategoricalAccuracy": "sparse_categorical_accuracy",
    "mean_absolute_error": "mae", "MeanAbsoluteError": "mae", "MAE": "mae",
    "mean_squared_error": "mse", "MeanSquaredError": "mse", "MSE": "mse",
    "f1_score": "f1", "F1": "f1", "F1Score": "f1",
    "AUC": "auc", "roc_auc": "auc", "ROC_AUC": "auc", "Loss": "loss",
}  # fmt: skip
ROW_METRICS = ("accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy",
               "mae", "mse")  # fmt: skip
RANK_METRICS = ("f1", "auc")


def class_name(snake):
    """GlorotUniform for glorot_uniform; Keras's own exceptions known."""
    return _CLASSES.get(snake) or "".join(part[:1].upper() + part[1:] for part in snake.split("_"))


def canonical_metric(name):
    """The one name of a metric for all spellings; None for one that is not known."""
    known = _METRICS.get(name, name)
    return known if known in ROW_METRICS + RANK_METRICS + ("loss",) else None


def without_number(name):
    """`auc` for the name `auc_1` that Keras makes up for a second object."""
    return re.sub(r"_\d+$", "", name)
