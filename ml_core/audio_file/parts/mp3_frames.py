"""MPEG audio, frame by frame: where streams begin and end, and what lies between them.

Sources: ISO/IEC 11172-3, 2.4.1.3 and 2.4.2.3 (header), 13818-3 (half rates); the Xing, Info and
VBRI headers as their encoders write them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from ml_core.audio_file.parts.records import ByteRanges, Window
from ml_core.audio_file.parts.tag_blocks import behind_tags

_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
# By layer, at full rates (MPEG-1) and at half and quarter rates; kbit/s.
_FULL_RATE_KBPS = {
    1: (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    2: (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
_HALF_RATE_KBPS = {
    1: (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    3: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SYNC = re.compile(rb"\xff[\xe0-\xff]")

SURE_FRAMES = 3
"""So many frames in a row are no chance: two bytes in 2,000 look like a header's beginning, and
each frame more has to look like the first."""

_HEAD_BYTES = 64
"""Of a frame: a header that tells the length stands in these."""

_OVERRUN_FRAMES = 4
"""Encoders count the header's own frame or not, and one or two at the end."""

_MOST_CANDIDATES = 1_000_000
"""Places that look like a frame and are none: a file made of them is given up."""


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What four bytes say of a frame.

    Attributes:
        n_bytes: of the whole frame.
        n_samples: per channel.
        sample_rate_hz, n_channels: of the stream.
        kind: what all frames of one stream share.
        xing_at, vbri_at: where a header that tells the length would stand in it.
    """

    n_bytes: int
    n_samples: int
    sample_rate_hz: int
    n_channels: int
    kind: tuple[int, int, int, int]
    xing_at: int
    vbri_at: int = 36


@lru_cache(maxsize=4096)
def frame_header(head: bytes) -> FrameHeader | None:
    """A frame's header; None if the four bytes are none, or of a free bit rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer_code = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate_index, bit_rate_index = head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or layer_code == 0 or rate_index == 3 or bit_rate_index in (0, 15):
        return None
    layer = 4 - layer_code
    rate_hz = _RATES_HZ[version][rate_index]
    kbps = (_FULL_RATE_KBPS if version == 3 else _HALF_RATE_KBPS)[layer][bit_rate_index]
    padding = head[2] >> 1 & 1
    is_half = version != 3
    if layer == 1:
        n_bytes, n_samples = (12_000 * kbps // rate_hz + padding) * 4, 384
    else:
        n_samples = 576 if layer == 3 and is_half else 1152
        n_bytes = n_samples * 125 * kbps // rate_hz + padding
    n_channels = 1 if head[3] >> 6 == 3 else 2
    side_bytes = {(False, 2): 32, (False, 1): 17, (True, 2): 17, (True, 1): 9}[is_half, n_channels]
    return FrameHeader(
        n_bytes,
        n_samples,
        rate_hz,
        n_channels,
        (version, layer, rate_hz, n_channels),
        4 + side_bytes,
    )


@dataclass(slots=True)
class Stream:
    """Frames that belong together.

    Attributes:
        header: of its first frame.
        ranges: its bytes.
        n_frames: that were found.
        promised: frames that its first one promises; None without such a header.
    """

    header: FrameHeader
    promised: int | None
    is_overrun: bool = False
    n_frames: int = 0
    ranges: ByteRanges = field(default_factory=ByteRanges)

    @property
    def is_complete(self) -> bool:
        """Whether it has all the frames that it promised, and the one that promised them."""
        return bool(self.promised) and self.n_frames > (self.promised or 0)

    @property
    def duration_s(self) -> float:
        """By its frames."""
        return self.n_frames * self.header.n_samples / self.header.sample_rate_hz


def _promised(frame: bytes, header: FrameHeader) -> int | None:
    """Frames that a Xing, Info or VBRI header promises; 0 where it is silent on that."""
    for at in (header.xing_at, header.xing_at + 2):  # behind a checksum two bytes later
        if frame[at : at + 4] in (b"Xing", b"Info"):
            has_frames = frame[at + 7 : at + 8] and frame[at + 7] & 1
            return int.from_bytes(frame[at + 8 : at + 12], "big") if has_frames else 0
    if frame[header.vbri_at : header.vbri_at + 4] == b"VBRI":
        at = header.vbri_at + 14
        return int.from_bytes(frame[at : at + 4], "big")
    return None


def frames_in_a_row(window: Window, place: int, end: int, wanted: int) -> bool:
    """Whether `wanted` frames of one kind follow each other from `place`, or fewer to the end."""
    first = frame_header(window.at(place, 4))
    if first is None:
        return False
    for _ in range(wanted - 1):
        place += frame_header(window.at(place, 4)).n_bytes  # type: ignore[union-attr]
        if place >= end:
            return place == end
        header = frame_header(window.at(place, 4))
        if header is None or header.kind != first.kind:
            return False
    return True


class FrameSearch:
    """Looks for frames among other bytes, and gives up in a file that is made to look like them."""

    def __init__(self, window: Window, end: int) -> None:
        self._window, self._end = window, end
        self._candidates = 0

    def next_run(self, place: int, limit: int, wanted: int) -> int | None:
        """Where so many frames in a row begin, in [place, limit); None if nowhere."""
        window = self._window
        while place < limit:
            window.load(place)
            for found in _SYNC.finditer(window.chunk):
                at = place + found.start()
                self._candidates += 1
                if at >= limit or self._candidates > _MOST_CANDIDATES:
                    return None
                chunk, start = window.chunk, window.start
                if frame_header(chunk[found.start() : found.start() + 4]) is None:
                    continue
                if frames_in_a_row(window, at, self._end, wanted):
                    return at
                window.chunk, window.start = chunk, start
            if len(window.chunk) < 4:
                return None
            place += len(window.chunk) - 3
        return None


class Mp3Walk:
    """All streams of frames from one place on.

    Attributes:
        streams: what was found.
        n_stray_bytes: what is neither a frame nor a tag.
    """

    def __init__(self, window: Window, place: int, end: int) -> None:
        self._window, self._end = window, end
        self._search = FrameSearch(window, end)
        self.streams: list[Stream] = []
        self.n_stray_bytes = 0
        self._walk(place)
        self._merge_short_overruns()

    def _walk(self, place: int) -> None:
        while place < self._end:
            place = self._run(place)
            if place >= self._end:
                return
            tag_end = min(behind_tags(self._window, place), self._end)
            if tag_end > place:
                place = tag_end
                continue
            found = self.next_run(place)
            self.n_stray_bytes += (found if found is not None else self._end) - place
            if found is None:
                return
            place = found

    def _run(self, place: int) -> int:
        """Take frames as long as one follows another; returns where that ends."""
        window, end = self._window, self._end
        stream = self.streams[-1] if self.streams else None
        begin = place
        while place + 4 <= end:
            head = window.at(place, _HEAD_BYTES)
            header = frame_header(head[:4])
            if header is None:
                break
            promised = _promised(head, header)
            is_same = stream is not None and header.kind == stream.header.kind
            if not is_same and not frames_in_a_row(window, place, end, SURE_FRAMES):
                break
            is_overrun = stream is not None and is_same and stream.is_complete
            if stream is None or not is_same or promised is not None or is_overrun:
                if stream is not None:
                    stream.ranges.add(begin, place)
                begin = place
                stream = Stream(header, promised, is_overrun and promised is None)
                self.streams.append(stream)
            stream.n_frames += 1
            place += header.n_bytes
        place = min(place, end)
        if stream is not None:
            stream.ranges.add(begin, place)
        return place

    def next_run(self, place: int) -> int | None:
        """Where frames begin again at `place` or behind it; None if nowhere."""
        return self._search.next_run(place, self._end, SURE_FRAMES)

    def _merge_short_overruns(self) -> None:
        """Give a frame or two more than were promised back to the stream before."""
        kept: list[Stream] = []
        for stream in self.streams:
            if stream.is_overrun and stream.n_frames < _OVERRUN_FRAMES and kept:
                kept[-1].n_frames += stream.n_frames
                for start, end in stream.ranges:
                    kept[-1].ranges.add(start, end)
            else:
                kept.append(stream)
        self.streams = kept
