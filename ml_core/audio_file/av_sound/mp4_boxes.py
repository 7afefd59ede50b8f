"""What an MP4 or QuickTime file says of its first sound: how long it is, and whether it is locked.

FFmpeg finds the true start by the edit list. The true end it does not: encoders fill the last
frame up, and the edit list tells the length in milliseconds only (349 samples too many in a file of
FFmpeg's own). Written from ISO/IEC 14496-12 (8.2.2, 8.4.2, 8.6.1.2, 8.6.6) and Apple's notes on
iTunSMPB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.chunks import Chunk, mp4_boxes

_LOCKED = frozenset({b"drms", b"drmi", b"enca", b"encv"})
_LARGEST_BOX = 1 << 24
_MOST_TRACKS = 100
_SMPB = re.compile(rb"iTunSMPB.{0,64}?((?: [0-9A-Fa-f]{8}){3} [0-9A-Fa-f]{16})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mp4Sound:
    """Of the first track of sound.

    Attributes:
        length_s: as (samples, samples per second); None where it is not told exactly.
        is_locked: whether its samples are encrypted (DRM).
    """

    length_s: tuple[int, int] | None = None
    is_locked: bool = False


def mp4_sound(span: ByteSpan) -> Mp4Sound:
    """What is told of the first track of sound; nothing where there is none.

    Raises:
        OSError: if the disk fails.
    """
    moov = _first(span, b"moov")
    if moov is None:
        return Mp4Sound()
    inside = _inside(span, moov)
    movie_hz = _timescale(inside, _first(inside, b"mvhd"))
    for number, track in enumerate(_all(inside, b"trak")):
        if number >= _MOST_TRACKS:
            break
        found = _track(_inside(inside, track), movie_hz, _gapless(inside))
        if found is not None:
            return found
    return Mp4Sound()


def _track(track: ByteSpan, movie_hz: int, gapless: int | None) -> Mp4Sound | None:
    """None if it is not of sound."""
    media = _at(track, b"mdia")
    handler = None if media is None else _content(media, _first(media, b"hdlr"))
    if media is None or handler is None or handler[8:12] != b"soun":
        return None
    table = _at(media, b"minf", b"stbl")
    entries = b"" if table is None else _content(table, _first(table, b"stsd")) or b""
    if entries[12:16] in _LOCKED:
        return Mp4Sound(is_locked=True)
    media_hz = _timescale(media, _first(media, b"mdhd"))
    n_media = 0 if table is None else _time_sum(_content(table, _first(table, b"stts")))
    if media_hz == 0 or n_media == 0:
        return Mp4Sound()
    if gapless is not None and 0 < gapless <= n_media:
        return Mp4Sound((gapless, media_hz))
    length = _edited(_at(track, b"edts"), n_media, media_hz, movie_hz)
    return Mp4Sound(None if length is None else (length, media_hz))


def _edited(edits: ByteSpan | None, n_media: int, media_hz: int, movie_hz: int) -> int | None:
    """Length of what the edit list plays; None for lists of several stretches."""
    content = None if edits is None else _content(edits, _first(edits, b"elst"))
    if content is None or len(content) < 8:
        return n_media
    width = 8 if content[0] == 1 else 4
    count = int.from_bytes(content[4:8], "big")
    played = []
    for index in range(min(count, 8)):
        row = content[8 + index * (2 * width + 4) :][: 2 * width]
        start = int.from_bytes(row[width:], "big", signed=True)
        if start >= 0:  # an empty edit is a pause before the sound
            played.append((int.from_bytes(row[:width], "big"), start))
    if count > 8 or len(played) != 1 or movie_hz == 0:
        return None
    duration, start = played[0]
    left = max(0, n_media - start)
    told = (2 * duration * media_hz + movie_hz) // (2 * movie_hz)
    # Within a step of the movie's clock it is the rest of the media, rounded.
    is_whole = duration == 0 or abs(told - left) <= media_hz // movie_hz + 1
    return left if is_whole else min(told, left)


def _gapless(moov: ByteSpan) -> int | None:
    """Samples that iTunes' own comment says are sound; None without one."""
    box = _first(moov, b"udta")
    found = _SMPB.search(_content(moov, box) or b"") if box is not None else None
    return int(found.group(1).split()[3], 16) if found else None


def _time_sum(content: bytes | None) -> int:
    if content is None or len(content) < 16:
        return 0
    rows = np.frombuffer(content[8 : 8 + (len(content) - 8) // 8 * 8], ">u4").reshape(-1, 2)
    rows = rows[: int.from_bytes(content[4:8], "big")].astype(np.float64)
    total = float((rows[:, 0] * rows[:, 1]).sum())
    return int(total) if total < 2**52 else 0


def _timescale(span: ByteSpan, box: Chunk | None) -> int:
    content = _content(span, box) or b""
    place = 20 if content[:1] == b"\x01" else 12
    return int.from_bytes(content[place : place + 4], "big")


def _all(span: ByteSpan, name: bytes) -> Iterator[Chunk]:
    return (box for box in mp4_boxes(span) if box.name == name)


def _first(span: ByteSpan, name: bytes) -> Chunk | None:
    return next(_all(span, name), None)


def _inside(span: ByteSpan, box: Chunk) -> ByteSpan:
    return span.part(box.start, box.stop)


def _at(span: ByteSpan, *names: bytes) -> ByteSpan | None:
    """The content of a box within boxes."""
    here: ByteSpan = span
    for name in names:
        box = _first(here, name)
        if box is None:
            return None
        here = _inside(here, box)
    return here


def _content(span: ByteSpan, box: Chunk | None) -> bytes | None:
    if box is None or box.stop - box.start > _LARGEST_BOX:
        return None
    return span.at(box.start, box.stop - box.start)
