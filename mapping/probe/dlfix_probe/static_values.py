"""Values of the static reading: what is known of each without running the program.

Every value may carry an `origin`: the expression that a person would edit to change it.
"""

import math
from collections import namedtuple

from .names_calls import keras_path

# source: SourceFile; node: the ast expression that made the value
Origin = namedtuple("Origin", "source node")
# name: keyword or None; node: the expression in the call; value; insertable callers look at CallSite.opaque
Argument = namedtuple("Argument", "name node value")


class Value:
    """Base and, itself, the unknown value."""

    def __init__(self, origin=None):
        self.origin = origin
        self.key = None       # config["key"] that the value came through
        self.made_of = ()     # origins of the values that it was computed from


class Const(Value):
    """A Python constant."""

    def __init__(self, value, origin=None):
        super().__init__(origin)
        self.value = value


class Seq(Value):
    """A list or tuple; `open` when elements may be missing."""

    def __init__(self, items, origin=None, mutable=True):
        super().__init__(origin)
        self.items = items
        self.mutable = mutable
        self.open = False


class Map(Value):
    """A dictionary with constant keys; `open` when entries may be missing."""

    def __init__(self, entries, origin=None):
        super().__init__(origin)
        self.entries = entries
        self.open = False
        self.is_config = False


class Symbol(Value):
    """Something of a library, by its dotted path (`tensorflow.keras.layers.Dense`)."""

    def __init__(self, path, origin=None):
        super().__init__(origin)
        self.path = path


class Method(Value):
    """An attribute taken from a value, about to be called."""

    def __init__(self, owner, name, origin=None):
        super().__init__(origin)
        self.owner = owner
        self.name = name


class Function(Value):
    def __init__(self, node, source, scope, defaults, owner=None):
        super().__init__()
        self.node = node
        self.source = source
        self.scope = scope
        self.defaults = defaults
        self.owner = owner
        self.called = False


class Klass(Value):
    """A class of the program."""

    def __init__(self, node, source, scope, bases):
        super().__init__()
        self.node = node
        self.source = source
        self.scope = scope
        self.bases = bases
        self.made = False         # an object of it was made


class Instance(Value):
    """An object of a class of the program, or a name space."""

    def __init__(self, klass=None):
        super().__init__()
        self.klass = klass
        self.attributes = {}
        self.model = None         # of a subclass of Model: what its __init__ builds


class Module(Value):
    """A neighbour module."""

    def __init__(self, scope):
        super().__init__()
        self.scope = scope


class CallSite:
    """A call as written: where, and what reaches its parameters."""

    def __init__(self, source, node, arguments, opaque):
        self.source = source
        self.node = node
        self.arguments = arguments
        self.opaque = opaque      # *unknown or **unknown: other arguments may be there

    def place(self):
        """file, line, column, end_line, end_column."""
        line, column = self.source.start(self.node)
        end_line, end_column = self.source.end(self.node)
        return {"file": self.source.path, "line": line, "column": column, "end_line": end_line,
                "end_column": end_column}


class Made(Value):
    """An object of a library class: optimiser, initialiser, callback, ..."""

    def __init__(self, path, call, origin=None):
        super().__init__(origin)
        self.path = path
        self.call = call

    def class_name(self):
        return self.path.rsplit(".", 1)[-1]


class Layer(Value):
    """A layer object; `calls` lists the tensors of each call."""

    def __init__(self, class_name, call, bound):
        super().__init__()
        self.class_name = class_name
        self.call = call
        self.bound = bound        # parameter -> Argument
        self.calls = []           # per call: [Tensor]
        self.repeat = None        # the loop count that made it, when a config value
        self.looped = False
        self.packaged = False     # of a network that comes with Keras: no call of the program's makes it alone


class Tensor(Value):
    """Output of a layer's call, or a model input."""

    def __init__(self, layer, call):
        super().__init__()
        self.layer = layer
        self.call = call


