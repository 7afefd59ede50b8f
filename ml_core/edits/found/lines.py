"""Which lines of its song an edit may follow: for each few seconds, all places that sound alike.

Frames alone put up to 63 % of a song with similar parts at a similar place; what decides among
these lines is the waveform (`choosing.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ml_core.edits.found.course import Run
from ml_core.edits.found.heard import WAVE_HZ, Floats, Heard
from ml_core.edits.found.lags import Lag, find_lag
from ml_core.progress import Progress

_CHUNK_S = 4.0
_MOST_LINES = 8
_CLOSE = 0.12
"""How much less alike a frame than the best place another one may be to be looked at."""

_LEAST_S = 0.3
_WINDOW_S = 0.6
_WINDOWS_AT = (0.25, 0.5, 0.75)
_LEAST_FIT = 0.3
_APART_S = 0.003
_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class Chunk:
    """A few seconds of an edit and the lines that it may follow.

    Attributes:
        start, end: samples at WAVE_HZ.
        offsets: of the lines, in samples with fraction.
    """

    start: int
    end: int
    offsets: tuple[float, ...]


def find_lines(
    song: Heard,
    edit: Heard,
    frames: tuple[Floats, Floats],
    runs: Sequence[Run],
    progress: Progress,
) -> list[Chunk]:
    """All of an edit in chunks that end where its rough course's runs do.

    Args:
        song, edit: both at one speed.
        frames: of the song and the edit, as `compared_frames` gives them.

    Raises:
        Cancelled: if the person asked to stop.
    """
    chunks = []
    song_frames, edit_frames = frames
    n_frames = len(edit_frames)
    for run in runs:
        n = max(1, round((run.end - run.first) * edit.frame_s / _CHUNK_S))
        edges = np.linspace(run.first, run.end, n + 1).round().astype(int).tolist()
        for first, end in pairwise(edges):
            progress.report(first / n_frames)
            places: list[int] = []
            if run.start is not None:
                places = [round(run.start + (first - run.first) * run.slope)]
            if (end - first) * edit.frame_s >= _LEAST_S:
                places += _alike(edit_frames[first:end], song_frames)
            lags = [_line(song, edit, first, end, place) for place in places]
            # The course's own line stays a choice, however badly it fits.
            n_own = 0 if run.start is None else 1
            offsets = [one[0] for k, one in enumerate(lags) if k < n_own or one[1] > _LEAST_FIT]
            start_s, end_s = first * edit.frame_s, end * edit.frame_s
            if end == n_frames:
                end_s = edit.duration_s
            chunks.append(Chunk(_samples(start_s), _samples(end_s), _distinct(offsets)))
    return chunks


def _alike(edit: Floats, song: Floats) -> list[int]:
    """Frames of the song from which it sounds nearly as some frames of the edit, best first."""
    n, m = len(edit), len(song)
    if m <= n:
        return []
    total = np.zeros(m - n + 1, np.float32)
    for k, row in enumerate(edit @ song.T):
        total += row[k : k + m - n + 1]
    mean = total / n
    found: list[int] = []
    best = float(mean.max())
    for place in np.argsort(-mean)[:_LOOKED_AT].tolist():
        if mean[place] < best - _CLOSE or len(found) == _MOST_LINES:
            break
        if all(abs(place - other) > 3 for other in found):
            found.append(place)
    return found


def _line(song: Heard, edit: Heard, first: int, end: int, place: int) -> tuple[float, float]:
    """Offset and fit of the window that agrees best, if the song's frame `place` comes first."""
    hop_s = edit.frame_s
    size = _samples(min(_WINDOW_S, 0.6 * (end - first) * hop_s))
    rough = _samples((place - first) * hop_s)
    best: Lag | None = None
    for share in _WINDOWS_AT:
        at = _samples((first + (end - first) * share) * hop_s) - size // 2
        lag = find_lag(edit.wave, song.wave, at, at + rough, size, _samples(2 * hop_s))
        if lag is not None and (best is None or lag.fit > best.fit):
            best = lag
    return (float(rough), 0.0) if best is None else (rough + best.samples, best.fit)


def _distinct(offsets: Sequence[float]) -> tuple[float, ...]:
    kept: list[float] = []
    for offset in offsets:
        if all(abs(offset - other) > _APART_S * WAVE_HZ for other in kept):
            kept.append(offset)
    return tuple(kept)


def _samples(seconds: float) -> int:
    return round(seconds * WAVE_HZ)
