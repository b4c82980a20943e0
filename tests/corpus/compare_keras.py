"""The stand-in against an installed Keras, over the corpus.

`python3 compare_keras.py record FLAVOUR` prints what the stand-in (FLAVOUR keras3-standin or tf_keras-standin) or the
Keras of this Python (keras3 or tf_keras) makes of every program that runs: {name: lines}. `compare KERAS_PYTHON`
runs all four and prints the differences; exit 1 when there are any, 77 without Keras.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

import corpus
import digest

_PROFILES = {"keras3": "keras3", "tf_keras": "tf211"}
_HERE = os.path.dirname(os.path.abspath(__file__))
# What is not compared, with the reason.
EXCEPTIONS = {
    "subclass_of_model": "Keras captures it as one layer", "subclass_in_training": "the same",
    "drawn_at_random": "drawn anew", "drawn_by_numpy": "drawn anew",
}


def _for_tf_keras(text):
    """The program with the tf_keras package in place of keras."""
    text = re.sub(r"\bfrom keras\b", "from tf_keras", text)
    text = re.sub(r"(?<!tensorflow )\bimport keras\.(\w+) as", r"import tf_keras.\1 as", text)
    text = re.sub(r"(?<!tensorflow )\bimport keras as\b", "import tf_keras as", text)
    return re.sub(r"(?<!tensorflow )\bimport ((?:\w+ as \w+, )?)keras\b(?!\.)", r"import \1tf_keras as keras", text)


def _programs(flavour):
    for program in corpus.programs():
        if program.name in EXCEPTIONS or not program.runs_here() or "notebook" in program.options:
            continue
        if flavour == "tf_keras":
            program.text = _for_tf_keras(program.text)
            program.files = {name: _for_tf_keras(text) for name, text in program.files.items()}
        yield program


def _lines(document):
    """Model, compile and fit without what only the place in the text decides."""
    lines = digest.model_lines(document) + digest.training_lines(document)
    return [re.sub(r" line \d+", "", line) for line in lines]


def record(flavour):
    """{name: lines, or the refusal as a text}"""
    base = flavour.replace("-standin", "")
    standin = flavour.endswith("-standin")
    corpus.warm_up()
    if not standin:
        os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")
        if base == "tf_keras":
            os.environ["TF_USE_LEGACY_KERAS"] = "1"
        __import__("tensorflow")
        __import__("keras" if base == "keras3" else "tf_keras")
    found = {}
    for program in _programs(base if not standin else ""):
        program.options["profile"] = _PROFILES[base]
        with tempfile.TemporaryDirectory() as folder:
            path = program.write(os.path.realpath(folder))
            document = corpus.captured(program, path, "standin" if standin else "keras")
        found[program.name] = document.message if isinstance(document, corpus.ProbeError) else _lines(document)
    return found


def _recorded(python, flavour):
    output = subprocess.run([python, os.path.abspath(__file__), "record", flavour], cwd=_HERE, capture_output=True,
                            env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"), check=False)
    text = output.stdout.decode(errors="replace")
    try:
        return json.loads(text[text.index("{\"recorded\""):])["recorded"]
    except ValueError:
        sys.exit("%s: no answer from %s: %s" % (flavour, python, output.stderr.decode(errors="replace")[-2000:]))


def differences(keras_python, flavour, python=sys.executable):
    """(programs compared, [(name, stand-in's lines, Keras's lines)])"""
    ours, theirs = _recorded(python, flavour + "-standin"), _recorded(keras_python, flavour)
    compared, different = 0, []
    for name, lines in theirs.items():
        if isinstance(lines, str) or name not in ours or "the bundled stand-in" in str(ours[name]):
            continue       # the program fails in this Keras, or the stand-in refuses it by name
        compared += 1
        if ours[name] != lines:
            different.append((name, ours[name], lines))
    return compared, different, {name: lines for name, lines in theirs.items() if isinstance(lines, str)}


def main(arguments):
    if arguments[:1] == ["record"]:
        print(json.dumps({"recorded": record(arguments[1])}))
        return 0
    wrong = 0
    for flavour in ("keras3", "tf_keras"):
        compared, different, refused = differences(arguments[1], flavour)
        print("%s: %d programs compared, %d differ, %d are not run by it" % (flavour, compared, len(different),
                                                                             len(refused)))
        for name, ours, theirs in different:
            print("  " + name)
            for mark, one, other in (("stand-in", ours, theirs), ("Keras   ", theirs, ours)):
                for line in [ours] if isinstance(one, str) else one:
                    if line not in other:
                        print("    %s %s" % (mark, line))
        if "-v" in arguments:
            for name, message in refused.items():
                print("  not run: %s: %s" % (name, message))
        wrong += len(different)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
