"""A stretched sound: as long as asked to the sample, at its own pitch, in step and as loud."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from ml_core.edits.exact import stretching
from ml_core.edits.exact.lengths import Stretch
from ml_core.edits.exact.limiting import FULL_SCALE, limited
from ml_core.edits.exact.seams import SEAM_LAG_S, Seam
from ml_core.edits.exact.stretching import stretched_blocks
from ml_core.errors import UserError

RATE_HZ = 16_000
Audio = NDArray[np.float32]


def blocks(sound: Audio) -> Iterator[Audio]:
    """A sound in blocks of odd lengths."""
    for start in range(0, len(sound), 20_011):
        yield sound[start : start + 20_011]


def stretched(sound: Audio, ratio: float, **more: object) -> Audio:
    """A sound by its ratio longer."""
    stretch = Stretch(len(sound), round(len(sound) * ratio))
    made = list(stretched_blocks(blocks(sound), stretch, RATE_HZ, **more))  # type: ignore[arg-type]
    whole = np.concatenate(made)
    assert whole.dtype == np.float32 and len(whole) == stretch.to_samples
    return whole


def tone(hz: float, seconds: float = 6.0, amplitude: float = 0.3) -> Audio:
    """A tone in two channels, the right one later."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    both = [amplitude * np.sin(2 * np.pi * hz * t + shift) for shift in (0.0, 1.0)]
    return np.stack(both, axis=1).astype(np.float32)


def frequency_hz(sound: Audio, near_hz: float) -> float:
    """A tone's frequency, from how its phase moves on."""
    n, t = len(sound), np.arange(len(sound)) / RATE_HZ
    mixed = sound[:, 0] * np.exp(-2j * np.pi * near_hz * t)
    window, step = np.hanning(RATE_HZ // 2), RATE_HZ // 4
    starts = range(RATE_HZ // 2, n - RATE_HZ, step)
    phases = np.unwrap([np.angle(np.vdot(window, mixed[s : s + len(window)])) for s in starts])
    return float(
        near_hz + np.polyfit(np.arange(len(phases)) * step / RATE_HZ, phases, 1)[0] / 6.28318530718
    )


def level_db(sound: Audio) -> float:
    """Mean power in dB."""
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))


def clicks() -> Audio:
    """A click each half second over soft noise, in two channels."""
    rng = np.random.default_rng(1)
    sound = rng.normal(0, 1e-4, (8 * RATE_HZ, 2))
    for at in range(RATE_HZ // 2, len(sound), RATE_HZ // 2):
        sound[at : at + 64] += np.hanning(64)[:, None] * 0.5
    return sound.astype(np.float32)


@pytest.mark.parametrize("ratio", [0.98, 1.003, 1.02])
@pytest.mark.parametrize("hz", [55.0, 440.0, 5000.0])
def test_pitch_level_and_both_ends_stay(hz: float, ratio: float) -> None:
    sound = tone(hz)
    made = stretched(sound, ratio)
    cents = 1200 * np.log2(frequency_hz(made, hz) / hz)
    assert abs(cents) < 0.5
    assert abs(level_db(made) - level_db(sound)) < 0.1
    end = RATE_HZ // 25  # two periods of the lowest
    for part in (np.s_[:end], np.s_[-end:]):
        assert abs(level_db(made[part]) - level_db(sound[part])) < 2.0
    # Both channels keep the phase between them: the image stays where it was.
    for one in (sound, made):
        spectrum = np.fft.rfft(one[RATE_HZ : 2 * RATE_HZ] * np.hanning(RATE_HZ)[:, None], axis=0)
        peak = spectrum[round(hz)]
        assert abs(np.angle(peak[1] / peak[0]) - 1.0) < 0.02


@pytest.mark.parametrize("ratio", [0.98, 1.02])
def test_onsets_land_where_the_even_map_says(ratio: float) -> None:
    made = np.abs(stretched(clicks(), ratio)).max(axis=1)
    for at in range(RATE_HZ // 2, 8 * RATE_HZ - RATE_HZ // 4, RATE_HZ // 2):
        near = round((at + 32) * ratio)
        reach = RATE_HZ // 5
        found = near - reach + int(np.argmax(made[near - reach : near + reach]))
        assert abs(found - near) <= 0.005 * RATE_HZ


def test_a_long_sound_goes_through_in_parts_and_stays_in_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(3)
    n = 60 * RATE_HZ
    sound = np.concatenate([tone(hz, 1.0) for hz in rng.uniform(100, 3000, 60)])
    sound += rng.normal(0, 0.01, sound.shape).astype(np.float32)
    monkeypatch.setattr(stretching, "PART_SAMPLES", 20 * RATE_HZ)
    found: list[Seam] = []
    made = stretched(sound, 1.01, found=found)
    assert len(found) == 2 and all(abs(s.lag) <= SEAM_LAG_S * RATE_HZ + 1 for s in found)
    # Each tone of a second is heard where the map puts it, seams or not, with no hole between.
    for k in range(60):
        first = round((k * RATE_HZ + 1600) * 1.01)
        part, was = made[first : first + 12_000], sound[k * RATE_HZ + 1600 :][:12_000]
        assert abs(level_db(part) - level_db(was)) < 0.5
        spectra = [np.abs(np.fft.rfft(one[:, 0] * np.hanning(12_000))) for one in (part, was)]
        assert abs(int(np.argmax(spectra[0])) - int(np.argmax(spectra[1]))) <= 1
    frames = np.abs(made[: 60 * RATE_HZ]).reshape(-1, 800, 2).max(axis=(1, 2))
    assert frames.min() > 0.1 and n > 0
    # Another sound follows the same seams, as a stem does.
    again: list[Seam] = []
    follower = stretched(sound[:, :1] * np.float32(0.5), 1.01, seams=found, found=again)
    assert again == found and follower.shape == (len(made), 1)


def test_without_a_stretch_every_sample_stays() -> None:
    sound = tone(440.0, 1.0)
    assert_array_equal(stretched(sound, 1.0), sound)


def test_the_same_sound_becomes_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = clicks()
    assert_array_equal(stretched(sound, 1.01), stretched(sound, 1.01))


@pytest.mark.parametrize("n_channels", [1, 3, 6])
def test_any_number_of_channels(n_channels: int) -> None:
    sound = np.repeat(tone(440.0, 2.0)[:, :1], n_channels, axis=1)
    made = stretched(sound, 0.99)
    assert made.shape[1] == n_channels
    assert abs(level_db(made) - level_db(sound)) < 0.1


def test_peaks_stay_within_full_scale_and_the_level_stays() -> None:
    rng = np.random.default_rng(5)
    loud = np.clip(rng.normal(0, 0.3, (5 * RATE_HZ, 2)), -FULL_SCALE, FULL_SCALE)
    made = stretched(loud.astype(np.float32), 1.015)
    assert float(np.abs(made).max()) <= FULL_SCALE
    assert abs(level_db(made) - level_db(loud.astype(np.float32))) < 0.1


def test_only_the_moments_over_full_scale_are_turned_down() -> None:
    sound = tone(100.0, 1.0)
    sound[8000] = 1.4
    made = limited(sound.T, 0.5, RATE_HZ).T
    assert float(np.abs(made).max()) <= FULL_SCALE
    assert_array_equal(made[:7800], sound[:7800])
    assert_array_equal(made[8200:], sound[8200:])
    assert float(np.abs(limited(sound.T, 1.4, RATE_HZ)).max()) == np.float32(1.4)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_stretch", None)
    with pytest.raises(UserError, match=r"python-stretch.*tastecut\[exact\]"):
        stretched(tone(440.0, 1.0), 1.01)
