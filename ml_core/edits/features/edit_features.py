"""What an edit and its song are like, in some forty numbers that compare between songs.

It works for any intervals of a song, also off the grid, overlapping, repeated or out of order. All
is computed from how much of each bar is heard and from the order in which it is heard. Ranks and
shares are within the song; lengths are logarithms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Edit
from ml_core.edits.features.edit_spans import Spans
from ml_core.edits.features.song_tables import SongTables, song_tables
from ml_core.edits.features.words import (
    EDIT_FEATURES,
    FEATURE_NAMES,
    FEATURE_WORDS,
)
from ml_core.edits.graph.edit_graph import EditGraph, Path
from ml_core.edits.graph.kept_parts import ending_start_bar, intro_end_bar
from ml_core.edits.joins.cost import costs_at

__all__ = ["FEATURE_NAMES", "FEATURE_WORDS", "edit_features"]

Floats = NDArray[np.float64]

OPENING_S = 10.0
"""What is heard first decides early: the opening."""

EDGE_S = 10.0
"""The song's very first and last seconds: what a person calls its start and its end, whatever the
sections say (measured on simulated listeners: .77 becomes .84 for one who wants both)."""

HEARD_SHARE = 0.25
"""Of a bar, from which on it is heard as that bar."""

TIMELINE_POINTS = 32
"""Places, evenly spread over an edit, at which its course is read."""

ENDING_BARS = 4.0
"""An edit that stops this many bars before the song's end ends half-way musically (1/e)."""

USUAL_S = 60.0
"""Durations are logarithms of this many seconds, so that the square tells middle from extreme."""

_MOST_ECHOES = 500_000
"""Pairs of bars looked at together, so that a long song needs little memory."""

HIGHEST_COST = 6.0
"""Costs are capped here, so that one absurd cut of an outside edit stays a finite outlier."""


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
    return _features(graph, Spans.of(edits, graph.analysis.n_samples))


def path_features(graph: EditGraph, paths: Sequence[Path]) -> Floats:
    """Features of paths before their joins are placed, as `edit_features` gives them."""
    if not paths:
        return np.zeros((0, len(FEATURE_NAMES)))
    return _features(graph, Spans.of_paths(graph, paths))


def _features(graph: EditGraph, spans: Spans) -> Floats:
    tables = song_tables(graph)
    columns: dict[str, Floats] = {}
    columns.update(_lengths(graph, spans))
    columns.update(_joins(graph, spans, columns["log_duration"]))
    columns.update(_content(graph, tables, spans))
    columns.update(_course(graph, tables, spans))
    columns.update(_places(graph, tables, spans))
    own = np.stack([columns[name] for name in EDIT_FEATURES], axis=1)
    features = np.concatenate([own, np.tile(tables.song, (len(own), 1))], axis=1)
    return np.asarray(np.nan_to_num(features, nan=0.0, posinf=0.0, neginf=0.0))


def _lengths(graph: EditGraph, spans: Spans) -> dict[str, Floats]:
    rate = graph.analysis.sample_rate_hz
    span_s = np.maximum((spans.end - spans.start) / rate, 1.0 / rate)
    total_s = spans.add_up(span_s)
    count = spans.add_up(np.ones(len(span_s)))
    keep = total_s / graph.music_s
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


def _joins(graph: EditGraph, spans: Spans, log_duration: Floats) -> dict[str, Floats]:
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


def _content(graph: EditGraph, tables: SongTables, spans: Spans) -> dict[str, Floats]:
    # Silence has no content.
    heard = spans.heard(tables.edges) * tables.music
    total = np.maximum(heard.sum(axis=1), 1.0)
    share = heard / total[:, None]
    times = heard / np.maximum(tables.bar_samples, 1.0)
    kept = np.minimum(times, 1.0)
    song_share = tables.bar_samples / tables.bar_samples.sum()
    level, swing = _loudness(tables, spans)
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
        "energy": level,
        "dynamics": swing,
        "onset_density": levels[:, 0],
        "brightness": levels[:, 1],
        "repetition": levels[:, 2],
        "hook_precision": share @ tables.hook,
        "hook_recall": kept @ hook_samples / max(1.0, float(hook_samples.sum())),
        "redundancy": (share * (1.0 - unlike_others)).sum(axis=1),
        "echo": _echo(tables, share, kept),
        "coverage": (1.0 - unlike) @ song_share,
        "intro_kept": kept[:, :intro] @ _shares(tables.bar_samples[:intro]),
        "outro_kept": kept[:, ending:] @ _shares(tables.bar_samples[ending:]),
        "sections_covered": np.minimum(label_kept / 0.5, 1.0).mean(axis=1),
        "voice_kept": kept @ _shares(sung_samples),
        "voice_share": (share - song_share) @ tables.sung,
    }


