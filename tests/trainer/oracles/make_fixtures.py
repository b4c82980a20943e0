#!/usr/bin/env python3
"""Measures the oracle cases in an installed Keras and writes fixtures/*.json.

    python make_fixtures.py [NAME ...]           writes fixtures/NAME.json (default: all)
    python make_fixtures.py --check [NAME ...]   compares with what is stored; exit 77 without Keras

Needs keras 3, tf_keras and tensorflow in this interpreter, or in the one that DLFIX_KERAS_PYTHON names.
Profiles: keras3 is the current Keras, tf211 tf_keras, tf24 (and tf23, where nothing else differs)
tf_keras with its legacy optimisers.
"""

import argparse
import importlib.util
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "fixtures")
SKIPPED = 77
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "..", "mapping", "probe")]
for _name, _value in (
    ("CUDA_VISIBLE_DEVICES", ""),
    ("TF_CPP_MIN_LOG_LEVEL", "3"),
    ("TF_NUM_INTRAOP_THREADS", "1"),
    ("TF_NUM_INTEROP_THREADS", "1"),
):
    os.environ.setdefault(_name, _value)

from fixture_text import REPEATED, alike, numbers, text_of  # noqa: E402


def has_keras():
    return all(importlib.util.find_spec(name) for name in ("tensorflow", "keras", "tf_keras"))


def become_keras_python():
    """Starts again in DLFIX_KERAS_PYTHON when this interpreter has no Keras."""
    other = os.environ.get("DLFIX_KERAS_PYTHON")
    if has_keras():
        return
    if other and os.environ.get("DLFIX_ORACLE_CHILD") is None:
        os.environ["DLFIX_ORACLE_CHILD"] = "1"
        os.execv(other, [other] + sys.argv)
    print("no keras, tf_keras and tensorflow here nor in DLFIX_KERAS_PYTHON: nothing is measured")
    sys.exit(SKIPPED)


def attributes(layer, class_name, arguments):
    """The arguments that the case gives, as program.json has them."""
    from dlfix_probe import layer_tables, normal_form

    normal = normal_form.attributes(class_name, layer.get_config())
    given = {layer_tables.renamed(class_name, key) for key in arguments}
    kept = {key: value for key, value in normal.items() if key in given or key == "trainable"}
    if isinstance(kept.get("layer"), dict):
        inner = arguments["layer"]
        kept["layer"]["attributes"] = {
            key: value for key, value in kept["layer"]["attributes"].items() if key in inner[2]
        }
    return kept


def describe(case, model):
    """The part of an entry that does not depend on the line of Keras."""
    layers = []
    for layer, (class_name, arguments, *inbound) in zip(model.layers, case["layers"]):
        layers.append([class_name, attributes(layer, class_name, arguments)] + inbound)
    name, rate, options = case["optimizer"]
    entry = {
        "layers": layers,
        "loss": case["loss"],
        "optimizer": [name, _rate(rate), options],
        "x": [[list(x.shape), numbers(x)] for x in model.x],
        "y": [list(model.y.shape), numbers(model.y)],
        "weights": [[numbers(w) for w in weights] for weights in model.initial],
    }
    for key in ("loss_options", "sample_weight", "fit"):
        if case.get(key):
            entry[key] = case[key]
    if case.get("class_weight"):
        entry["class_weight"] = {str(key): value for key, value in case["class_weight"].items()}
    if case.get("steps"):
        entry["steps"] = case["steps"]
    return entry


def _rate(rate):
    """A schedule in program.json's form."""
    if not isinstance(rate, tuple):
        return rate
    from dlfix_probe import keras_names

    return dict(rate[1], **{"class": keras_names.snake_case(rate[0])})


def expected(result):
    """Arrays of a measurement as JSON."""
    if "raises" in result:
        return result
    shown = {"losses": numbers(result["losses"])}
    if "output" in result:
        shown["output"] = numbers(result["output"])
    for key in ("gradients", "after"):
        if key in result:
            shown[key] = [numbers(tensor) for tensor in result[key]]
    if "metrics" in result:
        shown["metrics"] = {name: numbers(values) for name, values in result["metrics"].items()}
    return shown


def measure_case(case, lines):
    """One entry per different outcome, with the profiles that share it."""
    import oracle_keras

    outcomes = []
    description = None
    for line in lines:
        if line.profile not in case.get("families", ("keras3", "tf211", "tf24")):
            continue
        if line.profile == "tf24" and not _optimiser_matters(case):
            _repeat_outcome(outcomes, "tf211", "tf24")
            continue
        try:
            result, model = oracle_keras.measure(line, case)
        except (AttributeError, ValueError):
            if not case.get("may_miss"):
                raise
            continue
        if "raises" not in result:
            description = description or describe(case, model)
        elif description is None:
            description = describe(case, oracle_keras.Model(next(l for l in lines if _builds(l, case)), case))
        _add_outcome(outcomes, line.profile, expected(result))
    for outcome in outcomes:
        if "tf24" in outcome["profiles"] and "tf23" in case.get("also", ()):
            outcome["profiles"].append("tf23")
    if not outcomes:
        raise ValueError("no Keras has the case " + case["name"])
    return dict({"name": case["name"]}, **description, expected=outcomes)


