"""A document as lines that a person can check: what differs from Keras's defaults, and the text at every span."""

import os

from dlfix_probe.source_index import SourceFile
from dlfix_probe.static_normal import attributes
from dlfix_probe.static_values import CallSite, Layer

_FIT = (("initial_epoch", 0), ("shuffle", True), ("steps_per_epoch", None), ("validation_split", 0.0),
        ("class_weight", None))


def refusal(error, folder):
    """The one line of a refusal."""
    line = "" if error.line is None else " line %s" % error.line
    text = "refused %s%s: %s | %s" % (error.code, line, error.message, error.remedy)
    return [text.replace(folder + os.sep, "").replace(folder, "FOLDER")]


def digest(document, folder):
    """All lines, paths made short."""
    lines = model_lines(document) + training_lines(document) + hyperparameter_lines(document, folder)
    lines += ["warning%s: %s" % (" line %s" % one["line"] if one["line"] else "", one["message"])
              for one in document["warnings"] if "not contained" not in one["message"]]
    if document["unknown"]:
        lines.append("unknown: " + " ".join(path for path in document["unknown"] if not path.endswith("shape")))
    return [line.replace(folder + os.sep, "").replace(folder, "FOLDER") for line in lines if line != "unknown: "]


def selected(document):
    return next(model for model in document["models"] if model["selected"])


def model_lines(document):
    model = selected(document)
    lines = ["model %s %s" % (model["kind"], model["name"])]
    for layer in model["layers"]:
        text = "%d %s" % (layer["index"], layer["class"])
        text += _settings(_different(layer["class"], layer["attributes"]))
        if model["kind"] == "functional" and layer["inbound"]:
            text += " from " + " ".join("+".join("%d" % source[0] for source in call) for call in layer["inbound"])
        lines.append(text + " line %s" % layer["line"])
    if len(model["outputs"]) != 1:
        lines.append("outputs %s" % model["outputs"])
    return lines


def _different(name, given):
    """Attributes that are not Keras's defaults."""
    layer = Layer(name, CallSite(None, None, [], False), {})
    defaults = attributes(layer)[0] if name != "InputLayer" else {}
    return {key: value for key, value in given.items() if key not in defaults or defaults[key] != value}


def _settings(values):
    return "".join(" %s=%s" % (key, _short(value)) for key, value in sorted(values.items()))


def _short(value):
    if isinstance(value, dict) and "class" in value and isinstance(value.get("attributes"), dict):
        return value["class"] + "(" + _settings(_different(value["class"], value["attributes"])).strip() + ")"
    if isinstance(value, dict) and "class" in value:
        return value["class"] + "".join("/%s=%s" % item for item in sorted(value.items()) if item[0] != "class")
    if isinstance(value, float):
        return "%.6g" % value
    return str(value).replace(" ", "")


def training_lines(document):
    lines, compiled, fit = [], document["compile"], document["fit"]
    if compiled:
        optimizer = compiled["optimizer"]
        text = "compile line %s loss=%s" % (compiled["line"], _short(compiled["loss"]))
        text += _settings(compiled["loss_options"] or {})
        if optimizer:
            text += " %s%s" % (optimizer["class"], _settings({k: v for k, v in optimizer.items() if k != "class"}))
        lines.append(text + (" metrics=" + ",".join(compiled["metrics"]) if compiled["metrics"] else ""))
    if fit:
        text = "fit line %s batch_size=%s epochs=%s" % (fit["line"], fit["batch_size"], fit["epochs"])
        text += _settings({key: fit[key] for key, default in _FIT if fit[key] != default})
        if fit["callbacks"]:
            text += " callbacks=" + ",".join(
                "%s(%s)" % (one["class"], _settings(one["attributes"]).strip()) for one in fit["callbacks"])
        text += " x=%s y=%s" % (_arrays(fit["x"]), _arrays(fit["y"]))
        if fit["validation"]:
            text += " validation=%s/%s" % (_arrays(fit["validation"]["x"]), _arrays(fit["validation"]["y"]))
        lines.append(text)
    for entry in document["evaluate"]:
        lines.append("evaluate line %s batch_size=%s x=%s" % (entry["line"], entry["batch_size"], _arrays(entry["x"])))
    return lines


def _arrays(arrays):
    given = arrays if isinstance(arrays, list) else [arrays]
    return ",".join("none" if one is None else "?" if one["shape"] is None else
                    "x".join(map(str, one["shape"])) for one in given)


def hyperparameter_lines(document, folder):
    sources, lines, inserted = {}, [], []
    for one in document["hyperparameters"]:
        if one["kind"] == "scale":
            continue
        if one["inserted"] and one["kind"] not in ("learning_rate", "batch_size", "epochs", "loss", "optimizer"):
            inserted.append(one["name"])
            continue
        if one["file"] not in sources:
            sources[one["file"]] = SourceFile(one["file"])
        start, end = ((one[key]["line"], one[key]["column"]) for key in ("start", "end"))
        text = " ".join(sources[one["file"]].slice(start, end).split())
        place = "%d:%d" % start
        if one["file"] != document["program"]:
            place = os.path.relpath(one["file"], folder) + ":" + place
        form = one["edit"]["form"]
        how = {"none": " not editable: " + one["edit"].get("reason", ""), "keyword": " insert",
               "literal": ""}.get(form, " " + form)
        shown = "" if one["inserted"] or form in ("none", "repeat") else " `%s`" % text
        lines.append("%s = %s at %s%s%s" % (one["name"], _short(one["value"]), place, shown, how))
    return lines + (["insertable " + " ".join(inserted)] if inserted else [])


def changes(before, after):
    """Lines of `after` as `before` with lines taken away (`- ...`) and lines put in (`+ ...`); `as inspect` when equal."""
    found = [mark + line for mark, line in
             [("- ", line) for line in before if line not in after] + [("+ ", line) for line in after if line not in before]]
    return found or ["as inspect"]
