"""Adds to a document what edits need: hyperparameters, sites, imports, lines of arrays."""

import ast

from . import random_values
from .hyperparameters_arrays import Lines, seed_lines
from .hyperparameters_imports import imports_of, neighbour_imports
from .hyperparameters_initialisers import as_json, own_initialisers, settle_functions
from .hyperparameters_layers import Layers
from .hyperparameters_match import Match
from .hyperparameters_names import by_config, by_map, by_rule, load_name_map
from .hyperparameters_shared import note_feeds, unshare
from .hyperparameters_sites import Sites
from .hyperparameters_training import Training
from .notebook import Notebook, is_notebook

__all__ = ["attach", "attach_reading", "load_name_map"]


def attach(document, main_path, name_map=None, config=None, arguments=None):
    """Fills `hyperparameters`, `optimizer_site`, `imports`, `layer_sites`, `seed_lines`, `files`, and the
    arrays' `name` and `lines`, after inspect and after capture alike.

    `name_map`: dict, or path of a JSON file. `config`: path of a JSON file (its values then have places there),
    or a dict of values, or None. `arguments`: what the program was run with.
    Errors: ProbeError bad_config; those of reading the file.
    """
    from .inspect_program import read_program
    profile = (document.get("keras") or {}).get("profile")
    reader, _ = read_program(main_path, config, profile, arguments)
    return attach_reading(document, reader, load_name_map(name_map))


def attach_reading(document, reader, name_map=None):
    """As attach, with the file read already."""
    own = own_initialisers(reader)
    settle_functions(document, own)
    match = Match(document, reader)
    layers = Layers(match, own)
    sites = Sites(layers)
    training = Training(document, match, layers)
    site_entries = [sites.site(index) for index in layers.trainable]
    if name_map:
        entries = by_map(name_map, layers, sites, training)
    else:
        entries, repeated = by_config(by_rule(layers, sites, training, site_entries))
        for key in repeated:
            _warn(document, 'config["%s"] feeds several places; it is named after the first' % key, reader)
    unshare(entries, match)
    note_feeds(entries, layers)
    document["layer_sites"] = site_entries
    document["optimizer_site"] = training.optimizer_site()
    document["imports"] = imports_of(reader, training.rate_keyword())
    document["initializers"] = [as_json(entry, reader.index.main) for entry in own]
    document["seed_lines"] = seed_lines(reader.index.main)
    _array_lines(document, match)
    random_values.warn(document, entries, reader)
    for entry in entries:
        del entry["_place"]
    document["hyperparameters"] = entries
    document["files"] = _files(document, reader)
    document["neighbour_imports"] = neighbour_imports(reader, [one["path"] for one in document["files"][1:]],
                                                      training.rate_keyword())
    document.setdefault("output", None)
    return document


def _warn(document, message, reader):
    document.setdefault("warnings", []).append({"message": message, "file": reader.index.main.path, "line": None})


def _files(document, reader):
    """Main file first, then every file that a position points into."""
    paths = [reader.index.main.path]
    model = next((model for model in document["models"] if model.get("selected")), {"layers": []})
    pointing = document["hyperparameters"] + document["layer_sites"] + model["layers"]
    pointing += [entry for entry in (document["optimizer_site"], document.get("fit"), document.get("compile"))
                 if entry]
    for entry in pointing:
        if entry.get("file") and entry["file"] not in paths:
            paths.append(entry["file"])
    found = [reader.index.find(path) for path in paths]
    return [_file(source) for source in found if source is not None]


def _file(source):
    """Path and hash; of a notebook also its code and where each line of it stands."""
    entry = {"path": source.path, "sha256": source.sha256}
    if is_notebook(source.path):
        with open(source.path, "rb") as file:
            notebook = Notebook(source.path, file.read())
        entry.update(code=notebook.code, cells=notebook.cells)
    return entry


# arrays -----------------------------------------------------------------------------------------------


def _array_lines(document, match):
    lines = Lines(match.reader)
    fit = document.get("fit") or {}
    _name_arrays(fit, match.method_call(fit, "fit"), lines)
    for method in ("evaluate", "predict"):
        for entry in document.get(method) or []:
            _name_arrays(entry, match.method_call(entry, method), lines)


def _name_arrays(entry, call, lines):
    if call is None:
        return
    site, bound = call
    _name(entry.get("x"), bound.get("x"), site, lines)
    _name(entry.get("y"), bound.get("y"), site, lines)
    _name(entry.get("sample_weight"), bound.get("sample_weight"), site, lines)
    validation, argument = entry.get("validation"), bound.get("validation_data")
    if validation and argument is not None:
        parts = argument.node.elts if isinstance(argument.node, (ast.Tuple, ast.List)) else [argument.node] * 2
        for key, node in zip(("x", "y"), parts):
            _name(validation.get(key), argument._replace(node=node), site, lines)


def _name(arrays, argument, site, lines):
    """Writes `name` and `lines` into one array or a list of them."""
    if not arrays or argument is None or argument.node is None:
        return
    node, source = argument.node, site.source
    arrays = arrays if isinstance(arrays, list) else [arrays]
    nodes = node.elts if isinstance(node, ast.List) and len(node.elts) == len(arrays) else [node] * len(arrays)
    for array, expression in zip(arrays, nodes):
        array["name"] = " ".join(source.segment(expression).split())
        array["lines"] = lines.of_expression(expression, source)
