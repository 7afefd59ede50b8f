"""Loudness against values known from the standard."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.analysis.spectra.loudness import SILENT_LUFS, LoudnessMeter


def sine(level_db: float, seconds: float, rate_hz: int, n_channels: int) -> np.ndarray:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * 997 * t)
    return np.repeat(wave[:, None], n_channels, axis=1).astype(np.float32)


def loudness(audio: np.ndarray, rate_hz: int, block: int = 65536) -> float:
    meter = LoudnessMeter(rate_hz, audio.shape[1])
    for start in range(0, len(audio), block):
        meter.add(audio[start : start + block])
    return meter.integrated_lufs()


@pytest.mark.parametrize("rate_hz", [8000, 44100, 48000, 96000, 192000])
def test_a_stereo_sine_reads_its_level(rate_hz: int) -> None:
    # EBU Tech 3341, case 1: 1 kHz at -23 dBFS in both channels is -23 LUFS.
    audio = sine(-23.0, 6, rate_hz, 2)
    assert loudness(audio, rate_hz) == pytest.approx(-23.0, abs=0.1)


def test_one_channel_alone_is_3_lu_quieter() -> None:
    audio = sine(-23.0, 6, 48000, 2)
    audio[:, 1] = 0
    assert loudness(audio, 48000) == pytest.approx(-26.0, abs=0.1)


def test_the_relative_gate_leaves_out_quiet_parts() -> None:
    # EBU Tech 3341, case 3: quiet, loud, quiet reads as the loud part alone.
    parts = [(-36.0, 10), (-23.0, 60), (-36.0, 10)]
    audio = np.concatenate([sine(level_db, s, 48000, 2) for level_db, s in parts])
    assert loudness(audio, 48000) == pytest.approx(-23.0, abs=0.1)


def test_block_sizes_make_no_difference() -> None:
    audio = np.random.default_rng(1).normal(0, 0.1, (48000 * 3, 2)).astype(np.float32)
    assert loudness(audio, 48000, 1000) == pytest.approx(loudness(audio, 48000, 99999), abs=1e-9)


def test_silence_and_a_moment_have_a_number() -> None:
    assert loudness(np.zeros((48000, 1), np.float32), 48000) == SILENT_LUFS
    assert loudness(np.ones((100, 1), np.float32), 48000) == SILENT_LUFS


def test_the_low_frequency_channel_does_not_count() -> None:
    audio = sine(-20.0, 3, 48000, 6)
    audio[:, [0, 1, 2, 4, 5]] = 0
    assert loudness(audio, 48000) == SILENT_LUFS
