"""Puts program.json together from what the recorder kept."""

import hashlib
import math

from . import callback_record, model_record
from .errors import ProbeError
from .graph import is_functional, is_sequential
from .recorder import names_in


def choose_fit(recorder, wanted, path):
    """The fit that the document is about. Errors: no_model, no_fit, several_models."""
    recorder.take_batches()
    fits = recorder.fits
    if not fits:
        _refuse_without_fit(recorder, path)
    if wanted:
        chosen = [fit for fit in fits if wanted in fit.names]
        if not chosen:
            raise ProbeError("no_model", "no model that is fitted is called {}; there is {}".format(
                wanted, _listing(fits)), path, None, "choose one of these with --model")
        return chosen[-1]
    groups = {}
    for fit in fits:
        groups.setdefault(fit.names[0] if fit.names else None, fit)
    if len(groups) > 1:
        raise ProbeError("several_models", "several models are fitted: " + _listing(fits), path,
                         fits[-1].entry["line"], "choose one with --model NAME")
    return fits[-1]


def _listing(fits):
    seen = {}
    for fit in fits:
        seen[fit.names[0] if fit.names else "(no name)"] = fit.entry["line"]
    return ", ".join("{} (line {})".format(name, line) for name, line in seen.items())


def _refuse_without_fit(recorder, path):
    if recorder.batchwise:
        site = list(recorder.batchwise.values())[-1].site or {}
        raise ProbeError("unsupported", "several models are trained by turns with train_on_batch",
                         site.get("file") or path, site.get("line"), "train one model, with fit")
    models = recorder.models or [thing for thing in recorder.call_sites.objects()
                                 if is_sequential(thing) or is_functional(thing)]
    if models:
        site = recorder.call_sites.of_object(models[-1]) or {}
        raise ProbeError("no_fit", "the program builds a model and never calls fit",
                         site.get("file") or path, site.get("line"),
                         "add the fit call, or pass the arguments (after --) that lead to it")
    raise ProbeError("no_model", "the program builds no Keras model", path, None,
                     "give the file that builds and fits the model")


def build(recorder, options, keras):
    """The document without hyperparameters and without `output`."""
    fit = choose_fit(recorder, options.get("model"), options["program"])
    _warn_of_repeats(recorder, fit)
    models = _models(recorder, fit, fit.entry["x"] if keras["frontend"] == "keras" else None)
    return finite({
        "version": 1, "source": "capture", "program": options["program"],
        "sha256": file_hash(options["program"]), "files": _files(recorder, options),
        "frontend": keras["frontend"],
        "keras": {key: keras[key] for key in ("profile", "reason", "version")},
        "interpreter": options["interpreter"], "models": models, "compile": fit.compiled,
        "fit": fit.entry,
        "evaluate": [entry for model, entry in recorder.evaluations if model is fit.model],
        "predict": [entry for model, entry in recorder.predictions if model is fit.model],
        "hyperparameters": [], "optimizer_site": None, "imports": None, "layer_sites": [],
        "seed_lines": [], "output": None, "unknown": [], "warnings": recorder.warnings})


def _models(recorder, fit, inputs):
    call_sites = recorder.call_sites
    result = []
    for model in recorder.models:
        selected = model is fit.model
        if not selected and not getattr(model, "built", True):
            continue
        names = fit.names if selected else names_in(recorder.main_globals, model)
        try:
            entry = model_record.describe(model, names[0] if names else None,
                                          call_sites.of_object(model), call_sites,
                                          inputs if selected else None)
        except ProbeError:
            if selected:
                raise
            continue
        entry["selected"] = selected
        result.append(entry)
    return result


def _warn_of_repeats(recorder, fit):
    """Calls that only go on with the training are one training; of others the last one is taken."""
    place = {"file": fit.entry["file"], "line": fit.entry["line"]}
    fits = [one for one in recorder.fits if one.model is fit.model]
    together = 1
    for later, earlier in zip(fits[::-1], fits[-2::-1]):
        if fits[-1] is not fit or not later.goes_on(earlier):
            break
        together += 1
    if together > 1:
        fit.entry["epochs"] = sum(one.entry["epochs"] for one in fits[-together:])
        callback_record.join([one.entry["callbacks"] for one in fits[-together:]])
        recorder.warn("fit is called {} times from here and goes on training: {} epochs in all".format(
            together, fit.entry["epochs"]), place)
    if len(recorder.fits) > together:
        recorder.warn("fit is called {} times; the last call counts".format(len(recorder.fits)), place)


def _files(recorder, options):
    paths = [options["program"]]
    paths += [p for p in recorder.call_sites.files if p not in paths]
    return [{"path": path, "sha256": file_hash(path)} for path in paths]


def file_hash(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def finite(value):
    """JSON has no NaN and no infinity: they become null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value
