"""The version of edit graphs: kept ones of another version are made anew."""

from __future__ import annotations

from ml_core import __version__
from ml_core.domain.corrections import Corrections

GRAPH_VERSION = "9"
"""Raised whenever a graph built from the same analysis would differ."""


def made_with(corrections: Corrections) -> str:
    """Names what a song's graph is made with today: versions, and what was corrected of its bars.

    The program's version stands for the analyser's, which the window does not load.
    """
    return f"{GRAPH_VERSION}/{__version__}+{corrections.key}"
