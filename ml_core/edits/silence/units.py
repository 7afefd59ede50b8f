"""The bars of a song parted at its silences, so that an edit can keep all music without them.

Each stretch of silence becomes bars of its own, in sections labelled `SILENCE`. The bar before it
ends a short decay after the last sound, and the one after it starts just before the next sound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.songs import EIGHTHS, SILENCE, Section, SongAnalysis
from ml_core.edits.silence.finding import Spans

Samples = NDArray[np.int64]

MOST_SILENT_UNITS = 128
"""In all of a song's silences together: an hour of silence needs no more to be locked in."""

LEAST_UNIT = 0.5
"""What is left of a bar beside a silence is a unit of its own from this share of a usual one on,
else it belongs to its neighbour."""

FLOOR_DB = -80.0
"""Level of silence, as in the features of bars."""

_INSERTED = -1


@dataclass(frozen=True, slots=True)
class _Unit:
    """A bar to be: where it starts, the beat it starts with, and the bar it comes from."""

    start: int
    beat: int
    bar: int


def silent_bars(analysis: SongAnalysis) -> NDArray[np.bool_]:
    """Which bars are silence that is no music, bool (n_bars,)."""
    silent = np.zeros(analysis.n_bars, np.bool_)
    for section in analysis.sections:
        if section.label == SILENCE:
            silent[section.start_bar : section.end_bar] = True
    return silent


def silent_beats(analysis: SongAnalysis) -> NDArray[np.bool_]:
    """Which beats lie in such bars, bool (n_beats,); each of these bars has one."""
    silent = np.zeros(len(analysis.beat_samples), np.bool_)
    silent[analysis.bar_start_beats[silent_bars(analysis)]] = True
    return silent


def sounding_bars(analysis: SongAnalysis, silences: Spans) -> int:
    """How many bars are not silent throughout."""
    edges = analysis.bar_edges_samples
    inside = np.zeros(analysis.n_bars, np.bool_)
    for start, end in silences:
        inside |= (edges[:-1] >= start) & (edges[1:] <= end)
    return int(np.count_nonzero(~inside))


def parted_at_silences(
    analysis: SongAnalysis, position: Samples, silences: Spans
) -> tuple[SongAnalysis, Samples]:
    """An analysis with its bars parted at silences.

    Args:
        analysis: of the song, its bars as units of edits.
        position: int64 (n_bars,), each unit's position in the bar.
        silences: see `finding.silences`; none gives back what was given.
    """
    if not silences:
        return analysis, position
    beats = _beats(analysis, silences)
    units = _units(analysis, beats, silences)
    # A unit whose beat none of the song's beats can be starts with one of its own.
    new = [unit.start for unit in units if unit.beat < 0]
    at = np.concatenate([beats, np.array(new, np.int64)])
    order = np.argsort(at, kind="stable")
    source = np.concatenate([np.searchsorted(analysis.beat_samples, beats), np.full(len(new), -1)])
    at, source = at[order], source[order]
    starts = np.array([unit.start if unit.beat < 0 else unit.beat for unit in units])
    bars = np.array([unit.bar for unit in units])
    edges = np.array([*(unit.start for unit in units), _last_edge(analysis, units, silences)])
    parted = replace(
        analysis,
        beat_samples=at,
        bar_start_beats=np.searchsorted(at, starts).astype(np.int64),
        bar_edges_samples=edges.astype(np.int64),
        sections=_sections(analysis, bars),
        bar_features=_rows(analysis.bar_features, bars, analysis.bar_features.min(axis=0)),
        beat_features=_rows(analysis.beat_features, source, np.zeros(1, np.float32)),
        edge_levels_db=_edge_levels(analysis, bars),
        eighth_levels_db=_eighth_levels(analysis, source),
    )
    return parted, np.where(bars >= 0, position[np.maximum(bars, 0)], 0)


def _beats(analysis: SongAnalysis, silences: Spans) -> Samples:
    """The song's beats that lie in music."""
    kept = np.ones(len(analysis.beat_samples), np.bool_)
    for start, end in silences:
        kept &= (analysis.beat_samples < start) | (analysis.beat_samples >= end)
    return analysis.beat_samples[kept].astype(np.int64)


