"""What a simulated rater hears: the source's audio in half-second frames, and an edit of it.

Nothing of the project is imported, so that no rater shares features, beats or sections with what
is measured. A song is loudness, spectrum, what comes again, and, where its maker timed the singing
(a JSON file of phrases beside it), what is sung.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile

Kept = Sequence[Sequence[float]]

FRAME_S = 0.5
INTRO_S, ENDING_S, OPENING_S = 12.0, 10.0, 8.0
HOOK_SHARE = 0.2


@dataclass(frozen=True, eq=False)
class Heard:
    """A song as frames of half a second.

    Attributes:
        loud: rank of each frame's loudness in -.5..5, (n,).
        busy: rank of its change of spectrum, (n,).
        hook: 1 for frames that come again and are loud, (n,).
        alike: how alike two frames' surroundings are, 0..1, (n, n).
        shape: each frame's standardized spectrum and chroma, (n, n_bands).
        sung: share of each frame within a sung phrase, (n,); 0 where nobody timed the singing.
        pace: mean change of spectrum from frame to frame, a rough measure of how busy a song is.
        duration_s: of the song.
    """

    loud: np.ndarray
    busy: np.ndarray
    hook: np.ndarray
    alike: np.ndarray
    shape: np.ndarray
    sung: np.ndarray
    pace: float
    duration_s: float


def _ranks(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values)) / max(1, len(values) - 1) - 0.5


@lru_cache(maxsize=64)
def hear(path: str) -> Heard:
    """Listen to a file once."""
    audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = audio.mean(axis=1)
    size = round(FRAME_S * rate)
    n = max(2, len(mono) // size)
    frames = np.resize(mono, n * size).reshape(n, size)
    power = np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2
    hz = np.fft.rfftfreq(size, 1 / rate)
    edges = np.geomspace(50.0, min(10000.0, 0.45 * rate), 37)
    bands = np.stack([power[:, (hz >= a) & (hz < b)].sum(1) for a, b in pairwise(edges)], 1)
    pitch = np.round(12 * np.log2(np.maximum(hz, 1.0) / 440.0)).astype(int) % 12
    tonal = (hz > 100) & (hz < 2000)
    chroma = np.stack([power[:, tonal & (pitch == k)].sum(1) for k in range(12)], 1)
    loudness = 10 * np.log10((frames**2).mean(1) + 1e-9)
    shape = np.concatenate(
        [np.log(bands + 1e-6), 2 * chroma / (chroma.sum(1, keepdims=True) + 1e-9)], 1
    )
    shape = (shape - shape.mean(0)) / (shape.std(0) + 1e-6)
    around = np.concatenate([np.roll(shape, -k, axis=0) for k in range(4)], 1)
    around /= np.linalg.norm(around, axis=1, keepdims=True) + 1e-9
    alike = np.clip(around @ around.T, 0, 1)
    away = np.abs(np.arange(n)[:, None] - np.arange(n)[None]) > 12
    again = np.sort(np.where(away, alike, 0.0), axis=1)[:, -4:].mean(1)
    hookness = (_ranks(again) + 0.5) * (_ranks(loudness) + 0.5)
    hook = (hookness >= np.quantile(hookness, 1 - HOOK_SHARE)).astype(float)
    change = np.abs(np.diff(shape, axis=0, prepend=shape[:1])).mean(1)
    duration_s = len(mono) / rate
    return Heard(
        _ranks(loudness),
        _ranks(change),
        hook,
        alike,
        shape,
        _sung(path, n),
        float(change.mean()),
        duration_s,
    )


def _sung(path: str, n: int) -> np.ndarray:
    """Share of each frame within a phrase, as the song's maker timed them."""
    file = Path(path).with_suffix(".json")
    timed = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    starts = np.arange(n) * FRAME_S
    sung = np.zeros(n)
    for start, end, *_ in timed.get("phrases", []):
        sung += np.clip(np.minimum(starts + FRAME_S, end) - np.maximum(starts, start), 0, None)
    return np.minimum(sung / FRAME_S, 1.0)


