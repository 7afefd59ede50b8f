"""Tastecut's core: analysis, edits, learning and export, free of Qt and of any sound device."""

__version__ = "0.1.0"
