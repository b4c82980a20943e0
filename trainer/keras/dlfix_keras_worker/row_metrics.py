"""Metrics per row and over rows, as our own trainer has them, from predictions of Keras."""

import numpy


def with_channel(target, prediction):
    target = target.astype("float32")
    return target[..., None] if target.ndim == prediction.ndim - 1 else target


def _row_mean(values):
    return values if values.ndim == 1 else values.reshape(len(values), -1).mean(axis=1)


def resolved_accuracy(prediction, target):
    """Which accuracy Keras takes for the word, by the shapes of output and target."""
    if prediction.shape[-1] == 1:
        return "binary_accuracy"
    ids = target.ndim < prediction.ndim or target.shape[-1] == 1
    return "sparse_categorical_accuracy" if ids else "categorical_accuracy"


def argmax_last(values):
    """The first of the largest numbers; NaN counts as smallest."""
    return numpy.where(numpy.isnan(values), -numpy.inf, values).argmax(axis=-1)


def row_metric(metric, prediction, target):
    """One number per row: 1 or 0 for accuracies, the error for mae and mse."""
    if metric == "accuracy":
        metric = resolved_accuracy(prediction, target)
    if metric == "mae":
        return _row_mean(numpy.abs(prediction - with_channel(target, prediction)))
    if metric == "mse":
        return _row_mean((prediction - with_channel(target, prediction)) ** 2)
    if metric == "binary_accuracy":
        return _row_mean((with_channel(target, prediction) == (prediction > 0.5)).astype("float32"))
    if metric == "sparse_categorical_accuracy":
        if target.ndim == prediction.ndim and target.shape[-1] == 1:
            target = target[..., 0]
        return _row_mean((target.astype("float32") == argmax_last(prediction)).astype("float32"))
    return _row_mean((argmax_last(target) == argmax_last(prediction)).astype("float32"))


def predicted_classes(prediction):
    """The class of each row: the largest output, or more than one half for a single one."""
    single = prediction.shape[-1] == 1
    classes = (prediction[..., 0] > 0.5).astype("int64") if single else argmax_last(prediction)
    while classes.ndim > 1:
        classes = classes[:, 0]
    return classes


def row_scores(prediction):
    """What rows are ranked by: the single output, or that of class 1 of two."""
    flat = prediction.reshape(len(prediction), -1) if prediction.ndim > 2 else prediction
    return flat[:, 1 if flat.shape[1] == 2 else 0]


def target_classes(target):
    """The class that a target stands for."""
    target = target.astype("float32")
    if target.ndim > 1:
        target = target[..., 0] if target.shape[-1] == 1 else argmax_last(target).astype("float32")
    while target.ndim > 1:
        target = target[:, 0]
    return numpy.rint(target).astype("int64")


def macro_f1(predicted, truth):
    """Mean F1 of the classes that occur in either list."""
    scores = []
    for label in numpy.union1d(predicted, truth):
        of_both = (predicted == label).sum() + (truth == label).sum()
        scores.append(2.0 * ((predicted == label) & (truth == label)).sum() / of_both)
    return float(numpy.mean(scores)) if scores else float("nan")


def roc_auc(scores, positive):
    """Area under the ROC curve, ties count half; NaN with one class only or a score that is NaN."""
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if not positives or not negatives or numpy.isnan(scores).any():
        return float("nan")
    _, places, counts = numpy.unique(scores, return_inverse=True, return_counts=True)
    ends = numpy.cumsum(counts)
    ranks = ends - (counts - 1) / 2.0
    ranked = ranks[places.reshape(-1)][positive].sum()
    return float((ranked - positives * (positives + 1) / 2.0) / (positives * negatives))


def total_metric(metric, prediction, target):
    """f1 or auc of all rows."""
    truth = target_classes(target)
    if metric == "f1":
        return macro_f1(predicted_classes(prediction), truth)
    return roc_auc(row_scores(prediction), truth == 1)
