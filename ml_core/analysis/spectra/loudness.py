"""Integrated loudness by ITU-R BS.1770-4, streamed: K-weighting, 400 ms blocks, two gates."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# BS.1770-4: blocks of 400 ms that overlap by three quarters, so a step of 100 ms.
STEPS_PER_SECOND = 10
STEPS_PER_BLOCK = 4
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
# BS.1770-4 table 3; the order of channels beyond five is not fixed, so they count once.
SURROUND_WEIGHT = 1.41
LFE_CHANNEL = 3
# What silence is reported as: the absolute gate, below which nothing is measured.
SILENT_LUFS = ABSOLUTE_GATE_LUFS


def k_weighting(sample_rate_hz: int) -> NDArray[np.float64]:
    """The two K-weighting filters as second-order sections (2, 6) for any sample rate.

    Source: the analogue prototypes behind BS.1770's 48 kHz coefficients (De Man, "Evaluation of
    implementations of the EBU R128 loudness measurement", 2018), by the bilinear transform.
    """
    k = math.tan(math.pi * 1681.974450955533 / sample_rate_hz)
    q = 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    band = high**0.4996667741545416
    a0 = 1.0 + k / q + k * k
    shelf = [
        (high + band * k / q + k * k) / a0,
        2.0 * (k * k - high) / a0,
        (high - band * k / q + k * k) / a0,
        1.0,
        2.0 * (k * k - 1.0) / a0,
        (1.0 - k / q + k * k) / a0,
    ]
    k = math.tan(math.pi * 38.13547087602444 / sample_rate_hz)
    q = 0.5003270373238773
    a0 = 1.0 + k / q + k * k
    high_pass = [1.0, -2.0, 1.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0]
    return np.array([shelf, high_pass])


def channel_weights(n_channels: int) -> NDArray[np.float64]:
    """How much each channel counts: 1, the surrounds 1.41, the low-frequency channel of 5.1 not."""
    weights = np.ones(n_channels)
    if n_channels == 5:
        weights[3:] = SURROUND_WEIGHT
    elif n_channels == 6:
        weights[LFE_CHANNEL] = 0.0
        weights[4:] = SURROUND_WEIGHT
    return weights


class LoudnessMeter:
    """Takes a song block by block; keeps only the energy of each tenth of a second.

    Args:
        sample_rate_hz: of the blocks.
        n_channels: of the blocks.
    """

    def __init__(self, sample_rate_hz: int, n_channels: int) -> None:
        from scipy.signal import sosfilt

        self._filter = sosfilt
        # The high-frequency shelf lies at 1.7 kHz: below 4 kHz of rate it can't be built.
        self._sos = k_weighting(max(sample_rate_hz, 4000))
        self._state = np.zeros((2, 2, n_channels))
        self._weights = channel_weights(n_channels)
        self._step_samples = max(1, sample_rate_hz // STEPS_PER_SECOND)
        self._pending = np.zeros(0)
        self._energies: list[NDArray[np.float64]] = []

    def add(self, block: NDArray[np.float32]) -> None:
        """Take the next block, float32 (n, channels)."""
        filtered, self._state = self._filter(self._sos, block, axis=0, zi=self._state)
        power = np.concatenate([self._pending, np.square(filtered) @ self._weights])
        n_steps = len(power) // self._step_samples
        used = n_steps * self._step_samples
        if n_steps:
            self._energies.append(power[:used].reshape(n_steps, -1).mean(axis=1))
        self._pending = power[used:].copy()

    def integrated_lufs(self) -> float:
        """Gated loudness of all that was added; `SILENT_LUFS` where nothing passes the gate."""
        steps = np.concatenate(self._energies) if self._energies else np.zeros(0)
        if len(steps) < STEPS_PER_BLOCK:
            return SILENT_LUFS
        blocks = np.convolve(steps, np.full(STEPS_PER_BLOCK, 1.0 / STEPS_PER_BLOCK), "valid")
        loud = blocks[blocks > _energy(ABSOLUTE_GATE_LUFS)]
        if not len(loud):
            return SILENT_LUFS
        gate = loud.mean() * 10.0 ** (RELATIVE_GATE_LU / 10.0)
        gated = loud[loud > gate]
        return _lufs(float(gated.mean()))


def _lufs(energy: float) -> float:
    return -0.691 + 10.0 * math.log10(energy)


def _energy(lufs: float) -> float:
    return float(10.0 ** ((lufs + 0.691) / 10.0))
