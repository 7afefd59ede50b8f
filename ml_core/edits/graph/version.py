"""The version of edit graphs: kept ones of another version are made anew."""

from __future__ import annotations

from ml_core.analysis.version import corrected_version
from ml_core.domain.corrections import Corrections

GRAPH_VERSION = "9"
"""Raised whenever a graph built from the same analysis would differ."""


def made_with(corrections: Corrections) -> str:
    """Names the versions and corrections that a song's graph is made with today."""
    return f"{GRAPH_VERSION}/{corrected_version(corrections.key)}"
