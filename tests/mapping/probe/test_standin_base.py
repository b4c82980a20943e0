"""Puts the stand-in on the path of a test process."""

import os
import sys

PROBE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "..", "mapping", "probe"))
for folder in (PROBE, os.path.join(PROBE, "standin")):
    if folder not in sys.path:
        sys.path.insert(0, folder)