@dataclass(frozen=True, eq=False)
class View:
    """An edit of a song as a rater perceives it.

    Attributes:
        song: what it is an edit of.
        kept: its intervals.
        frames: the song's frames in the order they are heard, (n,).
    """

    song: Heard
    kept: tuple[tuple[float, float], ...]
    frames: np.ndarray

    @classmethod
    def of(cls, path: str, kept: Kept) -> View:
        """Listen to the kept intervals of a song."""
        song = hear(path)
        spans = tuple((float(start), float(end)) for start, end in kept)
        places = np.concatenate(
            [np.arange(a, max(b, a + 1e-3), FRAME_S) + FRAME_S / 2 for a, b in spans]
        )
        frames = np.clip((places / FRAME_S).astype(int), 0, len(song.loud) - 1)
        return cls(song, spans, frames)

    @property
    def duration_s(self) -> float:
        """Of the edit."""
        return sum(end - start for start, end in self.kept)

    @property
    def keep(self) -> float:
        """Share of the song."""
        return self.duration_s / self.song.duration_s

    @property
    def cuts(self) -> int:
        """Joins."""
        return len(self.kept) - 1

    def within(self, start_s: float, end_s: float) -> float:
        """Share of a span of the song that is heard."""
        heard = sum(max(0.0, min(b, end_s) - max(a, start_s)) for a, b in self.kept)
        return min(1.0, heard / max(1e-6, end_s - start_s))

    @property
    def intro(self) -> float:
        """Share of the song's first seconds that is heard."""
        return self.within(0.0, INTRO_S)

    @property
    def ending(self) -> float:
        """Share of the song's last seconds that is heard."""
        return self.within(self.song.duration_s - ENDING_S, self.song.duration_s)

    @property
    def energy(self) -> float:
        """Mean rank of loudness."""
        return float(self.song.loud[self.frames].mean())

    @property
    def hook(self) -> float:
        """Share of the song's hook that is heard."""
        hook = np.flatnonzero(self.song.hook)
        return float(np.isin(hook, self.frames).mean())

    @property
    def opening(self) -> float:
        """Mean rank of loudness of the first seconds heard."""
        return float(self.song.loud[self.frames[: round(OPENING_S / FRAME_S)]].mean())

    @property
    def closing(self) -> float:
        """Mean rank of loudness of the last seconds heard."""
        return float(self.song.loud[self.frames[-round(OPENING_S / FRAME_S) :]].mean())

    @property
    def rise(self) -> float:
        """How much louder the second half is than the first."""
        half = max(1, len(self.frames) // 2)
        loud = self.song.loud[self.frames]
        return float(loud[half:].mean() - loud[:half].mean()) if len(loud) > 1 else 0.0

    @property
    def heard_again(self) -> float:
        """How alike what is heard is to something else in the edit, 0..1."""
        some = self.frames[:: max(1, len(self.frames) // 120)]
        alike = self.song.alike[np.ix_(some, some)].copy()
        near = np.abs(some[:, None] - some[None]) <= 12
        alike[near] = 0.0
        return float(alike.max(1).mean())

    @property
    def singing(self) -> float:
        """Share of the song's singing that is heard; 0 for a song without any."""
        sung = self.song.sung
        heard = np.isin(np.arange(len(sung)), self.frames)
        return float(sung[heard].sum() / max(1.0, sung.sum()))

    @property
    def longest(self) -> float:
        """Share of the edit that its longest part takes."""
        return max(end - start for start, end in self.kept) / self.duration_s

    @property
    def swing(self) -> float:
        """How loud and quiet take turns: deviation of the rank of loudness."""
        return float(self.song.loud[self.frames].std())

    @property
    def bumps(self) -> float:
        """Sum over joins of how much the spectrum jumps, in usual jumps between two frames."""
        shape, last = self.song.shape, len(self.song.shape) - 1
        usual = float(np.linalg.norm(np.diff(shape, axis=0), axis=1).mean()) + 1e-9
        jumps = [
            np.linalg.norm(
                shape[min(last, int(start / FRAME_S))] - shape[min(last, int(end / FRAME_S))]
            )
            for (_, end), (start, _) in pairwise(self.kept)
        ]
        return float(sum(jumps) / usual)

    @property
    def middle(self) -> float:
        """Where in the song the heard seconds lie on average, 0..1."""
        return float(self.frames.mean() / max(1, len(self.song.loud) - 1))

    def last(self, seconds: float) -> View:
        """Only what is heard last, for a myopic rater."""
        left, spans = seconds, []
        for start, end in reversed(self.kept):
            spans.append((max(start, end - left), end))
            left -= end - start
            if left <= 0:
                break
        return replace(
            self, kept=tuple(reversed(spans)), frames=self.frames[-round(seconds / FRAME_S) :]
        )
