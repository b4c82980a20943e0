"""Which Keras's rules a program is trained by: the profile and the reason for it."""

import glob
import os
import re

_PINS = re.compile(r"\b(tensorflow(?:[-_](?:cpu|gpu))?|keras)\b\s*[\"']?\s*(?:==|~=|<=)\s*[\"']?(\d+)\.(\d+)",
                   re.IGNORECASE)
_PIN_FILES = ("requirements*.txt", "requirements/*.txt", "Pipfile", "pyproject.toml", "setup.py",
              "setup.cfg", "environment*.yml", "environment*.yaml")
# Signs in the text, the oldest first: what a later Keras would refuse.
_SIGNS = (
    ("keras22", r"\bnb_epoch\s*="), ("keras22", r"\bborder_mode\s*="), ("keras22", r"\bnb_filter\s*="),
    ("keras22", r"\bsamples_per_epoch\s*="), ("keras22", r"\bConvolution2D\("),
    ("keras22", r"\binit\s*=\s*['\"]"), ("keras22", r"\bW_regularizer\s*="),
    ("tf23", r"[(,]\s*lr\s*="), ("tf23", r"\.predict_classes\("), ("tf23", r"\.fit_generator\("),
    ("tf23", r"keras\.layers\.(core|convolutional|normalization|recurrent|embeddings)\b"),
    ("tf23", r"keras\.utils\.np_utils|keras\.utils import np_utils"),
    ("tf23", r"(SGD|Adam|RMSprop|Adagrad)\([^)]*\bdecay\s*="),
)


def of_version(package, major, minor):
    """Profile of an installed or pinned package (`keras`, `tf_keras` or `tensorflow`)."""
    if package == "tensorflow":
        if major < 2:
            return "keras22"
        return ("tf23" if minor <= 3 else "tf24" if minor <= 10 else "tf211" if minor <= 15
                else "keras3")
    if major >= 3:
        return "keras3"
    if major < 2 or minor <= 2:
        return "keras22"
    if minor == 3:
        return "keras231"
    return "tf23" if minor == 4 else "tf24" if minor <= 10 else "tf211"


def _from_pins(folder):
    for pattern in _PIN_FILES:
        for path in sorted(glob.glob(os.path.join(glob.escape(folder), pattern))):
            try:
                with open(path, encoding="utf-8", errors="replace") as file:
                    text = file.read(200000)
            except OSError:
                continue
            found = {m.group(1).lower()[:10].rstrip("-_"): m for m in _PINS.finditer(text)}
            match = found.get("keras") or found.get("tensorflow")
            if match:
                package = "keras" if match.group(1).lower() == "keras" else "tensorflow"
                return (of_version(package, int(match.group(2)), int(match.group(3))),
                        "{} pins {}".format(os.path.basename(path), match.group(0).strip()))
    return None


def _from_text(source):
    for profile, pattern in _SIGNS:
        match = re.search(pattern, source)
        if match:
            line = source.count("\n", 0, match.start()) + 1
            return profile, "line {} is written for an older Keras: {}".format(
                line, match.group(0).strip(" (,"))
    return None


def find_profile(path, source, given=None, installed=None):
    """(profile, reason). `given`: --keras-profile; `installed`: (package, version string) or None."""
    if given:
        return given, "given by --keras-profile"
    if installed:
        package, version = installed
        numbers = [int(n) for n in re.findall(r"\d+", version)[:2]] + [0, 0]
        return (of_version(package, numbers[0], numbers[1]),
                "the installed {} is {}".format(package, version))
    return (_from_pins(os.path.dirname(os.path.abspath(path))) or _from_text(source)
            or ("keras3", "nothing in the program says which Keras: the present one"))


def default_epochs(profile, reason):
    """Epochs of a fit that names none: 10 in a program that is written in the words of Keras 1."""
    return 10 if profile == "keras22" and reason.startswith("line ") else 1
