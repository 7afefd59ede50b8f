"""What is kept of a song's sound while it streams past."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.analysis.spectra.reading import (
    ANALYSIS_HZ,
    CHROMA_HZ,
    EXCERPT_HZ,
    FRAME_HZ,
    Spectra,
    quiet_gain,
    read_spectra,
)
from ml_core.progress import silent
from tests.ml_core.analysis.tunes import RATE_HZ, band, clicks


def spectra_of(audio: np.ndarray, rate_hz: int = RATE_HZ, block: int = 65536) -> Spectra:
    blocks = (audio[start : start + block] for start in range(0, len(audio), block))
    spectra, channel = read_spectra(blocks, rate_hz, len(audio), silent())
    assert channel is None
    return spectra


def test_block_sizes_make_no_difference() -> None:
    audio, _ = band(4, 4, 120)
    whole, pieces = spectra_of(audio), spectra_of(audio, block=777)
    for name in ("logmel", "flux", "rms", "chroma", "bass", "excerpt"):
        a, b = getattr(whole, name), getattr(pieces, name)
        assert a.shape == b.shape
        assert np.allclose(a.astype(float), b.astype(float), atol=2e-3), name


def test_frames_are_counted_from_the_first_sample() -> None:
    spectra = spectra_of(np.zeros((RATE_HZ * 5, 1), np.float32))
    assert len(spectra.logmel) == len(spectra.rms) == pytest.approx(5 * FRAME_HZ, abs=2)
    assert len(spectra.chroma) == pytest.approx(5 * CHROMA_HZ, abs=2)
    assert len(spectra.excerpt) == pytest.approx(5 * EXCERPT_HZ, abs=2)


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100, 96000])
def test_the_flux_peaks_where_a_tone_starts(rate_hz: int) -> None:
    spectra = spectra_of(clicks(np.array([1.0, 1.7]), 3, rate_hz), rate_hz)
    strength = spectra.flux[:, 0]
    for time_s in (1.0, 1.7):
        near = slice(round((time_s - 0.1) * FRAME_HZ), round((time_s + 0.1) * FRAME_HZ))
        peak_s = (near.start + int(strength[near].argmax())) / FRAME_HZ
        assert abs(peak_s - time_s) <= 0.02


@pytest.mark.parametrize("rate_hz", [8000, 44100, 48000])
def test_the_excerpt_is_aligned_with_the_song(rate_hz: int) -> None:
    t = np.arange(rate_hz * 3) / rate_hz
    audio = np.sin(2 * np.pi * 440 * t)[:, None].astype(np.float32)
    excerpt = spectra_of(audio, rate_hz).excerpt.astype(np.float64)
    expected = np.sin(2 * np.pi * 440 * np.arange(len(excerpt)) / EXCERPT_HZ)
    middle = slice(EXCERPT_HZ, 2 * EXCERPT_HZ)
    assert np.abs(excerpt[middle] - expected[middle]).max() < 0.01


def test_a_pitch_lands_in_its_class() -> None:
    t = np.arange(RATE_HZ * 2) / RATE_HZ
    spectra = spectra_of(0.5 * np.sin(2 * np.pi * 440 * t)[:, None].astype(np.float32))
    assert spectra.chroma[10].argmax() == 9
    assert spectra.chroma[10, 9] > 10 * spectra.bass[10].max()
    low = spectra_of(0.5 * np.sin(2 * np.pi * 110 * t)[:, None].astype(np.float32))
    assert low.bass[10].argmax() == 9


def test_rms_is_the_amplitude_without_the_dc() -> None:
    t = np.arange(RATE_HZ * 2) / RATE_HZ
    wave = 0.5 * np.sin(2 * np.pi * 1000 * t)[:, None]
    spectra = spectra_of((wave + 0.3).astype(np.float32))
    assert spectra.rms[100] == pytest.approx(0.5 / np.sqrt(2), rel=0.02)
    assert spectra.peak == pytest.approx(0.8, abs=0.01)


def test_a_quieter_song_looks_the_same() -> None:
    audio, _ = band(4, 4, 120)
    loud, quiet = spectra_of(audio), spectra_of(audio * np.float32(0.01))
    assert np.allclose(loud.logmel, quiet.logmel, atol=1e-2)
    assert quiet.loudness_lufs == pytest.approx(loud.loudness_lufs - 40, abs=0.01)


def test_channels_that_cancel_are_read_alone() -> None:
    mono = clicks(np.arange(0, 4, 0.5), 4)
    audio = np.hstack([0.5 * mono, -0.5 * mono])
    _, channel = read_spectra([audio], RATE_HZ, len(audio), silent())
    assert channel in (0, 1)
    alone, again = read_spectra([audio], RATE_HZ, len(audio), silent(), channel=channel)
    assert again is None
    assert alone.rms.max() > 0.01


def test_a_very_quiet_song_is_raised_and_keeps_its_own_loudness_and_peak() -> None:
    audio, _ = band(4, 4, 120)
    loud = spectra_of(audio)
    assert quiet_gain(loud) == quiet_gain(spectra_of(audio * 0)) == 1.0
    quiet = audio * np.float32(10 ** (-66 / 20))
    gain = quiet_gain(spectra_of(quiet))
    assert gain > 100
    raised, _ = read_spectra([quiet], RATE_HZ, len(quiet), silent(), gain=gain)
    level = np.percentile(loud.rms[loud.rms > 0], 95) / 0.2
    np.testing.assert_allclose(raised.rms, loud.rms / level, atol=1e-4)
    np.testing.assert_allclose(raised.logmel, loud.logmel, atol=1e-2)
    assert raised.loudness_lufs == pytest.approx(loud.loudness_lufs - 66, abs=0.05)
    assert raised.peak == pytest.approx(loud.peak * 10 ** (-66 / 20))


def test_no_samples_at_all_are_no_crash() -> None:
    spectra, _ = read_spectra([], ANALYSIS_HZ, 0, silent())
    assert spectra.duration_s == 0
    assert len(spectra.logmel) >= 1
