"""The cost of one join, told from the analysis alone."""

from __future__ import annotations

from functools import lru_cache

from ml_core.domain.songs import SongAnalysis
from ml_core.edits.joins.cost import BeatDistances, compare_bars, costs_at


@lru_cache(maxsize=4)
def _distances(analysis: SongAnalysis) -> BeatDistances:
    return compare_bars(analysis)[0]


def cost_at(analysis: SongAnalysis, from_sample: int, to_sample: int) -> float:
    """Of leaving at `from_sample` and entering at `to_sample`."""
    return float(costs_at(analysis, _distances(analysis), [from_sample], [to_sample])[0])
