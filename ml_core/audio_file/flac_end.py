"""Bytes behind a FLAC stream's last frame, which no player plays and no decoder mentions.

The stream says how many samples it has and nowhere how many bytes. So its last frame is looked for
by its header, and its end by what libsndfile needs to decode it.
"""

from __future__ import annotations

import io
import re
from typing import IO

import soundfile

from ml_core.audio_file.parts import Part
from ml_core.audio_file.parts.flac_streams import flac_start
from ml_core.audio_file.parts.records import Window
from ml_core.audio_file.parts.tag_blocks import PADDING_BYTES, behind_tags, tags_start, zeros_end

_SEARCHED_BYTES = 1 << 24
"""At the end of the stream; a frame has 16 KiB or so."""

_SYNC = re.compile(rb"\xff[\xf8\xf9]")
_STREAMINFO_BYTES = 42
"""With the marker and the block's header (RFC 9639, section 8.2)."""

# Block sizes by code (section 9.1.1); codes 6 and 7 stand for a number behind the header.
_BLOCK_SAMPLES = {1: 192} | {code: 144 << code for code in range(2, 6)}
_BLOCK_SAMPLES |= {code: 1 << code for code in range(8, 16)}
_LONGEST_FRAME_HEADER = 16


def stray_flac_bytes(handle: IO[bytes], part: Part) -> int:
    """How many bytes behind a FLAC stream are neither its own nor a tag; 0 if that is not known.

    Args:
        handle: the open file, whose reading place is moved.
        part: a whole FLAC stream in one range of the file.

    Raises:
        OSError: if the disk fails.
    """
    start, end = part.ranges.bounds
    window = Window(handle, end)
    head = window.at(start, _STREAMINFO_BYTES)
    n_samples = int.from_bytes(head[21:26], "big") & 0xF_FFFF_FFFF
    block_samples = int.from_bytes(head[8:10], "big")
    if len(head) < _STREAMINFO_BYTES or n_samples == 0:
        return 0
    sound_end = tags_start(window, start)
    first_frame = flac_start(window, start)
    begin = max(first_frame, sound_end - _SEARCHED_BYTES)
    window.load(begin, sound_end - begin)
    tail = window.chunk
    last = _last_frame(tail, block_samples, n_samples)
    if last is None:
        return 0
    stray = begin + last + _frame_bytes(head, tail[last:])
    behind = behind_tags(window, stray)
    is_padding = zeros_end(window, behind) >= sound_end and sound_end - behind < PADDING_BYTES
    return 0 if is_padding else max(0, sound_end - behind)


def _last_frame(tail: bytes, block_samples: int, n_samples: int) -> int | None:
    """Where the frame begins that holds the last sample; None if none is found."""
    for found in reversed(list(_SYNC.finditer(tail))):
        header = _frame_header(tail[found.start() : found.start() + _LONGEST_FRAME_HEADER])
        if header is None:
            continue
        number, n_in_frame, counts_samples = header
        first = number if counts_samples else number * block_samples
        if first + n_in_frame == n_samples:
            return found.start()
    return None


def _frame_header(head: bytes) -> tuple[int, int, bool] | None:
    """Number, samples, and whether the number counts samples (else frames); None if it is none."""
    code = head[2] >> 4 if len(head) > 4 else 0
    if code == 0 or head[2] & 15 == 15:
        return None
    lead = head[4]
    # Coded as UTF-8: the ones at the left count the bytes that follow.
    n_more = 0 if lead < 0x80 else 7 - (~lead & 0xFF).bit_length()
    if lead >= 0x80 and not 1 <= n_more <= 6:
        return None
    number = lead & (0x7F >> (n_more + 1 if n_more else 0))
    for byte in head[5 : 5 + n_more]:
        if byte & 0xC0 != 0x80:
            return None
        number = number << 6 | byte & 0x3F
    at = 5 + n_more
    size_bytes = {6: 1, 7: 2}.get(code, 0)
    n_in_frame = _BLOCK_SAMPLES.get(code, int.from_bytes(head[at : at + size_bytes], "big") + 1)
    at += size_bytes + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    if at >= len(head) or _crc8(head[:at]) != head[at]:
        return None
    return number, n_in_frame, bool(head[1] & 1)


def _crc8(data: bytes) -> int:
    """FLAC's checksum of headers (section 9.1.8), polynomial x^8 + x^2 + x + 1."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ (0x107 if crc & 0x80 else 0)) & 0x1FF
    return crc & 0xFF


def _frame_bytes(head: bytes, tail: bytes) -> int:
    """The fewest bytes of `tail` from which libsndfile decodes the frame that it begins with."""
    marked = bytearray(head)
    marked[4] |= 0x80  # no other block of descriptions follows
    marked[21] &= 0xF0
    marked[22:26] = bytes(4)  # a length that is not known

    def decodes(n_bytes: int) -> bool:
        try:
            with soundfile.SoundFile(io.BytesIO(bytes(marked) + tail[:n_bytes])) as sound:
                sound.seekable = lambda: False
                return len(sound.read(1, dtype="float32")) == 1
        except (soundfile.LibsndfileError, ValueError, MemoryError):
            return False

    high = len(tail)
    if not decodes(high) or not decodes(high - 1):
        return high
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if decodes(middle) else (middle, high)
    return high
