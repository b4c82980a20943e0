"""Reads a program without running it: follows its statements from the top of the main file."""

import os

from .static_calls import Calls
from .static_expressions import Expressions
from .static_keras import Keras
from .static_statements import MAX_STEPS, Ended, Statements
from .static_tensors import Tensors
from .static_values import Map, Module, Scope, constant

MAX_NEIGHBOURS = 64
UNCALLED_STEPS = 30000     # for functions that nothing calls


class Reader(Statements, Expressions, Calls, Keras, Tensors):
    """The result of a reading: models, actions (fit, evaluate, predict), layers, in program order."""

    def __init__(self, index, config=None, legacy=False, arguments=None):
        self.index = index
        self.arguments = arguments    # the program's own, or None when none were named
        self.legacy = legacy          # Keras 1 meaning of positional convolution sizes
        self.steps = 0
        self.unrolled = 0
        self.built = 0                # layers, models, elements and entries made so far
        self.cut = False              # reading was given up before the end
        self.unreached = False        # what is fitted was found only in what the program does not call
        self.depth = 0
        self.unsure = 0               # open conditions that are not known
        self.loops = []
        self.turns = []               # of every open loop: (statement, number of turns or None, its iterable)
        self.maybe_left = 0           # loops that an unknown condition may end
        self.models = []
        self.actions = []
        self.layers_made = []
        self.functions = []
        self.called_nodes = set()
        self.loose_fits = []          # fit calls of things that are not known
        self.foreign_fits = []        # (path of what made it, fit call) of things that other modules make
        self.batchwise = []           # train_on_batch of a model
        self.loaded = []              # load_model calls of files that the program does not write
        self.saved = {}               # file name -> model that the program saved there
        self.wrapped = []             # (class, what it is, CallSite) of classes that call fit themselves
        self.undefined = {}           # Keras names that the program uses and does not import -> (SourceFile, node)
        self.subclassed = []
        self.modules = {}
        self.put_on_library = {}      # attributes that the program gives to library modules
        self.bind_argv()
        self.classes = []
        self.instances = []           # objects of the program's classes, as they are made
        self.outer_config = Map({})
        self.outer_config.open = True
        self.outer_config.is_config = True
        self.config_given = config is not None
        if isinstance(config, dict):
            self.outer_config.entries = {key: constant(value) for key, value in config.items()}
            self.outer_config.open = False
        elif config is not None:
            self._read_config(config)

    def _read_config(self, path):
        """Values of a --config file keep their places in it."""
        source = self.index.load(path)
        value = self.evaluate(source.tree.body, Scope(source))
        if not isinstance(value, Map):
            from .errors import ProbeError
            raise ProbeError("bad_config", "%s is not a JSON object" % path, path, 1,
                             "give an object of names and values")
        value.is_config = True
        self.outer_config = value

    def read(self):
        """Reads the main file; functions that nothing calls are read afterwards when no fit was found."""
        self.main_scope = self._module_scope(self.index.main, "__main__")
        self._guarded(lambda: self.run(self.index.main.tree.body, self.main_scope))
        if not any(action.method == "fit" for action in self.actions) and not self.batchwise:
            self.read_uncalled()
            self.unreached = True
        return self

    def read_uncalled(self):
        """Reads functions that were not reached, with unknown arguments; methods share one object."""
        self.steps = max(self.steps, MAX_STEPS - UNCALLED_STEPS)
        for klass in list(self.classes):
            if klass.source is self.index.main and not klass.made and self.library_base(klass) is None:
                self._guarded(lambda: self.read_methods(klass))
        for instance in list(self.instances):
            self._guarded(lambda: self.read_training_methods(instance))
        for function in list(self.functions):
            if function.node not in self.called_nodes and function.source is self.index.main:
                self._guarded(lambda: self.call_function(function, None))

    def _guarded(self, action):
        try:
            action()
        except (Ended, RecursionError) as stop:
            self.cut = self.cut or isinstance(stop, RecursionError) or self.steps > MAX_STEPS

    @staticmethod
    def _module_scope(source, name):
        scope = Scope(source)
        scope.names["__name__"] = constant(name)
        scope.names["__file__"] = constant(source.path)
        return scope

    def load_neighbour(self, name, source, level=0):
        """A module beside the main file or of its project, read once; None when there is none. `level`: the dots of
        a relative import in `source`."""
        folder = source.path
        for _ in range(level):
            folder = os.path.dirname(folder)
        path = self.index.neighbour(name, folder) if level else None
        path = path or self.index.neighbour(name)
        if path is None or path == self.index.main.path or len(self.modules) > MAX_NEIGHBOURS:
            return None
        if path not in self.modules:
            neighbour = self.index.find(path)
            if neighbour is None:
                return None
            scope = self._module_scope(neighbour, name)
            self.modules[path] = Module(scope)
            try:
                self.run(neighbour.tree.body, scope)
            except RecursionError:
                pass
        return self.modules[path]

