"""Peaks that a stretch raised over full scale, turned down for a moment.

A vocoder moves phases, so peaks of a loud master come out higher by up to 3 dB, while its loudness
stays. Only those moments are turned down, all channels alike: elsewhere no sample changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]

FULL_SCALE = 1.0 - 2.0**-15
"""The largest sample that 16 bits hold."""

REACH_S = 0.005
"""A peak is turned down over this long before and after it."""


def limited(audio: Audio, source_peak: float, sample_rate_hz: int) -> Audio:
    """The audio, (n_channels, n), with no peak above full scale, or the source's own above that.

    Args:
        audio: stretched.
        source_peak: of what was stretched; what was over before is not this module's to judge.
        sample_rate_hz: of the audio.
    """
    ceiling = max(FULL_SCALE, source_peak)
    peaks = np.zeros(audio.shape[1], np.float32)
    for channel in audio:  # One after the other: a part takes up to 25 MB.
        np.maximum(peaks, np.abs(channel), out=peaks)
    if not len(peaks) or peaks.max() <= ceiling:
        return audio
    from scipy.ndimage import minimum_filter1d

    half = max(1, round(REACH_S * sample_rate_hz))
    lowest = minimum_filter1d(np.minimum(1.0, ceiling / np.maximum(peaks, ceiling)), 2 * half + 1)
    # A mean of minima around a sample is never above that sample's own: nothing overshoots.
    sums = np.cumsum(np.pad(lowest, (half + 1, half), mode="edge"), dtype=np.float64)
    gain = (sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)
    turned = audio * gain.astype(np.float32)
    return np.asarray(np.clip(turned, -ceiling, ceiling, out=turned), np.float32)
