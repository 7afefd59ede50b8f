"""Chunks put behind the sound of a WAV file in place: nothing that stands there is moved."""

from __future__ import annotations

import os
import struct
from pathlib import Path

LARGEST_SIZE = 0xFFFF_FFFF
"""Of what 32 bits count. A file of more has its size in a chunk of its own (RF64)."""

_DS64_AT = 12
_RIFF_SIZE_AT = 20
"""Of RF64 (EBU Tech 3306): behind RF64, a size, WAVE, ds64 and its size."""


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a name and its content, filled up to an even length."""
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def append_chunks(path: Path, chunks: bytes) -> bool:
    """Put whole chunks behind the last one of a WAV or RF64 file; whether it can hold them.

    Raises:
        OSError: if the disk fails or is full.
    """
    if not chunks:
        return True
    with path.open("r+b") as file:
        head = file.read(_DS64_AT + 4)
        size = os.fstat(file.fileno()).st_size
        whole = size + size % 2 + len(chunks)
        is_large = head[:4] in (b"RF64", b"BW64") and head[_DS64_AT:] == b"ds64"
        is_small = head[:4] == b"RIFF" and whole - 8 <= LARGEST_SIZE
        if head[8:12] != b"WAVE" or not (is_large or is_small):
            return False
        file.seek(size)
        file.write(b"\0" * (size % 2) + chunks)
        file.seek(_RIFF_SIZE_AT if is_large else 4)
        file.write(struct.pack("<Q" if is_large else "<I", whole - 8))
    return True
