"""What edit features need of a song, worked out once: bars, and loudness in half-seconds."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.songs import SILENCE
from ml_core.edits.features.song_features import song_features
from ml_core.edits.features.sung_bars import sung_bars
from ml_core.edits.graph.edit_graph import EditGraph

Floats = NDArray[np.float64]

ALIKE_DISTANCE = 0.5
"""Bar distance at which two bars are alike by 1/e, where 1 is the median pair's. On 26 real songs
the nearest bar is at .1-.5 where music repeats, and any other bar at .8-1.2 (measured). Likeness
falls with the fourth power, so that many unlike bars together don't count as one alike."""

ECHO_DISTANCE = 1.2
"""Bar distance from which on nothing of one bar is heard in another."""

ECHO_AFTER_S = 6.0
"""What follows within this time is the same idea going on, not one that comes again."""

HOOK_SHARE = 0.25
"""The quarter of bars with the highest hookness are the song's hook."""

FRAME_S = 0.5
"""Loudness is heard in frames of this length, since a bar hides that its downbeat is loud. On 25
simulated listeners with 48 answers, loudness by bars foresees "loud and quiet in turn" at .77, by
frames at .83 (measured)."""

MOST_FRAMES = 1024
"""Beyond 8.5 minutes frames are longer instead of more."""

QUIETEST = 1e-10
"""Mean square below which nothing is heard (-100 dB)."""


@dataclass(frozen=True, eq=False)
class SongTables:
    """One song as its edits' features see it.

    Attributes:
        edges: float64 (n_bars + 1,) bar edges in samples.
        ranks: onset density, brightness, repetition and hookness as ranks in 0..1; (n_bars, 4).
        hook: float64 (n_bars,), 1 for bars of the hook.
        log_unlike: float64 (n_bars, n_bars), log of 1 - likeness of two bars.
        echo: float64 (n_bars, n_bars), how much of a bar is heard again in another, 0..1; 0 where
            the other follows too soon.
        label: int64 (n_bars,), index of each bar's section label.
        bar_samples: float64 (n_bars,), length of each bar; none where it is silence.
        music: float64 (n_bars,), 0 for silence that is no music, else 1.
        sung: float64 (n_bars,), 0..1, how much each bar is sung.
        loud: float64 (n_frames,), rank in 0..1 of the loudness of each frame of the song.
        usual_loud: mean of these ranks over the frames that are music.
        frame_edges: float64 (n_frames + 1,), of these frames, in samples.
        song: float64 (n_song_features,), what the song is like.
    """

    edges: Floats
    ranks: Floats
    hook: Floats
    log_unlike: Floats
    echo: Floats
    label: NDArray[np.int64]
    bar_samples: Floats
    music: Floats
    sung: Floats
    loud: Floats
    usual_loud: float
    frame_edges: Floats
    song: Floats


_BLOCK = 1 << 18
"""Samples of an excerpt that are looked at together."""

_TABLES: WeakKeyDictionary[EditGraph, SongTables] = WeakKeyDictionary()


def song_tables(graph: EditGraph) -> SongTables:
    """The tables of a song, made at the first call."""
    if graph not in _TABLES:
        _TABLES[graph] = _tables(graph)
    return _TABLES[graph]


