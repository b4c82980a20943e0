"""compile() of a request: loss, optimiser, metrics."""

from .failure import TrainingFailure, unsupported, what_keras_raises
from .names import ROW_METRICS, canonical_metric, class_name, without_number
from .objects import _is_unset, parameters

_SCHEDULES = {"exponential_decay": "ExponentialDecay", "inverse_time_decay": "InverseTimeDecay",
              "polynomial_decay": "PolynomialDecay", "piecewise_constant_decay": "PiecewiseConstantDecay",
              "cosine_decay": "CosineDecay", "cosine_decay_restarts": "CosineDecayRestarts"}  # fmt: skip
_NEED_ARGUMENTS = ("f1_score", "fbeta_score", "F1Score", "FBetaScore")  # their name does not tell them
_OLD_METRICS = ("accuracy", "acc", "mae", "mse", "mean_absolute_error", "mean_squared_error",
                "MAE", "MSE")  # fmt: skip


def compile_model(model, request, family, own):
    """Compiles in place. Returns the loss as it was handed over. Errors: TrainingFailure."""
    spec = request["compile"]
    loss = make_loss(spec, family.keras, own)
    optimizer = make_optimizer(spec["optimizer"], family, request["profile"], own)
    metrics = make_metrics(request, family.keras, own)
    with what_keras_raises():
        model.compile(optimizer=optimizer, loss=loss, metrics=metrics)
    return loss


def make_loss(spec, keras, own):
    """A name, an object where options are given, or what the program hands over itself."""
    name = spec["loss"]
    if name.startswith("custom:"):
        return own.loss(name[len("custom:"):])
    if not name:
        return None
    if not spec["loss_options"]:
        return name
    kind = getattr(keras.losses, class_name(name), None)
    if kind is None:
        raise unsupported("loss {} with options is not known to this Keras".format(name))
    with what_keras_raises():
        return kind(**spec["loss_options"])


def make_optimizer(spec, family, profile, own):
    module = family.optimizers(profile)
    kind = getattr(module, class_name(spec["name"]), None)
    if kind is None:
        return own.optimizer(spec["name"])
    options = dict(spec["options"])
    schedule = options.pop("learning_rate", None)
    rate = float(spec["learning_rate"]) if schedule is None else _schedule(schedule, family.keras, own)
    known = parameters(kind) or set(options)
    given = {key: value for key, value in options.items() if key in known or not _is_unset(value)}
    with what_keras_raises():
        return kind(learning_rate=rate, **given)


def _schedule(schedule, keras, own):
    kind = _SCHEDULES.get(schedule.get("class")) or class_name(schedule.get("class", ""))
    kind = getattr(keras.optimizers.schedules, kind, None) if kind else None
    if kind is None:
        return own.schedule()
    with what_keras_raises():
        return kind(**{key: value for key, value in schedule.items() if key != "class"})


def make_metrics(request, keras, own):
    """The program's own metrics as far as Keras has them, and the requested one."""
    made = []
    for name in request["compile"]["metrics"]:
        metric = _metric(name, keras) or _own_metric(name, own)
        if metric is not None:
            made.append(metric)
        elif name in _monitored(request):
            raise unsupported("a callback watches the metric {}, which is the program's own".format(name))
    wanted = canonical_metric(request["metric"])
    if wanted is None:
        raise unsupported("metric '{}' is not known".format(request["metric"]))
    if wanted in ROW_METRICS and wanted not in [canonical_metric(n) for n in request["compile"]["metrics"]]:
        made.append(wanted)
    return made


def _monitored(request):
    """Quantities that callbacks watch, without `val_`."""
    names = [spec["attributes"].get("monitor") for spec in request["fit"]["callbacks"]]
    return {name[4:] if name.startswith("val_") else name for name in names if isinstance(name, str)}


def _own_metric(name, own):
    try:
        return own.metric(name)
    except TrainingFailure:
        return None  # it only reports


def _metric(name, keras):
    if name in _OLD_METRICS or canonical_metric(name) in ROW_METRICS and name == name.lower():
        return name
    if without_number(name) in _NEED_ARGUMENTS:
        return None
    kind = getattr(keras.metrics, name, None) or getattr(keras.metrics, class_name(without_number(name)), None)
    if not isinstance(kind, type):
        return name if kind is not None else None
    try:
        return kind(name=name) if name == name.lower() else kind()
    except TypeError:  # needs arguments that the request does not have
        return None