class Model(Value):
    """A model under construction and what was done with it."""

    def __init__(self, kind, call):
        super().__init__()
        self.kind = kind
        self.call = call
        self.name = None
        self.layers = []          # sequential: in order
        self.listed = False       # sequential: its first layers were given to the constructor
        self.inputs = []          # functional: Tensors
        self.outputs = []
        self.compiles = []        # [(CallSite, bound)]
        self.compile_depth = 0    # loops that were open at the last of them
        self.level = 0            # how many unknown conditions were open when it was made
        self.uncertain = None     # (file, line, why) when its layers cannot be known
        self.instance = None      # the object of a subclass of Model, with its attributes
        self.foreign = None       # name of a network of keras.applications


class Action:
    """fit, evaluate or predict of a model."""

    def __init__(self, method, model, call, bound):
        self.method = method
        self.model = model
        self.call = call
        self.bound = bound
        self.compiled = model.compiles[-1] if model.compiles else None
        self.names = []           # variables that the model is known by, the program's own first
        self.turns = []           # loops around the call inside which the model is not compiled anew


class Scope:
    """Names of a module or a function."""

    def __init__(self, source, parent=None):
        self.source = source
        self.parent = parent
        self.names = {}
        self.globals = set()
        self.stars = []           # dotted paths imported with *
        self.returned = []        # values of the return statements reached

    def top(self):
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def lookup(self, name):
        scope = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None

    def bind(self, name, value):
        (self.top() if name in self.globals else self).names[name] = value


def sources_of(*values):
    """Origins of what the values were written as or computed from."""
    found = []
    for value in values:
        found.extend(value.made_of or ([value.origin] if value.origin is not None else []))
    return tuple(found)


def same(first, second):
    """Whether two values are certainly the same."""
    if first is second:
        return True
    if isinstance(first, Const) and isinstance(second, Const):
        return (type(first.value) is type(second.value) and first.value == second.value
                and first.origin == second.origin)
    if isinstance(first, Symbol) and isinstance(second, Symbol):
        return first.path == second.path
    return False


def merge(first, second):
    """What is known after either of two branches."""
    if first is None or second is None:
        return first if second is None else second
    if same(first, second):
        return first
    return _one_of_two(first, second) or _one_of_two(second, first) or Value()


def _one_of_two(first, second):
    """`first` where the other branch has the same thing in another place, or nothing that could be fitted."""
    if isinstance(first, Model):
        loaded = isinstance(second, Made) and second.class_name() == "load_model"
        nothing = isinstance(second, Const) and second.value is None
        return first if loaded or nothing else None
    if isinstance(first, Symbol) and isinstance(second, Symbol):
        name = keras_path(first.path)
        # `from keras.layers import CuDNNLSTM as LSTM` where there is a GPU; `tensorflow.keras` here and `keras` there
        return first if name and (keras_path(second.path) or "").replace("CuDNN", "") == name else None
    return None


def constant(content):
    """The value of plain Python data."""
    if isinstance(content, (list, tuple)):
        return Seq([constant(item) for item in content], None, isinstance(content, list))
    if isinstance(content, dict):
        return Map({key: constant(item) for key, item in content.items()})
    return Const(content)


def is_plain(content):
    """Whether JSON has it; Ellipsis, bytes, complex and infinite numbers it has not."""
    if isinstance(content, float):
        return math.isfinite(content)
    return content is None or isinstance(content, (bool, int, str))


def plain(value):
    """(Python value, known) of constants, lists and dictionaries of such."""
    if isinstance(value, Const):
        return (value.value, True) if is_plain(value.value) else (None, False)
    if isinstance(value, Seq) and not value.open:
        parts = [plain(item) for item in value.items]
        items = [part for part, _ in parts]
        return (items if value.mutable else tuple(items)), all(known for _, known in parts)
    if isinstance(value, Map) and not value.open:
        parts = {key: plain(item) for key, item in value.entries.items()}
        known = all(known for _, known in parts.values()) and all(is_plain(key) for key in parts)
        return {key: part for key, (part, _) in parts.items()}, known
    return None, False


def tensors_of(value):
    """Tensors of an argument: one, or a list of them (in lists of their own, too); [] when some are not known."""
    if isinstance(value, Tensor):
        return [value]
    if not isinstance(value, Seq) or value.open:
        return []
    parts = [tensors_of(item) for item in value.items]
    return [tensor for part in parts for tensor in part] if all(parts) else []
