"""Where in the user's files a call comes from."""

import os
import sys
import sysconfig


def _library_folders():
    folders = {os.path.dirname(os.path.abspath(__file__))}
    for key in ("stdlib", "platstdlib", "purelib", "platlib"):
        path = sysconfig.get_paths().get(key)
        if path:
            folders.add(os.path.realpath(path))
            folders.add(path)
    return folders


class CallSites:
    """Finds the innermost frame of user code; keeps the sites of layers and calls by object."""

    def __init__(self, standin_folder):
        self._libraries = tuple(f + os.sep for f in sorted(_library_folders() | {standin_folder}))
        self._known = {}
        self._lines = {}
        self._kept = {}
        self.files = []

    def is_user_file(self, name):
        """Whether code of this file name is the user's own."""
        known = self._known.get(name)
        if known is None:
            known = (not name.startswith("<") and not name.startswith(self._libraries)
                     and not os.path.realpath(name).startswith(self._libraries)
                     and "site-packages" not in name and "dist-packages" not in name)
            self._known[name] = known
        return known

    def user_frame(self):
        """The innermost frame that runs the user's own code, or None."""
        frame = sys._getframe(1)
        while frame is not None and not self.is_user_file(frame.f_code.co_filename):
            frame = frame.f_back
        return frame

    def here(self):
        """Position of the call in user code that led here; None without one."""
        frame = self.user_frame()
        return None if frame is None else self.of_frame(frame)

    def of_frame(self, frame):
        path = os.path.abspath(frame.f_code.co_filename)
        if path not in self.files:
            self.files.append(path)
        site = {"file": path, "line": frame.f_lineno, "column": None, "end_line": None,
                "end_column": None}
        positions = getattr(frame.f_code, "co_positions", None)
        if positions is not None:
            self._add_columns(site, path, _nth(positions(), frame.f_lasti // 2))
        return site

    def _add_columns(self, site, path, place):
        if place is None or None in place:
            return
        line, end_line, column, end_column = place
        site["line"], site["end_line"] = line, end_line
        site["column"] = self._characters(path, line, column)
        site["end_column"] = self._characters(path, end_line, end_column)

    def _characters(self, path, line, byte_offset):
        """Python counts bytes of UTF-8; the document counts characters."""
        lines = self._lines.get(path)
        if lines is None:
            from .capture_options import read_source
            lines = self._lines[path] = read_source(path).split("\n")
        if line > len(lines):
            return byte_offset
        return len(lines[line - 1].encode("utf-8")[:byte_offset].decode("utf-8", "ignore"))

    def remember(self, thing):
        """Notes the site of an object that is being constructed."""
        if id(thing) not in self._kept:
            self._kept[id(thing)] = (thing, self.here())

    def objects(self):
        """Everything that was constructed, in order."""
        return [thing for thing, _ in self._kept.values()]

    def of_object(self, thing):
        kept = self._kept.get(id(thing))
        return kept[1] if kept and kept[0] is thing else None


def _nth(iterator, index):
    for number, value in enumerate(iterator):
        if number == index:
            return value
    return None
