"""Simulated raters for measuring: each judges the source's audio and the kept intervals alone.

Nothing of the project is imported, so that no rater shares features, beats or sections with what
is measured. A song is heard as half-second frames: loudness, spectrum and what comes again. Use
one from the command:

    tastecut simulate --rater tests/benchmarks/raters.py:SHORT --songs DIR --held-out DIR

Answers are noisy like a person's: on edits of usual lengths, a pair asked twice gets the same
answer about 85 times in 100, and about 20 in 100 are ties. The kinds of raters follow B-Pref (Lee
et al. 2021): noisy (the default), mistake, skip, equal and myopic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import soundfile

Kept = Sequence[Sequence[float]]

FRAME_S = 0.5
INTRO_S, ENDING_S, OPENING_S = 12.0, 10.0, 8.0
HOOK_SHARE = 0.2

NOISE = 0.15
TIE = 0.24
"""Of the usual difference between two edits of a song (see `agreement_and_ties`, which measures
.85 and .20 with these)."""

MISTAKE = 0.1
"""Share of answers that a rater of the kind "mistake" gets the wrong way round (B-Pref)."""
MYOPIC_S = 20.0
"""A myopic rater hears no more than this of the end of each edit."""


@dataclass(frozen=True, eq=False)
class Heard:
    """A song as frames of half a second.

    Attributes:
        loud: rank of each frame's loudness in -.5..5, (n,).
        busy: rank of its change of spectrum, (n,).
        hook: 1 for frames that come again and are loud, (n,).
        alike: how alike two frames' surroundings are, 0..1, (n, n).
        duration_s: of the song.
    """

    loud: np.ndarray
    busy: np.ndarray
    hook: np.ndarray
    alike: np.ndarray
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
    return Heard(_ranks(loudness), _ranks(change), hook, alike, len(mono) / rate)


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


Utility = Callable[[View], float]


@dataclass(frozen=True)
class Rater:
    """Answers pairs by a utility, with noise.

    Attributes:
        utility: what it likes; higher is better.
        kind: noisy, mistake, skip, equal or myopic; "exact" answers without noise.
        length_only: whether its utility is a matter of length alone, so that edits of the same
            length say nothing of it.
    """

    utility: Utility
    kind: str = "noisy"
    length_only: bool = False

    def value(self, path: str, kept: Kept) -> float:
        """Noise-free utility of an edit, in units of the song's usual difference."""
        return self.utility(View.of(path, kept)) / usual_difference(self.utility, path)

    def rate(self, source_path: str, kept_a: Kept, kept_b: Kept, rng: np.random.Generator) -> str:
        """A, B or tie (or skip, of that kind)."""
        path, views = str(source_path), []
        for kept in (kept_a, kept_b):
            view = View.of(path, kept)
            views.append(view.last(MYOPIC_S) if self.kind == "myopic" else view)
        unit = usual_difference(self.utility, path)
        gap = (self.utility(views[0]) - self.utility(views[1])) / unit
        if self.kind == "exact":
            return "A" if gap > 0 else "B" if gap < 0 else "tie"
        gap += rng.normal(scale=NOISE)
        if self.kind == "mistake" and rng.random() < MISTAKE:
            gap = -gap
        if abs(gap) < TIE * (2.0 if self.kind == "equal" else 1.0):
            return "skip" if self.kind == "skip" and rng.random() < 0.5 else "tie"
        return "A" if gap > 0 else "B"


@dataclass(frozen=True)
class RandomRater:
    """Answers without listening."""

    length_only: bool = False

    def value(self, path: str, kept: Kept) -> float:
        """No edit is better than another."""
        return 0.0

    def rate(self, source_path: str, kept_a: Kept, kept_b: Kept, rng: np.random.Generator) -> str:
        """Two ties in ten, else a coin."""
        return str(rng.choice(["A", "B", "tie"], p=[0.4, 0.4, 0.2]))


def usual_edits(path: str, n: int, rng: np.random.Generator) -> list[list[list[float]]]:
    """Edits as anybody might cut them: 15-90 % kept in segments of 4-40 s, from the start on."""
    song = hear(path)
    edits = []
    while len(edits) < n:
        keep_s = rng.uniform(0.15, 0.9) * song.duration_s
        segments = max(1, round(keep_s / rng.uniform(4.0, 40.0)))
        inner = rng.dirichlet(np.full(segments, 2.0)) * keep_s
        gaps = rng.dirichlet(np.full(segments + 1, 1.0)) * (song.duration_s - keep_s)
        if rng.random() < 0.4:
            gaps[1] += gaps[0]
            gaps[0] = 0.0
        starts = np.cumsum(gaps[:-1]) + np.concatenate([[0.0], np.cumsum(inner)[:-1]])
        edits.append([[float(s), float(s + d)] for s, d in zip(starts, inner, strict=True)])
    return edits


