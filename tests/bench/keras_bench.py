"""Keras's part in `dlfix-agent bench trainer --against keras`.

Answers one JSON document a line, as tests/bench/trainer_bench.cpp does:
    {"do": "load", "name": "ten", "requests": [TrainingRequest]}  builds and compiles the model   -> {}
    {"do": "fit", "name": "ten", "trainings": 1}                  fits it, once more              -> {"seconds": ...}
The first fit of a model is traced and is not what is compared.
"""

import json
import os
import sys
import threading
import time

HOME = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(HOME, "trainer", "keras"))


def take_standard_output():
    """A stream for the answers; what Keras prints goes to standard error."""
    own = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return own


class Contestant:
    def __init__(self):
        from dlfix_keras_worker import installed
        from dlfix_keras_worker.arrays import Arrays

        installed.use_tensorflow()
        self.family = installed.choose(installed.families(), "keras3")
        self.arrays = Arrays()
        self.models = {}

    def answer(self, message):
        if message["do"] == "load":
            self.models[message["name"]] = self.make(message["requests"][0])
            return {}
        model, data, fit = self.models[message["name"]]
        started = time.monotonic()
        for _ in range(message["trainings"]):
            model.fit(data.x(), data.labels, batch_size=fit["batch_size"], epochs=fit["epochs"], verbose=0)
        return {"seconds": time.monotonic() - started}

    def make(self, request):
        from dlfix_keras_worker.program_objects import NoProgram
        from dlfix_keras_worker.training import Training

        training = Training(request, self.family, self.arrays, NoProgram(), threading.Event(), lambda *_: None)
        data = self.arrays.data(training.request["train"])
        built, _ = training._make(data)
        return built.model, data, request["fit"]


def main():
    out = take_standard_output()
    contestant = Contestant()
    for line in sys.stdin:
        try:
            answer = contestant.answer(json.loads(line))
        except Exception as error:
            answer = {"error": "{}: {}".format(type(error).__name__, error)}
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
