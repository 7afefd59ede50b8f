"""What an edit's path adds up to: the terms whose tilts are learned, shared over all songs.

Every term belongs to one bar kept, one segment, one join, the start or the end. So the distribution
over paths stays exact (a semi-Markov conditional random field; Sarawagi and Cohen, 2004). Bars are
measured within their song (standard deviations from its mean) and in units of two seconds, so that
a tilt means the same in every song.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.songs import SILENCE, SongAnalysis
from ml_core.edits.features.sung_bars import sung_bars
from ml_core.edits.graph.edit_graph import EditGraph, Path

Array = NDArray[np.float64]

UNIT_S = 2.0
"""About a bar of 4/4 at 120 bpm."""

JOIN_COST_CAP = 3.0
"""Three times the median pair of bars is as bad as it gets; beyond it costs differ by chance."""

MEASURED_BAR_TERMS = (
    "energy",
    "loudness_db",
    "onset_density",
    "brightness",
    "low_db",
    "flux",
    "novelty",
    "repetition",
    "hookness",
)
BAR_TERMS = (
    "kept",
    *MEASURED_BAR_TERMS,
    "late",
    "middle",
    "intro",
    "ending",
    "heard_before",
    "usual_section",
    "sung",
)
SEGMENT_TERMS = (
    "segments",
    "segment_length",
    "segment_length_squared",
    "short_segment",
    "segment_starts_section",
    "segment_ends_section",
    "segment_of_four_bars",
)
JOIN_TERMS = ("join_cost", "join_skips", "join_same_section", "join_rises")
START_TERMS = ("starts_at_beginning", "start_position", "start_energy")
END_TERMS = ("ends_at_ending", "end_position", "end_energy")
TERM_NAMES = BAR_TERMS + SEGMENT_TERMS + JOIN_TERMS + START_TERMS + END_TERMS

_SIZES = [len(t) for t in (BAR_TERMS, SEGMENT_TERMS, JOIN_TERMS, START_TERMS, END_TERMS)]
_BOUNDS = np.cumsum([0, *_SIZES]).tolist()
BAR_SLICE, SEGMENT_SLICE, JOIN_SLICE, START_SLICE, END_SLICE = (
    slice(a, b) for a, b in pairwise(_BOUNDS)
)
N_TERMS = len(TERM_NAMES)


@dataclass(frozen=True, eq=False)
class PathTerms:
    """The terms of one song's paths.

    Attributes:
        bars: (n_bars, n_bar_terms), added for each bar kept.
        segments: (n_bars, n_bars, n_segment_terms), [first, last].
        joins: (n_bars, n_bars, n_join_terms), [left after, entered]; 0 where not allowed.
        starts: (n_bars, n_start_terms).
        ends: (n_bars, n_end_terms).
        segment_s: (n_bars, n_bars), seconds of [first, last].
    """

    bars: Array
    segments: Array
    joins: Array
    starts: Array
    ends: Array
    segment_s: Array

    @property
    def n_bars(self) -> int:
        """Number of bars."""
        return len(self.bars)

    def of_path(self, path: Path) -> Array:
        """The terms of one path, (N_TERMS,)."""
        total = np.zeros(N_TERMS)
        for first, last in path:
            total[BAR_SLICE] += self.bars[first : last + 1].sum(0)
            total[SEGMENT_SLICE] += self.segments[first, last]
        for (_, left), (entered, _) in pairwise(path):
            total[JOIN_SLICE] += self.joins[left, entered]
        total[START_SLICE] = self.starts[path[0][0]]
        total[END_SLICE] = self.ends[path[-1][1]]
        return total

    def of_paths(self, paths: Sequence[Path]) -> Array:
        """The terms of many paths, (n, N_TERMS)."""
        return np.array([self.of_path(path) for path in paths]).reshape(len(paths), N_TERMS)

    def tilts(self, weights: Array) -> tuple[Array, Array, Array, Array]:
        """Log factors of each segment and join (n_bars, n_bars), start and end (n_bars,)."""
        kept = np.concatenate([[0.0], np.cumsum(self.bars @ weights[BAR_SLICE])])
        segments = kept[None, 1:] - kept[:-1, None] + self.segments @ weights[SEGMENT_SLICE]
        return (
            segments,
            self.joins @ weights[JOIN_SLICE],
            self.starts @ weights[START_SLICE],
            self.ends @ weights[END_SLICE],
        )

    def duration_s(self, path: Path) -> float:
        """Seconds between the bar lines of a path's segments."""
        return float(sum(self.segment_s[first, last] for first, last in path))