@lru_cache(maxsize=4096)
def usual_difference(utility: Utility, path: str) -> float:
    """Standard deviation of the difference in utility between two usual edits of a song."""
    edits = usual_edits(path, 80, np.random.default_rng(0))
    values = np.array([utility(View.of(path, kept)) for kept in edits])
    return float(np.sqrt(2.0) * values.std()) or 1.0


def agreement_and_ties(rater: Rater, paths: Sequence[str], seed: int = 0) -> tuple[float, float]:
    """Share of pairs of usual edits that get the same answer twice, and share of ties."""
    rng = np.random.default_rng(seed)
    same, ties, n = 0, 0, 0
    for path in paths:
        edits = usual_edits(path, 40, rng)
        for a, b in zip(edits[::2], edits[1::2], strict=True):
            one, other = (rater.rate(path, a, b, rng) for _ in range(2))
            same, ties, n = same + (one == other), ties + (one == "tie"), n + 1
    return same / n, ties / n


def _short(view: View) -> float:
    return -float(np.log(view.duration_s))


def _full(view: View) -> float:
    return view.keep


def _energetic(view: View) -> float:
    return 4.0 * view.energy - 0.3 * abs(float(np.log(view.keep / 0.4)))


def _calm(view: View) -> float:
    return -view.energy


def _ends(view: View) -> float:
    return view.intro + view.ending


def _few_cuts(view: View) -> float:
    return -float(view.cuts) - 2.0 * abs(view.keep - 0.5)


def _hook(view: View) -> float:
    return view.hook - 0.5 * view.keep


def _again(view: View) -> float:
    return view.heard_again


def _varied(view: View) -> float:
    return -view.heard_again


def _real_ending(view: View) -> float:
    return view.ending + 0.5 * (view.kept[-1][1] > view.song.duration_s - 1.0)


def _builds_up(view: View) -> float:
    return view.rise - 0.5 * view.opening


def _about_a_minute(view: View) -> float:
    return -abs(float(np.log(view.duration_s / 60.0)))


def _dense(view: View) -> float:
    return view.cuts / view.duration_s


def _straight_in(view: View) -> float:
    return view.opening + view.closing


SHORT = Rater(_short, length_only=True)
FULL = Rater(_full, length_only=True)
ENERGETIC = Rater(_energetic)
CALM = Rater(_calm)
ENDS = Rater(_ends)
FEW_CUTS = Rater(_few_cuts)
HOOK = Rater(_hook)
AGAIN = Rater(_again)
VARIED = Rater(_varied)
REAL_ENDING = Rater(_real_ending)
BUILDS_UP = Rater(_builds_up)
ABOUT_A_MINUTE = Rater(_about_a_minute, length_only=True)
DENSE = Rater(_dense)
STRAIGHT_IN = Rater(_straight_in)
"""Judges what is heard first and last: independent of length by construction."""
RANDOM = RandomRater()
MISTAKEN = Rater(_energetic, kind="mistake")
SKIPPING = Rater(_short, kind="skip", length_only=True)
HARDLY_MINDS = Rater(_ends, kind="equal")
MYOPIC = Rater(_calm, kind="myopic")

RATERS: dict[str, Rater | RandomRater] = {
    "short": SHORT,
    "full": FULL,
    "energetic": ENERGETIC,
    "calm": CALM,
    "intro and ending": ENDS,
    "few cuts": FEW_CUTS,
    "hook": HOOK,
    "repeats": AGAIN,
    "nothing twice": VARIED,
    "real ending": REAL_ENDING,
    "builds up": BUILDS_UP,
    "about a minute": ABOUT_A_MINUTE,
    "dense cutting": DENSE,
    "straight in": STRAIGHT_IN,
    "random": RANDOM,
    "energetic, mistakes": MISTAKEN,
    "short, skips": SKIPPING,
    "ends, hardly minds": HARDLY_MINDS,
    "calm, myopic": MYOPIC,
}