def _loudness(tables: SongTables, spans: Spans) -> tuple[Floats, Floats]:
    """Mean and deviation of the rank of loudness over an edit, each (n_edits,)."""
    heard = spans.heard(tables.frame_edges)
    share = heard / np.maximum(heard.sum(axis=1), 1.0)[:, None]
    mean = share @ tables.loud
    variance = np.maximum(share @ np.square(tables.loud) - np.square(mean), 0.0)
    return mean - tables.usual_loud, np.sqrt(variance)


def _kept(spans: Spans, start: float, end: float) -> Floats:
    """Share of the song's samples from start to end that each edit plays, (n_edits,)."""
    heard = spans.heard(np.array([start, end]))[:, 0]
    return np.asarray(np.minimum(heard / max(1.0, end - start), 1.0))


def _shares(values: Floats) -> Floats:
    return values / max(1.0, float(values.sum()))


def _echo(tables: SongTables, share: Floats, kept: Floats) -> Floats:
    """How much of what is heard is heard again elsewhere in the edit, (n_edits,), 0..1."""
    n_bars = len(tables.echo)
    again = np.zeros(share.shape)
    heard = np.where(kept > HEARD_SHARE, kept, 0.0)
    step = max(1, _MOST_ECHOES // n_bars**2)
    for row in range(0, len(share), step):
        rows = heard[row : row + step]
        again[row : row + step] = (tables.echo * rows[:, None, :]).max(axis=2)
    return np.asarray((share * again * (heard > 0.0)).sum(axis=1))


def _at(edges: Floats, sources: Floats) -> NDArray[np.int64]:
    """Which of the spans between edges each place of the song lies in."""
    found = np.searchsorted(edges, sources, side="right") - 1
    return np.asarray(np.clip(found, 0, len(edges) - 2))


def _places(graph: EditGraph, tables: SongTables, spans: Spans) -> dict[str, Floats]:
    """Where in the song's music an edit lies; its silences count as nothing."""
    n_samples = float(graph.analysis.n_samples)
    if graph.silent.any():
        before = np.concatenate([[0.0], np.cumsum(tables.bar_samples)])
        spans = replace(
            spans,
            start=np.interp(spans.start, tables.edges, before),
            end=np.interp(spans.end, tables.edges, before),
        )
        n_samples = float(before[-1])
    edge_samples = min(EDGE_S * graph.analysis.sample_rate_hz, n_samples)
    left_out = (n_samples - spans.end[spans.last]) / np.median(tables.bar_samples[~graph.silent])
    weight = np.maximum(spans.end - spans.start, 1e-3)
    middle = (spans.start + spans.end) / 2 / n_samples
    return {
        "start_kept": _kept(spans, 0.0, edge_samples),
        "end_kept": _kept(spans, n_samples - edge_samples, n_samples),
        "ending": np.exp(-left_out / ENDING_BARS),
        "position": spans.add_up(middle * weight) / spans.add_up(weight),
    }


def _course(graph: EditGraph, tables: SongTables, spans: Spans) -> dict[str, Floats]:
    even = (np.arange(TIMELINE_POINTS) + 0.5) / TIMELINE_POINTS
    everywhere = spans.sources(np.tile(even, (spans.n_edits, 1)))
    course = tables.loud[_at(tables.frame_edges, everywhere)]
    rate = graph.analysis.sample_rate_hz
    total_s = spans.add_up(np.maximum(spans.end - spans.start, 1.0)) / rate
    first = np.minimum(OPENING_S / np.maximum(total_s, 1e-3), 1.0)[:, None] * even
    opening, closing = spans.sources(first), spans.sources(1.0 - first)
    opening_bars = _at(tables.edges, opening)
    slope = (even - 0.5) / np.sum((even - 0.5) ** 2)
    return {
        "opening_energy": tables.loud[_at(tables.frame_edges, opening)].mean(axis=1),
        "opening_hook": tables.ranks[opening_bars, 3].mean(axis=1),
        "opening_voice": tables.sung[opening_bars].mean(axis=1),
        "closing_energy": tables.loud[_at(tables.frame_edges, closing)].mean(axis=1),
        "trend": course @ slope,
        "final_energy": course[:, -TIMELINE_POINTS // 8 :].mean(axis=1),
    }
