"""Means and peaks between times, against the same thing written as a loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core.analysis.bars.segments import peaks_near, segment_means, standardized


@settings(max_examples=60, deadline=None, database=None)
@given(
    st.integers(1, 50),
    st.lists(st.floats(0, 1.2), min_size=2, max_size=12),
    st.integers(0, 2**31),
)
def test_means_are_those_of_a_loop(n_frames: int, shares: list[float], seed: int) -> None:
    frames = np.random.default_rng(seed).random((n_frames, 3)).astype(np.float32)
    edges_s = np.sort(np.array(shares)) * n_frames / 10
    means = segment_means(frames, 10, edges_s)
    for k, mean in enumerate(means):
        first = min(int(edges_s[k] * 10), n_frames - 1)
        end = max(first + 1, min(int(edges_s[k + 1] * 10), n_frames - 1))
        assert mean == pytest.approx(frames[first:end].mean(axis=0), abs=1e-5)


def test_peaks_are_taken_around_each_time() -> None:
    frames = np.zeros((100, 1), np.float32)
    frames[50] = 1
    times_s = np.array([0.44, 0.46, 0.5, 0.53, 0.55])
    assert peaks_near(frames, 100, times_s, 0.03, 0.05)[:, 0].tolist() == [0, 1, 1, 1, 0]


def test_constant_columns_become_zero() -> None:
    assert standardized(np.full((9, 2), 3.0, np.float32)).tolist() == [[0.0, 0.0]] * 9
