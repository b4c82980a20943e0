"""`slice`: what reaches the training stays, the rest goes, and the text remains a program."""

import ast
import glob
import os
import unittest

from test_inspect_base import ROOT, ProgramTest
from dlfix_probe.errors import ProbeError
from dlfix_probe.inspect_program import inspect_program
from dlfix_probe.slice import slice_program


def text_of(document):
    return "".join(text + "\n" for _, text in document["lines"])


class Slice(ProgramTest):
    def slice(self, text):
        """The sliced text; it is checked that it parses and that every line has its number."""
        path = self.write("p.py", text)
        document = slice_program(path)
        with open(path) as handle:
            original = handle.read().split("\n")
        for number, line in document["lines"]:
            if number is not None:
                self.assertEqual(line, original[number - 1])
        out = {n for first, last in document["left_out"] for n in range(first, last + 1)}
        shown = {number for number, _ in document["lines"] if number is not None}
        self.assertEqual(sorted(out | shown), list(range(1, document["total"] + 1)))
        self.assertFalse(out & shown)
        sliced = text_of(document)
        ast.parse(sliced)
        return sliced

    def test_plots_prints_and_unused_functions_go(self):
        sliced = self.slice("""
            import numpy as np
            import matplotlib.pyplot as plt
            from keras.models import Sequential
            from keras.layers import Dense
            def scaled(x):
                print(x)
                return x / RANGE
            def curve(h):
                plt.plot(h.history["loss"])
            RANGE = 255.0
            COLOURS = ["red"]
            x = np.load("x.npy")
            y = np.load("y.npy")
            x = scaled(x)
            print(x.shape)
            plt.imshow(x[0])
            model = Sequential()
            model.add(Dense(1))
            model.summary()
            model.compile(loss="mse", optimizer="sgd")
            history = model.fit(x, y, epochs=3)
            curve(history)
            print(model.evaluate(x, y))
            model.save("m.h5")
            x = None
            """)
        for kept in ("import numpy", "def scaled", "RANGE = 255.0", "x = scaled(x)", "model.add(Dense(1))",
                     "model.compile", "model.fit", "model.evaluate"):
            self.assertIn(kept, sliced)
        for gone in ("matplotlib", "curve", "COLOURS", "plt", "summary", "save", "shape", "x = None"):
            self.assertNotIn(gone, sliced)
        self.assertIn("# lines 25-26 are left out\n", sliced)

    def test_what_changes_data_in_place_stays(self):
        sliced = self.slice("""
            import random, numpy as np
            random.seed(3)
            data = []
            for i in range(9):
                data.append(i)
                print(i)
            np.random.shuffle(data)
            labels = {}
            labels["a"] = data
            normalise(data)
            other.append(3)
            model.fit(data, labels["a"], epochs=1)
            """)
        for kept in ("random.seed(3)", "data.append(i)", "shuffle(data)", 'labels["a"] = data', "normalise(data)"):
            self.assertIn(kept, sliced)
        self.assertNotIn("print", sliced)
        self.assertNotIn("other", sliced)

    def test_a_scaler_is_not_the_training(self):
        sliced = self.slice("""
            scaler.fit(x)
            report = 1
            model.compile(loss="mse")
            model.fit(scaler.transform(x), y)
            """)
        self.assertIn("scaler.fit(x)", sliced)
        self.assertIn("model.fit(", sliced)
        self.assertNotIn("report", sliced)

    def test_training_inside_functions_and_classes(self):
        sliced = self.slice("""
            class Trainer:
                def __init__(self, n):
                    self.n = n
                def build(self):
                    self.model = make(self.n)
                def report(self):
                    print("report")
                def train(self, x):
                    print("begin")
                    self.build()
                    self.model.fit(x, x, epochs=self.n)
                    return self.report()
            def make(n):
                return Sequential([Dense(n)])
            def main():
                x = load()
                note = "text"
                Trainer(3).train(x)
                print("done")
            def load():
                return [1]
            if __name__ == "__main__":
                main()
            """)
        for kept in ("self.n = n", "self.model = make(self.n)", "def make(n)", "x = load()", "def load()",
                     "Trainer(3).train(x)", "    main()"):
            self.assertIn(kept, sliced)
        for gone in ("begin", "note", "done"):
            self.assertNotIn(gone, sliced)

    def test_emptied_blocks_stay_blocks(self):
        sliced = self.slice("""
            for fold in range(3):
                if fold > 1:
                    print("late")
                elif fold > 2:
                    x = x + 1
                else:
                    print("early")
                try:
                    print("try")
                except ValueError:
                    print("no")
                finally:
                    y = x
                model.fit(x, y, epochs=1)
                rate = rate / 2
                x = x * rate
            """)
        self.assertIn('if fold > 1:\n        pass  # line 4 is left out\n    elif fold > 2:', sliced)
        self.assertIn("except ValueError:\n        pass  #", sliced)
        self.assertIn("rate = rate / 2", sliced, "the loop comes to it before the next fit")
        self.assertNotIn("early", sliced)

    def test_decorators_and_long_statements_stay_whole(self):
        sliced = self.slice("""
            text = '''
            # not a comment
            '''
            @cached(
                1)
            def data():
                # counted
                return 1
            model.fit(data(),
                      # labels
                      labels,
                      epochs=1)
            """)
        self.assertIn("@cached(\n    1)\ndef data():\n    # counted\n", sliced)
        self.assertIn("# labels\n", sliced)
        self.assertNotIn("not a comment", sliced)

    def test_a_program_without_training_is_refused(self):
        with self.assertRaises(ProbeError) as caught:
            self.slice("x = 1\n")
        self.assertEqual(caught.exception.code, "no_fit")

    def test_slices_of_the_samples_train_the_same(self):
        programs = sorted(glob.glob(os.path.join(ROOT, "data", "programs", "*.py")))
        self.assertGreater(len(programs), 30)
        for path in programs:
            sliced = self.write(os.path.basename(path), text_of(slice_program(path)).encode("utf-8"))
            before, after = inspect_program(path), inspect_program(sliced)
            for part in ("fit", "compile", "hyperparameters"):
                self.assertEqual(self.facts(before[part]), self.facts(after[part]), path)

    def facts(self, part):
        """A part of the document without places and paths."""
        if isinstance(part, list):
            return [(h["name"], h["value"]) for h in part]
        return {name: value for name, value in part.items()
                if name in ("loss", "optimizer", "batch_size", "epochs", "validation_split")}


if __name__ == "__main__":
    unittest.main()
