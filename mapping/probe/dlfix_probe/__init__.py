"""Reads Keras training programs: see ../PROGRAM_JSON.md."""
