"""The packets of an Ogg file (RFC 3533), undecoded, stream by stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ml_core.audio_file.streams.byte_span import ByteSpan

_HEADER_BYTES = 27
_SEARCHED_BYTES = 1 << 16
_CONTINUED, _FIRST, _LAST = 1, 2, 4


@dataclass(frozen=True, slots=True)
class OggPage:
    """A whole page.

    Attributes:
        place: of its first byte in the file.
        serial: of its logical stream.
        is_first, is_last, is_continued: whether its stream begins or ends with it, and whether it
            goes on with a packet of the page before.
        granule: its position in the codec's own units; None where no packet ends.
        pieces: parts of packets in order, each with whether its packet ends here.
        n_bytes: its length in the file.
    """

    place: int
    serial: int
    is_first: bool
    is_last: bool
    is_continued: bool
    granule: int | None
    pieces: tuple[tuple[bytes, bool], ...]
    n_bytes: int


def ogg_pages(span: ByteSpan) -> Iterator[OggPage]:
    """All whole pages of a span in order; what lies between them is passed over.

    Checksums are not looked at: programs that change tags write new ones over damaged pages.

    Raises:
        OSError: if the disk fails.
    """
    place = span.start
    while place < span.stop:
        page = _page(span, place)
        if page is None:
            place = _next_page(span, place + 1)
        else:
            yield page
            place += page.n_bytes


def _page(span: ByteSpan, place: int) -> OggPage | None:
    head = span.at(place, _HEADER_BYTES + 255)
    if head[:5] != b"OggS\0" or len(head) < _HEADER_BYTES:
        return None
    sizes = head[_HEADER_BYTES : _HEADER_BYTES + head[26]]
    n_bytes = _HEADER_BYTES + len(sizes) + sum(sizes)
    if len(sizes) < head[26] or place + n_bytes > span.stop:
        return None
    body = span.at(place + _HEADER_BYTES + len(sizes), sum(sizes))
    pieces, start, stop = [], 0, 0
    for size in sizes:
        stop += size
        if size < 255:
            pieces.append((body[start:stop], True))
            start = stop
    if stop > start or (sizes and sizes[-1] == 255):
        pieces.append((body[start:stop], False))
    granule = int.from_bytes(head[6:14], "little", signed=True)
    return OggPage(
        place,
        int.from_bytes(head[14:18], "little"),
        bool(head[5] & _FIRST),
        bool(head[5] & _LAST),
        bool(head[5] & _CONTINUED),
        None if granule == -1 else granule,
        tuple(pieces),
        n_bytes,
    )


def _next_page(span: ByteSpan, place: int) -> int:
    while len(part := span.at(place, _SEARCHED_BYTES)) >= 4:
        found = part.find(b"OggS")
        if found >= 0:
            return place + found
        place += len(part) - 3  # a mark may lie across the edge
    return span.stop
