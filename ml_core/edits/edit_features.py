"""What an edit and its song are like, in some forty numbers that compare between songs.

Works for any intervals of a song, also off the grid, overlapping, repeated or out of order: all
is computed from how much of each bar is heard and from the order in which it is heard. Ranks and
shares are within the song; lengths are logarithms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Edit
from ml_core.edits.edit_graph import EditGraph
from ml_core.edits.feature_words import (
    EDIT_FEATURES,
    FEATURE_NAMES,
    FEATURE_WORDS,
    FEATURES_VERSION,
)
from ml_core.edits.join_cost import costs_at
from ml_core.edits.kept_parts import ending_start_bar, intro_end_bar
from ml_core.edits.song_features import song_features
from ml_core.edits.sung_bars import sung_bars

__all__ = ["FEATURES_VERSION", "FEATURE_NAMES", "FEATURE_WORDS", "edit_features"]

Floats = NDArray[np.float64]

ALIKE_DISTANCE = 0.5
"""Bar distance (1 = median pair) at which two bars are alike by 1/e (measured on 26 real songs: the
nearest bar is at .1-.5 where music repeats, any other bar at .8-1.2); the fourth power keeps many
unlike bars together from counting as one alike."""

HOOK_SHARE = 0.25
"""The quarter of bars with the highest hookness are the song's hook."""

OPENING_S = 10.0
"""What is heard first decides early: the opening."""

TIMELINE_POINTS = 32
"""Places, evenly spread over an edit, at which its course is read."""

ENDING_BARS = 4.0
"""An edit that stops this many bars before the song's end ends half-way musically (1/e)."""

USUAL_S = 60.0
"""Durations are logarithms of this many seconds, so that the square tells middle from extreme."""

HIGHEST_COST = 6.0
"""Costs are capped here, so that one absurd cut of an outside edit stays a finite outlier."""


@dataclass(frozen=True, eq=False)
class _SongTables:
    """What features need of a song, worked out once.

    Attributes:
        edges: float64 (n_bars + 1,) bar edges in samples.
        ranks: energy, onset density, brightness, repetition and hookness as ranks in 0..1,
            centred on the song's own mean; (n_bars, 5).
        hook: float64 (n_bars,), 1 for bars of the hook.
        log_unlike: float64 (n_bars, n_bars), log of 1 - likeness of two bars.
        label: int64 (n_bars,), index of each bar's section label.
        bar_samples: float64 (n_bars,), length of each bar.
        sung: float64 (n_bars,), 0..1, how much each bar is sung.
        song: float64 (n_song_features,), what the song is like.
    """

    edges: Floats
    ranks: Floats
    hook: Floats
    log_unlike: Floats
    label: NDArray[np.int64]
    bar_samples: Floats
    sung: Floats
    song: Floats


_TABLES: WeakKeyDictionary[EditGraph, _SongTables] = WeakKeyDictionary()


def _ranks(values: Floats) -> Floats:
    """Mean ranks scaled to 0..1; ties share theirs, so a constant becomes .5 throughout."""
    values = np.nan_to_num(values)
    order = np.sort(values)
    low = np.searchsorted(order, values, side="left")
    high = np.searchsorted(order, values, side="right")
    return np.asarray((low + high) / (2.0 * len(values)))


def _song_tables(graph: EditGraph) -> _SongTables:
    if graph in _TABLES:
        return _TABLES[graph]
    analysis = graph.analysis
    names = ("loudness_db", "onset_density", "brightness", "repetition", "hookness")
    columns = [
        np.asarray(analysis.bar_feature(name), dtype=np.float64)
        if name in analysis.bar_feature_names
        else np.zeros(graph.n_bars)
        for name in names
    ]
    hookness = columns[-1]
    n_hook = max(1, round(HOOK_SHARE * graph.n_bars))
    hook = (hookness >= np.partition(hookness, -n_hook)[-n_hook]).astype(np.float64)
    likeness = np.exp(-((graph.bar_distance.astype(np.float64) / ALIKE_DISTANCE) ** 4))
    labels = {label: k for k, label in enumerate(dict.fromkeys(s.label for s in analysis.sections))}
    label = np.concatenate(
        [np.full(s.end_bar - s.start_bar, labels[s.label]) for s in analysis.sections]
    )
    tables = _SongTables(
        edges=graph.edges_samples.astype(np.float64),
        ranks=np.stack([_ranks(column) for column in columns], axis=1),
        hook=hook,
        log_unlike=np.log1p(-0.999 * likeness),
        label=label.astype(np.int64),
        bar_samples=np.diff(graph.edges_samples).astype(np.float64),
        sung=sung_bars(analysis),
        song=song_features(graph),
    )
    _TABLES[graph] = tables
    return tables


