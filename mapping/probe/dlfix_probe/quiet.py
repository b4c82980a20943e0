"""No plots, no questions: what a program may do to a person at the screen is left out."""

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types


def install(contained):
    """Stubs for input(), matplotlib and (without containment) other processes."""
    builtins.input = _no_input
    sys.meta_path.insert(0, _Plots())
    if not contained:
        _refuse_processes()


def _no_input(*_arguments):
    raise EOFError("input() is not answered while a program is read")


def _refuse_processes():
    import os
    import subprocess

    class RefusedProcess(subprocess.Popen):
        """A Popen that starts nothing."""

        def __init__(self, *_arguments, **_keywords):
            self.returncode = 126
            self._child_created = False
            raise PermissionError(1, "other programs are not started while a program is read")

    subprocess.Popen = RefusedProcess
    os.system = lambda command: 126


class _Anything:
    """Answers every attribute, call, index and iteration with itself: a plot that nobody sees. Nothing is one of it as
    a class, and a class may derive from it."""

    def __init__(self, *_arguments, **_keywords):
        pass

    def __instancecheck__(self, _value):
        return False

    def __mro_entries__(self, _bases):
        return ()

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_arguments, **_keywords):
        return self

    def __getitem__(self, _key):
        return self

    def __setitem__(self, _key, _value):
        pass

    def __iter__(self):
        return iter((self, self))

    def __enter__(self):
        return self

    def __exit__(self, *_arguments):
        return False

    def __len__(self):
        return 0


class _StubModule(types.ModuleType):
    """A plotting package that is not installed."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything()


# What capture does without where it is not installed.
PLOTTING = ("matplotlib", "seaborn", "plotly", "pydot", "graphviz", "tqdm", "IPython", "livelossplot",
            "mpl_toolkits", "winsound", "google", "ann_visualizer", "pydotplus", "missingno")


class _Plots(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Silences matplotlib after its import; stands in for plotting packages that are absent."""

    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top not in PLOTTING:
            return None
        if name == "matplotlib.pyplot" or top == name or isinstance(sys.modules.get(top), _StubModule):
            return self._spec(name, top, path)
        return None

    def _spec(self, name, top, path):
        if isinstance(sys.modules.get(top), _StubModule):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        found = importlib.machinery.PathFinder.find_spec(name, path)
        if found is None:
            return importlib.machinery.ModuleSpec(name, self, is_package=True) if top == name else None
        if name == "matplotlib.pyplot" and found.loader is not None:
            found.loader = _Silenced(found.loader)
        return found

    def create_module(self, spec):
        if spec.name == "tqdm" or spec.name.startswith("tqdm."):
            return _progress_bar(spec.name)
        return _StubModule(spec.name)

    def exec_module(self, module):
        pass


class _Bar(_Anything):
    """A progress bar that nobody sees: goes through its values."""

    def __init__(self, iterable=(), *_arguments, **_keywords):
        self.iterable = iterable

    def __iter__(self):
        return iter(self.iterable)

    def __len__(self):
        return len(self.iterable)


def _progress_bar(name):
    module = _StubModule(name)
    module.tqdm = module.tqdm_notebook = _Bar
    module.trange = lambda *numbers, **_k: _Bar(range(*numbers))
    return module


class _Silenced(importlib.abc.Loader):
    """Loads pyplot, then takes away what opens windows and writes pictures."""

    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        module.show = module.savefig = module.pause = _nothing
        figure = getattr(module, "Figure", None)
        if figure is not None:
            figure.savefig = figure.show = _nothing


def _nothing(*_arguments, **_keywords):
    return None
