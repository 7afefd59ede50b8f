"""Drum sounds, float32 mono (n_samples,), made of sines and filtered noise."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from ml_core.demo_songs.tones import RATE_HZ, seconds

Mono = NDArray[np.float32]


def _noise(n_samples: int, seed: int, low_hz: float, high_hz: float) -> NDArray[np.float64]:
    """Noise between two frequencies, with peaks around 1."""
    white = np.random.default_rng(seed).standard_normal(n_samples)
    band = butter(2, [low_hz, high_hz], "bandpass", fs=RATE_HZ, output="sos")
    shaped = np.asarray(sosfilt(band, white), np.float64)
    return np.asarray(shaped / (3.0 * shaped.std()))


def _edge(n_samples: int) -> NDArray[np.float64]:
    """A half-millisecond start and a 10 ms end, so that no hit clicks."""
    t = np.arange(n_samples)
    start = np.clip(t / (0.0005 * RATE_HZ), 0, 1)
    return start * np.clip((n_samples - 1 - t) / (0.01 * RATE_HZ), 0, 1)


@cache
def kick(soft: bool = False) -> Mono:
    """A sine that falls from 160 (soft: 110) to 48 Hz, with a knock."""
    t = seconds(int(0.34 * RATE_HZ))
    start_hz, fall_s = (110.0, 0.03) if soft else (160.0, 0.04)
    sweep_hz = 48.0 + (start_hz - 48.0) * np.exp(-t / fall_s)
    body = np.sin(2 * np.pi * np.cumsum(sweep_hz) / RATE_HZ) * np.exp(-t / 0.11)
    knock = 0.25 * _noise(len(t), 1, 1_200, 4_000) * np.exp(-t / 0.006)
    return np.asarray((body + (0.3 if soft else 1.0) * knock) * _edge(len(t)), np.float32)


@cache
def snare() -> Mono:
    """Two drum-head sines under noise."""
    t = seconds(int(0.26 * RATE_HZ))
    head = np.sin(2 * np.pi * 186 * t) + 0.6 * np.sin(2 * np.pi * 331 * t)
    wires = _noise(len(t), 2, 1_500, 9_500)
    hit = 0.45 * head * np.exp(-t / 0.05) + 0.9 * wires * np.exp(-t / 0.075)
    return np.asarray(0.7 * hit * _edge(len(t)), np.float32)


@cache
def clap() -> Mono:
    """Four bursts within 32 ms, then a tail."""
    t = seconds(int(0.28 * RATE_HZ))
    bursts = sum(np.where(t >= s, np.exp(-(t - s) / 0.008), 0.0) for s in (0, 0.011, 0.021))
    tail = np.where(t >= 0.032, np.exp(-(t - 0.032) / 0.07), 0.0)
    return np.asarray(
        0.8 * (0.6 * bursts + tail) * _noise(len(t), 3, 900, 4_500) * _edge(len(t)), np.float32
    )


@cache
def hat(is_open: bool = False) -> Mono:
    """Bright noise, short or ringing."""
    ring_s = 0.16 if is_open else 0.032
    t = seconds(int(6 * ring_s * RATE_HZ))
    return np.asarray(
        0.5 * _noise(len(t), 4, 7_000, 15_000) * np.exp(-t / ring_s) * _edge(len(t)), np.float32
    )


@cache
def shaker() -> Mono:
    """Noise that swells for 25 ms before it falls."""
    t = seconds(int(0.11 * RATE_HZ))
    shape = np.clip(t / 0.025, 0, 1) * np.exp(-np.clip(t - 0.025, 0, None) / 0.022)
    return np.asarray(0.35 * _noise(len(t), 5, 5_000, 12_000) * shape * _edge(len(t)), np.float32)


@cache
def brush() -> Mono:
    """A brush on a snare drum."""
    t = seconds(int(0.2 * RATE_HZ))
    shape = np.clip(t / 0.006, 0, 1) * np.exp(-t / 0.055)
    return np.asarray(0.5 * _noise(len(t), 6, 1_800, 8_000) * shape * _edge(len(t)), np.float32)


@cache
def tom(pitch_hz: float) -> Mono:
    """A tom-tom."""
    t = seconds(int(0.34 * RATE_HZ))
    sweep_hz = pitch_hz * (1 + 0.5 * np.exp(-t / 0.03))
    body = np.sin(2 * np.pi * np.cumsum(sweep_hz) / RATE_HZ) * np.exp(-t / 0.1)
    skin = 0.2 * _noise(len(t), 7, 600, 3_000) * np.exp(-t / 0.02)
    return np.asarray(0.8 * (body + skin) * _edge(len(t)), np.float32)


@cache
def crash() -> Mono:
    """A cymbal: noise and a cluster of high sines, two and a half seconds long."""
    t = seconds(int(2.6 * RATE_HZ))
    wash = _noise(len(t), 8, 3_500, 14_000) * np.exp(-t / 0.6)
    rng = np.random.default_rng(9)
    cluster = sum(
        np.sin(2 * np.pi * hz * t + angle)
        for hz, angle in zip(rng.uniform(3_000, 9_000, 12), rng.uniform(0, 6.28, 12), strict=True)
    )
    start = np.clip(t / 0.003, 0, 1)
    ring = 0.04 * np.asarray(cluster) * np.exp(-t / 0.35)
    return np.asarray(0.5 * start * (wash + ring) * _edge(len(t)), np.float32)


@cache
def riser(length_s: float) -> Mono:
    """Noise that swells up to a section's start."""
    t = seconds(int(length_s * RATE_HZ))
    rise = (t / length_s) ** 2.5
    low, high = _noise(len(t), 10, 700, 3_000), _noise(len(t), 11, 3_000, 12_000)
    share = t / length_s
    return np.asarray(0.35 * rise * ((1 - share) * low + share * high) * _edge(len(t)), np.float32)