def _tables(graph: EditGraph) -> SongTables:
    analysis = graph.analysis
    names = ("onset_density", "brightness", "repetition", "hookness")
    columns = [
        np.asarray(analysis.bar_feature(name), dtype=np.float64)
        if name in analysis.bar_feature_names
        else np.zeros(graph.n_bars)
        for name in names
    ]
    hookness = columns[-1]
    n_hook = max(1, round(HOOK_SHARE * float((~graph.silent).sum())))
    hook = (hookness >= np.partition(hookness, -n_hook)[-n_hook]).astype(np.float64)
    likeness = np.exp(-((graph.bar_distance.astype(np.float64) / ALIKE_DISTANCE) ** 4))
    named = dict.fromkeys(s.label for s in analysis.sections if s.label != SILENCE)
    labels = {label: k for k, label in enumerate(named)}
    # Silence lasts no time here, so the label that it is counted with gains nothing.
    label = np.concatenate(
        [np.full(s.end_bar - s.start_bar, labels.get(s.label, 0)) for s in analysis.sections]
    )
    loud, usual_loud, frame_edges = _loudness(graph)
    music = (~graph.silent).astype(np.float64)
    return SongTables(
        edges=graph.edges_samples.astype(np.float64),
        ranks=np.stack([_ranks_within(column, ~graph.silent) for column in columns], axis=1),
        hook=hook,
        log_unlike=np.log1p(-0.999 * likeness),
        echo=_echo(graph),
        label=label.astype(np.int64),
        bar_samples=np.diff(graph.edges_samples) * music,
        music=music,
        sung=sung_bars(analysis),
        loud=loud,
        usual_loud=usual_loud,
        frame_edges=frame_edges,
        song=song_features(graph),
    )


def _ranks(values: Floats) -> Floats:
    """Mean ranks scaled to 0..1; ties share theirs, so a constant becomes .5 throughout."""
    values = np.nan_to_num(values)
    order = np.sort(values)
    low = np.searchsorted(order, values, side="left")
    high = np.searchsorted(order, values, side="right")
    return np.asarray((low + high) / (2.0 * len(values)))


def _ranks_within(values: Floats, music: NDArray[np.bool_]) -> Floats:
    """`_ranks` among what is music; silence has the lowest."""
    if music.all():
        return _ranks(values)
    ranks = np.zeros(len(values))
    ranks[music] = _ranks(values[music])
    return ranks


def _echo(graph: EditGraph) -> Floats:
    edges_s = graph.edges_samples / graph.analysis.sample_rate_hz
    middle = (edges_s[1:] + edges_s[:-1]) / 2
    again = np.abs(middle[:, None] - middle[None]) >= ECHO_AFTER_S
    near = np.maximum(0.0, 1.0 - graph.bar_distance.astype(np.float64) / ECHO_DISTANCE)
    return np.asarray(np.where(again, near, 0.0))


def _energy_before(sound: NDArray[np.float16], bounds: NDArray[np.int64]) -> Floats:
    """Sum of squares before each of rising places, as one running sum gives it, to the last bit.

    An hour's excerpt as float64, with its sum, would take a gigabyte.
    """
    found, carried = np.zeros(len(bounds)), 0.0
    for start in range(0, len(sound), _BLOCK):
        block = sound[start : start + _BLOCK].astype(np.float64)
        running = np.cumsum(np.concatenate([[carried], np.square(np.nan_to_num(block))]))
        first, end = np.searchsorted(bounds, [start, start + len(block)], side="right")
        found[first:end] = running[bounds[first:end] - start]
        carried = float(running[-1])
    return found


def _loudness(graph: EditGraph) -> tuple[Floats, float, Floats]:
    """Ranks of loudness of the song's frames, their mean, and the frames' edges in samples."""
    analysis = graph.analysis
    song_s = analysis.n_samples / analysis.sample_rate_hz
    n = int(np.clip(round(song_s / FRAME_S), 1, MOST_FRAMES))
    frame_edges = np.linspace(0.0, analysis.n_samples, n + 1)
    if len(analysis.excerpt) == 0:
        return np.full(n, 0.5), 0.5, frame_edges
    bounds = np.rint(np.linspace(0, len(analysis.excerpt), n + 1)).astype(np.int64)
    total = _energy_before(analysis.excerpt, bounds)
    mean = np.diff(total) / np.maximum(np.diff(bounds), 1)
    middle = (frame_edges[1:] + frame_edges[:-1]) / 2
    bar = np.searchsorted(graph.edges_samples, middle, side="right") - 1
    music = ~graph.silent[bar]
    ranks = _ranks_within(np.log(mean + QUIETEST), music)
    return ranks, float(ranks[music].mean()), frame_edges
