"""The bar search on scores whose bars are known, and the grid made of it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ml_core.analysis.bars.finding import BarPath, find_bars, repetition_gain
from ml_core.analysis.bars.grid import free_grid, grid_from_bars, sounding_range_s


def scores(bar_lengths: list[int], noise: float = 1.0, seed: int = 0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    score = np.full(sum(bar_lengths), -2.0)
    score[np.cumsum([0, *bar_lengths[:-1]])] = 2.0
    return score + rng.normal(0, noise, len(score))


def starts(path: BarPath) -> list[int]:
    return np.flatnonzero(path.position == 0).tolist()


@pytest.mark.parametrize("meter", [2, 3, 4, 5, 6, 7])
def test_the_meter_and_the_phase_are_found(meter: int) -> None:
    score = np.roll(scores([meter] * 24), 1)
    path = find_bars(score, np.zeros((len(score), 1), np.float32))
    assert starts(path)[1:23] == list(range(meter + 1, meter * 23 + 1, meter))
    assert np.bincount(path.meter).argmax() == meter


def test_a_change_of_meter_is_followed() -> None:
    lengths = [4] * 20 + [3] * 28
    path = find_bars(scores(lengths, 0.5), np.zeros((sum(lengths), 1), np.float32))
    assert path.meter[:70].tolist() == [4] * 70
    assert path.meter[-70:].tolist() == [3] * 70


def test_repetition_tells_meters_part_by_part() -> None:
    rng = np.random.default_rng(1)
    bar_of_4, bar_of_3 = (rng.normal(0, 1, (m, 8)).astype(np.float32) for m in (4, 3))
    pattern = np.concatenate([np.tile(bar_of_4, (25, 1)), np.tile(bar_of_3, (34, 1))])
    path = find_bars(rng.normal(0, 0.3, len(pattern)), pattern)
    assert set(path.meter[:90]) <= {2, 4} and set(path.meter[-90:]) <= {3, 6}


def test_one_short_bar_shifts_the_bars_after_it() -> None:
    lengths = [4] * 16 + [2] + [4] * 16
    path = find_bars(scores(lengths, 0.3), np.zeros((sum(lengths), 1), np.float32))
    assert starts(path)[-10:] == np.cumsum([0, *lengths[:-1]])[-10:].tolist()


def test_repeats_decide_where_the_score_does_not() -> None:
    pattern = np.tile(np.eye(3, dtype=np.float32), (40, 1))
    gain = repetition_gain(pattern)
    assert set(np.unique(gain.argmax(axis=1))) <= {1, 4}
    path = find_bars(np.random.default_rng(0).normal(0, 0.3, 120), pattern)
    assert set(np.unique(path.meter)) <= {3, 6}


def test_what_is_left_over_is_pick_up_and_tail() -> None:
    beats_s = np.arange(19) * 0.5
    position = np.array([2, 3] + [0, 1, 2, 3] * 4 + [0])
    path = BarPath(position, np.full(19, 4), 0.0)
    grid = grid_from_bars(beats_s, path, 9.6)
    assert grid is not None
    assert grid.bar_edges_s.tolist() == [1.0, 3.0, 5.0, 7.0, 9.0]
    assert grid.bar_start_beats.tolist() == [2, 6, 10, 14]
    assert grid.tempo_bpm == pytest.approx(120)


def test_the_last_whole_bar_ends_where_the_next_would_start() -> None:
    path = BarPath(np.array([0, 1, 2] * 4), np.full(12, 3), 0.0)
    grid = grid_from_bars(np.arange(12) * 0.5, path, 60.0)
    assert grid is not None
    assert grid.bar_edges_s.tolist() == [0.0, 1.5, 3.0, 4.5, 6.0]
    cut_off = grid_from_bars(np.arange(12) * 0.5, path, 5.8)
    assert cut_off is not None
    assert cut_off.bar_edges_s[-1] == 5.8


def test_without_a_whole_bar_there_is_no_grid() -> None:
    path = BarPath(np.array([2, 3, 0]), np.full(3, 4), 0.0)
    assert grid_from_bars(np.arange(3) * 0.5, path, 2.0) is None


def test_the_free_grid_starts_its_bars_after_pauses() -> None:
    rng = np.random.default_rng(2)
    onsets_s = np.cumsum(rng.uniform(1.7, 2.4, 20))
    rms = np.full(round((onsets_s[-1] + 2) * 100), 0.2, np.float32)
    for onset_s in onsets_s:
        rms[round((onset_s - 0.3) * 100) : round(onset_s * 100)] = 0.001
    grid = free_grid(rms, len(rms) / 100)
    assert not grid.has_beat
    off = np.abs(grid.bar_edges_s[1:-1, None] - onsets_s).min(axis=1)
    assert np.median(off) < 0.06
    lengths = np.diff(grid.bar_edges_s)
    assert lengths.min() > 1.3
    assert lengths.max() < 3.0


@pytest.mark.parametrize("duration_s", [0.3, 1.0, 20.0, 61.3])
def test_the_free_grid_of_silence_is_even(duration_s: float) -> None:
    grid = free_grid(np.zeros(max(3, int(duration_s * 100)), np.float32), duration_s)
    assert grid.bar_edges_s[0] == 0
    assert 0 < grid.bar_edges_s[-1] <= duration_s
    assert len(grid.beats_s) == 4 * len(grid.bar_start_beats)
    if duration_s > 10:
        assert np.diff(grid.bar_edges_s) == pytest.approx(2.0, abs=0.3)


def test_silence_has_no_sounding_range() -> None:
    assert sounding_range_s(np.zeros(100, np.float32)) == (0.0, 0.0)
    rms = np.zeros(300, np.float32)
    rms[100:200] = 0.1
    assert sounding_range_s(rms) == (1.0, 2.0)
