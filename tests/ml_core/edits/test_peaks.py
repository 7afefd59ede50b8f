"""Pyramids against brute force over the samples."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core.edits import peaks

N = 100_003
SAMPLES = (np.random.default_rng(5).standard_normal(N) * np.linspace(0.1, 1, N)).astype(np.float32)
PYRAMID = peaks.pyramid(SAMPLES)


def test_levels_hold_what_the_samples_hold() -> None:
    for index, level in enumerate(PYRAMID.levels):
        size = PYRAMID.base_samples * peaks.FACTOR**index
        for bucket in (0, len(level) // 2, len(level) - 1):
            part = SAMPLES[bucket * size : (bucket + 1) * size]
            assert level[bucket, peaks.MIN] == part.min()
            assert level[bucket, peaks.MAX] == part.max()
            assert level[bucket, peaks.POWER] == pytest.approx(np.mean(part**2), rel=0.05)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, N - 2), st.integers(1, N), st.integers(1, 1500), st.booleans())
def test_columns_cover_their_samples_and_little_more(
    start: int, length: int, n_columns: int, with_samples: bool
) -> None:
    stop = min(start + length, N)
    columns = PYRAMID.columns(start, stop, n_columns, SAMPLES if with_samples else None)
    step = (stop - start) / n_columns
    # Half a column to each side is not seen; without samples a bucket to each side.
    slack = step if with_samples else max(step, peaks.BASE_SAMPLES)
    assert columns.shape == (n_columns, 3)
    for index in {0, n_columns // 2, n_columns - 1}:
        # A column's edge within rounding of a sample may fall to either side.
        first, last = start + index * step + 1e-6, start + (index + 1) * step - 1e-6
        inner = SAMPLES[int(first) : max(int(np.ceil(last)), int(first) + 1)]
        outer = SAMPLES[max(0, int(first - slack)) : int(np.ceil(last + slack)) + 1]
        low, high, rms = columns[index]
        assert outer.min() <= low <= inner.min()
        assert inner.max() <= high <= outer.max()
        assert 0 <= rms <= max(-low, high) + 1e-6


def test_columns_outside_the_audio_are_empty() -> None:
    columns = PYRAMID.columns(-N, 2 * N, 30)
    assert not columns[:10].any() and not columns[20:].any()
    assert (columns[10:20, peaks.MAX] > 0).all()
    assert not PYRAMID.columns(2 * N, 3 * N, 5).any()


def test_blocks_of_any_length_make_the_same_pyramid() -> None:
    cuts = [0, 10, 11, 5000, 5064, 77_777, N]
    blocks = [SAMPLES[a:b] for a, b in itertools.pairwise(cuts)]
    made = peaks.pyramid_of_blocks(blocks)
    assert made.n_samples == N
    for ours, whole in zip(made.levels, PYRAMID.levels, strict=True):
        np.testing.assert_allclose(ours, whole, rtol=1e-5)


def test_empty_audio_draws_nothing() -> None:
    made = peaks.pyramid(np.zeros(0, np.float32))
    assert not made.columns(0, 10, 5).any()


def test_channels_lie_over_each_other_so_that_none_is_lost() -> None:
    quiet = np.stack([SAMPLES, SAMPLES / 2], axis=1)
    opposite = np.stack([SAMPLES, -SAMPLES], axis=1)
    made = peaks.pyramid_of_blocks([opposite[:1001], opposite[1001:]])
    for start, stop in ((100, 200), (0, N)):  # samples and buckets
        mono = PYRAMID.columns(start, stop, 10, SAMPLES)
        both = made.columns(start, stop, 10, opposite)
        height = np.maximum(mono[:, peaks.MAX], -mono[:, peaks.MIN])
        np.testing.assert_allclose(both[:, peaks.MAX], height)
        np.testing.assert_allclose(both[:, peaks.MIN], -height)
        np.testing.assert_allclose(both[:, peaks.POWER], mono[:, peaks.POWER], rtol=1e-5)
        wide = peaks.pyramid(quiet).columns(start, stop, 10, quiet)
        np.testing.assert_array_equal(wide[:, peaks.MAX], mono[:, peaks.MAX])
        np.testing.assert_allclose(
            wide[:, peaks.POWER], mono[:, peaks.POWER] * np.sqrt(0.625), rtol=1e-5
        )


def test_a_saved_pyramid_comes_back_and_a_damaged_one_does_not(tmp_path: Path) -> None:
    file = tmp_path / "song.peaks.npz"
    assert peaks.load_pyramid(file) is None
    peaks.save_pyramid(file, PYRAMID)
    assert [path.name for path in tmp_path.iterdir()] == ["song.peaks.npz"]
    loaded = peaks.load_pyramid(file)
    assert loaded is not None
    for ours, saved in zip(loaded.levels, PYRAMID.levels, strict=True):
        np.testing.assert_array_equal(ours, saved)
    data = file.read_bytes()
    for broken in (b"", data[: len(data) // 2], b"x" * len(data)):
        file.write_bytes(broken)
        assert peaks.load_pyramid(file) is None


def test_the_overview_of_a_file_is_that_of_its_mixture(tmp_path: Path) -> None:
    file = tmp_path / "song.wav"
    stereo = np.stack([SAMPLES, SAMPLES], axis=1) / 8
    soundfile.write(file, stereo, 8000, subtype="FLOAT")
    columns = peaks.overview_columns(file, 50)
    assert columns.shape == (50, 3)
    assert columns[:, peaks.MAX].max() == pytest.approx(stereo.max())
    assert columns[-1, peaks.POWER] > 4 * columns[0, peaks.POWER]


def test_a_song_whose_channels_cancel_is_drawn(tmp_path: Path) -> None:
    file = tmp_path / "song.wav"
    opposite = np.stack([SAMPLES, -SAMPLES], axis=1) / 8
    soundfile.write(file, opposite, 8000, subtype="FLOAT")
    columns = peaks.overview_columns(file, 50)
    assert columns[:, peaks.MAX].max() == pytest.approx(opposite.max())
    centre = np.zeros((N, 5), np.float32)
    centre[:, 2] = SAMPLES
    soundfile.write(file, centre, 8000, subtype="FLOAT")
    columns = peaks.overview_columns(file, 50)
    assert (columns[:, peaks.POWER] > 0.01).all()
