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
        self.assertEqual(imported_modules(path), ["numpy", "pandas", "sklearn", "yaml"])

    def test_plots_that_capture_does_without(self):
        path = self.write("p.py", "import numpy\nimport seaborn as sns\nfrom matplotlib import pyplot\nimport cv2\n")
        self.assertEqual(imported_modules(path), ["cv2", "numpy"])

    def test_modules_in_folders_that_the_program_adds(self):
        os.makedirs(os.path.join(self.folder, "runs"))
        self.write("parts_of_it.py", "import pandas\n")
        text = "import sys\nsys.path.append('..')\nimport parts_of_it\n"
        self.assertEqual(imported_modules(self.write("runs/p.py", text)), ["pandas"])
        self.assertEqual(imported_modules(self.write("runs/q.py", text.replace("'..'", "where"))), ["parts_of_it"])

    def test_packages_of_the_project(self):
        os.makedirs(os.path.join(self.folder, "examples"))
        os.makedirs(os.path.join(self.folder, "parts"))
        self.write("setup.py", "")
        self.write("parts/__init__.py", "import pandas\n")
        self.assertEqual(imported_modules(self.write("examples/p.py", "import parts\n")), ["pandas"])

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