def _builds(line, case):
    import oracle_keras

    try:
        oracle_keras.Model(line, case)
        return True
    except Exception:
        return False


def _optimiser_matters(case):
    """Plain SGD is the same in the legacy line."""
    name, rate, options = case["optimizer"]
    return name != "sgd" or bool(options) or isinstance(rate, tuple)


def _repeat_outcome(outcomes, known, profile):
    for outcome in outcomes:
        if known in outcome["profiles"]:
            outcome["profiles"].append(profile)


def _add_outcome(outcomes, profile, shown):
    for outcome in outcomes:
        if alike({key: value for key, value in outcome.items() if key != "profiles"}, shown):
            outcome["profiles"].append(profile)
            return
    outcomes.append(dict({"profiles": [profile]}, **shown))


def fixtures():
    """Name of a fixture and the function that measures it."""
    import cases_layers
    import cases_losses
    import cases_optimizers
    import cases_options
    import cases_sequences
    import cases_spatial
    import oracle_values

    models = {
        "spatial": cases_spatial.spatial,
        "layers": cases_layers.layers,
        "sequences": cases_sequences.sequences,
        "activations": cases_losses.activations,
        "losses": cases_losses.losses,
        "special_losses": cases_losses.special_losses,
        "targets": cases_losses.targets,
        "optimizers": cases_optimizers.optimizers,
        "embeddings": cases_optimizers.embeddings,
        "options": cases_options.options,
        "metrics": cases_options.metrics,
    }
    makers = {
        name: (lambda lines, known, save, make=make: _measure_all(make(), lines, known, save))
        for name, make in models.items()
    }
    for name in ("initializers", "random_layers", "rank_metrics", "callbacks"):
        makers[name] = lambda lines, known, save, make=getattr(oracle_values, name): make(lines)
    return makers


def _measure_all(cases, lines, known, save):
    entries = []
    for case in cases:
        entries.append(known.get(case["name"]) or _loudly(case, lines))
        if case["name"] not in known:
            save(entries)
    return entries


def _loudly(case, lines):
    try:
        return measure_case(case, lines)
    except Exception as error:
        raise RuntimeError("case '%s': %s" % (case["name"], error)) from error
    finally:
        lines[0].keras.backend.clear_session()
        lines[1].keras.backend.clear_session()


def check(name, measured):
    """Prints what differs from the stored fixture; returns how many entries do."""
    measured = json.loads(text_of(measured))
    path = os.path.join(FIXTURES, name + ".json")
    if not os.path.exists(path):
        print("%s: nothing is stored" % name)
        return 0
    with open(path, encoding="utf-8") as file:
        stored = json.load(file)
    if isinstance(stored, dict):
        stored, measured = stored["entries"], measured["entries"]
    if name in ("initializers", "random_layers"):  # drawn anew each time: their test compares distributions
        measured, stored = [[_undrawn(entry) for entry in entries] for entries in (measured, stored)]
    if stored and "name" in stored[0]:
        known = {entry["name"]: entry for entry in stored}
        pairs = [(known[entry["name"]], entry) for entry in measured if entry["name"] in known]
    else:
        pairs = list(zip(stored, measured))
    wrong = [new.get("name", "?") for old, new in pairs if not alike(old, new, REPEATED)]
    gone = len(stored) - len(pairs)
    print(
        "%s: %d entries, %d differ %s; %d are not measured any more, %d not stored yet"
        % (name, len(stored), len(wrong), ", ".join(wrong[:20]), gone, len(measured) - len(pairs)),
        flush=True,
    )
    return len(wrong) + gone


def _undrawn(entry):
    return {
        key: entry[key]
        for key in entry
        if key not in ("mean", "deviation", "low", "high", "quantiles", "zeros", "gram")
    }


def stored_cases(name):
    path = os.path.join(FIXTURES, name + ".json")
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        entries = json.load(file)
    return {entry["name"]: entry for entry in entries if isinstance(entry, dict) and "name" in entry}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument(
        "--add", action="store_true", help="keep the stored cases, measure those that are missing"
    )
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    become_keras_python()
    import oracle_keras

    lines = oracle_keras.families()
    makers = fixtures()
    wrong = 0
    for name in options.names or makers:

        def save(entries, path=os.path.join(FIXTURES, name + ".json")):
            if not options.check:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text_of(entries))

        measured = makers[name](lines, stored_cases(name) if options.add else {}, save)
        if options.check:
            wrong += check(name, measured)
            continue
        save(measured)
        print(name, len(measured), flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
