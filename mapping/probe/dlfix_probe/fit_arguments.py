"""Arguments of fit, evaluate and predict by name, whatever Keras version they are written for."""

PARAMETERS = {
    "compile": ["optimizer", "loss", "metrics", "loss_weights", "weighted_metrics", "run_eagerly",
                "steps_per_execution", "jit_compile", "auto_scale_loss", "sample_weight_mode"],
    "fit": ["x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split",
            "validation_data", "shuffle", "class_weight", "sample_weight", "initial_epoch",
            "steps_per_epoch", "validation_steps", "validation_batch_size", "validation_freq",
            "max_queue_size", "workers", "use_multiprocessing"],
    "fit_generator": ["generator", "steps_per_epoch", "epochs", "verbose", "callbacks",
                      "validation_data", "validation_steps", "validation_freq", "class_weight",
                      "max_queue_size", "workers", "use_multiprocessing", "shuffle", "initial_epoch",
                      "samples_per_epoch", "nb_val_samples"],
    "train_on_batch": ["x", "y", "sample_weight", "class_weight", "return_dict", "reset_metrics"],
    "evaluate": ["x", "y", "batch_size", "verbose", "sample_weight", "steps", "callbacks",
                 "max_queue_size", "workers", "use_multiprocessing", "return_dict"],
    "predict": ["x", "batch_size", "verbose", "steps", "callbacks", "max_queue_size", "workers",
                "use_multiprocessing"],
    "evaluate_generator": ["generator", "steps", "callbacks", "max_queue_size", "workers",
                           "use_multiprocessing", "verbose"],
}
_OLD_NAMES = {"nb_epoch": "epochs", "nb_worker": "workers", "val_samples": "validation_steps",
              "generator": "x"}
_IGNORED = {"show_accuracy"}


def bind(method, arguments, keywords):
    """Name to value. Errors: TypeError as Python's own for wrong calls."""
    names = PARAMETERS[method]
    if len(arguments) > len(names):
        raise TypeError("{}() takes {} positional arguments but {} were given".format(
            method, len(names) + 1, len(arguments) + 1))
    bound = dict(zip(names, arguments))
    for key, value in keywords.items():
        name = _OLD_NAMES.get(key, key)
        if key in _IGNORED:
            continue
        if name not in names and key not in names and method != "compile":
            raise TypeError("{}() got an unexpected keyword argument '{}'".format(method, key))
        if name in bound:
            raise TypeError("{}() got multiple values for argument '{}'".format(method, name))
        bound[name] = value
    if "generator" in bound:
        bound["x"] = bound.pop("generator")
    return bound


def whole(value, name, default):
    """An integer argument; None stands for its default."""
    if value is None:
        return default
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise TypeError("{} must be an integer, got {!r}".format(name, value))
    return int(value)
