"""`imports`: what a program needs."""

import os
import unittest

from test_inspect_base import ProgramTest
from dlfix_probe.imports import imported_modules


class Imports(ProgramTest):
    def test_without_keras_standard_library_and_neighbours(self):
        self.write("helper.py", "import pandas as pd\nimport os\n")
        os.mkdir(os.path.join(self.folder, "package"))
        self.write("package/__init__.py", "import yaml\n")
        path = self.write("p.py", """
            from __future__ import print_function
            import os, sys, json
            import numpy as np
            import tensorflow as tf
            from tensorflow import keras
            from keras.layers import Dense
            from sklearn.model_selection import train_test_split
            from helper import load
            import package.part
            from . import helper
            def main():
                import matplotlib.pyplot as plt
            """)
        self.assertEqual(imported_modules(path), ["matplotlib", "numpy", "pandas", "sklearn", "yaml"])

    def test_what_a_program_can_do_without(self):
        path = self.write("p.py", """
            try:
                import cupy as np
            except ImportError:
                import numpy as np
            """)
        self.assertEqual(imported_modules(path), ["numpy"])


if __name__ == "__main__":
    unittest.main()
