"""What is measured without a model: initialisers, random layers, F1 and AUC, callbacks."""

import numpy

QUANTILES = [0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98]
_SHAPE = (150, 250)
INITIALIZERS = [
    ("glorot_uniform", {}),
    ("glorot_normal", {}),
    ("he_uniform", {}),
    ("he_normal", {}),
    ("lecun_uniform", {}),
    ("lecun_normal", {}),
    ("random_uniform", {}),
    ("random_uniform", {"minval": -0.5, "maxval": 1.0}),
    ("random_normal", {}),
    ("random_normal", {"mean": 1.0, "stddev": 0.2}),
    ("truncated_normal", {}),
    ("truncated_normal", {"mean": 1.0, "stddev": 0.2}),
    ("variance_scaling", {}),
    ("variance_scaling", {"scale": 2.0, "mode": "fan_out", "distribution": "uniform"}),
    ("variance_scaling", {"scale": 0.5, "mode": "fan_avg", "distribution": "untruncated_normal"}),
    ("zeros", {}),
    ("ones", {}),
    ("constant", {"value": 0.3}),
    ("identity", {"gain": 2.0}),
    ("orthogonal", {}),
    ("orthogonal", {"gain": 0.5}),
]
_CLASSES = {
    "glorot_uniform": "GlorotUniform",
    "glorot_normal": "GlorotNormal",
    "he_uniform": "HeUniform",
    "he_normal": "HeNormal",
    "lecun_uniform": "LecunUniform",
    "lecun_normal": "LecunNormal",
    "random_uniform": "RandomUniform",
    "random_normal": "RandomNormal",
    "truncated_normal": "TruncatedNormal",
    "variance_scaling": "VarianceScaling",
    "zeros": "Zeros",
    "ones": "Ones",
    "constant": "Constant",
    "identity": "Identity",
    "orthogonal": "Orthogonal",
}


def _rounded(values, digits=6):
    return [float("%.*g" % (digits, float(value))) for value in values]


def _statistics(values):
    flat = numpy.asarray(values, "float64").ravel()
    return {
        "mean": _rounded([flat.mean()])[0],
        "deviation": _rounded([flat.std()])[0],
        "low": _rounded([flat.min()])[0],
        "high": _rounded([flat.max()])[0],
        "quantiles": _rounded(numpy.quantile(flat, QUANTILES)),
    }


def initializers(families):
    """Moments, bounds and quantiles of one large draw each; of vectors and convolution kernels too (fans)."""
    entries = []
    for family in families[:2]:
        for name, options in INITIALIZERS:
            for shape in (_SHAPE, (3, 4, 40, 80), (9000,)):
                entry = {
                    "profile": family.profile,
                    "spec": dict({"class": name}, **options),
                    "shape": list(shape),
                }
                maker = getattr(family.keras.initializers, _CLASSES[name])(**options)
                try:
                    values = numpy.asarray(maker(shape))
                    entry.update(_statistics(values))
                    if name in ("orthogonal", "identity"):
                        matrix = values.reshape(-1, shape[-1]).astype("float64")
                        product = (
                            matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
                        )
                        entry["gram"] = _rounded(
                            [
                                product.trace() / len(product),
                                numpy.abs(product - numpy.diag(numpy.diag(product))).max(),
                            ],
                            3,
                        )
                except Exception:
                    entry["raises"] = True
                entries.append(entry)
    return entries


RANDOM_LAYERS = [
    ("Dropout", {"rate": 0.3}),
    ("SpatialDropout1D", {"rate": 0.4}),
    ("SpatialDropout2D", {"rate": 0.4}),
    ("GaussianNoise", {"stddev": 0.5}),
    ("GaussianDropout", {"rate": 0.3}),
    ("AlphaDropout", {"rate": 0.3}),
]


def random_layers(families):
    """On ones, in training: moments, share of zeros, and how many different values one channel of a row has."""
    entries = []
    for family in families[:2]:
        for name, options in RANDOM_LAYERS:
            shape = (40, 6, 6, 20) if name.endswith("2D") else (40, 36, 20)
            layer = getattr(family.keras.layers, name)(**options)
            ones = numpy.ones(shape, "float32")
            values = numpy.asarray(layer(ones, training=True))
            channels = values.reshape(40, 36, 20).transpose(0, 2, 1).reshape(800, 36)
            entry = {
                "profile": family.profile,
                "layer": name,
                "attributes": options,
                "shape": list(shape[1:]),
                "rows": 40,
            }
            entry.update(
                _statistics(values),
                zeros=_rounded([float((values == 0).mean())])[0],
                shared=bool(all(len(set(channel)) == 1 for channel in channels)),
                inference=_rounded(_unlike(numpy.asarray(layer(ones, training=False)))),
            )
            entries.append(entry)
    return entries


def _unlike(values):
    return sorted(set(values.ravel().tolist()))


