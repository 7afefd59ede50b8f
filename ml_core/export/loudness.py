"""An edit brought to a loudness by one gain: nothing but its level changes, and nothing clips."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.analysis.spectra.loudness import SILENT_LUFS, LoudnessMeter
from ml_core.audio_file import resample_blocks

Audio = NDArray[np.float32]

HIGHEST_TRUE_PEAK_DB = -1.0
"""Of full scale (dBTP): EBU R 128 (2023), and room for what a lossy codec adds."""

_TRUE_PEAK_HZ = 192_000
"""BS.1770-4, annex 2: four times 48 kHz is enough for a peak between samples."""

_ALIKE_LU = 0.1
"""As EBU Tech 3341 lets a meter's reading differ."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Attributes:
    lufs: integrated loudness (BS.1770-4); `SILENT_LUFS` where nothing is loud enough.
    true_peak_db: the highest peak, also between samples, in dB of full scale; -inf in silence.
    """

    lufs: float
    true_peak_db: float

    def gain(self, target_lufs: float) -> float:
        """What to multiply all by so that it lies at the target, or below it where peaks end it."""
        if self.lufs <= SILENT_LUFS:
            return 1.0
        wanted_db = target_lufs - self.lufs
        allowed_db = HIGHEST_TRUE_PEAK_DB - self.true_peak_db
        return float(10.0 ** (min(wanted_db, allowed_db) / 20.0))

    def said(self, name: str, target_lufs: float) -> str:
        """Why it does not lie at the target, in a sentence; empty where it does.

        Args:
            name: of the song's file, printable.
        """
        if self.lufs <= SILENT_LUFS:
            return f"The edit of {name} is too quiet or short for a loudness; its level was kept."
        reached = self.lufs + 20.0 * math.log10(self.gain(target_lufs))
        if target_lufs - reached <= _ALIKE_LU:
            return ""
        return (
            f"The edit of {name} lies at {reached:.1f} LUFS, since its peaks allow no more "
            f"without a limiter; {target_lufs:g} was asked for."
        )


def measured(audio: Iterable[Audio], sample_rate_hz: int, n_channels: int) -> Measured:
    """Loudness and true peak of sound that comes in blocks, float32 (n, n_channels)."""
    meter = LoudnessMeter(sample_rate_hz, n_channels)
    peak = 0.0

    def heard() -> Iterable[Audio]:
        nonlocal peak
        for given in audio:
            block = given.astype(np.float32, copy=False)
            meter.add(block)
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
            yield block

    times = max(1, -(-_TRUE_PEAK_HZ // sample_rate_hz))
    for block in resample_blocks(heard(), sample_rate_hz, times * sample_rate_hz, n_channels):
        peak = max(peak, float(np.abs(block).max(initial=0.0)))
    peak_db = 20.0 * math.log10(peak) if peak > 0 else -math.inf
    return Measured(meter.integrated_lufs(), peak_db)
