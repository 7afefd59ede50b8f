"""Hand-made analyses of songs with silence added, as an analyser lays bars over it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise

import numpy as np

from ml_core.domain.songs import Section, SongAnalysis
from tests.ml_core.edits.song_builder import EXCERPT_HZ, RATE_HZ, build_song

BEAT_S = 0.5
BEATS = 4
BAR_S = BEAT_S * BEATS


@dataclass(frozen=True)
class SilentSong:
    """A song with silence, and where it was added, in seconds."""

    analysis: SongAnalysis
    silent_s: tuple[tuple[float, float], ...]

    def kept_s(self, spans: tuple[tuple[int, int], ...]) -> float:
        """Seconds of the added silence in the spans of an edit."""
        overlaps = (
            min(end / RATE_HZ, to) - max(start / RATE_HZ, since)
            for start, end in spans
            for since, to in self.silent_s
        )
        return sum(max(0.0, overlap) for overlap in overlaps)


def noise(n: int, level_db: float) -> np.ndarray:
    """Steady noise at a level against the builder's songs, whose sound is about 1."""
    rng = np.random.default_rng(58)
    return 10 ** (level_db / 20) * rng.standard_normal(n)


def with_silence(
    at_s: tuple[float, ...],
    lasts_s: float,
    level_db: float = -200.0,
    song: SongAnalysis | None = None,
) -> SilentSong:
    """A song with silence at some times of it, each as long, at a level against the song.

    Within the song the grid of beats goes on through the silence at its own pace, and the bars
    that it makes are silent; in front of the song and behind it there are none.
    """
    song = song or build_song("ABACABAD", bars_each=2, tail_s=0.4)
    sound = song.excerpt.astype(np.float64)
    song_s = song.n_samples / RATE_HZ
    pieces, silent_s, done_s = [], [], 0.0
    for index, place_s in enumerate(at_s):
        pieces.append(sound[round(done_s * EXCERPT_HZ) : round(place_s * EXCERPT_HZ)])
        pieces.append(noise(round(lasts_s * EXCERPT_HZ), level_db))
        start_s = place_s + index * lasts_s
        silent_s.append((start_s, start_s + lasts_s))
        done_s = place_s
    pieces.append(sound[round(done_s * EXCERPT_HZ) :])
    added_s = sum(lasts_s for _ in at_s)
    inside = [k for k, place_s in enumerate(at_s) if 0.0 < place_s < song_s]
    beats_s, rows = _beats(song, at_s, lasts_s, inside)
    starts = np.arange(0, len(beats_s) - BEATS + 1, BEATS)
    end_s = min(beats_s[starts[-1]] + BAR_S, song_s + added_s)
    bars = rows[starts] // BEATS
    last = len(song.edge_levels_db) - 1
    return SilentSong(
        replace(
            song,
            sha256=sha256(repr((at_s, lasts_s, level_db)).encode()).hexdigest(),
            n_samples=round((song_s + added_s) * RATE_HZ),
            beat_samples=np.rint(beats_s * RATE_HZ).astype(np.int64),
            bar_start_beats=starts.astype(np.int64),
            bar_edges_samples=np.rint(np.append(beats_s[starts], end_s) * RATE_HZ).astype(np.int64),
            sections=_sections(song, bars),
            bar_features=song.bar_features[bars],
            beat_features=song.beat_features[rows],
            edge_levels_db=song.edge_levels_db[np.append(bars, last)],
            excerpt=np.concatenate(pieces).astype(np.float16),
        ),
        tuple(silent_s),
    )


def _beats(song, at_s, lasts_s, inside):
    """Beats in seconds, and which of the song's beats each sounds like."""
    beats_s, rows = [], []
    for row, beat_s in enumerate(song.beat_samples / RATE_HZ):
        before = sum(place_s <= beat_s for place_s in at_s)
        moved_s = beat_s + before * lasts_s
        n_filling = 0
        for k in inside:
            if before == k + 1 and not any(s >= at_s[k] + k * lasts_s for s in beats_s[-1:]):
                n_filling = round((moved_s - beats_s[-1]) / BEAT_S) - 1
        filling = np.linspace(beats_s[-1], moved_s, n_filling + 2)[1:-1] if n_filling > 0 else ()
        beats_s += [*filling, moved_s]
        rows += [row] * (len(filling) + 1)
    return np.array(beats_s), np.array(rows)


def _sections(song, bars):
    label = [s.label for s in song.sections for _ in range(s.start_bar, s.end_bar)]
    labels = [label[min(bar, len(label) - 1)] for bar in bars]
    bounds = [0, *(k for k in range(1, len(labels)) if labels[k] != labels[k - 1]), len(labels)]
    return tuple(Section(a, b, labels[a]) for a, b in pairwise(bounds))
