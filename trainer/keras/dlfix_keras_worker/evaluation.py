"""What a trained model is worth on rows: the entries of EvaluationResult."""

import numpy

from . import row_metrics
from .failure import unsupported, what_keras_raises
from .names import RANK_METRICS
from .plain_numbers import list_to_json, to_json

_BATCH = 256


def predictions(model, data):
    """Outputs of all rows, without dropout. Errors: TrainingFailure."""
    with what_keras_raises():
        output = model.predict(data.x(), batch_size=_BATCH, verbose=0)
    if not isinstance(output, numpy.ndarray) or output.ndim < 2:
        raise unsupported("the model's output is not one array of rows")
    return output.astype("float32")


def measure(model, data, metric, row_loss):
    """{"loss", "value", "row_values", "scores", "classes"} as plain lists and numbers; the loss is
    what Keras's evaluate() says. `row_loss`: loss of each row from targets and predictions."""
    prediction = predictions(model, data)
    with what_keras_raises():
        answer = model.evaluate(data.x(), data.labels, verbose=0, return_dict=True)
    if "loss" not in answer:
        raise unsupported("the model's evaluate() gives no loss")
    loss = float(answer["loss"])
    if metric == "loss":
        rows, value = row_loss(data.labels, prediction), loss
    elif metric in RANK_METRICS:
        rows = row_metrics.row_metric("accuracy", prediction, data.labels)
        value = row_metrics.total_metric(metric, prediction, data.labels)
    else:
        rows = row_metrics.row_metric(metric, prediction, data.labels)
        value = float(numpy.mean(rows, dtype="float64"))
    return {
        "loss": to_json(loss),
        "value": to_json(value),
        "row_values": list_to_json(numpy.asarray(rows, "float32")),
        "scores": list_to_json(row_metrics.row_scores(prediction)),
        "classes": row_metrics.predicted_classes(prediction).astype("int32").tolist(),
    }


def make_row_loss(keras, loss):
    """A function (targets, predictions) -> loss of each row, without penalties."""

    def compute(targets, predicted):
        with what_keras_raises():
            function = keras.losses.get(loss) if isinstance(loss, (str, dict)) else loss
            if hasattr(function, "call"):
                function = function.call  # unreduced
            targets, predicted = _same_rank(targets, predicted)
            rows = numpy.asarray(function(targets, predicted))
            if rows.ndim == 0:  # the program's own, reduced already
                rows = numpy.array([float(function(targets[i:i + 1], predicted[i:i + 1]))
                                    for i in range(len(targets))])
        return rows.reshape(len(targets), -1).mean(axis=1)

    return compute


def _same_rank(targets, predicted):
    """As Keras brings them together before a loss."""
    if targets.ndim == predicted.ndim - 1 and predicted.shape[-1] == 1:
        targets = targets[..., None]
    if targets.dtype == numpy.float64 or targets.dtype == bool:
        targets = targets.astype("float32")
    return targets, predicted
