"""An edit brought to a loudness by one gain: nothing but its level changes, and nothing clips."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.analysis.spectra.loudness import SILENT_LUFS, LoudnessMeter
from ml_core.audio_file import resample_blocks
from ml_core.domain.files.choices import HIGHEST_TRUE_PEAK_DB

Audio = NDArray[np.float32]

_TRUE_PEAK_HZ = 192_000
"""BS.1770-4, annex 2: four times 48 kHz is enough for a peak between samples."""

_SPARE_DB = 0.05
"""Below what is allowed, where a file is written anew: a codec answers a little differently."""

_MOST_TIMES = 4
"""That a file is written anew; mostly once is enough."""

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

    def gain(self, target_lufs: float, most_db: float = HIGHEST_TRUE_PEAK_DB) -> float:
        """What to multiply all by so that it lies at the target, or below it where peaks end it.

        Args:
            target_lufs: integrated loudness.
            most_db: the highest true peak, in dBTP.
        """
        if self.lufs <= SILENT_LUFS:
            return 1.0
        wanted_db = target_lufs - self.lufs
        allowed_db = most_db - self.true_peak_db
        return float(10.0 ** (min(wanted_db, allowed_db) / 20.0))


@dataclass(frozen=True, slots=True)
class Level:
    """What an edit was brought to.

    Attributes:
        target_lufs: that was asked for.
        most_db: the highest true peak that it may have, in dBTP.
        gain: that the whole edit was multiplied by.
        before: of the edit as it was cut.
        heard: of the file: decoded where its format is lossy.
    """

    target_lufs: float
    most_db: float
    gain: float
    before: Measured
    heard: Measured

    @classmethod
    def towards(
        cls, target_lufs: float, before: Measured, most_db: float = HIGHEST_TRUE_PEAK_DB
    ) -> Level:
        """The level of an edit once it has the gain that its target and its peaks allow."""
        return cls(target_lufs, most_db, 1.0, before, before).at(before.gain(target_lufs, most_db))

    def at(self, gain: float) -> Level:
        """The level with another gain, as far as it can be told beforehand."""
        if gain == self.gain:
            return self
        gain_db = 20.0 * math.log10(gain)
        heard = Measured(self.before.lufs + gain_db, self.before.true_peak_db + gain_db)
        return replace(self, gain=gain, heard=heard)

    @property
    def record(self) -> dict[str, float | None]:
        """What the edit's record says of it; None for what silence has not."""
        is_heard = self.heard.lufs > SILENT_LUFS
        has_peak = math.isfinite(self.heard.true_peak_db)
        return {
            "target_lufs": self.target_lufs,
            "lufs": round(self.heard.lufs, 2) if is_heard else None,
            "true_peak_db": round(self.heard.true_peak_db, 2) if has_peak else None,
            "gain_db": 20.0 * math.log10(self.gain),
        }

    def said(self, name: str) -> str:
        """Why it does not lie at the target, in a sentence; empty where it does.

        Args:
            name: of the song's file, printable.
        """
        if self.before.lufs <= SILENT_LUFS:
            return f"The edit of {name} is too quiet or short for a loudness; its level was kept."
        if self.target_lufs - self.heard.lufs <= _ALIKE_LU:
            return ""
        return (
            f"The edit of {name} lies at {self.heard.lufs:.1f} LUFS, since its peaks allow no more "
            f"without a limiter; {self.target_lufs:g} was asked for."
        )


def as_heard(
    level: Level,
    decoded: Callable[[], Iterable[Audio]],
    shape: tuple[int, int],
    write: Callable[[float], None],
) -> Level:
    """The level of a lossy file, written anew until what is heard of it lies as it should.

    A codec leaves sound out and moves phases: that takes some loudness, and raises peaks by up to
    some decibels.

    Args:
        level: that the file was written at.
        decoded: gives what is heard of the file as it is now.
        shape: its sample rate in Hz and its channels.
        write: writes the file anew with a gain.
    """
    heard = measured(decoded(), *shape)
    for time in range(_MOST_TIMES):
        room_db = level.most_db - heard.true_peak_db
        missing_db = level.target_lufs - heard.lufs
        step_db = min(missing_db, room_db - _SPARE_DB * 2**time)
        # Raised once at most: peaks of a codec come and go by tenths of a decibel.
        is_near = missing_db >= -_ALIKE_LU and (step_db <= _ALIKE_LU or time > 0)
        if (room_db >= 0 and is_near) or level.before.lufs <= SILENT_LUFS:
            break
        level = level.at(float(level.gain * 10.0 ** (step_db / 20.0)))
        write(level.gain)
        heard = measured(decoded(), *shape)
    return replace(level, heard=heard)


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
