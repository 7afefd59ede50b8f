"""Joins between two bars lie at the bar line or near it, where that spares a word.

Both sides slide together by eighths of a beat, up to half a bar before their bar line or a quarter
of a bar after it. So they stay at the same place of the bar, and what follows stays in step. For
each pair of bars the slide is chosen that costs least, of those that the vetoes allow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.songs import EIGHTHS, SongAnalysis
from ml_core.edits.joins.closing import closing_joins
from ml_core.edits.joins.cost import CLOSING_COST, LEAD_S, BarDistances
from ml_core.edits.joins.placement import LONGEST_SHIFT_S
from ml_core.edits.joins.vetoes import allowed_within, forward_pairs, veto_excess
from ml_core.edits.joins.voice_cost import singing_weight, voice_costs
from ml_core.edits.silence.units import silent_bars

Floats = NDArray[np.float64]


SLIDE_COST = 0.1
BEAT_COST = 0.2
"""Joins leave their bar line only for a reason: it costs a tenth of the median pair's cost, and two
tenths more for each beat. Measured on 371 pairs that slid: moved back to the bar line .17 of them
stand out, half a beat before it .19, a whole beat .25. Lower costs spare no more words. On eight
sung songs with the same draws .32 of sides lie in a phrase with these, .31 with half of them, .30
with none."""

MOST_BEFORE = 14
MOST_AFTER = 7
"""Eighths of a beat that joins slide before and after their bar line at most. It is less in shorter
bars, so that it stays clear which bars are kept and more than a quarter of each is heard. Measured
on eight sung songs with their true phrases, choosing from the same draws: sides that lie in a
phrase are .25 where joins slide a beat back at most, .13 with 15 and 7 (nearly these), .12 with 15
and 15, .14 with 24 and 7."""

REACH_BEATS = -(-max(MOST_BEFORE, MOST_AFTER) // EIGHTHS)
# Joins lie a lead before their place and are aligned by some 50 ms more. The middle of a bar tells
# whether it is kept, so it stays clear of that.
_CLEAR_S = LEAD_S + LONGEST_SHIFT_S + 0.01
_SLIDES = np.concatenate([np.arange(MOST_BEFORE + 1), np.arange(-MOST_AFTER, 0)])


@dataclass(frozen=True, eq=False)
class SlidJoins:
    """The best place of each join.

    Attributes:
        allowed: bool (n_bars, n_bars), [e, s] true where bar e may be left for bar s.
        slide: int8 (n_bars, n_bars), eighths of a beat that both sides lie before their bar line,
            negative for after it.
        cost: float32 (n_bars, n_bars), of the join there; inf where it is not allowed.
    """

    allowed: NDArray[np.bool_]
    slide: NDArray[np.int8]
    cost: NDArray[np.float32]


def slid_edges(analysis: SongAnalysis) -> NDArray[np.int64]:
    """Places that joins slide to, int64 (n_bars + 1, n_slides), in samples.

    There are MOST_BEFORE + 1 + MOST_AFTER slides. [k, slide] lies `slide` eighths of a beat before
    bar line k. Negative slides lie after it and stand at the end, where numpy looks for them. Where
    a bar line can't be slid from so far, its own place is repeated.
    """
    edges = analysis.bar_edges_samples[:, None].astype(np.float64)
    moved = edges + _moved_samples(analysis)
    return np.rint(np.where(can_slide(analysis), moved, edges)).astype(np.int64)


def _moved_samples(analysis: SongAnalysis) -> Floats:
    """How far off each bar line every slide lies, negative before it, (n_bars + 1, n_slides)."""
    edges = analysis.bar_edges_samples.astype(np.float64)
    beats = analysis.beat_samples.astype(np.float64)
    at = np.append(analysis.bar_start_beats, len(beats))[:, None] - _SLIDES / EIGHTHS
    places = np.interp(at, np.arange(len(beats) + 1), np.append(beats, edges[-1]))
    return np.asarray(np.where(_SLIDES == 0, 0.0, places - edges[:, None]))


def can_slide(analysis: SongAnalysis) -> NDArray[np.bool_]:
    """How far each bar line may be slid from, (n_bars + 1, n_slides), as in `slid_edges`.

    Back by less than half of the bar before it, on by less than a quarter of the bar after it. By
    beats, and where these are uneven in samples as well; units of several bars count as one bar.
    """
    ends = np.append(analysis.bar_start_beats[1:], len(analysis.beat_samples))
    bar_beats = np.minimum(ends - analysis.bar_start_beats, analysis.meter)
    before, after = (np.zeros(len(ends) + 1, np.int64) for _ in range(2))
    before[1:] = EIGHTHS * bar_beats // 2 - 1
    after[:-1] = EIGHTHS * bar_beats // 4 - 1
    ok = (before[:, None] >= _SLIDES) & (after[:, None] >= -_SLIDES)
    moved, half = _moved_samples(analysis), np.diff(analysis.bar_edges_samples) / 2.0
    clear = half - _CLEAR_S * analysis.sample_rate_hz
    ok[1:] &= -moved[1:] < clear[:, None]
    ok[:-1] &= moved[:-1] < clear[:, None]
    ok[:, 0] = True
    return np.asarray(ok)


def best_joins(
    analysis: SongAnalysis,
    bars: BarDistances,
    position: NDArray[np.int64],
    may_slide: bool,
    is_rough: bool = False,
) -> SlidJoins:
    """Where each join lies best, which are allowed, and what they cost.

    Args:
        analysis: of the song, its bars as units of edits.
        bars: its bars compared, `REACH_BEATS` around them too if joins may slide.
        position: int64 (n_bars,), each unit's position in the bar; both sides must agree in it.
        may_slide: false where units are shorter than bars.
        is_rough: whether joins that the vetoes rule out are allowed too.
    """
    n, music = analysis.n_bars, ~silent_bars(analysis)
    forward = forward_pairs(n) & music[:, None] & music[None, :]
    forward[:-1] &= position[1:, None] == position[None, :]
    lead = round(LEAD_S * analysis.sample_rate_hz)
    voice = voice_costs(analysis, slid_edges(analysis) - lead)
    known = len(analysis.eighth_levels_db) > 0 and singing_weight(analysis) > 0
    slides = _SLIDES if may_slide and known else _SLIDES[:1]
    line_ok = can_slide(analysis)
    costs = np.empty((len(slides), n, n), np.float32)
    excesses = np.empty_like(costs)
    for k, slide in enumerate(slides.tolist()):
        content, approach = _content_and_approach(bars, slide)
        excesses[k] = veto_excess(levels_at(analysis, slide), content, approach)
        excesses[k][~(line_ok[1:, slide, None] & line_ok[None, :-1, slide])] = np.inf
        costs[k] = content + 0.5 * (voice[1:, slide, None] + voice[None, :-1, slide])
        costs[k] += (SLIDE_COST + BEAT_COST * abs(slide) / EIGHTHS) * (slide != 0)
    allowed, limit = allowed_within(forward, excesses.min(axis=0), int(music.sum()))
    if is_rough:
        allowed = forward & np.isfinite(excesses.min(axis=0))
        limit = float(np.finfo(np.float32).max)
    costs[excesses > limit] = np.inf
    chosen = np.argmin(costs, axis=0)
    cost = np.take_along_axis(costs, chosen[None], axis=0)[0]
    cost[~allowed] = np.inf
    slide = slides[chosen].astype(np.int8)
    closing = closing_joins(analysis)
    cost[closing], slide[closing] = CLOSING_COST, 0
    return SlidJoins(allowed | closing, slide, cost)


def _content_and_approach(bars: BarDistances, slide: int) -> tuple[Floats, Floats]:
    """What would have followed against what is entered, and what was left against what leads there.

    Both (n_bars, n_bars), of joins that lie `slide` eighths before their bar lines.
    """
    distance = bars.at(-slide / EIGHTHS)
    content, approach = np.full(distance.shape, np.inf), np.zeros(distance.shape)
    content[:-1] = distance[1:]
    approach[:, 1:] = distance[:, :-1]
    return content, approach


def levels_at(analysis: SongAnalysis, slide: int) -> Floats:
    """What the vetoes read `slide` eighths before each bar line, (n_bars + 1, 4), in dB."""
    at_lines = analysis.edge_levels_db.astype(np.float64)
    if slide == 0:
        return at_lines
    beats = np.append(analysis.bar_start_beats, len(analysis.beat_samples))
    rows = np.clip(beats * EIGHTHS - slide, 0, len(analysis.eighth_levels_db) - 1)
    return np.asarray(analysis.eighth_levels_db[rows], dtype=np.float64)
