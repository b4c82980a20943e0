"""Paths in the static reading: `os.path` of known texts, and folders that the program adds to `sys.path`."""

import os

from .static_values import Const, plain

_TEXTS = {"os.path.join": os.path.join, "os.path.dirname": os.path.dirname, "os.path.basename": os.path.basename,
          "os.path.normpath": os.path.normpath}
_ABSOLUTE = ("os.path.abspath", "os.path.realpath")
_ADDED = ("sys.path.append", "sys.path.insert")


class Paths:
    """Mixin of the reader."""

    def path_call(self, path, site):
        """What a function of paths gives; None for other functions, and where it is not known."""
        values = [item.value for item in site.arguments if item.name is None]
        texts = [plain(value)[0] for value in values]
        if path in _ADDED and texts and isinstance(texts[-1], str):
            self.index.add_folder(texts[-1])
            return Const(None)
        if not texts or not all(isinstance(text, str) for text in texts):
            return None
        if path in _ABSOLUTE and len(texts) == 1:
            return Const(os.path.normpath(os.path.join(self.index.folder, texts[0])))
        return Const(_TEXTS[path](*texts)) if path in _TEXTS and (len(texts) == 1 or path == "os.path.join") else None
