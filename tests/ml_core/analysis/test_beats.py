"""The beat search on activations whose beats are known, and the snap to onsets."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ml_core.analysis.beats.confidence import beat_clarity, confidence, steadiness
from ml_core.analysis.beats.tracking import EVEN_S, even_out, find_beats, snap_to_onsets


def activation_at(frames: NDArray[np.float64], n_frames: int) -> NDArray[np.float64]:
    activation = np.full(n_frames, 0.02)
    for offset, value in ((-1, 0.3), (0, 0.9), (1, 0.6), (2, 0.3)):
        activation[np.clip(np.round(frames).astype(int) + offset, 0, n_frames - 1)] = value
    return activation


def found_share(true_frames: NDArray[np.float64], beats: NDArray[np.int64]) -> float:
    """Share of true beats within the reach of the snap to onsets."""
    return float(np.mean(np.abs(true_frames[:, None] - beats).min(axis=1) <= 3))


@pytest.mark.parametrize("tempo_bpm", [60.0, 87.3, 120.0, 174.0, 208.0])
def test_a_steady_beat_is_found_at_its_tempo(tempo_bpm: float) -> None:
    period = 6000 / tempo_bpm
    true = np.arange(17.0, 3000, period)
    beats = find_beats(activation_at(true, 3000))
    assert found_share(true, beats) > 0.95
    assert abs(len(beats) - len(true)) <= 2


def test_a_beat_that_wavers_is_followed() -> None:
    rng = np.random.default_rng(3)
    true = np.cumsum(50 * np.exp(0.04 * np.sin(np.arange(80) / 6)) + rng.normal(0, 0.7, 80))
    assert found_share(true, find_beats(activation_at(true, 4200))) > 0.95


def test_a_change_of_tempo_is_followed_within_two_beats() -> None:
    first = np.arange(10.0, 2000, 50)
    second = np.arange(first[-1] + 71, 4500, 71)
    beats = find_beats(activation_at(np.concatenate([first, second]), 4500))
    assert found_share(first, beats) > 0.95
    assert found_share(second[2:], beats) > 0.95


def test_a_leap_to_a_far_tempo_is_followed() -> None:
    first = np.arange(10.0, 1500, 31)
    second = np.arange(first[-1] + 97, 4500, 97)
    beats = find_beats(activation_at(np.concatenate([first, second]), 4500))
    assert found_share(first, beats) > 0.95
    assert found_share(second[2:], beats) > 0.95
    assert np.diff(beats)[-20:].mean() > 90


def test_missing_onsets_are_bridged() -> None:
    true = np.arange(10.0, 4000, 52)
    played = np.delete(true, slice(30, 34))
    beats = find_beats(activation_at(played, 4000))
    assert found_share(true, beats) > 0.98


def test_tempo_limits_are_kept() -> None:
    beats = find_beats(activation_at(np.arange(0.0, 3000, 40), 3000), 60, 100)
    assert 60 <= np.diff(beats).mean() <= 100


def test_too_little_sound_has_no_beats() -> None:
    assert len(find_beats(np.full(100, 0.5))) == 0


def flux_with_peaks(times_s: NDArray[np.float64], n_frames: int) -> NDArray[np.float32]:
    """Round peaks of 30 ms, between the frames too."""
    frames = np.arange(n_frames)[:, None] / 100
    strength = np.exp(-0.5 * np.square((frames - times_s) / 0.015)).sum(axis=1)
    return np.repeat(strength[:, None], 4, axis=1).astype(np.float32)


def test_the_snap_finds_the_onset_between_frames() -> None:
    true_s = np.array([0.5031, 1.0072, 1.4966])
    snapped = snap_to_onsets(np.array([49, 102, 148]), flux_with_peaks(true_s, 300))
    assert np.abs(snapped - true_s).max() < 0.001


def test_a_beat_without_an_onset_stays() -> None:
    snapped = snap_to_onsets(np.array([50, 100, 150]), flux_with_peaks(np.array([0.5]), 300))
    assert snapped == pytest.approx([0.5, 1.0, 1.5], abs=0.001)


def test_the_snap_never_turns_beats_round() -> None:
    flux = np.random.default_rng(0).random((500, 4)).astype(np.float32)
    snapped = snap_to_onsets(np.arange(0, 500, 28), flux)
    assert (np.diff(snapped) > 0).all()


def test_beats_heard_unevenly_are_evened_out() -> None:
    rng = np.random.default_rng(3)
    true_s = 1.0 + 0.5 * np.arange(80) + 0.0004 * np.arange(80) ** 2
    heard_s = true_s + rng.normal(0.0, 0.004, 80)
    evened_s = even_out(heard_s)
    assert np.median(np.abs(evened_s - true_s)) < 0.6 * np.median(np.abs(heard_s - true_s))
    assert np.abs(evened_s - heard_s).max() <= EVEN_S


def test_beats_played_early_or_late_stay_where_they_are() -> None:
    beats_s = 0.5 * np.arange(40.0)
    beats_s[[10, 25]] += (0.03, -0.025)
    evened_s = even_out(beats_s)
    assert evened_s == pytest.approx(beats_s, abs=0.001)


def test_chance_events_are_neither_clear_nor_steady() -> None:
    rng = np.random.default_rng(7)
    frames = np.unique(np.cumsum(rng.exponential(40, 140)).astype(int))
    activation = activation_at(frames[frames < 5000].astype(float), 5000)
    beats = find_beats(activation)
    regular = activation_at(np.arange(0.0, 5000, 50), 5000)
    steady_beats = find_beats(regular)
    assert steadiness(activation, beats) < 0.15 < steadiness(regular, steady_beats)
    assert (
        beat_clarity(np.full(5000, 0.1), steady_beats) < 0.01 < beat_clarity(regular, steady_beats)
    )


def test_confidence_falls_with_doubtful_bars_and_an_unsteady_beat() -> None:
    assert confidence(0.9, 3.0) > confidence(0.9, 0.0) > confidence(0.9, -2.0) > 0
    assert confidence(0.9, 3.0) > confidence(0.2, 3.0) > confidence(0.0, 3.0) == 0
    assert confidence(0.9, 1000.0) <= 1
