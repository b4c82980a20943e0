"""What the tests of `inspect` share: programs as text, edits, and the check that spans are true."""

import ast
import os
import sys
import tempfile
import textwrap
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "mapping", "probe"))

from dlfix_probe import keras_names  # noqa: E402
from dlfix_probe.errors import ProbeError  # noqa: E402
from dlfix_probe.inspect_program import inspect_program  # noqa: E402
from dlfix_probe.source_index import split_lines  # noqa: E402

NEW_VALUES = {"activation": ("tanh", "elu"), "recurrent": ("tanh", "elu"),
              "kernel_initializer": ("he_normal", "ones"), "bias_initializer": ("ones", "he_uniform"),
              "units": (7, 11), "filters": (5, 9), "kernel_size": (1, 2), "dropout_rate": (0.37, 0.41),
              "loss": ("mean_absolute_error", "poisson"), "learning_rate": (0.0123, 0.5),
              "momentum": (0.77, 0.66), "batch_size": (17, 19), "epochs": (3, 4)}


class ProgramTest(unittest.TestCase):
    """Writes programs into a folder of their own."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as handle:
            handle.write(text if isinstance(text, bytes) else textwrap.dedent(text).encode("utf-8"))
        return path

    def inspect(self, text, **options):
        """The document of a program; it is checked that its spans are true."""
        document = inspect_program(self.write("program.py", text), **options)
        check_spans(self, document)
        return document

    def error(self, text, **options):
        with self.assertRaises(ProbeError) as caught:
            self.inspect(text, **options)
        return caught.exception


def selected(document):
    return next(model for model in document["models"] if model["selected"])


def classes(document):
    return [layer["class"] for layer in selected(document)["layers"]]


def attributes(document, index):
    return selected(document)["layers"][index]["attributes"]


def values(document):
    """name -> value"""
    return {entry["name"]: entry["value"] for entry in document["hyperparameters"]}


def find(document, name):
    return next(entry for entry in document["hyperparameters"] if entry["name"] == name)


def text_at(entry):
    """Source text of a hyperparameter's span."""
    start, end = entry["start"], entry["end"]
    lines = split_lines(read(entry["file"]))
    if start["line"] == end["line"]:
        return lines[start["line"] - 1][start["column"]:end["column"]]
    middle = lines[start["line"]:end["line"] - 1]
    return "\n".join([lines[start["line"] - 1][start["column"]:]] + middle
                     + [lines[end["line"] - 1][:end["column"]]])


def read(path):
    from dlfix_probe.source_index import read_text
    return read_text(path)[0]


def normal(kind, value):
    """A literal as the document gives it."""
    if kind.endswith("initializer") and isinstance(value, str):
        return keras_names.initialiser_name(value)
    if kind == "kernel_regularizer" and value in ("l1", "l2"):
        return {"class": "l1_l2", "l1": 0.01 * (value == "l1"), "l2": 0.01 * (value == "l2")}
    if kind == "loss" and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if kind == "loss" and isinstance(value, str):
        return keras_names.loss_name(value)
    if kind in ("activation", "recurrent"):
        return "linear" if value is None else keras_names.activation_name(value) or {"custom": value}
    if kind == "kernel_size" and isinstance(value, (tuple, list)):
        return value[0] if len(set(value)) == 1 else list(value)
    return value


def check_spans(test, document):
    """The text at the span of every literal evaluates to the value; insertions are empty."""
    for entry in document["hyperparameters"]:
        if entry["inserted"]:
            test.assertEqual(entry["start"], entry["end"], entry["name"])
        if entry["edit"]["form"] != "literal":
            continue
        text = text_at(entry)
        try:
            literal = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            ast.parse("(" + text + ")", mode="eval")     # an expression all the same
            continue
        test.assertEqual(normal(entry["kind"], literal), entry["value"], entry["name"] + ": " + text)


def edited(text, entry, value):
    """The text with another value at the hyperparameter's place."""
    edit = entry["edit"]
    written = repr(value) if not isinstance(value, str) else edit["quote"] + value + edit["quote"]
    written = edit.get("prefix", "") + written + edit.get("suffix", "")
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    begin = starts[entry["start"]["line"] - 1] + entry["start"]["column"]
    end = starts[entry["end"]["line"] - 1] + entry["end"]["column"]
    return text[:begin] + written + text[end:]


def new_value(entry):
    """A value of the kind that is not the present one."""
    first, second = NEW_VALUES[entry["kind"]]
    return second if normal(entry["kind"], first) == entry["value"] else first


def check_round_trip(test, path, **options):
    """Every value that can be edited: after the edit, inspect gives the new one and no other has changed."""
    before = inspect_program(path, **options)
    source = read(path)
    checked = 0
    for entry in before["hyperparameters"]:
        if entry["edit"]["form"] not in ("literal", "keyword") or entry["kind"] not in NEW_VALUES \
                or entry["file"] != before["program"]:
            continue
        value = new_value(entry)
        with open(path, "w", encoding="utf-8", newline="") as handle:
            handle.write(edited(source, entry, value))
        after = inspect_program(path, **options)
        sharing = [other["name"] for other in before["hyperparameters"] if not entry["inserted"]
                   and place(other) == place(entry)] or [entry["name"]]
        expected = {name: normal(entry["kind"], value) if name in sharing else old
                    for name, old in values(before).items()}
        test.assertEqual(values(after), expected, "%s: %s = %r" % (path, entry["name"], value))
        checked += 1
    with open(path, "w", encoding="utf-8", newline="") as handle:
        handle.write(source)
    return checked


def place(entry):
    return entry["file"], tuple(entry["start"].values()), tuple(entry["end"].values()), entry["inserted"]