@dataclass(frozen=True, eq=False)
class _Spans:
    """All spans of all edits in one list, clipped to the song.

    Attributes:
        start, end: float64 (n_spans,), samples.
        edit: int64 (n_spans,), index of the edit each belongs to.
        first: int64 (n_edits,), each edit's first span.
        n_edits: how many edits.
    """

    start: Floats
    end: Floats
    edit: NDArray[np.int64]
    first: NDArray[np.int64]
    n_edits: int

    @classmethod
    def of(cls, edits: Sequence[Edit], n_samples: int) -> _Spans:
        flat = np.array([span for edit in edits for span in edit.spans], dtype=np.float64)
        counts = np.array([len(edit.spans) for edit in edits])
        first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        clipped = np.clip(flat, 0, n_samples)
        owner = np.repeat(np.arange(len(edits)), counts)
        return cls(clipped[:, 0], clipped[:, 1], owner, first, len(edits))

    def add_up(self, values: Floats) -> Floats:
        """Sums over each edit's spans, (n_edits, ...)."""
        return np.asarray(np.add.reduceat(values, self.first, axis=0))


def edit_features(graph: EditGraph, edits: Sequence[Edit]) -> Floats:
    """Features of edits of one song.

    Args:
        graph: of the song.
        edits: any edits of it, at its sample rate.

    Returns:
        float64 (n_edits, n_features), finite, in the order of `FEATURE_NAMES`.
    """
    if not edits:
        return np.zeros((0, len(FEATURE_NAMES)))
    tables = _song_tables(graph)
    spans = _Spans.of(edits, graph.analysis.n_samples)
    columns: dict[str, Floats] = {}
    columns.update(_lengths(graph, spans))
    columns.update(_joins(graph, spans, columns["log_duration"]))
    columns.update(_content(graph, tables, spans))
    columns.update(_course(graph, tables, spans))
    own = np.stack([columns[name] for name in EDIT_FEATURES], axis=1)
    features = np.concatenate([own, np.tile(tables.song, (len(own), 1))], axis=1)
    return np.asarray(np.nan_to_num(features, nan=0.0, posinf=0.0, neginf=0.0))


def _lengths(graph: EditGraph, spans: _Spans) -> dict[str, Floats]:
    rate = graph.analysis.sample_rate_hz
    span_s = np.maximum((spans.end - spans.start) / rate, 1.0 / rate)
    total_s = spans.add_up(span_s)
    count = spans.add_up(np.ones(len(span_s)))
    keep = total_s / graph.song_s
    log_duration = np.log(total_s / USUAL_S)
    return {
        "keep_ratio": keep,
        "keep_ratio_squared": keep**2,
        "log_duration": log_duration,
        "log_duration_squared": log_duration**2,
        "segment_mean": np.log(total_s / count),
        "segment_min": np.log(np.minimum.reduceat(span_s, spans.first)),
        "segment_max": np.log(np.maximum.reduceat(span_s, spans.first)),
    }


def _joins(graph: EditGraph, spans: _Spans, log_duration: Floats) -> dict[str, Floats]:
    inner = np.flatnonzero(np.diff(spans.edit) == 0)
    leave, enter = spans.end[inner], spans.start[inner + 1]
    real = leave != enter
    cost = np.minimum(costs_at(graph.analysis, graph.distances, leave, enter), HIGHEST_COST)
    edit = spans.edit[inner]
    cuts = np.bincount(edit, weights=real, minlength=spans.n_edits)
    total = np.bincount(edit, weights=cost, minlength=spans.n_edits)
    highest = np.zeros(spans.n_edits)
    np.maximum.at(highest, edit, cost)
    minutes = np.exp(log_duration) * USUAL_S / 60.0
    return {
        "cuts": np.log1p(cuts),
        "cuts_per_minute": cuts / np.maximum(minutes, 0.05),
        "join_cost_mean": total / np.maximum(cuts, 1.0),
        "join_cost_max": highest,
        "join_cost_sum": np.log1p(total),
    }


def _heard(tables: _SongTables, spans: _Spans) -> Floats:
    """Samples of each bar that each edit plays, (n_edits, n_bars); repeats count again."""
    overlap = np.minimum(spans.end[:, None], tables.edges[None, 1:]) - np.maximum(
        spans.start[:, None], tables.edges[None, :-1]
    )
    return spans.add_up(np.maximum(overlap, 0.0))


