"""Every program of the corpus gives the expected document or refusal; its folder stays as it was."""

import hashlib
import os
import tempfile
import unittest

import corpus
import mutate

# Every shape of which the corpus must have two programs or more has them by its own word in the headers.
_LONE = {"no Python", "no Keras at all", "condition known from a constant", "condition known only by running",
         "one-element for", "layer of the program's own", "own metric or loss", "subclass of Model", "data by name",
         "losses by name", "losses as a list", "file by __file__", "asks for input", "asks for the network",
         "model on a module", "try and except around imports", "several models under one name"}


def tree(folder):
    """Names, contents and times of everything below a folder."""
    digest = hashlib.sha256()
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(place, name)
            status = os.stat(path)
            digest.update(repr((os.path.relpath(path, folder), status.st_mode, status.st_mtime_ns)).encode())
            with open(path, "rb") as file:
                digest.update(file.read())
        digest.update(repr(sorted(folders)).encode())
    return digest.hexdigest()


class Corpus(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        corpus.warm_up()

    def test_every_program_gives_what_is_expected(self):
        expected = corpus.expected()
        for program in corpus.programs():
            with self.subTest(program=program.name):
                answer = corpus.answer(program)
                wanted = expected[program.group, program.name]
                self.assertEqual(answer["inspect"], wanted["inspect"])
                if answer["capture"] is not None and wanted["capture"] != ["not run here"]:
                    self.assertEqual(answer["capture"], wanted["capture"])

    def test_names_are_unique_and_shapes_come_twice(self):
        programs = corpus.programs()
        self.assertGreaterEqual(len(programs), 80)
        self.assertEqual(len({program.name for program in programs}), len(programs))
        count = {}
        for program in programs:
            for shape in program.shapes:
                count[shape] = count.get(shape, 0) + 1
        self.assertEqual({shape for shape, number in count.items() if number < 2} - _LONE, set())

    def test_reading_leaves_the_folder_alone(self):
        """Also programs that write, save and delete beside themselves."""
        text = ("import os, shutil\nimport numpy as np\nfrom keras.models import Sequential\n"
                "from keras.layers import Dense\n"
                "open('new.txt', 'w').write('x')\nopen('kept.txt', 'a').write('more')\n"
                "os.remove('gone.txt')\nshutil.rmtree('folder')\nos.rename('kept.txt', 'moved.txt')\n"
                "model = Sequential([Dense(1, input_shape=(2,))])\nmodel.compile('sgd', 'mse')\n"
                "model.fit(np.zeros((4, 2)), np.zeros(4))\nmodel.save('net.h5')\nnp.save('a.npy', np.zeros(3))\n")
        program = corpus.Program("none", "writes | none | file: kept.txt=a | file: gone.txt=b | file: folder/c.txt=c",
                                 text)
        with tempfile.TemporaryDirectory() as folder:
            path = program.write(folder)
            before = tree(folder)
            corpus.inspected(program, path)
            corpus.captured(program, path)
            self.assertEqual(tree(folder), before)

    def test_mutants_are_read_or_refused(self):
        """A few; mutate.py does it for as long as one likes."""
        failed = []
        mutate.batch(20, 150, lambda problem, text: failed.append((problem, text)))
        mutate.notebook_batch(21, 60, lambda problem, text: failed.append((problem, text)))
        self.assertEqual(failed, [])

    def test_refusals_are_one_sentence_with_a_way_out(self):
        for program in corpus.programs():
            with tempfile.TemporaryDirectory() as folder:
                found = corpus.inspected(program, program.write(folder))
            if isinstance(found, corpus.ProbeError):
                with self.subTest(program=program.name):
                    self.assertTrue(found.message and found.remedy)
                    self.assertNotIn("\n", found.message)
                    self.assertNotIn("Traceback", found.message)


if __name__ == "__main__":
    unittest.main()
