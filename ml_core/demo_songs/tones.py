"""Pitched sounds: one note in, its samples out.

Every function takes a MIDI pitch and a length and returns float32 mono (n_samples,) that starts
and ends at silence, so that no note clicks. Sums of sines and one-cycle tables hold no partial
above 16 kHz: nothing aliases.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Mono = NDArray[np.float32]

RATE_HZ = 44_100
HIGHEST_PARTIAL_HZ = 16_000.0
_TABLE = 8192
"""Samples of a cycle: read without interpolation, the error stays below -75 dB."""


def frequency_hz(midi: float) -> float:
    """Equal temperament, A4 (69) at 440 Hz."""
    return float(440.0 * 2.0 ** ((midi - 69.0) / 12.0))


def seconds(n_samples: int) -> NDArray[np.float64]:
    """Time of each sample, float64 (n_samples,)."""
    return np.arange(n_samples) / RATE_HZ


def envelope(length_s: float, attack_s: float, release_s: float, decay_s: float = 0.0) -> Mono:
    """Raised-cosine attack and release around `length_s`, float32 (n_samples,).

    `decay_s` > 0 lets the level fall to 1/e in that time.
    """
    n = int((length_s + release_s) * RATE_HZ)
    t = seconds(n)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.clip(t / attack_s, 0.0, 1.0))
    fall = 0.5 + 0.5 * np.cos(np.pi * np.clip((t - length_s) / release_s, 0.0, 1.0))
    level = np.exp(-t / decay_s) if decay_s > 0 else 1.0
    return np.asarray(rise * fall * level, np.float32)


@lru_cache(maxsize=256)
def _cycle(shape: str, n_partials: int) -> Mono:
    """One cycle of a band-limited wave, float32 (_TABLE,), peak 1."""
    t = np.arange(_TABLE) / _TABLE
    wave = np.zeros(_TABLE)
    for k in range(1, n_partials + 1):
        if shape == "saw" or (shape == "square" and k % 2):
            wave += np.sin(2 * np.pi * k * t) / k
        elif shape == "triangle" and k % 2:
            wave += np.sin(2 * np.pi * k * t) * (-1) ** (k // 2) / k**2
    return np.asarray(wave / np.abs(wave).max(), np.float32)


def oscillator(
    shape: str,
    midi: float,
    n_samples: int,
    brightest_hz: float = HIGHEST_PARTIAL_HZ,
    vibrato_cents: float = 0.0,
    phase: float = 0.0,
) -> Mono:
    """A saw, square or triangle wave with partials up to `brightest_hz`, float32 (n_samples,).

    Vibrato (5.3 a second) sets in after a quarter of a second, as players do.
    """
    base_hz = frequency_hz(midi)
    table = _cycle(shape, max(1, int(min(brightest_hz, HIGHEST_PARTIAL_HZ) / base_hz)))
    cycles = base_hz / RATE_HZ * np.arange(n_samples) + phase
    if vibrato_cents:
        t = seconds(n_samples)
        depth = vibrato_cents / 1200 * np.log(2) * np.clip((t - 0.25) / 0.35, 0, 1)
        cycles += base_hz * np.cumsum(depth * np.sin(2 * np.pi * 5.3 * t)) / RATE_HZ
    wave: Mono = table[(cycles * _TABLE).astype(np.int64) & (_TABLE - 1)]
    return wave


def _struck(
    midi: float,
    length_s: float,
    partials: int,
    tilt: float,
    ring_s: float,
    damping: float,
    stretch: float = 0.0,
    release_s: float = 0.08,
) -> Mono:
    """Partials that die away, the higher the faster: strings and bars that were struck.

    Partial k has level k^-tilt, falls to 1/e within ring_s / (1 + damping (k - 1)), and lies at
    k sqrt(1 + stretch k^2) times the pitch (stiff strings; Fletcher and Rossing).
    """
    base_hz = frequency_hz(midi)
    shape = envelope(length_s, 0.002, release_s)
    t = seconds(len(shape))
    out = np.zeros(len(shape))
    for k in range(1, partials + 1):
        partial_hz = base_hz * k * np.sqrt(1 + stretch * k * k)
        if partial_hz > HIGHEST_PARTIAL_HZ:
            break
        # A string plucked near its end has no dip among the first partials; a cosine per partial
        # keeps their peaks apart, so the attack does not spike.
        level = k**-tilt * np.exp(-t * (1 + damping * (k - 1)) / ring_s)
        out += level * np.sin(2 * np.pi * partial_hz * t + 0.7 * k * k)
    return np.asarray(out * shape, np.float32)


def pluck(midi: float, length_s: float) -> Mono:
    """A short synthesizer pluck."""
    return 0.5 * _struck(midi, length_s, 9, 1.1, 0.35, 0.5)


def guitar(midi: float, length_s: float) -> Mono:
    """A nylon string."""
    return 0.5 * _struck(midi, length_s, 14, 1.25, 1.1, 0.45, 5e-5, release_s=0.15)


def music_box(midi: float, length_s: float) -> Mono:
    """A struck bar with the inharmonic partials of a free one (1 : 2.76 : 5.40)."""
    base_hz = frequency_hz(midi)
    shape = envelope(max(length_s, 0.9), 0.002, 0.4)
    t = seconds(len(shape))
    out = np.zeros(len(shape))
    for ratio, level, ring_s in ((1.0, 1.0, 0.7), (2.76, 0.35, 0.25), (5.4, 0.12, 0.09)):
        if base_hz * ratio < HIGHEST_PARTIAL_HZ:
            out += level * np.exp(-t / ring_s) * np.sin(2 * np.pi * base_hz * ratio * t)
    return np.asarray(0.5 * out * shape, np.float32)


def synth_bass(midi: float, length_s: float) -> Mono:
    """A saw whose brightness falls after the attack, over a sine an octave's foundation."""
    shape = envelope(length_s, 0.004, 0.03, decay_s=1.5)
    n = len(shape)
    bright = oscillator("saw", midi, n, brightest_hz=1_800)
    dark = oscillator("saw", midi, n, brightest_hz=420)
    glow = np.exp(-seconds(n) / 0.09).astype(np.float32)
    body = np.sin(2 * np.pi * frequency_hz(midi) * seconds(n)).astype(np.float32)
    return shape * (0.6 * (glow * bright + (1 - glow) * dark) + 0.4 * body)


