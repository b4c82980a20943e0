"""compile, fit, evaluate and predict of the static reading in the document's form."""

import ast

from . import keras_names
from .callback_modes import settled_mode
from .names_calls import bind
from .names_objects import optimizer_defaults, optimizer_name, optimizer_parameters
from .static_repeats import repeats
from .static_normal import custom_name, library_name
from .static_values import Const, Function, Instance, Klass, Made, Map, Seq, Symbol, plain

_CALLBACKS = {
    "EarlyStopping": [("monitor", "val_loss"), ("min_delta", 0.0), ("patience", 0), ("verbose", 0),
                      ("mode", "auto"), ("baseline", None), ("restore_best_weights", False),
                      ("start_from_epoch", 0)],
    "ReduceLROnPlateau": [("monitor", "val_loss"), ("factor", 0.1), ("patience", 10), ("verbose", 0),
                          ("mode", "auto"), ("min_delta", 0.0001), ("cooldown", 0), ("min_lr", 0.0)],
}


class Unknowns:
    """Dotted paths of what is not known."""

    def __init__(self):
        self.paths = []

    def add(self, path):
        if path not in self.paths:
            self.paths.append(path)

    def get(self, path, bound, key, default, opaque):
        """Plain value of a parameter; None and noted when not known."""
        if key not in bound:
            if opaque:
                self.add(path)
                return None
            return default
        content, known = plain(bound[key].value)
        if not known:
            self.add(path)
        return content if known else None


def loss(value):
    """(name, options, known)"""
    if isinstance(value, Seq) and len(value.items) == 1:
        value = value.items[0]
    if isinstance(value, Const) and isinstance(value.value, str):
        return keras_names.loss_name(value.value) or value.value, {}, True
    if isinstance(value, (Function, Klass)):
        return {"custom": custom_name(value)}, {}, True
    if isinstance(value, Instance) and value.klass is not None:
        return {"custom": custom_name(value.klass)}, {}, True
    if isinstance(value, (Symbol, Made)):
        name = library_name(value.path)
        known = keras_names.loss_name(name) if name else None
        if known is None:
            last = value.path.rsplit(".", 1)[-1]
            return {"custom": last}, {}, not value.path.startswith("builtins.") and isinstance(value, Symbol)
        return (known, *_loss_options(value)) if isinstance(value, Made) else (known, {}, True)
    if isinstance(value, Seq) and not value.open:
        parts = [loss(item) for item in value.items]
        return [name for name, _, _ in parts], {}, all(known for _, _, known in parts)
    if isinstance(value, Map) and not value.open:
        parts = {key: loss(item) for key, item in value.entries.items()}
        return {key: name for key, (name, _, _) in parts.items()}, {}, all(known for _, _, known in parts.values())
    if isinstance(value, Const) and value.value is None:
        return None, {}, True
    return None, {}, False


def _loss_options(made):
    options, known = {}, not made.call.opaque
    for argument in made.call.arguments:
        content, fine = plain(argument.value)
        known = known and (fine or argument.name in ("name", "reduction"))
        if fine and argument.name in keras_names.LOSS_OPTIONS \
                and content != keras_names.LOSS_OPTIONS[argument.name]:
            options[argument.name] = content
    return options, known


def bound_optimizer(made):
    """Parameter -> Argument of an optimiser's constructor call; `lr` counts as learning_rate."""
    name = made.class_name().lower()
    return bind(optimizer_parameters(name), made.call.arguments, {"lr": "learning_rate"})


def optimizer(value, profile, unknowns):
    """The `optimizer` entry, or None."""
    if isinstance(value, Const) and isinstance(value.value, str):
        name = optimizer_name(value.value)
        return dict({"class": name}, **optimizer_defaults(name, profile)) if name else {
            "class": value.value.lower(), "learning_rate": None}
    path = value.path if isinstance(value, (Symbol, Made)) else ""
    name = optimizer_name(library_name(path) or "") if path else None
    if name is None:
        unknowns.add("compile.optimizer")
        return None
    entry = dict({"class": name}, **optimizer_defaults(name, profile))
    if isinstance(value, Symbol):
        return entry
    for key, argument in bound_optimizer(value).items():
        if key == "name" or key == "learning_rate" and profile == "tf211" and argument.name == "lr":
            continue       # Keras 2.11 to 2.15 warn of `lr` and leave it out
        content, known = plain(argument.value)
        if not known:
            unknowns.add("compile.optimizer." + key)
        entry[key] = content if known else None
        if key == "learning_rate" and isinstance(content, int) and not isinstance(content, bool):
            entry[key] = float(content)
    if value.call.opaque:
        unknowns.add("compile.optimizer.learning_rate")
        entry["learning_rate"] = None
    return entry


def metrics(value):
    """Strings as written, names of objects."""
    if isinstance(value, Seq):
        return [name for item in value.items for name in metrics(item)]
    if isinstance(value, Map):
        return [name for item in value.entries.values() for name in metrics(item)]
    if isinstance(value, Const):
        return [value.value] if isinstance(value.value, str) else []
    if isinstance(value, (Function, Klass)):
        return [custom_name(value)]
    if isinstance(value, Made):
        named = [plain(item.value)[0] for item in value.call.arguments if item.name == "name"]
        return [named[0] if named and named[0] else keras_names.snake_case(value.class_name())]
    if isinstance(value, Symbol):
        return [value.path.rsplit(".", 1)[-1]]
    return []


