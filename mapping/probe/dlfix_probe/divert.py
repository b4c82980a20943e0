"""Writes of the program go to a scratch directory; reads see them there.

A path outside of the scratch directory has a shadow inside of it. Writing makes the shadow (a copy
of the original where the old content counts), reading prefers it, removing hides the original.
"""

import builtins
import io
import os
import shutil
import sys

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Diversion:
    """Path arithmetic of one scratch directory, with the functions that it replaces."""

    def __init__(self, scratch, allowed=()):
        self.scratch = os.path.realpath(scratch)
        self.allowed = [self.scratch, "/dev", "/proc"] + [os.path.realpath(a) for a in allowed]
        self.hidden = set()
        self.diverted = []
        self.real = {name: getattr(os, name) for name in _REPLACED if hasattr(os, name)}
        self.real_open = io.open
        self.real_exists = os.path.lexists

    def inside(self, path):
        return any(path == base or path.startswith(base + os.sep) for base in self.allowed)

    def absolute(self, path):
        return os.path.normpath(os.path.join(self.real["getcwd"](), os.fsdecode(path)))

    def shadow(self, path):
        return os.path.join(self.scratch, "root", path.lstrip(os.sep))

    def exists(self, path):
        """lstat by the kernel, not by what is patched."""
        try:
            self.real["lstat"](path)
            return True
        except OSError:
            return False

    def is_path(self, path):
        return isinstance(path, (str, bytes, os.PathLike))

    def for_reading(self, path):
        """Where the content of `path` is now."""
        if not self.is_path(path):
            return path
        full = self.absolute(path)
        if self.inside(full):
            return path
        shadow = self.shadow(full)
        if self.exists(shadow):
            return shadow
        if full in self.hidden:
            return os.path.join(self.scratch, "removed", os.path.basename(full))
        return path

    def for_writing(self, path, keep_content):
        """Where to write `path`; the old content is copied there when it is kept."""
        if not self.is_path(path):
            return path
        full = self.absolute(path)
        if self.inside(full):
            return path
        shadow = self.shadow(full)
        self._make_parent(full, shadow)
        if keep_content and not self.exists(shadow) and full not in self.hidden \
                and os.path.isfile(full):
            self._copy(full, shadow)
        self.hidden.discard(full)
        if full not in self.diverted:
            self.diverted.append(full)
        return shadow

    def _copy(self, full, shadow):
        with self.real_open(full, "rb") as source, self.real_open(shadow, "wb") as target:
            shutil.copyfileobj(source, target)

    def _make_parent(self, full, shadow):
        parent = os.path.dirname(full)
        if os.path.isdir(self.for_reading(parent)):
            self._make_directories(os.path.dirname(shadow))

    def _make_directories(self, path):
        if not self.exists(path):
            self._make_directories(os.path.dirname(path))
            self.real["mkdir"](path)

    def original_exists(self, path):
        full = self.absolute(path)
        return full not in self.hidden and (self.exists(full) or self.exists(self.shadow(full)))


_REPLACED = ("open", "mkdir", "remove", "unlink", "rmdir", "rename", "replace", "symlink", "link",
             "truncate", "chmod", "utime", "stat", "lstat", "listdir", "scandir", "access", "chdir",
             "getcwd", "mkfifo", "chown")


def _open_functions(diversion):
    real_open, real_os_open = diversion.real_open, diversion.real["open"]

    def diverted_open(file, mode="r", *arguments, **keywords):
        if diversion.is_path(file) and isinstance(mode, str):
            if any(letter in mode for letter in "wax+"):
                if "x" in mode and diversion.original_exists(file):
                    raise FileExistsError(17, "File exists", os.fspath(file))
                if mode.startswith("r") and not diversion.original_exists(file):
                    raise FileNotFoundError(2, "No such file or directory", os.fspath(file))
                file = diversion.for_writing(file, "w" not in mode)
            else:
                file = _named_as_asked(diversion, file)
        return real_open(file, mode, *arguments, **keywords)

    def diverted_os_open(path, flags, *arguments, **keywords):
        if keywords.get("dir_fd") is None:
            if flags & _WRITING:
                if flags & os.O_EXCL and diversion.original_exists(path):
                    raise FileExistsError(17, "File exists", os.fspath(path))
                path = diversion.for_writing(path, not flags & os.O_TRUNC)
            else:
                path = diversion.for_reading(path)
        return real_os_open(path, flags, *arguments, **keywords)

    return diverted_open, diverted_os_open


def _named_as_asked(diversion, file):
    """A hidden file must be reported missing under its own name."""
    if diversion.absolute(file) in diversion.hidden and not diversion.original_exists(file):
        raise FileNotFoundError(2, "No such file or directory", os.fspath(file))
    return diversion.for_reading(file)


