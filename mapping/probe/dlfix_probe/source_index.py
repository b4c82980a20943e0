"""A source file of the program: text, syntax tree, positions in characters."""

import ast
import hashlib
import io
import os
import re
import warnings

from .errors import ProbeError
from .notebook import Notebook, is_notebook
from .project_folders import of_project, project_folders

_LINE_END = re.compile(r"\r\n|\r|\n")
_PRINT = re.compile(r"\s*print\s+[^\s(=]")


def split_lines(text):
    """Lines as Python's parser counts them, without their ends."""
    return _LINE_END.split(text)


def read_text(path):
    """Decoded text (byte order mark dropped) and raw bytes. Errors: not_found, not_python."""
    try:
        with open(path, "rb") as handle:
            raw = handle.read()
    except IsADirectoryError:
        raise ProbeError("not_python", "%s is a folder" % path, path, None, "name a Python file")
    except OSError as error:
        raise ProbeError("not_found", "cannot read %s: %s" % (path, error.strerror), path, None,
                         "check the path")
    if b"\0" in raw:
        raise ProbeError("not_python", "%s is a binary file" % path, path, None, "name a Python file")
    return (Notebook(path, raw).code if is_notebook(path) else _decode(path, raw)), raw


def _decode(path, raw):
    import tokenize
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        return raw.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise ProbeError("not_python", "%s is not text that Python can read: %s" % (path, error), path, 1,
                         "save it as UTF-8 or declare its coding in the first line")


class SourceFile:
    """One parsed file. Positions are (1-based line, 0-based column in characters)."""

    def __init__(self, path):
        self.path = path
        self.text, raw = read_text(path)
        self.sha256 = hashlib.sha256(raw).hexdigest()
        self.lines = split_lines(self.text)
        self.tree = self._parse()
        self._nodes = self._parents = None

    def _parse(self):
        if self.path.endswith(".json"):
            return self._parse_as("eval")
        return self._parse_as("exec")

    def _parse_as(self, mode):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")       # the program's odd literals are not the answer
                return ast.parse(self.text, self.path, mode)
        except SyntaxError as error:
            raise self._syntax_error(error)
        except (ValueError, RecursionError, MemoryError) as error:
            raise ProbeError("not_python", "%s cannot be parsed: %s" % (self.path, error), self.path)

    def _syntax_error(self, error):
        line = error.lineno or 1
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if self.path.endswith(".json"):
            return ProbeError("bad_config", "%s is not JSON: %s" % (self.path, error.msg), self.path, line,
                              "give a JSON object of names and values")
        if _PRINT.match(text):
            return ProbeError("syntax_error", "a print statement of Python 2: %s" % text.strip(),
                              self.path, line,
                              "write print(...), or convert the file with 2to3 -w")
        if text.lstrip().startswith(("%", "!")):
            return ProbeError("syntax_error", "a line of IPython, not of Python: %s" % text.strip(), self.path, line,
                              "take the line out, or name the notebook itself")
        return ProbeError("syntax_error", "%s: %s" % (error.msg, text.strip()), self.path, line,
                          "correct the line; python3 -m py_compile shows the same error")

    def position(self, line, utf8_column):
        """ast's (line, UTF-8 column) in characters."""
        text = self.lines[line - 1]
        if utf8_column <= 0 or text.isascii():
            return line, utf8_column
        return line, len(text.encode("utf-8")[:utf8_column].decode("utf-8", "ignore"))

    def start(self, node):
        return self.position(node.lineno, node.col_offset)

    def end(self, node):
        return self.position(node.end_lineno, node.end_col_offset)

    def slice(self, start, end):
        """Text between two positions, lines joined by a line feed."""
        if start[0] == end[0]:
            return self.lines[start[0] - 1][start[1]:end[1]]
        middle = self.lines[start[0]:end[0] - 1]
        return "\n".join([self.lines[start[0] - 1][start[1]:]] + middle + [self.lines[end[0] - 1][:end[1]]])

    def segment(self, node):
        return self.slice(self.start(node), self.end(node))

    def nodes(self):
        """All nodes of the tree, outer ones before inner ones."""
        if self._nodes is None:
            self._nodes = list(ast.walk(self.tree))
        return self._nodes

    def parent(self, node):
        """The enclosing node, or None."""
        if self._parents is None:
            self._parents = {}
            for outer in self.nodes():
                for inner in ast.iter_child_nodes(outer):
                    self._parents[inner] = outer
        return self._parents.get(node)

    def statement(self, node):
        """The innermost statement around a node."""
        while node is not None and not isinstance(node, ast.stmt):
            node = self.parent(node)
        return node

    def function(self, node):
        """The innermost function around a node, or None at the top level."""
        node = self.parent(node)
        while node is not None and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            node = self.parent(node)
        return node

    def quote(self, node=None):
        """The quote of a string literal, else the one that the file mostly uses."""
        if node is not None:
            text = self.segment(node).lstrip("rRbBuUfF")
            if text[:1] in "'\"" and text[:1]:
                return text[0]
        return '"' if self.text.count('"') > self.text.count("'") else "'"


class SourceIndex:
    """The program's files, parsed once each."""

    def __init__(self, main_path):
        self.main = SourceFile(os.path.abspath(main_path))
        self.folder = os.path.dirname(self.main.path)
        self._files = {self.main.path: self.main}
        self._project = None
        self._added = []

    def load(self, path):
        path = os.path.abspath(path)
        if path not in self._files:
            self._files[path] = SourceFile(path)
        return self._files[path]

    def find(self, path):
        """The file if it was loaded or can be, else None."""
        try:
            return self.load(path)
        except ProbeError:
            return None

    def add_folder(self, folder):
        """A folder that the program adds to `sys.path`; a relative one counts from the program's."""
        self._added.append(os.path.normpath(os.path.join(self.folder, folder)))

    def neighbour(self, module, folder=None):
        """Path of a module or package beside the main file or of its project, or None; with `folder` only there."""
        if folder is not None:
            return _module_file(folder, module)
        found = next(filter(None, (_module_file(place, module) for place in [self.folder] + self._added)), None)
        if found is None and of_project(module):
            if self._project is None:
                self._project = project_folders(self.folder)
            found = next(filter(None, (_module_file(place, module) for place in self._project)), None)
        return found


def _module_file(folder, module):
    base = os.path.join(folder, *module.split("."))
    for path in (base + ".py", os.path.join(base, "__init__.py")):
        if os.path.isfile(path):
            return path
    return None


def refuse_braces(source):
    """Errors: unsupported for `{{choice([...])}}`, which hyperas replaces before it runs a program."""
    for node in source.nodes():
        if isinstance(node, ast.Set) and len(node.elts) == 1 and isinstance(node.elts[0], ast.Set):
            raise ProbeError("unsupported", "double braces of hyperas stand for values", source.path, node.lineno,
                             "write the values that hyperas found in their place")
