"""Means and peaks of per-frame features between times: what beats and bars are described by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def segment_means(
    frames: NDArray[np.float32], frame_hz: float, edges_s: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Mean of the frames in each [edges_s[i], edges_s[i + 1]), float32 (n_edges - 1, n_columns).

    A segment shorter than a frame takes the frame that it lies in; beyond the last frame the last
    one stands.

    Args:
        frames: (n_frames, n_columns), at least one frame.
        frame_hz: frames a second.
        edges_s: seconds, not falling.
    """
    n_frames = len(frames)
    index = np.clip((edges_s * frame_hz).astype(np.int64), 0, n_frames - 1)
    starts, ends = index[:-1], np.maximum(index[1:], index[:-1] + 1)
    # reduceat sums from each index to the next one: every other result is a segment. Where the
    # end is not after the start it gives that one frame, which is right for the last frame too.
    pairs = np.stack([starts, np.minimum(ends, n_frames - 1)], axis=1).ravel()
    sums = np.add.reduceat(frames, pairs, axis=0)[::2]
    means: NDArray[np.float32] = (sums / (ends - starts)[:, None]).astype(np.float32)
    return means


def peaks_near(
    frames: NDArray[np.float32],
    frame_hz: float,
    times_s: NDArray[np.float64],
    before_s: float = 0.04,
    after_s: float = 0.05,
) -> NDArray[np.float32]:
    """Largest value of each column near each time, float32 (n_times, n_columns).

    The default reach is the snap's reach and a little more for the sound's own rise.
    """
    n_frames = len(frames)
    offsets = np.arange(-round(before_s * frame_hz), round(after_s * frame_hz) + 1)
    centre = np.round(times_s * frame_hz).astype(np.int64)
    index = np.clip(centre[:, None] + offsets, 0, n_frames - 1)
    peaks: NDArray[np.float32] = frames[index].max(axis=1)
    return peaks


def closing_edge(times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """The times with one more at the end, as far away as a usual step."""
    step = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.5
    return np.append(times_s, times_s[-1] + step)


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row at length 1; rows of zeros stay."""
    scaled: NDArray[np.float32] = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
    return scaled


def standardized(columns: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each column at mean 0 and deviation 1; constant columns become 0."""
    centred = columns - columns.mean(axis=0)
    scaled: NDArray[np.float32] = centred / (columns.std(axis=0) + 1e-6)
    return scaled
