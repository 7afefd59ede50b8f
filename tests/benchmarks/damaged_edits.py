"""Finished edits of known places, what may have been done to them, and how well they were found."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from scipy import signal

from ml_core.edits.found.finding import Found
from ml_core.edits.found.heard import WAVE_HZ, Heard

Stereo = NDArray[np.float32]

FADE_S = 0.01
TICK_S = 0.01
CLOSE_S = 0.01
JOIN_CLOSE_S = 0.05
_LIKE_S = 0.4
_LIKE = 0.97
"""Correlation of two places of a song, over _LIKE_S, from which they count as one."""


@dataclass(frozen=True, slots=True, eq=False)
class MadeEdit:
    """An edit with its truth.

    Attributes:
        sound: (n_samples, 2) at `rate_hz`.
        spans_s: what of the song it plays, in play order.
        at_s: where in the edit each span begins and ends.
        speed: seconds of the song for each second of the edit.
    """

    sound: Stereo
    rate_hz: int
    spans_s: tuple[tuple[float, float], ...]
    at_s: tuple[tuple[float, float], ...]
    speed: float = 1.0


def make_edit(song: Stereo, rate_hz: int, rng: np.random.Generator) -> MadeEdit:
    """Three to eight pieces of 3 to 20 s; a fifth of the joins goes back."""
    song_s = len(song) / rate_hz
    spans: list[tuple[float, float]] = []
    at = float(rng.uniform(0.0, 0.1 * song_s))
    for _ in range(int(rng.integers(3, 9))):
        length = min(float(rng.uniform(3.0, 20.0)), 0.4 * song_s)
        if at + length > song_s:
            at = float(rng.uniform(0.0, song_s - length))
        spans.append((at, at + length))
        goes_back = rng.random() < 0.2
        gap = float(rng.uniform(1.0, 15.0))
        at = float(rng.uniform(0.0, song_s - 3.0)) if goes_back else at + length + gap
    return joined(song, rate_hz, spans)


def joined(song: Stereo, rate_hz: int, spans_s: Sequence[tuple[float, float]]) -> MadeEdit:
    """Spans of a song one behind another, with linear fades of FADE_S around each join."""
    fade = round(FADE_S * rate_hz)
    ramp = np.linspace(0.0, 1.0, fade, dtype=np.float32)[:, None]
    out = np.zeros((0, song.shape[1]), np.float32)
    at = []
    for start_s, end_s in spans_s:
        first, end = round(start_s * rate_hz), round(end_s * rate_hz)
        piece = song[first : end + fade].copy()
        begins = len(out)
        if begins:
            begins -= fade
            out[begins:] *= 1.0 - ramp[: len(out) - begins]
            out[begins:] += piece[:fade] * ramp
            piece = piece[fade:]
        out = np.concatenate([out, piece])
        at.append(begins / rate_hz)
    ends = [*at[1:], len(out) / rate_hz]
    return MadeEdit(out, rate_hz, tuple(spans_s), tuple(zip(at, ends, strict=True)))


Damage = Callable[[MadeEdit, np.random.Generator], MadeEdit]


def _with(made: MadeEdit, sound: NDArray[Any], before_s: float = 0.0) -> MadeEdit:
    at = tuple((start + before_s, end + before_s) for start, end in made.at_s)
    return MadeEdit(np.asarray(sound, np.float32), made.rate_hz, made.spans_s, at, made.speed)


def _clean(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    return made


def _mp3(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    file = io.BytesIO()
    soundfile.write(file, made.sound, made.rate_hz, format="MP3", compression_level=0.7)
    file.seek(0)
    sound, _ = soundfile.read(file, dtype="float32", always_2d=True)
    return _with(made, sound)


def _eq(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    low = signal.butter(1, 250.0, "low", fs=made.rate_hz, output="sos")
    high = signal.butter(1, 4000.0, "high", fs=made.rate_hz, output="sos")
    sound = made.sound + rng.uniform(-0.5, 1.0) * signal.sosfilt(low, made.sound, axis=0)
    return _with(made, sound + rng.uniform(-0.5, 1.0) * signal.sosfilt(high, made.sound, axis=0))


def _limited(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    peak = float(np.abs(made.sound).max()) + 1e-9
    return _with(made, 0.7 * np.tanh(4.0 * made.sound / peak))


def _level(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    times = np.linspace(0.0, 2.0 * np.pi, len(made.sound))[:, None]
    return _with(made, 0.3 * made.sound * (1.0 + 0.3 * np.sin(5.0 * times)))


def _rate(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    sound = soxr.resample(made.sound, made.rate_hz, 32000, "HQ")
    return MadeEdit(np.asarray(sound, np.float32), 32000, made.spans_s, made.at_s, made.speed)


def _speed(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    speed = 1.0 + float(rng.uniform(-0.004, 0.004))
    sound = np.asarray(soxr.resample(made.sound, speed, 1.0, "HQ"), np.float32)
    at = tuple((start / speed, end / speed) for start, end in made.at_s)
    return MadeEdit(sound, made.rate_hz, made.spans_s, at, speed)


def _fades(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    sound = made.sound.copy()
    n = min(len(sound) // 2, 5 * made.rate_hz)
    ramp = np.linspace(0.0, 1.0, n, dtype=np.float32)[:, None]
    sound[:n] *= ramp
    sound[-n:] *= ramp[::-1] ** 2
    return _with(made, sound)


def _reverb(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    n = round(1.2 * made.rate_hz)
    tail = rng.normal(size=n) * np.exp(-np.arange(n) / (0.25 * made.rate_hz))
    tail /= np.sqrt(np.square(tail).sum())
    wet = signal.fftconvolve(made.sound, tail[:, None], axes=0)[: len(made.sound)]
    return _with(made, made.sound + 0.5 * wet)


def _mono(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    return _with(made, np.repeat(made.sound.mean(1, keepdims=True), 2, axis=1))


def voice_like(n_samples: int, rate_hz: int, rng: np.random.Generator) -> Stereo:
    """Something like a voice that speaks, (n_samples, 2): gliding harmonics in syllables."""
    times = np.arange(n_samples) / rate_hz
    glide = 120.0 + 30.0 * np.sin(2 * np.pi * 0.7 * times + rng.uniform(0, 6))
    phase = 2 * np.pi * np.cumsum(glide) / rate_hz
    tone = sum(np.sin(k * phase + k) / k for k in range(1, 25))
    syllables = np.clip(np.sin(2 * np.pi * rng.uniform(3, 5) * times), 0.0, 1.0)
    voice = 0.15 * tone * syllables + 0.02 * rng.normal(size=n_samples)
    return np.repeat(voice[:, None], 2, axis=1).astype(np.float32)


def _tag(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    seconds = float(rng.uniform(2.0, 5.0))
    lead = voice_like(round(seconds * made.rate_hz), made.rate_hz, rng)
    silence = np.zeros((made.rate_hz, 2), np.float32)
    before_s = (len(lead) + len(silence)) / made.rate_hz
    return _with(made, np.concatenate([lead, silence, made.sound]), before_s)


def _spoken(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    """A foreign part between two pieces."""
    k = len(made.at_s) // 2
    at = round(made.at_s[k][0] * made.rate_hz)
    voice = voice_like(4 * made.rate_hz, made.rate_hz, rng)
    sound = np.concatenate([made.sound[:at], voice, made.sound[at:]])
    moved = tuple((start + 4.0, end + 4.0) for start, end in made.at_s[k:])
    return MadeEdit(sound, made.rate_hz, made.spans_s, made.at_s[:k] + moved, made.speed)


def _noise(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    """White noise 20 dB below the music."""
    power = float(np.sqrt(np.square(made.sound).mean()))
    return _with(made, made.sound + 0.1 * power * rng.normal(size=made.sound.shape))


def _all(made: MadeEdit, rng: np.random.Generator) -> MadeEdit:
    for damage in (_speed, _fades, _eq, _limited, _tag, _noise, _mono, _mp3):
        made = damage(made, rng)
    return made


DAMAGES: dict[str, Damage] = {
    "clean": _clean,
    "MP3": _mp3,
    "EQ": _eq,
    "limiter": _limited,
    "level": _level,
    "rate": _rate,
    "speed": _speed,
    "fades": _fades,
    "reverb": _reverb,
    "mono": _mono,
    "tag": _tag,
    "spoken": _spoken,
    "noise": _noise,
    "all": _all,
}


@dataclass(slots=True)
class Score:
    """How well edits were found; counts add up over edits.

    Attributes:
        n_ticks, n_right: of 10 ms, of the kept time; those at an equivalent place are right.
        n_joins, n_joins_found: true joins, and those with a found one within 50 ms.
        n_found, n_found_right: found joins, and those near a true one.
        n_segments, n_false: found segments, and those of which less than half is right.
    """

    n_ticks: int = 0
    n_right: int = 0
    n_joins: int = 0
    n_joins_found: int = 0
    n_found: int = 0
    n_found_right: int = 0
    n_segments: int = 0
    n_false: int = 0
    cpu_s: list[float] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Count another edit's numbers too."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def right_share(self) -> float:
        """Of the kept time, what was found within 10 ms."""
        return self.n_right / max(1, self.n_ticks)

    @property
    def recall(self) -> float:
        """Of the joins."""
        return self.n_joins_found / self.n_joins if self.n_joins else 1.0

    @property
    def precision(self) -> float:
        """Of the found joins."""
        return self.n_found_right / self.n_found if self.n_found else 1.0


def score(song: Heard, made: MadeEdit, found: Found) -> Score:
    """Compare what was found with the truth."""
    times = np.arange(TICK_S / 2, made.at_s[-1][1], TICK_S)
    true, got = np.full(len(times), np.nan), np.full(len(times), np.nan)
    spans = zip(made.at_s, made.spans_s, strict=True)
    for (start, end), (source, _) in spans:
        inside = (times >= start) & (times < end)
        true[inside] = source + (times[inside] - start) * made.speed
    for one in found.segments:
        if one.offset is not None:
            inside = (times >= one.start_s / found.speed) & (times < one.end_s / found.speed)
            got[inside] = times[inside] * found.speed + one.offset / WAVE_HZ
    is_kept = np.isfinite(true)
    right = np.abs(true - got) < CLOSE_S
    for k in np.flatnonzero(is_kept & np.isfinite(got) & ~right):
        right[k] = _alike(song.wave, true[k], got[k])
    result = Score(int(is_kept.sum()), int((right & is_kept).sum()))
    _score_joins(result, made, found, times, right)
    for one in found.segments:
        if one.offset is not None:
            inside = (times >= one.start_s / found.speed) & (times < one.end_s / found.speed)
            result.n_segments += 1
            result.n_false += bool(inside.any() and right[inside].mean() < 0.5)
    return result


def _score_joins(
    result: Score,
    made: MadeEdit,
    found: Found,
    times: NDArray[np.float64],
    right: NDArray[np.bool_],
) -> None:
    """A join that need not be there (both sides are right without one) counts neither way."""
    truth = [start for start, _ in made.at_s[1:]]
    borders = [one.end_s / found.speed for one in found.segments[:-1]]
    # Where a fade comes out of noise, no one can tell its border to 50 ms.
    within = [
        a.end_s / found.speed
        for a, b in pairwise(found.segments)
        if a.offset is not None and b.offset is not None
    ]
    edges = [start for start, _ in made.at_s] + [end for _, end in made.at_s]
    for join in truth:
        near = any(abs(join - other) < JOIN_CLOSE_S for other in borders)
        if near or not _right_around(times, right, join):
            result.n_joins += 1
            result.n_joins_found += near
    for border in within:
        near = any(abs(border - other) < JOIN_CLOSE_S for other in edges)
        if near or not _right_around(times, right, border):
            result.n_found += 1
            result.n_found_right += near


def _right_around(times: NDArray[np.float64], right: NDArray[np.bool_], at_s: float) -> bool:
    around = np.abs(times - at_s) < 0.5
    return bool(right[around].mean() > 0.95)


def _alike(wave: NDArray[np.float32], a_s: float, b_s: float) -> bool:
    """Whether two places of a song are one for whoever listens."""
    size, reach = round(_LIKE_S * WAVE_HZ), round(CLOSE_S * WAVE_HZ)
    a, b = (round(x * WAVE_HZ) - size // 2 for x in (a_s, b_s))
    if min(a, b) < reach or max(a, b) + size + reach > len(wave):
        return False
    one, around = wave[a : a + size], wave[b - reach : b + size + reach]
    products = signal.correlate(around, one, "valid", "fft")
    power = np.concatenate([[0.0], np.cumsum(np.square(around, dtype=np.float64))])
    energy = (power[size:] - power[:-size]) * float(one @ one)
    return bool((products / np.sqrt(energy + 1e-12)).max() > _LIKE)