def _reading(diversion, name):
    real = diversion.real[name]

    def function(path=".", *arguments, **keywords):
        if keywords.get("dir_fd") is None:
            path = diversion.for_reading(path)
        return real(path, *arguments, **keywords)

    return function


def _listing(diversion):
    real = diversion.real["listdir"]

    def listdir(path="."):
        if not diversion.is_path(path):
            return real(path)
        full = diversion.absolute(path)
        shadow = diversion.shadow(full)
        if diversion.inside(full) or not (diversion.exists(shadow) or diversion.hidden):
            return real(path)
        names = set(real(path)) if diversion.exists(full) else set()
        if diversion.exists(shadow):
            names |= {os.fsencode(n) if isinstance(path, bytes) else n for n in real(shadow)}
        return [n for n in sorted(names) if os.path.join(full, os.fsdecode(n)) not in diversion.hidden]

    return listdir


def _removing(diversion, name):
    real = diversion.real[name]

    def function(path, *arguments, **keywords):
        if keywords.get("dir_fd") is not None or not diversion.is_path(path) \
                or diversion.inside(diversion.absolute(path)):
            return real(path, *arguments, **keywords)
        full = diversion.absolute(path)
        if not diversion.original_exists(path):
            raise FileNotFoundError(2, "No such file or directory", os.fspath(path))
        if diversion.exists(diversion.shadow(full)):
            real(diversion.shadow(full))
        if diversion.exists(full):
            diversion.hidden.add(full)
        return None

    return function


def _moving(diversion, name):
    real = diversion.real[name]

    def function(source, target, *arguments, **keywords):
        if diversion.inside(diversion.absolute(source)):
            return real(source, diversion.for_writing(target, False), *arguments, **keywords)
        if not diversion.original_exists(source):
            raise FileNotFoundError(2, "No such file or directory", os.fspath(source))
        full = diversion.absolute(source)
        shadow = diversion.shadow(full)
        if not diversion.exists(shadow) and os.path.isdir(full):
            raise PermissionError(1, "directories are not moved while a program is read", full)
        moved = diversion.for_writing(source, True)
        real(moved, diversion.for_writing(target, False))
        if diversion.exists(full):
            diversion.hidden.add(full)
        return None

    return function


def _making(diversion):
    real = diversion.real["mkdir"]

    def mkdir(path, mode=0o777, **keywords):
        if keywords.get("dir_fd") is not None or diversion.inside(diversion.absolute(path)):
            return real(path, mode, **keywords)
        if diversion.original_exists(path):
            raise FileExistsError(17, "File exists", os.fspath(path))
        return real(diversion.for_writing(path, False), mode)

    return mkdir


def _changing(diversion, name):
    real = diversion.real[name]

    def function(path, *arguments, **keywords):
        if keywords.get("dir_fd") is None and diversion.is_path(path):
            path = diversion.for_writing(path, True)
        return real(path, *arguments, **keywords)

    return function


def _linking(diversion, name):
    real = diversion.real[name]

    def function(source, target, *arguments, **keywords):
        return real(source, diversion.for_writing(target, False), *arguments, **keywords)

    return function


def install(scratch, allowed=()):
    """Replaces the functions for the rest of this process; the diversion, to be asked later."""
    diversion = Diversion(scratch, allowed)
    replaced = {}
    diverted_open, replaced["open"] = _open_functions(diversion)
    for name in ("stat", "lstat", "scandir", "access", "chdir"):
        replaced[name] = _reading(diversion, name)
    replaced["listdir"] = _listing(diversion)
    for name in ("remove", "unlink", "rmdir"):
        replaced[name] = _removing(diversion, name)
    for name in ("rename", "replace"):
        replaced[name] = _moving(diversion, name)
    replaced["mkdir"] = _making(diversion)
    for name in ("truncate", "chmod", "utime", "chown", "mkfifo"):
        if name in diversion.real:
            replaced[name] = _changing(diversion, name)
    for name in ("symlink", "link"):
        replaced[name] = _linking(diversion, name)
    for name, function in replaced.items():
        function.__name__ = name
        setattr(os, name, function)
    builtins.open = io.open = diverted_open
    _forget_fast_paths(replaced, diverted_open)
    return diversion


def _forget_fast_paths(replaced, diverted_open):
    """Places that kept the originals: compressed files, shutil's removal, pathlib before 3.10."""
    shutil._use_fd_functions = False
    for name in ("bz2", "lzma"):
        if hasattr(sys.modules.get(name), "_builtin_open"):
            sys.modules[name]._builtin_open = diverted_open
    for table in (os.supports_dir_fd, os.supports_fd):
        for function in replaced.values():
            table.discard(function)
    accessor = getattr(sys.modules.get("pathlib"), "_NormalAccessor", None)
    if accessor is not None:
        for name, function in replaced.items():
            if hasattr(accessor, name):
                setattr(accessor, name, staticmethod(function))
