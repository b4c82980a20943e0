"""Arguments of the command line: `inspect FILE -- ARGS`, argparse and sys.argv."""

import json
import os
import subprocess
import sys
import unittest

from test_inspect_base import ROOT, ProgramTest, attributes, find, text_at

PARSER = """
import argparse
from keras.models import Sequential
from keras.layers import Dense
parser = argparse.ArgumentParser()
%s
model = Sequential([Dense(8, activation='relu', input_shape=(3,)), Dense(1)])
model.compile(loss='mse', optimizer='sgd')
model.fit(x, y, epochs=args.epochs)
"""
EPOCHS = "parser.add_argument('-e', '--epochs', type=int, default=5)\nargs = parser.parse_args()"


class Parsers(ProgramTest):
    def epochs(self, declared, *arguments):
        return self.inspect(PARSER % declared, arguments=list(arguments))["fit"]["epochs"]

    def test_spellings(self):
        for words in (["--epochs", "9"], ["--epochs=9"], ["-e", "9"], ["-e9"], ["--epo", "9"]):
            self.assertEqual(self.epochs(EPOCHS, *words), 9)

    def test_what_is_not_given_has_its_default(self):
        document = self.inspect(PARSER % EPOCHS, arguments=[])
        self.assertEqual(document["fit"]["epochs"], 5)
        self.assertEqual(text_at(find(document, "epochs")), "5")

    def test_given_values_are_edited_in_the_call_and_not_in_the_default(self):
        document = self.inspect(PARSER % EPOCHS, arguments=["--epochs", "9"])
        found = find(document, "epochs")
        self.assertEqual((found["value"], text_at(found), found["edit"]["form"]), (9, "args.epochs", "literal"))

    def test_given_values_in_keywords_expanded_from_a_dictionary_have_no_place(self):
        declared = EPOCHS + "\nsettings = {'epochs': args.epochs}"
        text = (PARSER % declared).replace("epochs=args.epochs", "**settings")
        document = self.inspect(text, arguments=["--epochs", "9"])
        found = find(document, "epochs")
        self.assertEqual((found["value"], found["edit"]["form"]), (9, "none"))

    def test_computed_values(self):
        text = (PARSER % EPOCHS).replace("epochs=args.epochs", "epochs=args.epochs * 2")
        document = self.inspect(text, arguments=["-e", "9"])
        self.assertEqual((find(document, "epochs")["value"], text_at(find(document, "epochs"))),
                         (18, "args.epochs * 2"))

    def test_positional_groups_and_defaults_set_apart(self):
        declared = ("group = parser.add_argument_group('training')\n"
                    "group.add_argument('epochs', type=int, nargs='?', default=5)\n"
                    "parser.set_defaults(epochs=6)\nargs = parser.parse_args()")
        self.assertEqual(self.epochs(declared, "9"), 9)
        self.assertEqual(self.epochs(declared), 6)

    def test_a_list_in_the_program_comes_before_the_command_line(self):
        declared = EPOCHS.replace("parse_args()", "parse_args(['--epochs', '3'])")
        self.assertEqual(self.epochs(declared, "--epochs", "9"), 3)

    def test_known_arguments_leave_the_rest(self):
        declared = EPOCHS.replace("args = parser.parse_args()", "args, rest = parser.parse_known_args()")
        self.assertEqual(self.epochs(declared, "--other", "1", "--epochs", "9"), 9)

    def test_types_of_the_program(self):
        self.assertEqual(self.epochs(EPOCHS.replace("type=int", "type=lambda text: int(text) * 10"), "-e", "2"), 20)
        document = self.inspect(PARSER % EPOCHS.replace("type=int", "type=read_it"), arguments=["-e", "2"])
        self.assertIn("fit.epochs", document["unknown"])

    def test_switches_and_lists(self):
        declared = ("parser.add_argument('--deep', action='store_true')\n"
                    "parser.add_argument('--units', type=int, nargs='+')\n"
                    "args = parser.parse_args()\nargs.epochs = args.units[1] if args.deep else 1")
        self.assertEqual(self.epochs(declared, "--deep", "--units", "4", "6"), 6)
        self.assertEqual(self.epochs(declared, "--units", "4", "6"), 1)

    def test_options_that_argparse_itself_refuses_are_left_out(self):
        declared = ("parser.add_argument('-e', '--epochs', type=int, default=5)\n"
                    "parser.add_argument('--epochs', action='version', version='1')\n"
                    "parser.add_argument('-e', type=int)\n"
                    "parser.add_argument(name)\nargs = parser.parse_args()")
        self.assertEqual(self.epochs(declared, "--epochs", "9"), 9)

    def test_arguments_that_the_program_refuses(self):
        for words in (["--epochs", "many"], ["--rate", "1"], ["--epochs"]):
            error = self.error(PARSER % EPOCHS, arguments=words)
            self.assertEqual((error.code, error.line), ("program_failed", 7))
        required = EPOCHS.replace("default=5", "required=True")
        self.assertIn("required", self.error(PARSER % required, arguments=[]).message)


class Words(ProgramTest):
    TEXT = """
    import sys
    from keras.models import Sequential
    from keras.layers import Dense
    units = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    model = Sequential([Dense(units, input_shape=(3,)), Dense(1)])
    model.compile(loss='mse', optimizer='sgd')
    model.fit(x, y)
    """

    def test_given(self):
        document = self.inspect(self.TEXT, arguments=["12"])
        self.assertEqual(attributes(document, 0)["units"], 12)
        self.assertEqual(text_at(find(document, "unit1")), "units")

    def test_none_and_not_named(self):
        self.assertEqual(attributes(self.inspect(self.TEXT, arguments=[]), 0)["units"], 4)
        self.assertIn("models.0.layers.0.attributes.units", self.inspect(self.TEXT)["unknown"])

    def test_imported_by_name(self):
        text = self.TEXT.replace("import sys", "from sys import argv").replace("sys.argv", "argv")
        self.assertEqual(attributes(self.inspect(text, arguments=["12"]), 0)["units"], 12)


class CommandLine(ProgramTest):
    def test_arguments_stand_behind_two_dashes(self):
        path = self.write("program.py", PARSER % EPOCHS)
        answer = subprocess.run([sys.executable, "-m", "dlfix_probe", "inspect", path, "--", "--epochs", "9"],
                                env=dict(os.environ, PYTHONPATH=os.path.join(ROOT, "mapping", "probe")),
                                stdout=subprocess.PIPE, check=True)
        self.assertEqual(json.loads(answer.stdout)["fit"]["epochs"], 9)


if __name__ == "__main__":
    unittest.main()
