"""Which joins are never made, whatever a taste says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEVEL_VETO_DB = 4.0
KICK_VETO_DB = 6.0
ONSET_VETO_DB = 4.0
"""Largest differences in level, kick and onset strength between what would have followed and what
is entered. Measured by the audit on 574 joins of 26 songs that cost less than .9: beyond these
limits .48, .27 and .24 of them stand out, within them .10, .09 and .08. An uncut bar line does in
.10."""

SPECTRUM_VETO_COST = 0.9
"""Largest join cost. Measured on 560 joins within the other vetoes: .05 of those that cost less
stand out, .11 of those that cost .9 to 1, .23 at 1 to 1.2, and .50 above."""

APPROACH_VETO_DISTANCE = 1.0
"""Largest distance between the bar that is left and the one that leads to the bar entered. Beyond
it the music is heard to come from elsewhere, even where it goes on as it would have. Measured on
507 joins drawn by a policy within the other vetoes: above .9 .20 of them stand out, below .05."""

FLOOR_BELOW_LOUDEST_DB = 40.0
"""Levels further below the song's loudest edge count as this: differences between two kinds of
near silence are not heard."""

SMALLEST_SHARE = 0.10
"""A song keeps at least this share of its forward joins, and at least one for each bar. With fewer
the vetoes give way, the least excess first, so that every song has edits."""


def forward_pairs(n_bars: int) -> NDArray[np.bool_]:
    """(n_bars, n_bars) true where leaving after bar e and entering bar s skips a bar at least."""
    bars = np.arange(n_bars)
    return np.asarray(bars[None, :] >= bars[:, None] + 2)


def veto_excess(
    levels_db: NDArray[np.float64], content: NDArray[np.float64], approach: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far each join goes beyond the vetoes, (n_bars, n_bars): allowed up to 1.

    Entry [e, s] compares the edge after bar e, left, with the edge before bar s, entered.

    Args:
        levels_db: (n_bars + 1, 4) at the edges, or where joins slid to; see `SongAnalysis`.
        content: (n_bars, n_bars), what would have followed against what is entered.
        approach: (n_bars, n_bars), what was left against what leads to the place entered.
    """
    levels = np.nan_to_num(levels_db, nan=-200.0, posinf=200.0, neginf=-200.0)
    levels = np.maximum(levels, levels.max(axis=0) - FLOOR_BELOW_LOUDEST_DB)
    _, after, kick, onset = levels.T
    excess = np.maximum(content / SPECTRUM_VETO_COST, approach / APPROACH_VETO_DISTANCE)
    for column, limit in ((after, LEVEL_VETO_DB), (kick, KICK_VETO_DB), (onset, ONSET_VETO_DB)):
        excess = np.maximum(excess, np.abs(column[1:, None] - column[None, :-1]) / limit)
    return np.asarray(excess)


def allowed_within(
    forward: NDArray[np.bool_], excess: NDArray[np.float64], n_bars: int
) -> tuple[NDArray[np.bool_], float]:
    """Which joins are allowed, (n_bars, n_bars), and the excess up to which they are.

    Args:
        forward: pairs that may be joined at all, (n_bars, n_bars).
        excess: of the best place of each, see `veto_excess`.
        n_bars: how many bars of the song are music.
    """
    n_forward = int(forward.sum())
    if n_forward == 0:
        return forward, 1.0
    wanted = min(n_forward, max(round(SMALLEST_SHARE * n_forward), n_bars))
    limit = max(1.0, float(np.partition(excess[forward], wanted - 1)[wanted - 1]))
    return np.asarray(forward & (excess <= limit)), limit