def rank_metrics(families):
    """F1 (macro) and AUC (with thresholds between all scores) of given scores."""
    random = numpy.random.RandomState(11)
    entries = []
    for rows, classes in ((30, 3), (40, 5)):
        truth = numpy.concatenate([numpy.arange(classes), random.randint(0, classes, rows - classes)])
        scores = numpy.round(random.uniform(0, 1, (rows, classes)), 2) + numpy.arange(classes) * 1e-4
        scores = (scores / scores.sum(axis=1, keepdims=True)).astype("float32")
        for family in families[:2]:
            metric = family.keras.metrics.F1Score(average="macro")
            metric.update_state(numpy.eye(classes, dtype="float32")[truth], scores)
            entries.append(
                {
                    "profile": family.profile,
                    "metric": "f1",
                    "truth": truth.tolist(),
                    "predicted": scores.argmax(axis=1).tolist(),
                    "value": _rounded([metric.result()], 8)[0],
                }
            )
    truth = random.randint(0, 2, 50)
    scores = random.permutation(numpy.round(numpy.linspace(0.02, 0.98, 49), 2).tolist() + [0.5]).astype(
        "float32"
    )
    thresholds = numpy.sort(numpy.unique(scores))
    for family in families[:2]:
        metric = family.keras.metrics.AUC(thresholds=((thresholds[1:] + thresholds[:-1]) / 2).tolist())
        metric.update_state(truth.astype("float32"), scores)
        entries.append(
            {
                "profile": family.profile,
                "metric": "auc",
                "truth": truth.tolist(),
                "scores": _rounded(scores, 4),
                "value": _rounded([metric.result()], 8)[0],
            }
        )
    return entries


SERIES = {
    "falling": [1, 0.8, 0.9, 0.85, 0.7, 0.6, 0.65, 0.5],
    "constant": [1.0] * 8,
    "rising": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
    "nan first": [float("nan"), 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4],
    "nan later": [1, 0.9, float("nan"), 0.8, float("nan"), float("nan"), 0.7, 0.6],
    "jitter": [0.5, 0.52, 0.49, 0.51, 0.485, 0.5, 0.48, 0.47],
}
STOPPERS = [
    {"patience": 0},
    {"patience": 1},
    {"patience": 2},
    {"patience": 3},
    {"patience": 2, "min_delta": 0.05},
    {"patience": 2, "mode": "max"},
    {"patience": 2, "baseline": 0.75},
    {"patience": 1, "baseline": 0.9},
    {"patience": 3, "baseline": 0.2},
    {"patience": 2, "start_from_epoch": 2},
    {"patience": 2, "restore_best_weights": True},
    {"patience": 20, "restore_best_weights": True},
    {"patience": 1, "start_from_epoch": 3, "restore_best_weights": True},
    {"patience": 2, "baseline": 0.75, "restore_best_weights": True},
]
REDUCERS = [
    {"patience": 1},
    {"patience": 2},
    {"patience": 2, "cooldown": 1},
    {"patience": 2, "cooldown": 2},
    {"patience": 1, "factor": 0.5, "min_delta": 0.05},
    {"patience": 1, "factor": 0.5, "min_lr": 0.3},
    {"patience": 1, "factor": 0.5, "mode": "max"},
    {"patience": 0, "factor": 0.5},
]


class _Model:
    """Enough of a model for a callback: weights that tell the epoch, an optimiser with a rate."""

    def __init__(self, keras):
        self.weights = [-1]
        self.stop_training = False
        self.optimizer = keras.optimizers.SGD(1.0)
        self.metrics = []

    def get_weights(self):
        return list(self.weights)

    def set_weights(self, weights):
        self.weights = list(weights)


def callbacks(families):
    """Fed with series of a val_loss: the epoch that stops, the epoch whose weights remain, the rates."""
    entries = []
    for family in families[:2]:
        for name, series in SERIES.items():
            shown = ["nan" if value != value else value for value in series]
            for options in STOPPERS:
                entry = {
                    "profile": family.profile,
                    "class": "EarlyStopping",
                    "attributes": dict({"monitor": "val_loss"}, **options),
                    "series": name,
                }
                entries.append(dict(entry, **_stopped(family, options, series)))
            for options in REDUCERS:
                rates = _rates(family, options, series)
                entries.append(
                    {
                        "profile": family.profile,
                        "class": "ReduceLROnPlateau",
                        "attributes": dict({"monitor": "val_loss"}, **options),
                        "series": name,
                        "rates": rates,
                    }
                )
    return {
        "series": {
            name: ["nan" if value != value else value for value in series] for name, series in SERIES.items()
        },
        "entries": _merged(entries),
    }


def _merged(entries):
    """Equal outcomes of several lines as one entry."""
    merged = []
    for entry in entries:
        profile = entry.pop("profile")
        for other in merged:
            if {key: value for key, value in other.items() if key != "profiles"} == entry:
                other["profiles"].append(profile)
                break
        else:
            merged.append(dict({"profiles": [profile]}, **entry))
    return merged


def _stopped(family, options, series):
    callback = family.keras.callbacks.EarlyStopping(monitor="val_loss", **options)
    model = _Model(family.keras)
    callback.set_model(model)
    callback.on_train_begin()
    stopped = -1
    for epoch, value in enumerate(series):
        model.weights = [epoch]
        callback.on_epoch_begin(epoch)
        callback.on_epoch_end(epoch, {"val_loss": value, "loss": value})
        if model.stop_training:
            stopped = epoch
            break
    callback.on_train_end()
    return {"stops": stopped, "weights": model.weights[0]}


def _rates(family, options, series):
    callback = family.keras.callbacks.ReduceLROnPlateau(monitor="val_loss", **options)
    model = _Model(family.keras)
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(series):
        callback.on_epoch_end(epoch, {"val_loss": value, "loss": value})
        rates.append(float(numpy.asarray(model.optimizer.learning_rate)))
    return _rounded(rates)
