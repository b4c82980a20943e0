"""Where a program's project keeps its packages: what `pip install -e .` would make importable.

Programs in `examples/` or `scripts/` import the package beside those folders.
"""

import os

_MARKS = ("setup.py", "pyproject.toml", "setup.cfg")
_LEVELS = 4
# A clone of Keras is not the program's own code.
_NEVER = {"keras", "tensorflow", "tf_keras", "keras_core", "numpy"}


def project_folders(folder):
    """Folders that hold the packages of the project that `folder` lies in; none where nothing says that it is one."""
    for _ in range(_LEVELS):
        if any(os.path.isfile(os.path.join(folder, mark)) for mark in _MARKS):
            source = os.path.join(folder, "src")
            return [folder, source] if os.path.isdir(source) else [folder]
        folder, before = os.path.dirname(folder), folder
        if folder == before:
            break
    return []


def of_project(module):
    """Whether a module may be the project's own."""
    return module.split(".")[0] not in _NEVER