def path_terms(graph: EditGraph) -> PathTerms:
    """The terms of a song's paths."""
    analysis, n = graph.analysis, graph.n_bars
    music = ~graph.silent
    at_s = np.concatenate([[0.0], np.cumsum(graph.bar_s)])
    segment_s = np.maximum(at_s[None, 1:] - at_s[:-1, None], 0.0)
    # Where in the song something lies is told without its silences.
    edges_s = graph.music_edges_s
    energy = _within_song(_bar_column(analysis, "energy"), music)
    position = (edges_s[:-1] + edges_s[1:]) / edges_s[-1] - 1.0
    section_start, section_end = _section_edges(analysis)
    units = graph.bar_s / UNIT_S
    measured = [_within_song(_bar_column(analysis, name), music) for name in MEASURED_BAR_TERMS]
    columns = [
        np.ones(n),
        *measured,
        position,
        position**2 - 1.0 / 3.0,
        *_section_terms(analysis),
        sung_bars(analysis) - sung_bars(analysis)[music].mean(),
    ]
    octaves = np.log2(np.maximum(segment_s, 0.1) / (4.0 * UNIT_S))
    bars_long = np.arange(n)[None, :] - np.arange(n)[:, None] + 1
    segments = [
        np.ones((n, n)),
        octaves,
        octaves**2,
        (segment_s < 2.0 * UNIT_S).astype(np.float64),
        np.broadcast_to(section_start[:, None], (n, n)),
        np.broadcast_to(section_end[None, :], (n, n)),
        (bars_long % 4 == 0).astype(np.float64),
    ]
    start_position = edges_s[:-1] / edges_s[-1]
    end_position = 1.0 - edges_s[1:] / edges_s[-1]
    first, last = graph.music_bars
    return PathTerms(
        bars=np.stack(columns, 1) * units[:, None],
        segments=np.stack(segments, -1) * np.triu(np.ones((n, n)))[..., None],
        joins=_join_terms(graph, edges_s, energy),
        starts=np.stack([np.arange(n) == first, start_position, energy], 1).astype(np.float64),
        ends=np.stack([np.arange(n) == last, end_position, energy], 1).astype(np.float64),
        segment_s=segment_s,
    )


def capped_join_cost(graph: EditGraph) -> Array:
    """Join costs, (n_bars, n_bars), `JOIN_COST_CAP` at most; the cap where not allowed."""
    cost = np.asarray(graph.join_cost, dtype=np.float64)
    return np.minimum(np.nan_to_num(cost, nan=JOIN_COST_CAP, posinf=JOIN_COST_CAP), JOIN_COST_CAP)


def _join_terms(graph: EditGraph, edges_s: Array, energy: Array) -> Array:
    n = graph.n_bars
    skipped_s = edges_s[None, :-1] - edges_s[1:, None]
    labels = np.array(_bar_labels(graph.analysis))
    # What would have followed bar e is bar e + 1: entering its own section elsewhere goes on alike.
    followed = np.append(labels[1:], "")
    terms = np.stack(
        [
            capped_join_cost(graph),
            np.log2(1.0 + np.maximum(skipped_s, 0.0) / (4.0 * UNIT_S)),
            followed[:, None] == labels[None, :],
            energy[None, :] - energy[:, None],
        ],
        -1,
    ).astype(np.float64)
    forward = np.arange(n)[None, :] > np.arange(n)[:, None] + 1
    terms[~forward] = 0.0
    return terms


def _bar_column(analysis: SongAnalysis, name: str) -> Array:
    if name not in analysis.bar_feature_names:
        return np.zeros(analysis.n_bars)
    return np.asarray(analysis.bar_feature(name), dtype=np.float64)


def _within_song(values: Array, music: NDArray[np.bool_]) -> Array:
    """Standard deviations from the mean of the song's music, within 3; 0 where nothing varies."""
    finite = np.nan_to_num(values, nan=float(np.nanmean(values)) if len(values) else 0.0)
    heard = finite[music]
    spread = heard.std()
    if not spread > 1e-9:
        return np.zeros(len(values))
    scaled: Array = np.clip((finite - heard.mean()) / spread, -3.0, 3.0)
    return scaled


def _bar_labels(analysis: SongAnalysis) -> list[str]:
    return [s.label for s in analysis.sections for _ in range(s.start_bar, s.end_bar)]


def _section_edges(analysis: SongAnalysis) -> tuple[Array, Array]:
    starts, ends = np.zeros(analysis.n_bars), np.zeros(analysis.n_bars)
    for section in analysis.sections:
        starts[section.start_bar] = 1.0
        ends[section.end_bar - 1] = 1.0
    return starts, ends


def _section_terms(analysis: SongAnalysis) -> list[Array]:
    """Intro, ending, heard before (its label came earlier), usual (its label fills the most)."""
    n = analysis.n_bars
    sections = [section for section in analysis.sections if section.label != SILENCE]
    intro, ending, heard, usual = (np.zeros(n) for _ in range(4))
    labels = [label for label in _bar_labels(analysis) if label != SILENCE]
    most = max(set(labels), key=lambda label: (labels.count(label), label))
    seen: set[str] = set()
    for section in sections:
        bars = slice(section.start_bar, section.end_bar)
        heard[bars] = section.label in seen
        usual[bars] = section.label == most
        seen.add(section.label)
    intro[: sections[0].end_bar] = 1.0
    ending[sections[-1].start_bar :] = 1.0
    return [intro, ending, heard, usual]
