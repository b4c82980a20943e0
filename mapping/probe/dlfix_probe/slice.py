"""`slice`: a program without what does not reach its training, for prompts that have little room.

Answer: {"lines": [[number, text], ...], "left_out": [[first, last], ...], "total": lines}. Lines keep
their numbers; a line that stands for others has number null. The text is a program that Python parses.
"""

import ast

from .errors import ProbeError
from .slice_reach import Reach, suites
from .source_index import SourceFile

_SMALL_GAP = 3      # blank and comment lines between kept ones that are worth no mark


def _first_line(statement):
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno] + [decorator.lineno for decorator in decorators])


def _indent(text):
    return text[:len(text) - len(text.lstrip())]


class _Slice:
    def __init__(self, source):
        self._source = source
        self._reach = Reach(source.tree, source.path)
        self._kept = set()            # line numbers
        self._marks = {}              # line number of a left-out block -> its indentation
        self._take_suite(source.tree.body)

    def _take_suite(self, suite):
        for statement in suite:
            if id(statement) in self._reach.kept:
                self._take(statement)

    def _take(self, statement):
        blocks = suites(statement)
        one_line = blocks and blocks[0][0].lineno == statement.lineno
        if id(statement) in self._reach.whole or not blocks or one_line:
            self._kept.update(range(_first_line(statement), statement.end_lineno + 1))
            return
        # The header ends before the first inner statement, comments and blank lines left out.
        self._take_header(_first_line(statement), _first_line(blocks[0][0]))
        self._take_block(statement.body)
        for part in self._further(statement):
            self._take_part(statement, part)

    @staticmethod
    def _further(statement):
        """The blocks behind the first, in order of their lines: (suite, must it stay?)."""
        handlers = [handler.body for handler in getattr(statement, "handlers", [])]
        parts = [(body, True) for body in handlers]
        parts += [(case.body, True) for case in getattr(statement, "cases", [])[1:]]
        parts += [(getattr(statement, name, None) or [], name == "finalbody")
                  for name in ("orelse", "finalbody")]
        return sorted(((suite, stays) for suite, stays in parts if suite),
                      key=lambda part: part[0][0].lineno)

    def _take_part(self, statement, part):
        suite, stays = part
        first = suite[0]
        is_elif = (isinstance(statement, ast.If) and isinstance(first, ast.If)
                   and self._source.lines[first.lineno - 1].lstrip().startswith("elif"))
        if is_elif:
            self._take_suite(suite)
            return
        if not stays and not any(id(inner) in self._reach.kept for inner in suite):
            return
        self._take_header(self._keyword_line(first), _first_line(first))
        self._take_block(suite)

    def _keyword_line(self, statement):
        """The line of `else:`, `except ...:`, `finally:` before a block's first statement."""
        line = _first_line(statement) - 1
        column = len(_indent(self._source.lines[statement.lineno - 1]))
        while line > 1:
            text = self._source.lines[line - 1]
            if text.strip() and not text.lstrip().startswith("#") and len(_indent(text)) < column:
                return line
            line -= 1
        return line

    def _take_header(self, first, behind):
        for line in range(first, max(behind, first + 1)):
            text = self._source.lines[line - 1].strip()
            if text and (line == first or not text.startswith("#")):
                self._kept.add(line)

    def _take_block(self, suite):
        """A block that must not be empty gets `pass` where all of it is left out."""
        self._take_suite(suite)
        if not any(id(inner) in self._reach.kept for inner in suite):
            line = _first_line(suite[0])
            self._marks[line] = _indent(self._source.lines[line - 1])

    def _is_quiet(self, first, last):
        """A short gap without code."""
        texts = [self._source.lines[line - 1].strip() for line in range(first, last + 1)]
        return len(texts) <= _SMALL_GAP and all(not t or t.startswith("#") for t in texts)

    def _gap(self, first, last, lines, left_out):
        if self._is_quiet(first, last) and not any(l in self._marks for l in range(first, last + 1)):
            lines += [[line, self._source.lines[line - 1]] for line in range(first, last + 1)]
            return
        left_out.append([first, last])
        note = "# lines %d-%d are left out" % (first, last) if last > first else \
            "# line %d is left out" % first
        marks = [self._marks[line] for line in range(first, last + 1) if line in self._marks]
        lines += [[None, indent + "pass  " + note] for indent in marks] or [[None, self._indent_at(last) + note]]

    def _indent_at(self, last):
        following = self._source.lines[last] if last < len(self._source.lines) else ""
        return _indent(following) if following.strip() else ""

    def document(self):
        total = len(self._source.lines)
        if total and not self._source.lines[-1]:
            total -= 1
        lines, left_out, at = [], [], 1
        while at <= total:
            end = at
            if at in self._kept:
                lines.append([at, self._source.lines[at - 1]])
            else:
                while end < total and end + 1 not in self._kept:
                    end += 1
                self._gap(at, end, lines, left_out)
            at = end + 1
        return {"lines": lines, "left_out": left_out, "total": total}


def slice_program(path):
    """The document for a file. Errors: no_fit, and those of reading it."""
    return _Slice(SourceFile(path)).document()


def main(arguments):
    if len(arguments) != 1:
        raise ProbeError("not_found", "name one Python file", None, None, "slice FILE")
    return slice_program(arguments[0])
