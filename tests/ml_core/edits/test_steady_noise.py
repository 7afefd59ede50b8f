"""Steady noise is silence, and soft music is not, though a shaker is noise too."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.edits.silence.finding import FRAME_S, LONGEST_PAUSE_S, silent_frames

RATE_HZ = 11025
GAP_S = 24
N = GAP_S * RATE_HZ
T = np.arange(N) / RATE_HZ


def white() -> np.ndarray:
    return np.random.default_rng(58).standard_normal(N)


def coloured(slope: float) -> np.ndarray:
    spectrum = np.fft.rfft(white())
    return at_one(np.fft.irfft(spectrum / (np.arange(len(spectrum)) + 1.0) ** slope, N))


def at_one(sound: np.ndarray) -> np.ndarray:
    return sound / sound.std()


def pulses(every_s: float, decay_s: float, under: float = 0.0) -> np.ndarray:
    """Noise that is struck again and again and dies away, over some steady noise."""
    return at_one(white() * (np.exp(-(T % every_s) / decay_s) + under))


def tones(*at_hz: float) -> np.ndarray:
    return at_one(sum(np.sin(2 * np.pi * hz * T + hz) for hz in at_hz))


def buzz(mains_hz: float) -> np.ndarray:
    return at_one(sum(np.sin(2 * np.pi * mains_hz * k * T + k) / k for k in range(1, 30)))


def level(level_db: float | np.ndarray) -> np.ndarray:
    return np.asarray(10.0 ** (level_db / 20.0))


def silent_s(gap: np.ndarray) -> float:
    """Seconds found silent in the gap of a song whose sound is about 1."""
    rng = np.random.default_rng(1)
    song = rng.standard_normal(10 * RATE_HZ)
    excerpt = np.concatenate([song, gap, song]).astype(np.float16)
    silent = silent_frames(excerpt, RATE_HZ)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], silent, [0]]).astype(int)))
    lengths = (edges[1::2] - edges[::2]) * FRAME_S
    assert not silent[: round(9.5 / FRAME_S)].any()
    return float(lengths[lengths > LONGEST_PAUSE_S].sum())


MUSIC = {
    "shaker in sixteenths": pulses(0.125, 0.04),
    "shaker that sounds on": pulses(0.125, 0.1),
    "shaker in a mist": pulses(0.125, 0.2),
    "hats in eighths": pulses(0.25, 0.02),
    "brushes": pulses(0.5, 0.07, 0.3),
    "brushes on every second": pulses(1.0, 0.15, 0.3),
    "held chord": tones(220.0, 277.2, 329.6),
    "bass note": tones(55.0),
    "low bass note": tones(48.999),
    "bass and breath": tones(55.0) + 0.1 * white(),
}


@pytest.mark.parametrize("level_db", [-38.0, -44.0])
@pytest.mark.parametrize("kind", MUSIC)
def test_fault_58_soft_music_is_kept(kind, level_db):
    assert silent_s(level(level_db) * MUSIC[kind]) == 0.0


SILENCE = {
    "white": level(-40.0) * white(),
    "pink": level(-40.0) * coloured(0.5),
    "brown": level(-42.0) * coloured(1.0),
    "zeros, then hiss": np.where(T < 9.0, 0.0, level(-42.0) * white()),
    "hiss, then zeros": np.where(T < 9.0, level(-42.0) * white(), 0.0),
    "two levels": level(np.where(T < 12.0, -60.0, -42.0)) * white(),
    "fade": level(-38.0 - T) * white(),
    "breathing room": level(-42.0) * coloured(0.5) * (1 + 0.5 * np.sin(2 * np.pi * 0.2 * T)),
    "hum of 50 Hz": level(-40.0) * buzz(50.0),
    "hum of 60 Hz": level(-40.0) * buzz(60.0),
    "hum and hiss": level(-42.0) * (buzz(50.0) + white()),
    "clicks": 0.2 * (T % 1.5 < 0.004),
}


@pytest.mark.parametrize("kind", SILENCE)
def test_fault_58_noise_of_each_kind_is_silence(kind):
    assert silent_s(SILENCE[kind]) >= GAP_S - 1.0


def test_fault_58_a_count_in_is_music():
    """Sticks twice a second, and soft hats every second and a half, with nothing between them."""
    sticks = np.where(T % 0.5 < 0.008, level(-12.0) * white(), 0.0)
    assert silent_s(sticks) == 0.0
    hats = level(-14.0) * white() * np.exp(-(T % 1.5) / 0.02)
    assert silent_s(np.where(np.abs(hats) > 1e-4, hats, 0.0)) == 0.0


def test_fault_58_a_held_chord_before_hiss_is_music():
    chord = level(-40.0) * tones(220.0, 277.2, 329.6)
    found_s = silent_s(np.where(T < 6.0, chord, level(-42.0) * white()))
    assert GAP_S - 8.0 <= found_s <= GAP_S - 5.0
