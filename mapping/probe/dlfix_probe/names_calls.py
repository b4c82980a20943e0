"""Parameters of the model methods by name, and the Keras path of a symbol."""

from .fit_arguments import PARAMETERS

METHODS = dict(PARAMETERS)
METHODS["fit_generator"] = ["x" if name == "generator" else name for name in PARAMETERS["fit_generator"]]
METHODS["predict_classes"] = METHODS["predict_proba"] = PARAMETERS["predict"]
METHOD_ALIASES = {"nb_epoch": "epochs", "nb_epochs": "epochs", "generator": "x"}

_ROOTS = ("tensorflow.keras", "tensorflow.python.keras", "tensorflow.compat.v1.keras",
          "tensorflow.compat.v2.keras", "tensorflow.contrib.keras", "keras.src", "keras.api",
          "tf_keras", "keras_core", "keras")


def keras_path(path):
    """`tensorflow.keras.layers.Dense` -> `layers.Dense`; `` for the package itself; None: not Keras."""
    for root in _ROOTS:
        if path == root:
            return ""
        if path.startswith(root + "."):
            return path[len(root) + 1:]
    return None


def keras_root(path):
    """The package that a program's Keras comes from: tensorflow.keras, keras or tf_keras; or None."""
    if keras_path(path) is None:
        return None
    if path.startswith("tensorflow"):
        return "tensorflow.keras"
    return "tf_keras" if path.startswith("tf_keras") else "keras"


def bind(names, arguments, aliases=None):
    """[Argument] -> {parameter: Argument} by position and keyword, keywords through `aliases`."""
    bound = {}
    position = 0
    for argument in arguments:
        if argument.name is None:
            if position < len(names):
                bound.setdefault(names[position], argument)
            position += 1
        else:
            bound[(aliases or {}).get(argument.name, argument.name)] = argument
    return bound