def _content(graph: EditGraph, tables: _SongTables, spans: _Spans) -> dict[str, Floats]:
    heard = _heard(tables, spans)
    total = np.maximum(heard.sum(axis=1), 1.0)
    share = heard / total[:, None]
    times = heard / tables.bar_samples
    kept = np.minimum(times, 1.0)
    song_share = tables.bar_samples / tables.bar_samples.sum()
    levels = share @ tables.ranks - song_share @ tables.ranks
    hook_samples = tables.hook * tables.bar_samples
    # Chance that no other heard bar is like this one, taken as independent: smooth and fast.
    unlike = np.exp(kept @ tables.log_unlike)
    own = np.diagonal(tables.log_unlike)
    unlike_others = np.exp(np.minimum(times @ tables.log_unlike - kept * own, 0.0))
    labels = np.zeros((len(tables.label), int(tables.label.max()) + 1))
    labels[np.arange(len(tables.label)), tables.label] = tables.bar_samples
    label_kept = (kept @ labels) / labels.sum(axis=0)
    sung_samples = tables.sung * tables.bar_samples
    intro, ending = intro_end_bar(graph), ending_start_bar(graph)
    return {
        "energy": levels[:, 0],
        "onset_density": levels[:, 1],
        "brightness": levels[:, 2],
        "repetition": levels[:, 3],
        "hook_precision": share @ tables.hook,
        "hook_recall": kept @ hook_samples / max(1.0, float(hook_samples.sum())),
        "redundancy": (share * (1.0 - unlike_others)).sum(axis=1),
        "coverage": (1.0 - unlike) @ song_share,
        "intro_kept": kept[:, :intro] @ _shares(tables.bar_samples[:intro]),
        "outro_kept": kept[:, ending:] @ _shares(tables.bar_samples[ending:]),
        "sections_covered": np.minimum(label_kept / 0.5, 1.0).mean(axis=1),
        "voice_kept": kept @ _shares(sung_samples),
        "voice_share": (share - song_share) @ tables.sung,
    }


def _shares(values: Floats) -> Floats:
    return values / max(1.0, float(values.sum()))


def _bars_at(tables: _SongTables, spans: _Spans, places: Floats) -> NDArray[np.int64]:
    """Bars heard at places in the edits, (n_edits, n_places); places in 0..1 of each edit."""
    lasts = np.maximum(spans.end - spans.start, 1e-3)
    ends = np.cumsum(lasts)
    begin = ends[spans.first] - lasts[spans.first]
    total = spans.add_up(lasts)
    place = begin[:, None] + places * total[:, None]
    last_span = np.append(spans.first[1:], len(lasts))[:, None] - 1
    span = np.searchsorted(ends, place, side="right")
    span = np.clip(span, spans.first[:, None], last_span)
    source = spans.start[span] + (place - (ends[span] - lasts[span]))
    bar = np.searchsorted(tables.edges, source, side="right") - 1
    return np.asarray(np.clip(bar, 0, len(tables.label) - 1))


def _course(graph: EditGraph, tables: _SongTables, spans: _Spans) -> dict[str, Floats]:
    even = (np.arange(TIMELINE_POINTS) + 0.5) / TIMELINE_POINTS
    places = np.tile(even, (spans.n_edits, 1))
    energy = tables.ranks[_bars_at(tables, spans, places), 0]
    total_s = spans.add_up(np.maximum(spans.end - spans.start, 1.0)) / graph.analysis.sample_rate_hz
    opening = np.minimum(OPENING_S / np.maximum(total_s, 1e-3), 1.0)[:, None] * even
    opening_bars = _bars_at(tables, spans, opening)
    slope = (even - 0.5) / np.sum((even - 0.5) ** 2)
    last_span = np.append(spans.first[1:], len(spans.end)) - 1
    left_out = (graph.analysis.n_samples - spans.end[last_span]) / np.median(tables.bar_samples)
    last_bars = energy[:, -TIMELINE_POINTS // 8 :].mean(axis=1)
    weight = np.maximum(spans.end - spans.start, 1e-3)
    middle = (spans.start + spans.end) / 2 / graph.analysis.n_samples
    return {
        "opening_energy": tables.ranks[opening_bars, 0].mean(axis=1),
        "opening_hook": tables.ranks[opening_bars, 4].mean(axis=1),
        "opening_voice": tables.sung[opening_bars].mean(axis=1),
        "dynamics": energy.std(axis=1),
        "trend": energy @ slope,
        "ending": np.exp(-left_out / ENDING_BARS),
        "final_energy": last_bars,
        "position": spans.add_up(middle * weight) / spans.add_up(weight),
    }