def _units(analysis: SongAnalysis, beats: Samples, silences: Spans) -> list[_Unit]:
    """All units in order; those of silences start with a beat of their own."""
    usual = float(np.median(np.diff(analysis.bar_edges_samples)))
    most = max(1, MOST_SILENT_UNITS // len(silences))
    units: list[_Unit] = []
    music_from = 0
    for start, end in (*silences, (analysis.n_samples, analysis.n_samples)):
        if start > music_from:
            units += _music_units(analysis, beats, (music_from, start), LEAST_UNIT * usual)
        n = int(np.clip(-(-(end - start) // usual), 1, most))
        places = np.linspace(start, end, n + 1)[:-1] if end > start else ()
        units += [_Unit(round(place), _INSERTED, _INSERTED) for place in places]
        music_from = end
    return units


def _music_units(
    analysis: SongAnalysis, beats: Samples, music: tuple[int, int], least: float
) -> list[_Unit]:
    """Units of one stretch of music, which a silence or the song's end bounds on either side."""
    start, end = music
    lines = analysis.bar_edges_samples[:-1]
    units = [
        _Unit(int(lines[bar]), int(analysis.beat_samples[analysis.bar_start_beats[bar]]), bar)
        for bar in np.flatnonzero((lines >= start) & (lines < end)).tolist()
    ]
    # A bar's first beat may lie beyond the edge that is cut at; it then starts with another one.
    units = [unit for unit in units if start <= unit.beat < end]
    if end < analysis.n_samples:
        while len(units) > 1 and end - units[-1].start < least:
            units.pop()
    if not units:
        bar = int(np.clip(np.searchsorted(lines, start, side="right") - 1, 0, len(lines) - 1))
        inside = beats[(beats >= start) & (beats < end)]
        return [_Unit(start, int(inside[0]) if len(inside) else _INSERTED, bar)]
    if start == 0:
        # As in any song, its first bar includes what comes before it.
        return units
    first = units[0]
    before = beats[(beats >= start) & (beats < first.beat)]
    is_first_sound = not np.any(beats < start)
    if is_first_sound or first.start - start < least or not len(before):
        return [replace(first, start=start), *units[1:]]
    return [_Unit(start, int(before[0]), max(0, first.bar - 1)), *units]


def _last_edge(analysis: SongAnalysis, units: list[_Unit], silences: Spans) -> int:
    """Where the last unit ends, before what may come after it as the song's tail."""
    last = int(analysis.bar_edges_samples[-1])
    if silences[-1][1] >= analysis.n_samples or last <= units[-1].start:
        return analysis.n_samples
    return last


def _rows(
    values: NDArray[np.float32], source: Samples, silent: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Rows by the index that they come from; `silent` for those that come from none."""
    rows = values[np.maximum(source, 0)] if len(values) else np.zeros((len(source), 0))
    return np.where((source >= 0)[:, None], rows, silent).astype(np.float32)


def _edge_levels(analysis: SongAnalysis, bars: Samples) -> NDArray[np.float32]:
    levels = analysis.edge_levels_db
    edges = np.append(bars, analysis.n_bars if bars[-1] >= 0 else _INSERTED)
    return _rows(levels, edges, _silent_levels())


def _eighth_levels(analysis: SongAnalysis, source: Samples) -> NDArray[np.float16]:
    levels = analysis.eighth_levels_db
    if len(levels) == 0:
        return levels
    rows = np.maximum(source, 0)[:, None] * EIGHTHS + np.arange(EIGHTHS)
    known = np.repeat(source >= 0, EIGHTHS)[:, None]
    return np.where(known, levels[rows.reshape(-1)], _silent_levels()).astype(np.float16)


def _silent_levels() -> NDArray[np.float32]:
    """Loudness before and after, kick and onset of silence."""
    return np.array([FLOOR_DB, FLOOR_DB, FLOOR_DB, 0.0], np.float32)


def _sections(analysis: SongAnalysis, bars: Samples) -> tuple[Section, ...]:
    """The song's sections as far as they sound, and the silences between them."""
    owner = np.full(analysis.n_bars, 0)
    for k, section in enumerate(analysis.sections):
        owner[section.start_bar : section.end_bar] = k
    of_unit = np.where(bars >= 0, owner[np.maximum(bars, 0)], _INSERTED)
    bounds = [0, *(np.flatnonzero(np.diff(of_unit)) + 1).tolist(), len(bars)]
    labels = [
        SILENCE if of_unit[first] < 0 else analysis.sections[of_unit[first]].label
        for first in bounds[:-1]
    ]
    return tuple(
        Section(first, end, label)
        for first, end, label in zip(bounds[:-1], bounds[1:], labels, strict=True)
    )
