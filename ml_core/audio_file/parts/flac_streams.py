"""FLAC: where its frames begin, and where another file was put behind them.

A FLAC stream says nowhere how many bytes it has. Source: RFC 9639, sections 8 and 9.
"""

from __future__ import annotations

import re

from ml_core.audio_file.parts.records import CHUNK_BYTES, Window

_MARKS = (b"fLaC\x00\x00\x00\x22", b"fLaC\x80\x00\x00\x22")
"""A stream's first bytes with the header of its first block, whose size is fixed."""

_MOST_BLOCKS = 10_000

_MASK = re.compile(rb"WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x([0-9A-Fa-f]{1,8})(?![0-9A-Fa-f])")
"""The comment by which a FLAC file names its loudspeakers (RFC 9639, section 8.6.2)."""

_LONGEST_SEARCHED = 1 << 20


def flac_start(window: Window, place: int) -> int:
    """Where the first frame of the stream at `place` lies: behind its blocks of descriptions."""
    place += 4
    for _ in range(_MOST_BLOCKS):
        head = window.at(place, 4)
        if len(head) < 4:
            return window.n_bytes
        place += 4 + int.from_bytes(head[1:4], "big")
        if head[0] & 0x80:
            break
    return place


def flac_channel_mask(window: Window, place: int, first_frame: int) -> int:
    """The loudspeakers that the comments of the stream at `place` name; 0 if they don't."""
    found = _MASK.search(window.at(place, min(first_frame - place, _LONGEST_SEARCHED)))
    return int(found[1], 16) if found else 0


def next_flac(window: Window, place: int) -> int | None:
    """Where another stream begins behind `place`; None if nowhere."""
    reach = 4 * CHUNK_BYTES
    while place < window.n_bytes:
        window.load(place, reach)
        found = [at for mark in _MARKS if (at := window.chunk.find(mark)) >= 0]
        if found:
            return place + min(found)
        if len(window.chunk) < reach:
            return None
        place += reach - 7
    return None
