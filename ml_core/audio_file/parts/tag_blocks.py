"""Tags that stand before, between and behind streams of sound: how long they are, not what is in
them.

Sources: ID3v2.4 (sections 3.1, 3.4), ID3v1, APEv2 and Lyrics3 v2 as they are described on id3.org
and in the Hydrogenaudio wiki.
"""

from __future__ import annotations

import re

from ml_core.audio_file.parts.records import CHUNK_BYTES, Window

_ID3V1_BYTES = 128
_ID3V1_EXTENDED_BYTES = 227
_APE_HEADER_BYTES = 32
_LONGEST_LYRICS3_1 = 5_120
"""Of the first version, its two marks included."""

_LONGEST_LYRICS3 = 1 << 20

_MOST_TAGS = 1000

PADDING_BYTES = 4096
"""Zeros up to a block of a disk are padding and tell nobody anything."""

_NOT_ZERO = re.compile(rb"[^\0]")


def id3v2_bytes(head: bytes) -> int:
    """Length of the ID3v2 tag that begins with these ten bytes; 0 if none does."""
    if len(head) < 10 or head[:3] != b"ID3" or max(head[3:5]) == 0xFF or max(head[6:10]) > 0x7F:
        return 0
    size = 0
    for byte in head[6:10]:  # four bytes of seven bits each
        size = (size << 7) | byte
    return 10 + size + (10 if head[5] & 0x10 else 0)


def tag_bytes(window: Window, place: int) -> int:
    """Length of the tag that begins at `place`; 0 if none does."""
    head = window.at(place, _APE_HEADER_BYTES)
    if head[:3] == b"ID3":
        return id3v2_bytes(head[:10])
    if head[:4] == b"TAG+":
        return _ID3V1_EXTENDED_BYTES
    if head[:3] == b"TAG":
        return _ID3V1_BYTES
    if head[:8] == b"APETAGEX" and len(head) == _APE_HEADER_BYTES:
        # The size leaves the header out. A footer alone means that its items went before it.
        is_header = bool(head[23] & 0x20)
        return _APE_HEADER_BYTES + (int.from_bytes(head[12:16], "little") if is_header else 0)
    if head[:11] == b"LYRICSBEGIN":
        return _lyrics_bytes(window, place)
    return 0


def _lyrics_bytes(window: Window, place: int) -> int:
    # The first version is short: a file of nothing but such tags is not searched to its end.
    for longest, marks in (
        (_LONGEST_LYRICS3_1, (b"LYRICS200", b"LYRICSEND")),
        (_LONGEST_LYRICS3, (b"LYRICS200",)),
    ):
        text = window.at(place, longest)
        ends = [at for mark in marks if (at := text.find(mark, 11)) > 0]
        if ends:
            return min(ends) + 9
    return 0


def behind_tags(window: Window, place: int) -> int:
    """Where the tags that begin at `place`, one after another, end; padding is left behind too."""
    for _ in range(_MOST_TAGS):
        behind_zeros = zeros_end(window, place)
        found = tag_bytes(window, behind_zeros)
        if found == 0:
            is_padding = behind_zeros - place < PADDING_BYTES
            return behind_zeros if is_padding else place
        place = min(behind_zeros + found, window.n_bytes)
    return place


def zeros_end(window: Window, place: int) -> int:
    """The first byte from `place` on that is not zero."""
    if window.at(place, 1) not in (b"\0", b""):  # nearly always
        return place
    while chunk := window.at(place, CHUNK_BYTES):
        found = _NOT_ZERO.search(chunk)
        if found:
            return place + found.start()
        place += len(chunk)
    return place


def tags_start(window: Window, least: int) -> int:
    """Where the tags at the end of the file begin, at `least` or behind it."""
    end = window.n_bytes
    while True:
        found = _bytes_of_tag_before(window, end)
        if found == 0 or end - found < least:
            return end
        end -= found


def _bytes_of_tag_before(window: Window, end: int) -> int:
    """Length of the tag that ends at `end`; 0 if none does."""
    if window.at(max(0, end - _ID3V1_BYTES), 3) == b"TAG" and end >= _ID3V1_BYTES:
        extended = end - _ID3V1_BYTES - _ID3V1_EXTENDED_BYTES
        is_extended = extended >= 0 and window.at(extended, 4) == b"TAG+"
        return _ID3V1_BYTES + (_ID3V1_EXTENDED_BYTES if is_extended else 0)
    foot = window.at(max(0, end - _APE_HEADER_BYTES), min(end, _APE_HEADER_BYTES))
    if foot[:8] == b"APETAGEX" and len(foot) == _APE_HEADER_BYTES:
        has_header = bool(foot[23] & 0x80)
        return int.from_bytes(foot[12:16], "little") + (_APE_HEADER_BYTES if has_header else 0)
    if foot[-10:-7] == b"3DI" and len(foot) >= 10:
        return id3v2_bytes(b"ID3" + foot[-7:])
    if foot[-9:] == b"LYRICS200" and foot[-15:-9].isdigit():
        return int(foot[-15:-9]) + 15
    return 0
