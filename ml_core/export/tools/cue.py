"""Markers and regions in a WAV file itself: cue points, their labels and lengths.

After "Multimedia Programming Interface and Data Specifications 1.0" (IBM, Microsoft, 1991): a cue
chunk, and a LIST of adtl with labl for names and ltxt for lengths. They stand behind the sound,
which stays what it is.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LARGEST = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Cue:
    """A place, or a region where it has a length; in samples of the file."""

    at_samples: int
    name: str
    n_samples: int = 0

    def at_rate(self, from_hz: int, to_hz: int) -> Cue:
        """The same place in a file of another rate."""
        start, end = self.at_samples, self.at_samples + self.n_samples
        first, stop = (round(at * to_hz / from_hz) for at in (start, end))
        return Cue(first, self.name, stop - first)


def add_cues(path: Path, cues: Sequence[Cue]) -> bool:
    """Put markers behind the sound of a WAV file in place; whether the file can hold any.

    A file of 4 GiB and more (RF64) is left as it is.

    Raises:
        OSError: if the disk fails or is full.
    """
    if not cues or max(cue.at_samples + cue.n_samples for cue in cues) > _LARGEST:
        return False
    chunks = _cue_chunk(cues) + _labels_chunk(cues)
    with path.open("r+b") as file:
        head = file.read(12)
        size = os.fstat(file.fileno()).st_size
        if head[:4] != b"RIFF" or head[8:] != b"WAVE" or size + len(chunks) > _LARGEST:
            return False
        file.seek(size)
        file.write(b"\0" * (size % 2) + chunks)
        file.seek(4)
        file.write(struct.pack("<I", size + size % 2 + len(chunks) - 8))
    return True


def _cue_chunk(cues: Sequence[Cue]) -> bytes:
    points = b"".join(
        struct.pack("<II4sIII", k, cue.at_samples, b"data", 0, 0, cue.at_samples)
        for k, cue in enumerate(cues, start=1)
    )
    return _chunk(b"cue ", struct.pack("<I", len(cues)) + points)


def _labels_chunk(cues: Sequence[Cue]) -> bytes:
    parts = b"adtl"
    for k, cue in enumerate(cues, start=1):
        name = cue.name.encode("utf-8", "replace") + b"\0"
        parts += _chunk(b"labl", struct.pack("<I", k) + name)
        if cue.n_samples:
            region = struct.pack("<II4sHHHH", k, cue.n_samples, b"rgn ", 0, 0, 0, 0)
            parts += _chunk(b"ltxt", region)
    return _chunk(b"LIST", parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
