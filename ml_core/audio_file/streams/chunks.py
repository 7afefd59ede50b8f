"""The chunks of WAV, RF64, W64, AIFF and CAF files and the boxes of MP4, without their content.

RIFF: Microsoft's "Multimedia Programming Interface and Data Specifications 1.0". RF64: EBU Tech
3306. AIFF: Apple's "Audio Interchange File Format". CAF: Apple's "Core Audio Format
Specification". MP4: ISO/IEC 14496-12, 4.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ml_core.audio_file.streams.byte_span import ByteSpan

_MOST_CHUNKS = 10_000
"""A file of nothing but empty chunks is no song; real ones have some dozens."""

_UNKNOWN_32 = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a file by name.

    Attributes:
        name: four bytes (of W64's sixteen the first four, which are the same words).
        start, stop: of its content in the file, in bytes; no further than the file goes.
    """

    name: bytes
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a kind of container writes its chunks.

    Attributes:
        first: bytes before the first chunk.
        name_bytes, size_bytes: of a chunk's header.
        is_little: whether sizes begin with their lowest byte.
        counts_header: whether a size counts the chunk's header.
        even: what chunks' lengths are filled up to a multiple of.
    """

    first: int
    name_bytes: int = 4
    size_bytes: int = 4
    is_little: bool = True
    counts_header: bool = False
    even: int = 2


_W64_START = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
_RIFF, _BIG = _Layout(12), _Layout(12, is_little=False)
_LAYOUTS = {
    b"RIFF": _RIFF,
    b"RF64": _RIFF,
    b"BW64": _RIFF,
    b"RIFX": _BIG,
    b"FORM": _BIG,
    b"caff": _Layout(8, size_bytes=8, is_little=False, even=1),
}
_W64 = _Layout(40, name_bytes=16, size_bytes=8, counts_header=True, even=8)


def is_chunked(head: bytes) -> bool:
    """Whether a file's first 16 bytes announce chunks."""
    return head[:4] in _LAYOUTS or head[:16] == _W64_START


def chunks(span: ByteSpan) -> Iterator[Chunk]:
    """The chunks of a container in order; none if it is no such container.

    Raises:
        OSError: if the disk fails.
    """
    head = span.at(span.start, 16)
    layout = _W64 if head == _W64_START else _LAYOUTS.get(head[:4])
    if layout is None:
        return
    header_bytes = layout.name_bytes + layout.size_bytes
    order = "little" if layout.is_little else "big"
    place, large_data = span.start + layout.first, None
    for _ in range(_MOST_CHUNKS):
        header = span.at(place, header_bytes)
        if len(header) < header_bytes:
            return
        size = int.from_bytes(header[layout.name_bytes :], order)  # type: ignore[arg-type]
        if layout.counts_header:
            size -= header_bytes
        name, start = header[:4], place + header_bytes
        if name == b"ds64":
            large_data = int.from_bytes(span.at(start + 8, 8), "little")
        if name == b"data" and size == _UNKNOWN_32 and large_data is not None:
            size = large_data
        if size < 0:
            return
        stop = min(start + size, span.stop)
        yield Chunk(name, start, stop)
        place = start + -(-size // layout.even) * layout.even


def mp4_boxes(span: ByteSpan) -> Iterator[Chunk]:
    """The outermost boxes of an MP4 or M4A file in order.

    Raises:
        OSError: if the disk fails.
    """
    place = span.start
    for _ in range(_MOST_CHUNKS):
        header = span.at(place, 16)
        if len(header) < 8:
            return
        size, header_bytes = int.from_bytes(header[:4], "big"), 8
        if size == 1:
            size, header_bytes = int.from_bytes(header[8:16], "big"), 16
        elif size == 0:
            size = span.stop - place
        if size < header_bytes:
            return
        yield Chunk(header[4:8], place + header_bytes, min(place + size, span.stop))
        place += size
