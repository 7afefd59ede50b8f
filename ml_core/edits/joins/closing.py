"""Joins at silences: the one that leaves a silence out, and those within what is locked of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.songs import SILENCE, SongAnalysis

Bools = NDArray[np.bool_]


def closing_joins(analysis: SongAnalysis) -> Bools:
    """Joins that leave out silence and no music, bool (n_bars, n_bars).

    From the bar before a silence into the bar after it; and into, out of and between the silence's
    own bars, of which limits allow those alone that are locked.
    """
    n = analysis.n_bars
    closing = np.zeros((n, n), np.bool_)
    for section in analysis.sections:
        if section.label == SILENCE:
            bars = slice(max(0, section.start_bar - 1), section.end_bar + 1)
            closing[bars, bars] = True
    return closing & (np.arange(n)[None, :] >= np.arange(n)[:, None] + 2)
