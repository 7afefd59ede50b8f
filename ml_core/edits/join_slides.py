"""Joins between two bars lie at the bar line or up to a beat before it, where that spares a word.

Both sides slide together by eighths of a beat, so they stay at the same place of the bar and what
follows stays in step. For each pair of bars the slide is chosen that costs least, of those that the
vetoes allow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.songs import EIGHTHS, SongAnalysis
from ml_core.edits.join_cost import LEAD_S, BarDistances
from ml_core.edits.join_vetoes import allowed_within, forward_pairs, veto_excess
from ml_core.edits.voice_cost import singing_weight, voice_costs

Floats = NDArray[np.float64]


SLIDE_COST = 0.1
BEAT_COST = 0.2
"""Joins leave their bar line only for a reason: a tenth of the median pair's cost, and two tenths
more for a whole beat. Measured on 371 pairs that slid: moved back to the bar line .17 of them stand
out, half a beat before it .19, a whole beat .25."""


@dataclass(frozen=True, eq=False)
class SlidJoins:
    """The best place of each join.

    Attributes:
        allowed: bool (n_bars, n_bars), [e, s] true where bar e may be left for bar s.
        slide: int8 (n_bars, n_bars), eighths of a beat that both sides lie before their bar line.
        cost: float32 (n_bars, n_bars), of the join there; inf where it is not allowed.
    """

    allowed: NDArray[np.bool_]
    slide: NDArray[np.int8]
    cost: NDArray[np.float32]


def slid_edges(analysis: SongAnalysis) -> NDArray[np.int64]:
    """Places 0 to 8 eighths of a beat before each bar line, int64 (n_bars + 1, 9), in samples.

    The first bar line and those after bars of a single beat have nothing before them to slide to;
    their places repeat the bar line.
    """
    edges = analysis.bar_edges_samples.astype(np.float64)
    beats = analysis.beat_samples.astype(np.float64)
    previous = np.searchsorted(beats, edges - 1, side="right") - 1
    beat_before = edges - beats[np.maximum(previous, 0)] if len(beats) else np.zeros(len(edges))
    slidable = can_slide(analysis)
    length = np.where(slidable & (previous >= 0), beat_before, 0.0)
    shares = np.arange(EIGHTHS + 1) / EIGHTHS
    return np.asarray(np.rint(edges[:, None] - length[:, None] * shares), dtype=np.int64)


def can_slide(analysis: SongAnalysis) -> NDArray[np.bool_]:
    """Bar lines, (n_bars + 1,), that end a bar of two beats at least."""
    ends = np.append(analysis.bar_start_beats[1:], len(analysis.beat_samples))
    return np.concatenate([[False], ends - analysis.bar_start_beats >= 2])


def best_joins(
    analysis: SongAnalysis,
    bars: BarDistances,
    position: NDArray[np.int64],
    may_slide: bool,
) -> SlidJoins:
    """Where each join lies best, which are allowed, and what they cost.

    Args:
        analysis: of the song, its bars as units of edits.
        bars: its bars compared.
        position: int64 (n_bars,), each unit's position in the bar; both sides must agree in it.
        may_slide: false where units are shorter than bars.
    """
    n = analysis.n_bars
    forward = forward_pairs(n)
    forward[:-1] &= position[1:, None] == position[None, :]
    places = slid_edges(analysis)
    lead = round(LEAD_S * analysis.sample_rate_hz)
    voice = voice_costs(analysis, places - lead)
    known = len(analysis.eighth_levels_db) > 0 and singing_weight(analysis) > 0
    slides = range(EIGHTHS + 1) if may_slide and known else range(1)
    line_ok = can_slide(analysis)
    costs, excesses = [], []
    for slide in slides:
        share = slide / EIGHTHS
        content = np.full((n, n), np.inf)
        content[:-1] = (1 - share) * bars.distance[1:] + share * bars.beat_before[1:]
        approach = np.zeros((n, n))
        approach[:, 1:] = (1 - share) * bars.distance[:, :-1] + share * bars.beat_before[:, :-1]
        levels = levels_at(analysis, slide)
        excess = veto_excess(levels, content, approach)
        if slide:
            excess[~(line_ok[1:, None] & line_ok[None, :-1])] = np.inf
        excesses.append(excess)
        content += (SLIDE_COST + BEAT_COST * share) * (slide > 0)
        costs.append(content + 0.5 * (voice[1:, slide, None] + voice[None, :-1, slide]))
    least = np.min(excesses, axis=0)
    allowed, limit = allowed_within(forward, least)
    total = np.where(np.stack(excesses) <= limit, np.stack(costs), np.inf)
    chosen = np.argmin(total, axis=0)
    cost = np.take_along_axis(total, chosen[None], axis=0)[0]
    cost[~allowed] = np.inf
    return SlidJoins(allowed, chosen.astype(np.int8), cost.astype(np.float32))


def levels_at(analysis: SongAnalysis, slide: int) -> Floats:
    """What the vetoes read at each bar line or `slide` eighths before, (n_bars + 1, 4), in dB."""
    at_lines = analysis.edge_levels_db.astype(np.float64)
    if slide == 0:
        return at_lines
    beats = np.append(analysis.bar_start_beats, len(analysis.beat_samples))
    rows = np.clip(beats * EIGHTHS - slide, 0, len(analysis.eighth_levels_db) - 1)
    return np.asarray(analysis.eighth_levels_db[rows], dtype=np.float64)
