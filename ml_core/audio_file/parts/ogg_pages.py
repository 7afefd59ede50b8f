"""Ogg, page by page: which streams it holds, one after another or side by side.

Sources: RFC 3533 (pages), "Ogg FLAC" in FLAC's format description, the mappings of each coding.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ml_core.audio_file.parts.records import ByteRanges, Window
from ml_core.audio_file.parts.tag_blocks import tag_bytes

_HEADER_BYTES = 27
_LONGEST_HEADER = _HEADER_BYTES + 255
_BEGINS, _ENDS = 2, 4
_NO_GRANULE = 0xFFFF_FFFF_FFFF_FFFF

FLAC = "FLAC"
_CODINGS = {
    b"\x01vorbis": "Vorbis",
    b"OpusHead": "Opus",
    b"\x7fFLAC": FLAC,
    b"fLaC": FLAC,
    b"Speex   ": "Speex",
    b"CELT    ": "CELT",
    b"PCM     ": "OggPCM",
    b"\x01audio": "OGM",
    b"\x80theora": "Theora video",
    b"\x01video": "OGM video",
    b"BBCD\0": "Dirac video",
    b"OVP80": "VP8 video",
    b"fishead\0": "Skeleton",
    b"Annodex\0": "Annodex",
    b"\x80kate": "Kate text",
    b"CMML\0": "CMML text",
    b"\x8bJNG": "JNG pictures",
    b"\x8aMNG": "MNG pictures",
    b"MIDI": "MIDI notes",
}
READABLE_CODINGS = frozenset({"Vorbis", "Opus", FLAC})
_DESCRIPTIONS = frozenset({"Skeleton", "Annodex", "Kate text", "CMML text"})

_FLAC_MAPPING_BYTES = 9
"""Ahead of FLAC's own first bytes in an Ogg stream."""


@dataclass(slots=True)
class LogicalStream:
    """One stream of pages with one serial number.

    Attributes:
        coding: by its first packet; "" where that is not known.
        pages: whole pages.
        bodies: what the pages hold.
        rate_hz: of its granules; 0 where that is not known.
        last_granule: of its last page with one.
        has_end: whether its last page says that it is the last.
    """

    coding: str
    rate_hz: int
    pages: ByteRanges = field(default_factory=ByteRanges)
    bodies: ByteRanges = field(default_factory=ByteRanges)
    first_body_skip: int = 0
    last_granule: int = 0
    has_end: bool = False

    @property
    def duration_s(self) -> float:
        """By its granules; 0 where that can't be told."""
        return self.last_granule / self.rate_hz if self.rate_hz else 0.0

    @property
    def ranges(self) -> ByteRanges:
        """What libsndfile is given: pages, or FLAC without its wrapping."""
        return self.bodies if self.coding == FLAC else self.pages


@dataclass(slots=True)
class Link:
    """Streams that sound at the same time, by serial number."""

    streams: dict[int, LogicalStream] = field(default_factory=dict)
    is_begun: bool = False

    @property
    def readable(self) -> LogicalStream | None:
        """The first stream of a coding that can be read."""
        found = (s for s in self.streams.values() if s.coding in READABLE_CODINGS)
        return next(found, None)

    @property
    def main(self) -> LogicalStream:
        """The one that names the link: what can be read, else the first that is no description."""
        streams = list(self.streams.values())
        told = [s for s in streams if s.coding and s.coding not in _DESCRIPTIONS]
        sounds = [s for s in told if "video" not in s.coding]
        return self.readable or (sounds or told or streams)[0]

    @property
    def codings(self) -> str:
        """What the link holds, in words."""
        names = [s.coding or "an unknown coding" for s in self.streams.values()]
        return " and ".join(dict.fromkeys(n for n in names if n not in _DESCRIPTIONS)) or names[0]


class OggWalk:
    """All links from one place on.

    Attributes:
        links: one after another.
        n_stray_bytes: what is neither a page of these nor a tag.
        is_cut_short: whether the last page is not whole.
    """

    def __init__(self, window: Window, place: int, most_links: int) -> None:
        self._window = window
        self._most_links = most_links
        self.links: list[Link] = []
        self.n_stray_bytes = 0
        self.is_cut_short = False
        self._walk(place)

    def _walk(self, place: int) -> None:
        window = self._window
        while place < window.n_bytes:
            head = window.at(place, _LONGEST_HEADER)
            if head[:4] == b"OggS" and len(head) >= _HEADER_BYTES:
                place = self._page(place, head)
                continue
            if len(head) < _HEADER_BYTES and b"OggS".startswith(head[:4]):
                self.is_cut_short = True
                return
            found = tag_bytes(window, place)
            if found:
                place = min(place + found, window.n_bytes)
                continue
            found = self._next_page(place + 1)
            self.n_stray_bytes += found - place
            place = found

    def _next_page(self, place: int) -> int:
        window = self._window
        while place < window.n_bytes:
            window.load(place)
            at = window.chunk.find(b"OggS")
            if at >= 0:
                return place + at
            place += max(len(window.chunk) - 3, 1)
        return window.n_bytes

    def _page(self, place: int, head: bytes) -> int:
        body = place + _HEADER_BYTES + head[26]
        stop = body + sum(head[_HEADER_BYTES : _HEADER_BYTES + head[26]])
        if stop > self._window.n_bytes:
            self.is_cut_short, stop = True, self._window.n_bytes
        serial = int.from_bytes(head[14:18], "little")
        if head[5] & _BEGINS:
            self._begin(serial, self._window.at(body, min(64, max(0, stop - body))))
        elif self.links:
            self.links[-1].is_begun = True
        stream = self.links[-1].streams.get(serial) if self.links else None
        if stream is None:
            self.n_stray_bytes += stop - place
            return stop
        skip = stream.first_body_skip if not len(stream.pages) else 0
        stream.pages.add(place, stop)
        stream.bodies.add(body + skip, stop)
        granule = int.from_bytes(head[6:14], "little")
        if granule != _NO_GRANULE and granule < 1 << 62:
            stream.last_granule = granule
        stream.has_end = bool(head[5] & _ENDS)
        return stop

    def _begin(self, serial: int, packet: bytes) -> None:
        is_new = not self.links or self.links[-1].is_begun or serial in self.links[-1].streams
        if is_new:
            if len(self.links) >= self._most_links:
                return
            self.links.append(Link())
        coding = next((name for mark, name in _CODINGS.items() if packet.startswith(mark)), "")
        stream = LogicalStream(coding, _granule_rate_hz(coding, packet))
        if packet.startswith(b"\x7fFLAC"):
            stream.first_body_skip = _FLAC_MAPPING_BYTES
        self.links[-1].streams[serial] = stream


def _granule_rate_hz(coding: str, packet: bytes) -> int:
    if coding == "Vorbis":
        return int.from_bytes(packet[12:16], "little")
    if coding == "Opus":
        return 48_000  # RFC 7845, section 4
    if coding == "Speex":
        return int.from_bytes(packet[36:40], "little")
    if coding == FLAC:
        at = packet.find(b"fLaC") + 18
        return int.from_bytes(packet[at : at + 3], "big") >> 4
    return 0
