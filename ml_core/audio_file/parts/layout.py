"""From a file's bytes to the streams of sound in it, whatever stands before, between and behind.

Players skip tags and padding before the first frame, and go on where one file was put behind
another; libsndfile does neither. So it is handed each stream alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO

from ml_core.audio_file.parts.chunked import MP3_TAGS, Chunks, is_chunked
from ml_core.audio_file.parts.flac_streams import flac_channel_mask, flac_start, next_start
from ml_core.audio_file.parts.mp3_frames import (
    SURE_AFTER_JUNK,
    SURE_FRAMES,
    FrameSearch,
    Mp3Walk,
    starts_here,
)
from ml_core.audio_file.parts.ogg_pages import FLAC, OggWalk
from ml_core.audio_file.parts.records import ByteRanges, Part, Unread, Window
from ml_core.audio_file.parts.tag_blocks import (
    PADDING_BYTES,
    behind_tags,
    tags_start,
    zeros_end,
)
from ml_core.domain.files.demuxers import demuxer_for
from ml_core.domain.files.unreadable import HEAD_BYTES, foreign_kind

MOST_PARTS = 1000
"""A day of radio has some hundreds; each costs an opening."""

_SEARCHED_BYTES = 1 << 20
"""How far ahead of the first sound other bytes are passed over."""

_STARTS = re.compile(
    rb"fLaC[\x00\x80]\x00\x00\x22|OggS\x00\x02|RI(?:FF|FX)....WAVE|R(?:F|W)64....WAVE"
    rb"|FORM....AIF[FC]|caff\x00\x01\x00\x00desc|riff\x2e\x91\xcf\x11",
    re.DOTALL,
)


@dataclass(slots=True)
class Layout:
    """What a file holds.

    Attributes:
        parts: streams of sound that may be readable, in order.
        unread: sound that is known not to be, behind the first part or instead of one.
        n_stray_bytes: what is neither sound nor a tag.
        is_cut_short: whether its container says that bytes are missing at the end.
        coding: of the first part, where libsndfile does not read it, in words.
        channel_mask: WAVE's loudspeakers; 0 where it does not name them.
        head: the file's first bytes behind its tags.
    """

    parts: list[Part] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    n_stray_bytes: int = 0
    is_cut_short: bool = False
    coding: str = ""
    channel_mask: int = 0
    head: bytes = b""

    def add_unread(self, words: str, n_bytes: int, duration_s: float = 0.0) -> None:
        """Note sound that is left out; what is alike is put together."""
        if self.unread and self.unread[-1].words == words:
            last = self.unread.pop()
            n_bytes, duration_s = n_bytes + last.n_bytes, duration_s + last.duration_s
        self.unread.append(Unread(words, n_bytes, duration_s))


def find_layout(handle: IO[bytes], n_bytes: int) -> Layout:
    """The streams of sound in a file, whose reading place is moved.

    Without any part, the file is left to libsndfile as it is.

    Raises:
        OSError: if the disk fails.
    """
    window = Window(handle, n_bytes)
    layout = Layout()
    place = _first_start(window, layout)
    if place is None and (demuxer := demuxer_for(layout.head)):
        layout.parts.append(Part(ByteRanges([(0, n_bytes)]), demuxer=demuxer))
    for _ in range(MOST_PARTS):
        if place is None or place >= n_bytes or len(layout.parts) >= MOST_PARTS:
            break
        end = _take(window, place, layout)
        place = _next_start(window, max(end, place + 1), layout)
    if place is not None and place < n_bytes:
        layout.add_unread("sound", n_bytes - place)
    return layout


def _first_start(window: Window, layout: Layout) -> int | None:
    """Where sound begins; None if nothing is found."""
    behind, place = 0, -1
    while behind > place:
        layout.head = window.at(behind, HEAD_BYTES)
        if foreign_kind(layout.head):
            return None
        place = zeros_end(window, behind)
        behind = behind_tags(window, place)
    if place >= window.n_bytes:
        return None
    layout.head = window.at(place, HEAD_BYTES)
    if starts_here(window, place, SURE_FRAMES):
        return place
    if foreign_kind(layout.head):
        return None
    return _start_behind_junk(window, place, layout)


def _start_behind_junk(window: Window, place: int, layout: Layout) -> int | None:
    """Sound that follows other bytes, where it is most of the file."""
    limit = min(window.n_bytes, place + _SEARCHED_BYTES)
    window.load(place, limit - place + 16)
    found = _STARTS.search(window.chunk)
    start = place + found.start() if found else None
    window.load(place)
    frames = FrameSearch(window, window.n_bytes).next_run(place, limit, SURE_AFTER_JUNK)
    if frames is not None and (start is None or frames < start):
        start = frames
    if start is None or start - place > window.n_bytes - start:
        return None
    layout.n_stray_bytes += start - place
    return start


def _next_start(window: Window, place: int, layout: Layout) -> int | None:
    """Where the next stream begins behind the end of one; counts what is none."""
    while place < window.n_bytes:
        place = behind_tags(window, place)
        if starts_here(window, place):
            return place
        end = tags_start(window, place)
        window.load(place, min(end - place, _SEARCHED_BYTES))
        found = _STARTS.search(window.chunk, 1)
        stray = place + found.start() if found else end
        is_padding = zeros_end(window, place) >= stray and stray - place < PADDING_BYTES
        layout.n_stray_bytes += 0 if is_padding else stray - place
        place = stray if found else window.n_bytes
    return None


def _take(window: Window, place: int, layout: Layout) -> int:
    """Take the stream or streams that begin at `place`; returns where they end."""
    head = window.at(place, 12)
    if head[:4] == b"OggS":
        return _take_ogg(window, place, layout)
    if head[:4] == b"fLaC":
        return _take_flac(window, place, layout)
    if is_chunked(head):
        return _take_chunks(window, place, layout)
    walk = Mp3Walk(window, place, tags_start(window, place))
    _take_mp3(walk, layout)
    return walk.end


def _take_mp3(walk: Mp3Walk, layout: Layout) -> None:
    layout.n_stray_bytes += walk.n_stray_bytes
    for index, stream in enumerate(walk.streams):
        if index >= MOST_PARTS:
            rest = walk.streams[index:]
            seconds = sum(other.duration_s for other in rest)
            layout.add_unread("sound", sum(other.ranges.n_bytes for other in rest), seconds)
            return
        layout.parts.append(Part(stream.ranges, not stream.promised, stream.duration_s))


def _take_ogg(window: Window, place: int, layout: Layout) -> int:
    walk = OggWalk(window, place, MOST_PARTS)
    layout.n_stray_bytes += walk.n_stray_bytes
    is_first = not layout.parts
    for link in walk.links:
        stream = link.readable
        if stream is not None:
            # Of the others libsndfile tells the length itself.
            seconds = stream.duration_s if stream.coding == FLAC else 0.0
            layout.parts.append(Part(stream.ranges, duration_s=seconds))
            layout.is_cut_short = not stream.has_end
            continue
        n_bytes = sum(other.pages.n_bytes for other in link.streams.values())
        if is_first and not layout.parts and not layout.coding:
            layout.coding = f"{link.codings} in Ogg"
        layout.add_unread(f"{link.codings} in Ogg", n_bytes, link.main.duration_s)
    layout.is_cut_short |= walk.is_cut_short
    return walk.end


def _take_flac(window: Window, place: int, layout: Layout) -> int:
    first_frame = flac_start(window, place)
    if not layout.parts:
        layout.channel_mask = flac_channel_mask(window, place, first_frame)
    end = next_start(window, first_frame)
    if end is None:
        end = window.n_bytes
    layout.parts.append(Part(ByteRanges([(place, end)])))
    return end


def _take_chunks(window: Window, place: int, layout: Layout) -> int:
    chunks = Chunks(window, place)
    if not layout.parts:
        layout.coding = f"{chunks.coding} in {chunks.container}" if chunks.coding else ""
        layout.channel_mask = chunks.channel_mask
    layout.is_cut_short = chunks.is_cut_short
    end = window.n_bytes if chunks.end is None else chunks.end
    if chunks.tag in MP3_TAGS and chunks.data[1] > chunks.data[0]:
        _take_mp3(Mp3Walk(window, *chunks.data), layout)
    else:
        layout.parts.append(Part(ByteRanges([(place, end)])))
    return end
