"""Whether a song fits a brief: the question that proposing, training and comparing ask of it."""

from __future__ import annotations

import numpy as np

from ml_core.domain.edits import Limits
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.limits.checks import most_kept_s
from ml_core.edits.limits.masks import AllowedPaths
from ml_core.errors import UserError
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import draw

NARROW_S = 2.0
"""Placing an edit's joins moves its length by up to some tenths of a second. Where less than this
is left between the shortest and the longest, an edit is drawn and placed to see."""


def misfit(graph: EditGraph, limits: Limits) -> str:
    """Why no edit of a song keeps the limits, as a sentence; empty where one does.

    Whoever draws edits goes by the same `AllowedPaths`, and refuses with the same sentence.
    """
    try:
        AllowedPaths.from_limits(graph, limits)
        low_s, high_s = limits.duration_range_s(most_kept_s(graph, limits))
        if high_s - low_s < NARROW_S:
            draw(BASE_MODEL, graph, limits, 1, np.random.default_rng(0))
    except UserError as error:
        return error.message
    return ""
