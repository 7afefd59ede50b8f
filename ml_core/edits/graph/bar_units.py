"""What a bar is to the edit graph in songs that have very few or very many of them.

A graph over three hours of bars has no use and no room. So a very long file, such as a DJ's mix, is
cut in groups of 2, 4, 8 ... bars. A song of four long bars has no edits. So a short song is cut at
equal parts of the bar, where joins still keep their position in the bar.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.songs import Section, SongAnalysis
from ml_core.edits.silence.finding import silences
from ml_core.edits.silence.units import parted_at_silences, sounding_bars

FEWEST_UNITS = 8
"""With eight units in 20 s one lasts 2.5 s, so that some run of them lies within 15-90 % of it."""

MOST_UNITS = 512
"""17 minutes of bars of 2 s. Sampling paths takes their square in memory: at 512, 75 MB for the 36
styles of a policy."""


def bar_units(analysis: SongAnalysis) -> tuple[SongAnalysis, NDArray[np.int64], int]:
    """The analysis with its bars as units of edits, parted at its silences.

    Returns:
        The analysis, the same one where its bars are fine; int64 (n_units,), each unit's position
        in the bar, in units; and how many units make a bar.
    """
    quiet = silences(analysis)
    units, position, units_a_bar = _grouped_or_split(analysis, sounding_bars(analysis, quiet))
    return *parted_at_silences(units, position, quiet), units_a_bar


def _grouped_or_split(
    analysis: SongAnalysis, n_sounding: int
) -> tuple[SongAnalysis, NDArray[np.int64], int]:
    """The same before silences are looked at; only `n_sounding` of the bars are music."""
    n_bars = analysis.n_bars
    if n_bars > MOST_UNITS:
        group = 2
        while -(-n_bars // group) > MOST_UNITS:
            group *= 2
        firsts = np.arange(0, n_bars, group)
        merged = _regrouped(analysis, analysis.bar_start_beats[firsts], firsts)
        return merged, np.zeros(len(firsts), dtype=np.int64), 1
    parts = _parts(analysis, n_sounding) if n_sounding < FEWEST_UNITS else 1
    if parts == 1:
        return analysis, np.zeros(n_bars, dtype=np.int64), 1
    step = analysis.meter // parts
    ends = np.append(analysis.bar_start_beats[1:], len(analysis.beat_samples))
    beats, bars, positions = [], [], []
    for bar, (first, end) in enumerate(zip(analysis.bar_start_beats, ends, strict=True)):
        for position, beat in enumerate(range(int(first), int(end), step)):
            beats.append(beat)
            bars.append(bar)
            positions.append(position)
    split = _regrouped(analysis, np.array(beats, dtype=np.int64), np.array(bars))
    return split, np.array(positions, dtype=np.int64), parts


def _parts(analysis: SongAnalysis, n_bars: int) -> int:
    """Equal parts of the bar that give `FEWEST_UNITS`, or as many as the meter has."""
    meter = max(1, analysis.meter)
    for parts in range(1, meter + 1):
        if meter % parts == 0 and parts * n_bars >= FEWEST_UNITS:
            return parts
    return meter


def _regrouped(
    analysis: SongAnalysis, start_beats: NDArray[np.int64], first_bars: NDArray[np.int64]
) -> SongAnalysis:
    """Units that start with the given beats, in the given bars; each reaches up to the next."""
    bars = analysis.bar_edges_samples
    at_bar = start_beats == analysis.bar_start_beats[first_bars]
    starts = np.where(at_bar, bars[first_bars], analysis.beat_samples[start_beats])
    edges = np.append(starts, bars[-1]).astype(np.int64)
    lasts = np.maximum(np.append(first_bars[1:], analysis.n_bars), first_bars + 1)
    length = np.diff(bars).astype(np.float64)
    features = np.stack(
        [
            np.average(analysis.bar_features[a:b], axis=0, weights=length[a:b])
            for a, b in zip(first_bars, lasts, strict=True)
        ]
    )
    # Levels within a bar are not known: those of its first edge stand for the whole bar.
    levels = analysis.edge_levels_db[np.append(first_bars, analysis.n_bars)]
    section_of_bar = np.concatenate(
        [np.full(s.end_bar - s.start_bar, k) for k, s in enumerate(analysis.sections)]
    )
    section = section_of_bar[first_bars]
    changes = np.flatnonzero(np.diff(section)) + 1
    bounds = [0, *changes.tolist(), len(first_bars)]
    return replace(
        analysis,
        bar_start_beats=start_beats.astype(np.int64),
        bar_edges_samples=edges,
        sections=tuple(
            Section(a, b, analysis.sections[section[a]].label) for a, b in pairwise(bounds)
        ),
        bar_features=features.astype(np.float32),
        edge_levels_db=levels,
    )
