"""The texts of a WAV file's INFO list, as the bytes that they are."""

from __future__ import annotations

from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.chunks import chunks

_LONGEST_LIST = 1 << 24
"""Bytes of texts that are looked at; a book has a million."""


def wav_info(span: ByteSpan) -> dict[bytes, bytes]:
    """The first text of each name (`b"INAM"`), without the NUL bytes that end it.

    Source: Microsoft's "Multimedia Programming Interface and Data Specifications 1.0", chapter 2.

    Raises:
        OSError: if the disk fails.
    """
    texts: dict[bytes, bytes] = {}
    for chunk in chunks(span):
        if chunk.name != b"LIST" or span.at(chunk.start, 4) != b"INFO":
            continue
        content = span.at(chunk.start + 4, min(chunk.stop - chunk.start - 4, _LONGEST_LIST))
        place = 0
        while place + 8 <= len(content):
            name = content[place : place + 4]
            size = int.from_bytes(content[place + 4 : place + 8], "little")
            text = content[place + 8 : place + 8 + size].split(b"\0")[0]
            if text:
                texts.setdefault(name, text)
            place += 8 + size + size % 2
    return texts
