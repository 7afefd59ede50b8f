"""The identity of sound that FFmpeg's libraries read: samples of lossless codings, else frames."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import IO, Any

import numpy as np

from ml_core.audio_file.av_sound.opening import LOSSLESS, Opened, damaged, open_sound
from ml_core.audio_file.parts.records import Part
from ml_core.audio_file.source_bytes import unreadable

Digest = Callable[[str], "hashlib._Hash"]
Check = Callable[[int], None]

_TYPES = {"flt": ("float32", "<f4"), "dbl": ("float64", "<f8")}


def av_identity(handle: IO[bytes], part: Part, name: str, begin: Digest, check: Check) -> str:
    """64 hex digits.

    Args:
        begin: makes a digest of a kind of sound.
        check: told the place that was reached.

    Raises:
        UserError: as `open_sound`.
    """
    opened = open_sound(handle, part, name)
    try:
        count = _of_samples if opened.codec in LOSSLESS else _of_frames
        found = count(opened, begin, lambda: check(opened.source.tell()))
    finally:
        opened.container.close()
    if opened.source.error is not None:
        raise unreadable(name, opened.source.error)
    if found is None:
        raise damaged(name, part)
    return found


def _packets(opened: Opened) -> Any:
    try:
        yield from opened.container.demux(opened.stream)
    except opened.av.FFmpegError:
        return


def _of_frames(opened: Opened, begin: Digest, check: Callable[[], None]) -> str | None:
    """By coded frames, and what the file says of the true start and length."""
    digest = begin(f"frames {opened.codec.removesuffix('float')}")
    n_frames = 0
    for packet in _packets(opened):
        if packet.size:
            digest.update(b"%d\n" % packet.size)
            digest.update(bytes(packet))
            n_frames += 1
        if n_frames % 64 == 0:
            check()
    digest.update(repr(opened.told.length_s).encode())
    return digest.hexdigest() if n_frames else None


def _of_samples(opened: Opened, begin: Digest, check: Callable[[], None]) -> str | None:
    """By decoded samples, as `sound_identity` counts those of WAV and FLAC."""
    digest, shape = None, (0, 0, "")
    for packet in _packets(opened):
        check()
        try:
            frames = packet.decode()
        except opened.av.FFmpegError:
            continue
        for frame in frames:
            kind = frame.format.name.removesuffix("p")
            n_channels = len(frame.layout.channels)
            if digest is None:
                shape = (frame.sample_rate, n_channels, kind)
                name = _TYPES.get(kind, ("int32", ""))[0]
                digest = begin(f"{name} {frame.sample_rate} Hz {n_channels} channels")
            if shape != (frame.sample_rate, n_channels, kind):
                continue
            plain = frame.to_ndarray()
            rows = plain.T if frame.format.is_planar else plain.reshape(-1, n_channels)
            digest.update(np.ascontiguousarray(_counted(rows, kind)).data)
    return None if digest is None else digest.hexdigest()


def _counted(rows: Any, kind: str) -> Any:
    """Integers fill 32 bits from the top; floats stay as they are."""
    if kind in _TYPES:
        return rows.astype(_TYPES[kind][1])
    if kind == "s16":
        return rows.astype("<i4") << 16
    if kind == "u8":
        return (rows.astype("<i4") - 128) << 24
    return rows.astype("<i4")
