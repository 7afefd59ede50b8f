"""The edit that leaves out as little as can be: what is forbidden, and what joins need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.graph.edit_graph import EditGraph, Path
from ml_core.edits.limits.lengths import bar_s
from ml_core.edits.limits.masks import AllowedPaths

Floats = NDArray[np.float64]

COST_BARS = 2.0
"""So many bars more are left out for a join that costs one less."""

VETOED_BARS = 8.0
"""So many bars more are left out to spare a join that the vetoes rule out. Measured on 51 forbidden
parts of 4 s in 17 songs, bars left out beside those of the part (median, worst quarter), and the
share of joins that stand out (.10 of bar lines do): never a vetoed join 2.0, 6.5 and .12; with 8
bars 1.0, 4.0 and .11 (6 vetoed joins), with 6 bars 1.0, 2.7 and .15, with 4 bars and half the cost
of joins 1.0, 1.4 and .24."""


def least_cut_path(graph: EditGraph, paths: AllowedPaths, vetoed: NDArray[np.bool_]) -> Path | None:
    """The allowed path that keeps most, less what its joins cost; None without any.

    Viterbi's algorithm from the song's end.

    Args:
        graph: with every join that may be made, at its cost.
        paths: the limits as masks; their lengths do not count.
        vetoed: bool (n_bars, n_bars), joins that are made only where they spare much.
    """
    n, a_bar_s = graph.n_bars, bar_s(graph)
    at_s = np.concatenate([[0.0], np.cumsum(graph.bar_s)])
    cost = np.where(np.isfinite(graph.join_cost), graph.join_cost, 0.0).astype(np.float64)
    cost_s = a_bar_s * (COST_BARS * cost + VETOED_BARS * vetoed)
    after, before = np.full(n, -np.inf), np.full(n, -np.inf)
    following, last = np.full(n, -1), np.zeros(n, np.int64)
    for bar in range(n - 1, -1, -1):
        onward = np.where(paths.join_ok[bar], before - cost_s[bar], -np.inf)
        best = int(np.argmax(onward))
        after[bar], following[bar] = onward[best], best
        if paths.end_ok[bar] and after[bar] <= 0.0:
            after[bar], following[bar] = 0.0, -1
        kept_s = np.where(paths.segment_ok[bar, bar:], at_s[bar + 1 :] - at_s[bar], -np.inf)
        total = kept_s + after[bar:]
        last[bar] = bar + int(np.argmax(total))
        before[bar] = total[last[bar] - bar]
    worth = np.where(paths.start_ok, before, -np.inf)
    bar = int(np.argmax(worth))
    if not np.isfinite(worth[bar]):
        return None
    path: list[tuple[int, int]] = []
    while bar >= 0:
        path.append((bar, int(last[bar])))
        bar = int(following[last[bar]])
    return tuple(path)
