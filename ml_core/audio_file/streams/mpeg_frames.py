"""The frames of an MPEG audio stream (ISO/IEC 11172-3 and 13818-3, and MPEG 2.5), undecoded.

Between frames tags are passed over, and what is neither frame nor tag. A stream begins, and goes on
behind such a gap, only where three frames of one kind follow each other: pictures hold bytes that
look like one frame's header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.outer_tags import tag_bytes_at

# Sync, a known version, a layer; a bit rate that is told; a known sample rate. (Free format, which
# does not tell its bit rate, isn't walked.)
_HEADER = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][\x10-\xef]", re.DOTALL)
_SURE_FRAMES = 3

_KBITS = {
    # (is MPEG 1, layer): bit rates by index - 1
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}

_SEARCHED_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class _Header:
    """What four bytes tell of the frame that they begin.

    Attributes:
        n_bytes: the frame's length, header included.
        kind: what all frames of one stream share: version, layer and sample rate.
        info_at: where a layer III frame without sound would hold its "Xing" or "Info".
    """

    n_bytes: int
    kind: tuple[int, int, int]
    info_at: int


@dataclass(frozen=True, slots=True)
class MpegFrame:
    """A whole frame.

    Attributes:
        place: of its first byte in the file.
        data: all of its bytes.
        is_info: whether it holds a Xing, Info or VBRI header in place of sound.
        gapless_samples: (before, behind) the sound, as a LAME extension tells them; (0, 0) without.
    """

    place: int
    data: bytes
    is_info: bool
    gapless_samples: tuple[int, int]


@lru_cache(maxsize=4096)
def _parsed(head: bytes) -> _Header | None:
    if len(head) < 4 or not _HEADER.match(head):
        return None
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate_index, bit_rate_index = head[2] >> 2 & 3, head[2] >> 4
    if rate_index == 3:
        return None
    is_first = version == 3
    rate_hz = _RATES_HZ[version][rate_index]
    bits_per_s = 1000 * _KBITS[is_first, layer][bit_rate_index - 1]
    padding = head[2] >> 1 & 1
    if layer == 1:
        n_bytes = (12 * bits_per_s // rate_hz + padding) * 4
    else:
        n_bytes = (144 if is_first or layer == 2 else 72) * bits_per_s // rate_hz + padding
    is_mono = head[3] >> 6 == 3
    side_bytes = (17 if is_mono else 32) if is_first else (9 if is_mono else 17)
    return _Header(n_bytes, (version, layer, rate_index), 4 + side_bytes if layer == 3 else 0)


def mpeg_frames(span: ByteSpan) -> Iterator[MpegFrame]:
    """All whole frames of a span in order; what is cut off at its end is none.

    Raises:
        OSError: if the disk fails.
    """
    place, kind = span.start, None
    while place < span.stop:
        header = _parsed(span.at(place, 4))
        fits = header is not None and place + header.n_bytes <= span.stop
        if header is not None and fits and (header.kind == kind or _begins_stream(span, place)):
            kind = header.kind
            yield _frame(place, span.at(place, header.n_bytes), header)
            place += header.n_bytes
            continue
        kind = None
        size = tag_bytes_at(span, place)
        place = place + size if size else _next_stream(span, place + 1)


def _begins_stream(span: ByteSpan, place: int) -> bool:
    """Whether frames of one kind follow each other from a place on, or up to the end."""
    kind = None
    for count in range(_SURE_FRAMES):
        if count and (place >= span.stop or tag_bytes_at(span, place)):
            return True
        header = _parsed(span.at(place, 4))
        if header is None or (kind is not None and header.kind != kind):
            return False
        kind = header.kind
        place += header.n_bytes
    return True


def _next_stream(span: ByteSpan, place: int) -> int:
    """The next place where a tag or frames of one kind begin; the span's end without one."""
    while len(part := span.at(place, _SEARCHED_BYTES)) >= 4:
        for found in _STARTS.finditer(part, 0, len(part)):
            here = place + found.start()
            is_frame = part[found.start()] == 0xFF
            if _begins_stream(span, here) if is_frame else tag_bytes_at(span, here):
                return here
        place += len(part) - 11  # a mark may lie across the edge
        if place + 11 >= span.stop:
            break
    return span.stop


_STARTS = re.compile(_HEADER.pattern + rb"|ID3|APETAGEX|LYRICSBEGIN", re.DOTALL)
"""Where a search stops to look closer. (An ID3v1 tag in the middle is passed over like any gap.)"""


def _frame(place: int, data: bytes, header: _Header) -> MpegFrame:
    at = _info_place(data, header)
    if at == 0:
        return MpegFrame(place, data, data[36:40] == b"VBRI" and header.info_at > 0, (0, 0))
    flags = int.from_bytes(data[at + 4 : at + 8], "big")
    # Frame count, byte count, table of places and quality, each only if its flag is set.
    sizes = ((1, 4), (2, 4), (4, 100), (8, 4))
    extension = at + 8 + sum(size for flag, size in sizes if flags & flag)
    # Behind a nine-byte name and twelve more: 12 bits before and 12 behind (LAME's tag, rev. 1).
    told = int.from_bytes(data[extension + 21 : extension + 24], "big")
    return MpegFrame(place, data, True, (told >> 12, told & 0xFFF))


def _info_place(data: bytes, header: _Header) -> int:
    """Where a frame's "Xing" or "Info" stands; 0 in a frame of sound."""
    at = header.info_at
    if not at:
        return 0
    if data[at : at + 4] in (b"Xing", b"Info"):
        return at
    # Some writers leave room for the checksum of two bytes that the header announces.
    return at + 2 if data[at + 2 : at + 6] in (b"Xing", b"Info") else 0
