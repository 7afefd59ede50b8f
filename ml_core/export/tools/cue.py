"""Markers and regions in a WAV file itself: cue points, their labels and lengths.

After "Multimedia Programming Interface and Data Specifications 1.0" (IBM, Microsoft, 1991): a cue
chunk, and a LIST of adtl with labl for names and ltxt for lengths. They stand behind the sound,
which stays what it is.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ml_core.audio_file.wav_chunks import LARGEST_SIZE, append_chunks, chunk


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
    """Put markers behind the sound of a WAV or RF64 file in place; whether it can hold them.

    Places are counted in 32 bits: behind that many samples there are none.

    Raises:
        OSError: if the disk fails or is full.
    """
    if not cues or max(cue.at_samples + cue.n_samples for cue in cues) > LARGEST_SIZE:
        return False
    return append_chunks(path, _cue_chunk(cues) + _labels_chunk(cues))


def _cue_chunk(cues: Sequence[Cue]) -> bytes:
    points = b"".join(
        struct.pack("<II4sIII", k, cue.at_samples, b"data", 0, 0, cue.at_samples)
        for k, cue in enumerate(cues, start=1)
    )
    return chunk(b"cue ", struct.pack("<I", len(cues)) + points)


def _labels_chunk(cues: Sequence[Cue]) -> bytes:
    parts = b"adtl"
    for k, cue in enumerate(cues, start=1):
        name = cue.name.encode("utf-8", "replace") + b"\0"
        parts += chunk(b"labl", struct.pack("<I", k) + name)
        if cue.n_samples:
            region = struct.pack("<II4sHHHH", k, cue.n_samples, b"rgn ", 0, 0, 0, 0)
            parts += chunk(b"ltxt", region)
    return chunk(b"LIST", parts)