def compile_entry(compiled, profile, unknowns):
    """`compile` of the document from (CallSite, bound)."""
    if compiled is None:
        unknowns.add("compile")
        return None
    site, bound = compiled
    name, options, known = loss(bound["loss"].value) if "loss" in bound else (None, {}, not site.opaque)
    if not known:
        unknowns.add("compile.loss")
    given = bound["optimizer"].value if "optimizer" in bound else Const("rmsprop")
    place = site.place()
    return {"loss": name, "loss_options": options, "optimizer": optimizer(given, profile, unknowns),
            "metrics": metrics(bound["metrics"].value) if "metrics" in bound else [],
            "file": place["file"], "line": place["line"], "call": place}


def callbacks(argument):
    """[{class, attributes}]; None when the list is not known."""
    value = argument.value
    items = value.items if isinstance(value, Seq) and not value.open else None
    if isinstance(value, Const) and value.value is None:
        items = []
    if isinstance(value, (Made, Instance)):
        items = [value]
    if items is None:
        return None
    return [_callback(item) for item in items]


def _callback(value):
    if not isinstance(value, Made):
        name = custom_name(value.klass) if isinstance(value, Instance) and value.klass else None
        return {"class": name, "attributes": {"custom": name}}
    table = _CALLBACKS.get(value.class_name())
    if table is None:
        return {"class": value.class_name(), "attributes": {}}
    bound = bind([name for name, _ in table], value.call.arguments)
    attributes = {name: plain(bound[name].value)[0] if name in bound else default
                  for name, default in table if name != "verbose"}
    if attributes.get("min_delta") is not None:
        attributes["min_delta"] = abs(attributes["min_delta"])
    if attributes.get("mode", "auto") not in ("auto", "min", "max"):
        attributes["mode"] = "auto"
    attributes["mode"] = settled_mode(attributes["mode"], attributes.get("monitor"))
    return {"class": value.class_name(), "attributes": attributes}


def array(node, source):
    """An array that is known by its expression only."""
    name = " ".join(source.segment(node).split()) if node is not None else None
    return {"name": name, "path": None, "shape": None, "dtype": None, "sha256": None, "lines": []}


def arrays(argument, source):
    """One per model input: a list in the call is several."""
    if argument is None:
        return []
    if isinstance(argument.node, ast.List) and len(argument.node.elts) > 1 \
            and not isinstance(argument.node.elts[0], (ast.List, ast.Constant)):
        return [array(element, source) for element in argument.node.elts]
    if isinstance(argument.node, ast.List) and len(argument.node.elts) == 1 \
            and isinstance(argument.node.elts[0], (ast.Name, ast.Subscript)):
        return [array(argument.node.elts[0], source)]
    return [array(argument.node, source)]


def _pair(argument, source):
    if argument is None or (isinstance(argument.value, Const) and argument.value.value is None):
        return None
    node = argument.node
    if isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) >= 2:
        x = argument._replace(node=node.elts[0])
        return {"x": arrays(x, source), "y": array(node.elts[1], source)}
    return {"x": [array(node, source)], "y": None}


def fit_entry(action, unknowns, default_epochs=1):
    """`fit` of the document."""
    bound, source, opaque = action.bound, action.call.source, action.call.opaque

    def get(key, default):
        return unknowns.get("fit." + key, bound, key, default, opaque)

    by_batch = action.method == "train_on_batch"
    batched = "y" not in bound or by_batch       # a data set or generator: its batches are its own
    batch_size, epochs, shuffle = get("batch_size", 32), get("epochs", default_epochs), get("shuffle", True)
    times = repeats(action)
    if by_batch or times is None:
        epochs = None
        unknowns.add("fit.epochs")
    elif isinstance(epochs, int):
        epochs *= times
    if batched:
        batch_size = shuffle = None
        unknowns.add("fit.batch_size")
        unknowns.add("fit.shuffle")
    none_given = batch_size is None and "fit.batch_size" not in unknowns.paths
    called = callbacks(bound["callbacks"]) if "callbacks" in bound else ([] if not opaque else None)
    if called is None:
        unknowns.add("fit.callbacks")
    weights = bound.get("sample_weight")
    place = action.call.place()
    entry = {
        "batch_size": 32 if none_given else batch_size, "epochs": epochs,
        "initial_epoch": get("initial_epoch", 0), "shuffle": shuffle,
        "steps_per_epoch": get("steps_per_epoch", None), "validation_split": get("validation_split", 0.0),
        "class_weight": get("class_weight", None), "callbacks": called,
        "x": arrays(bound.get("x"), source), "y": array(bound["y"].node, source) if "y" in bound else None,
        "sample_weight": array(weights.node, source)
        if weights is not None and not (isinstance(weights.value, Const)) else None,
        "validation": _pair(bound.get("validation_data"), source),
        "file": place["file"], "line": place["line"], "call": place}
    for index, _ in enumerate(entry["x"]):
        unknowns.add("fit.x.%d.shape" % index)
    if entry["y"]:
        unknowns.add("fit.y.shape")
    return entry


def evaluation(action, unknowns, path):
    """One entry of `evaluate` or `predict`."""
    source, bound = action.call.source, action.bound
    place = action.call.place()
    entry = {"x": arrays(bound.get("x"), source), "file": place["file"], "line": place["line"], "call": place}
    if action.method == "evaluate":
        entry["y"] = array(bound["y"].node, source) if "y" in bound else None
        entry["batch_size"] = unknowns.get(path + ".batch_size", bound, "batch_size", 32, action.call.opaque)
    return entry
