"""Songs in files of kinds that FFmpeg's libraries write."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

RATE_HZ = 44_100
N_SAMPLES = 25 * RATE_HZ + 1_003
"""No whole number of any codec's frames."""


def music(n: int = N_SAMPLES, bits: int = 16) -> NDArray[np.float32]:
    """Two channels of noise that beats, on the steps of so many bits."""
    rng = np.random.default_rng(7)
    swell = 0.2 + 0.1 * np.sin(np.arange(n) / 3000)
    sound = rng.uniform(-0.5, 0.5, (n, 2)) * swell[:, None]
    return np.asarray(np.rint(sound * 2 ** (bits - 1)) / 2 ** (bits - 1), np.float32)


def write_av(
    path: Path, codec: str, sample_format: str, *, tracks: int = 1, container: str | None = None
) -> NDArray[np.float32]:
    """Write `music` as FFmpeg does; returns what was written."""
    av: Any = pytest.importorskip("av", reason="the extra formats is not installed")
    bits = 24 if sample_format == "s32p" else 16
    sound = music(bits=bits)
    with av.open(str(path), "w", format=container) as out:
        streams = [out.add_stream(codec, rate=RATE_HZ, layout="stereo") for _ in range(tracks)]
        for stream in streams:
            stream.bit_rate = 192_000
            stream.codec_context.format = sample_format
        for number, stream in enumerate(streams):
            for frame in _frames(av, sound if number == 0 else -sound, sample_format, stream):
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
    return sound


def _frames(av: Any, sound: NDArray[np.float32], sample_format: str, stream: Any) -> Any:
    kind = sample_format.removesuffix("p")
    if kind != "flt":
        whole = np.rint(sound.astype(np.float64) * 2.0 ** (15 if kind == "s16" else 31))
        plain = whole.astype(np.int16 if kind == "s16" else np.int32)
    else:
        plain = sound
    planar = sample_format.endswith("p")
    rows = plain.T if planar else plain.reshape(1, -1)
    fifo = av.AudioFifo()
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(rows), format=sample_format, layout="stereo"
    )
    frame.rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
    fifo.write(frame)
    stream.codec_context.open(strict=False)
    while (part := fifo.read(stream.codec_context.frame_size or 4096, partial=True)) is not None:
        yield part