def upright_bass(midi: float, length_s: float) -> Mono:
    """A plucked double bass."""
    return 0.8 * _struck(midi, length_s, 8, 1.7, 0.8, 0.7, release_s=0.1)


def pad(
    midi: float,
    length_s: float,
    detune_cents: float = 7.0,
    bright_hz: float = 2_200,
    decay_s: float = 0.0,
) -> Mono:
    """Three detuned saws with soft edges; call twice with other detuning for left and right."""
    shape = envelope(length_s, 0.18, 0.35, decay_s)
    n = len(shape)
    out = np.zeros(n, np.float32)
    for index, cents in enumerate((-detune_cents, 0.4 * detune_cents, detune_cents)):
        out += oscillator(
            "saw", midi + cents / 100, n, bright_hz, phase=0.13 + 0.37 * index + cents / 50
        )
    return 0.2 * out * shape


def stab(midi: float, length_s: float, detune_cents: float = 12.0) -> Mono:
    """A bright, short chord tone."""
    shape = envelope(length_s, 0.006, 0.12, decay_s=0.5)
    n = len(shape)
    low = oscillator("saw", midi - detune_cents / 100, n, 6_000)
    high = oscillator("saw", midi + detune_cents / 100, n, 6_000, phase=0.4)
    return 0.25 * shape * (low + high)


def lead(midi: float, length_s: float) -> Mono:
    """A soft square with vibrato on long notes."""
    shape = envelope(length_s, 0.015, 0.09, decay_s=2.5)
    n = len(shape)
    square = oscillator("square", midi, n, 3_800, vibrato_cents=14)
    round_one = oscillator("triangle", midi + 0.04, n, vibrato_cents=14, phase=0.2)
    return shape * (0.22 * square + 0.3 * round_one)


def flute(midi: float, length_s: float) -> Mono:
    """A few partials, a breath of noise at the start, vibrato on long notes."""
    shape = envelope(length_s, 0.05, 0.1)
    n = len(shape)
    tone = oscillator("triangle", midi, n, 5_000, vibrato_cents=18)
    second = oscillator("triangle", midi + 12, n, 5_000, vibrato_cents=18, phase=0.1)
    breath = np.random.default_rng(int(midi)).standard_normal(n).astype(np.float32)
    breath = np.convolve(breath, np.array([0.25, 0.0, -0.5, 0.0, 0.25], np.float32), "same")
    puff = np.exp(-seconds(n) / 0.05).astype(np.float32)
    return np.asarray(shape * (0.42 * tone + 0.12 * second + (0.012 + 0.05 * puff) * breath))


def strings(midi: float, length_s: float, detune_cents: float = 9.0) -> Mono:
    """A small string section: slow bows, each with its own vibrato."""
    shape = envelope(length_s, 0.22, 0.4)
    n = len(shape)
    out = np.zeros(n, np.float32)
    for index, cents in enumerate((-detune_cents, 0.0, detune_cents)):
        out += oscillator(
            "saw", midi + cents / 100, n, 3_200, vibrato_cents=9 + 3 * index, phase=0.29 * index
        )
    return 0.2 * out * shape
