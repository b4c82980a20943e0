#!/usr/bin/env python3
"""gpu_contest.py BENCH [--device cuda] [--rounds 3] [--json FILE]

Lets dlfix-trainer-bench train on a device: our trainings fused, and a plain LibTorch loop on the same device one
after another, in turns. Subjects have the shapes of the study's M (convolutions on digits) and D6 (two small
layers); their numbers are drawn, as only the time is looked at. Needs no other part of the project.
"""
import argparse
import hashlib
import json
import pathlib
import statistics
import subprocess
import tempfile

import numpy

OPTIMIZERS = ("sgd", "adam", "rmsprop", "adagrad")
ACTIVATIONS = ("relu", "tanh", "sigmoid", "elu", "softplus")


def chain(*layers):
    """Layers one after another; each is (class, attributes)."""
    return [{"class": name, "name": f"{name.lower()}_{i}", "attributes": attributes, "file": "", "line": 0,
             "inbound": [[[i - 1, 0]]]} for i, (name, attributes) in enumerate(layers)]


def dense(units, activation):
    return "Dense", {"units": units, "activation": activation}


def convolution(filters):
    return "Conv2D", {"filters": filters, "kernel_size": [3, 3], "activation": "relu"}


def store(folder, name, array):
    path = folder / f"{name}.npy"
    numpy.save(path, array)
    return {"path": str(path), "shape": list(array.shape), "dtype": str(array.dtype),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


class Subject:
    def __init__(self, name, layers, shape, classes, rows, fit, optimizer, counts):
        self.name, self.layers, self.shape, self.classes, self.rows = name, layers, shape, classes, rows
        self.fit, self.optimizer, self.counts = fit, optimizer, counts

    def request(self, folder, seed=1):
        random = numpy.random.default_rng(1)
        labels = numpy.eye(self.classes, dtype="float32")[random.integers(self.classes, size=self.rows)]
        inputs = random.random((self.rows, *self.shape), dtype="float32")
        nodes = {"inputs": [[-1, 0]], "outputs": [[len(self.layers) - 1, 0]]}
        return {
            "model": {"input_shapes": [list(self.shape)], "layers": self.layers, **nodes},
            "compile": {"loss": "categorical_crossentropy", "loss_options": {}, "metrics": ["accuracy"],
                        "optimizer": {"name": self.optimizer, "learning_rate": 0.001, "options": {}}},
            "fit": {"shuffle": True, "validation_split": 0, "steps_per_epoch": None, "class_weight": None,
                    "callbacks": [], **self.fit},
            "profile": "tf23", "seed": seed, "metric": "accuracy", "symptoms": False, "validation": None,
            "train": {"inputs": [[store(folder, self.name + "_x", inputs)]],
                      "labels": [store(folder, self.name + "_y", labels)], "sample_weights": []},
            "evaluate": []}


SUBJECTS = [
    Subject("M", chain(convolution(32), convolution(64), ("MaxPooling2D", {"pool_size": [2, 2]}),
                       ("Dropout", {"rate": 0.25}), ("Flatten", {}), dense(128, "relu"),
                       ("Dropout", {"rate": 0.5}), dense(10, "softmax")),
            (28, 28, 1), 10, 128 * 100, {"batch_size": 128, "epochs": 2}, "adadelta", (1, 10)),
    Subject("D6", chain(dense(2, "sigmoid"), dense(2, "softmax")),
            (2,), 2, 160, {"batch_size": 32, "epochs": 60}, "adam", (1, 10, 100)),
]


def varied(request, count):
    """Other seeds; beyond ten also other optimisers, learning rates and activations."""
    requests = []
    for i in range(count):
        one = json.loads(json.dumps(request))
        one["seed"] = i + 1
        if count > 10 and i > 0:
            one["compile"]["optimizer"] = {"name": OPTIMIZERS[i % 4], "options": {},
                                           "learning_rate": 10 ** (-4 + i % 9 * 0.4)}
            one["model"]["layers"][0]["attributes"]["activation"] = ACTIVATIONS[i % 5]
        requests.append(one)
    return requests


class Contest:
    def __init__(self, program, device):
        self.process = subprocess.Popen([program, device], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"error: {self.process.args[0]} ended (exit code {self.process.wait()})")
        answer = json.loads(line)
        if "error" in answer:
            raise SystemExit(f"error: {answer['error']}")
        return answer


def measure(contest, folder, subject, rounds):
    """Seconds a training, medians: of the plain loop, and of each number of fused ones."""
    for count in subject.counts:
        contest.ask(do="load", name=str(count), requests=varied(subject.request(folder), count))
    contest.ask(do="fused", name="1")  # brings the data to the device
    contest.ask(do="eager", name="1")
    plain, fused = [], {count: [] for count in subject.counts}
    for _ in range(rounds):
        plain.append(contest.ask(do="eager", name="1")["seconds"])
        for count in subject.counts:
            fused[count].append(contest.ask(do="fused", name=str(count))["seconds"] / count)
    ratio = {count: statistics.median(p / f for p, f in zip(plain, times)) for count, times in fused.items()}
    return {"eager_seconds": statistics.median(plain),
            "fused": {str(count): {"seconds": statistics.median(times), "over_eager": ratio[count]}
                      for count, times in fused.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[1])
    parser.add_argument("program")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    contest = Contest(options.program, options.device)
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for subject in SUBJECTS:
            result = results[subject.name] = measure(contest, pathlib.Path(folder), subject, options.rounds)
            print(f"{subject.name}: plain loop {result['eager_seconds'] * 1e3:.1f} ms a training")
            for count, fused in result["fused"].items():
                print(f"  {count:>3} fused: {fused['seconds'] * 1e3:.2f} ms a training, "
                      f"{fused['over_eager']:.1f} times as fast", flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
