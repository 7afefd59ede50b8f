"""A sound as finding compares it: log-mel frames, and a band of its waveform.

Frames tell roughly where something was played, whatever was done to it. The waveform between 120
and 2000 Hz tells exactly where: filters and resamplers turn its phase little there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy import fft, signal

from ml_core.audio_file.resampling import read_resampled

Floats = NDArray[np.float32]

SOUND_HZ = 16_000
WAVE_HZ = 8_000
N_BANDS = 40
WINDOW_SAMPLES = 1024
FRAME_S = 0.025
LONG_FRAME_S = 0.05
LONG_S = 600.0
"""From this length of one of the two sounds on, frames are twice as long."""

HEARD_DB = 60.0
"""Frames more than this below the loud ones (95 %) are silence."""

_BLOCK_FRAMES = 4096
_BAND_HZ = (120.0, 2000.0)
_BRIGHTENED = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A sound, ready to be compared.

    Attributes:
        log_mel: (n_frames, N_BANDS) in dB.
        is_heard: (n_frames,), false where it is silent.
        wave: (n_samples,) at WAVE_HZ, 120 to 2000 Hz.
        frame_s: seconds from one frame to the next.
    """

    log_mel: Floats
    is_heard: NDArray[np.bool_]
    wave: Floats
    frame_s: float

    @property
    def duration_s(self) -> float:
        """Its length in seconds."""
        return len(self.wave) / WAVE_HZ


def read_sound(path: str | Path) -> Floats:
    """A file's sound in mono at SOUND_HZ, (n_samples,).

    Raises:
        UserError: if the file can't be read as sound.
    """
    return np.ascontiguousarray(read_resampled(path, SOUND_HZ, 1)[:, 0])


def frame_length_s(*lengths_s: float) -> float:
    """Which frames sounds of these lengths are compared by."""
    return FRAME_S if max(lengths_s) < LONG_S else LONG_FRAME_S


def hear(sound: Floats, frame_s: float) -> Heard:
    """Both views of a sound (n_samples,) at SOUND_HZ."""
    log_mel, is_heard = _log_mel(sound, round(frame_s * SOUND_HZ))
    return Heard(log_mel, is_heard, _banded(sound), frame_s)


def at_speed(sound: Floats, speed: float) -> Floats:
    """The sound (n_samples,) as long as if it had been played at 1 / `speed`."""
    if speed == 1.0:
        return sound
    return np.asarray(soxr.resample(sound, SOUND_HZ, SOUND_HZ * speed, "HQ"), np.float32)


@cache
def _bands() -> Floats:
    """Triangles of equal area on the mel scale, (WINDOW_SAMPLES // 2 + 1, N_BANDS)."""
    hz = np.linspace(0.0, SOUND_HZ / 2, WINDOW_SAMPLES // 2 + 1)
    mel = 2595.0 * np.log10(1.0 + hz / 700.0)
    ends = 2595.0 * np.log10(1.0 + np.array([80.0, 7000.0]) / 700.0)
    edges = np.linspace(ends[0], ends[1], N_BANDS + 2)
    step = edges[1] - edges[0]
    bands = np.clip(1.0 - np.abs(mel[:, None] - edges[1:-1]) / step, 0.0, None)
    equal: Floats = (bands / bands.sum(0)).astype(np.float32)
    return equal


def _log_mel(sound: Floats, hop: int) -> tuple[Floats, NDArray[np.bool_]]:
    n = max(1, len(sound) // hop)
    padded = np.pad(sound, (WINDOW_SAMPLES // 2, WINDOW_SAMPLES))
    window = np.hanning(WINDOW_SAMPLES).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES)[::hop]
    power = np.empty((n, N_BANDS), np.float32)
    for start in range(0, n, _BLOCK_FRAMES):
        rows = slice(start, min(n, start + _BLOCK_FRAMES))
        power[rows] = (np.abs(fft.rfft(frames[rows] * window, axis=1)) ** 2) @ _bands()
    level = 10.0 * np.log10(power.mean(1) + 1e-12)
    floor = max(float(np.quantile(level, 0.95)) - HEARD_DB, -90.0)
    is_heard = level > floor
    return 10.0 * np.log10(power + np.float32(10.0 ** ((floor - 10.0) / 10.0))), is_heard


def _banded(sound: Floats) -> Floats:
    """The band that waveforms are compared by, a little brightened, block by block."""
    low = np.asarray(soxr.resample(sound, SOUND_HZ, WAVE_HZ, "HQ"), np.float32)
    sections = signal.butter(3, _BAND_HZ, "bandpass", fs=WAVE_HZ, output="sos")
    state = np.zeros((len(sections), 2))
    before = np.float32(0.0)
    for block in _blocks(low):
        bright = block - _BRIGHTENED * np.concatenate([[before], block[:-1]])
        before = block[-1]
        block[:], state = signal.sosfilt(sections, bright, zi=state)
    return low


def _blocks(sound: Floats) -> Iterator[Floats]:
    size = 1 << 20
    return (sound[at : at + size] for at in range(0, len(sound), size))
