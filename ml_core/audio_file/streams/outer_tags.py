"""Tags that stand before and behind a stream of sound: ID3, APE and Lyrics3.

ID3v2.4: id3.org, "ID3 tag version 2.4.0 - Main Structure". APEv2: wiki.hydrogenaud.io,
"APEv2 specification". Lyrics3: id3.org, "Lyrics3 made easy" and "Lyrics3 v2.00".
"""

from __future__ import annotations

import re

from ml_core.audio_file.streams.byte_span import ByteSpan

_ID3V1_BYTES, _ID3V1_LONG_BYTES = 128, 227
_ID3V2_HEADER_BYTES = 10
_APE_MARK, _APE_HEADER_BYTES = b"APETAGEX", 32
_LARGEST_APE_BYTES = 1 << 26
"""A larger one holds no text and no cover that anyone would show."""

_LYRICS_BEGIN, _LYRICS_END, _LYRICS2_END = b"LYRICSBEGIN", b"LYRICSEND", b"LYRICS200"
_LONGEST_LYRICS3 = 5100
"""Bytes of version 1's text (its specification's bound)."""

_ZEROS_AT_ONCE = 1 << 16
_NOT_ZERO = re.compile(rb"[^\0]")


def tag_bytes_at(span: ByteSpan, place: int) -> int:
    """How long a tag is that begins at a place; 0 where none does, or where it is cut off."""
    head = span.at(place, _APE_HEADER_BYTES)
    size = 0
    if head[:3] == b"ID3":
        size = _id3v2_bytes(head)
    elif head[:8] == _APE_MARK and len(head) == _APE_HEADER_BYTES and head[23] & 0x20:
        size = _APE_HEADER_BYTES + int.from_bytes(head[12:16], "little")
    elif head[:4] == b"TAG+":
        size = _ID3V1_LONG_BYTES
    elif head[:3] == b"TAG":
        size = _ID3V1_BYTES
    elif head[:11] == _LYRICS_BEGIN:
        size = _lyrics3_bytes(span, place)
    return size if place + size <= span.stop else 0


def _id3v2_bytes(head: bytes) -> int:
    """Length of an ID3v2 tag, its header and footer included; 0 if this is none."""
    is_tag = len(head) >= _ID3V2_HEADER_BYTES and max(head[3:5]) < 0xFF and max(head[6:10]) < 0x80
    if not is_tag:
        return 0
    footer_bytes = _ID3V2_HEADER_BYTES if head[5] & 0x10 else 0
    return _ID3V2_HEADER_BYTES + _seven_bits_each(head[6:10]) + footer_bytes


def _seven_bits_each(data: bytes) -> int:
    size = 0
    for byte in data:
        size = (size << 7) | (byte & 0x7F)
    return size


def _lyrics3_bytes(span: ByteSpan, place: int) -> int:
    text = span.at(place, _LONGEST_LYRICS3 + 20)
    for mark in (_LYRICS2_END, _LYRICS_END):
        found = text.find(mark)
        if found >= 0:
            return found + len(mark)
    return 0


def _tag_bytes_before(span: ByteSpan, start: int, stop: int) -> int:
    """How long a tag is that ends at `stop` and begins at `start` or later; 0 where none does."""

    def behind(count: int) -> bytes:
        return span.at(stop - count, count) if stop - count >= start else b""

    for mark, count in ((b"TAG", _ID3V1_BYTES), (b"TAG+", _ID3V1_LONG_BYTES)):
        if behind(count).startswith(mark):
            return count
    footer = behind(_APE_HEADER_BYTES)
    size = 0
    if footer[:8] == _APE_MARK:
        has_header = footer[23] & 0x80
        size = int.from_bytes(footer[12:16], "little") + (_APE_HEADER_BYTES if has_header else 0)
        size = max(size, _APE_HEADER_BYTES)
    elif behind(_ID3V2_HEADER_BYTES)[:3] == b"3DI":
        size = _id3v2_bytes(b"ID3" + behind(_ID3V2_HEADER_BYTES)[3:])
    elif behind(9) == _LYRICS2_END:
        digits = behind(15)[:6]
        size = int(digits) + 15 if digits.isdigit() else 0
    elif behind(9) == _LYRICS_END:
        text = behind(min(stop - start, _LONGEST_LYRICS3 + 20))
        found = text.rfind(_LYRICS_BEGIN)
        size = len(text) - found if found >= 0 else 0
    return size if stop - size >= start else 0


def without_outer_tags(span: ByteSpan) -> ByteSpan:
    """The part of a span that lies between the tags before it and those behind it."""
    start, stop = span.start, span.stop
    while size := tag_bytes_at(span, start):
        start = _behind_zeros(span, start + size)
    while size := _tag_bytes_before(span, start, stop):
        stop -= size
    return span.part(start, stop)


def ape_tag(span: ByteSpan) -> bytes:
    """The items of the APE tag behind or before a stream, without header and footer; or b"".

    Raises:
        OSError: if the disk fails.
    """
    inner = without_outer_tags(span)
    stop = span.stop
    while size := _tag_bytes_before(span, inner.stop, stop):
        footer = span.at(stop - _APE_HEADER_BYTES, _APE_HEADER_BYTES)
        if footer[:8] == _APE_MARK:
            items = int.from_bytes(footer[12:16], "little") - _APE_HEADER_BYTES
            return _items(span, stop - _APE_HEADER_BYTES - max(items, 0), items)
        stop -= size
    start = span.start
    while size := tag_bytes_at(span, start):
        header = span.at(start, _APE_HEADER_BYTES)
        if header[:8] == _APE_MARK:
            items = int.from_bytes(header[12:16], "little") - _APE_HEADER_BYTES
            return _items(span, start + _APE_HEADER_BYTES, items)
        start = _behind_zeros(span, start + size)
    return b""


def _items(span: ByteSpan, place: int, count: int) -> bytes:
    return span.at(place, count) if 0 < count <= _LARGEST_APE_BYTES else b""


def _behind_zeros(span: ByteSpan, place: int) -> int:
    """The next place that holds no zero byte: some programs leave room behind a tag."""
    while part := span.at(place, _ZEROS_AT_ONCE):
        found = _NOT_ZERO.search(part)
        if found is not None:
            return place + found.start()
        place += len(part)
    return place
