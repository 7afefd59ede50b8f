"""WAV, AIFF and the like: where they say that they end, and which coding they hold.

Sources: RIFF and its WAVE form (Microsoft, IBM), EBU Tech 3306 (RF64), EA IFF 85, Apple's Core
Audio Format, Sony's Wave64, the NeXT sound file.
"""

from __future__ import annotations

from ml_core.audio_file.parts.records import Window

_UNKNOWN_SIZE = 0xFFFF_0000
"""0 and sizes from here on stand for "not known yet" in files that were written to a pipe."""

_W64_RIFF = b"riff\x2e\x91\xcf\x11"
_MOST_CHUNKS = 10_000

# WAVE format tags (Microsoft's mmreg.h) of codings that libsndfile does not read in a WAV.
_WAVE_CODINGS = {
    0x0005: "IBM CVSD",
    0x0008: "DTS",
    0x0009: "DRM",
    0x0010: "OKI ADPCM",
    0x0022: "TrueSpeech",
    0x0042: "G.723.1",
    0x0045: "G.726 ADPCM",
    0x0050: "MPEG Layer II",
    0x0055: "MP3",
    0x0061: "DUCK ADPCM",
    0x0092: "AC-3",
    0x00FF: "AAC",
    0x0160: "WMA",
    0x0161: "WMA",
    0x0162: "WMA Pro",
    0x0163: "WMA Lossless",
    0x0270: "ATRAC3",
    0x1600: "AAC",
    0x1602: "AAC",
    0x1610: "AAC",
    0x2000: "AC-3",
    0x2001: "DTS",
    0x4143: "AC-3",
    0x566F: "Vorbis",
    0x674F: "Vorbis",
    0x6750: "Vorbis",
    0x6751: "Vorbis",
    0x676F: "Vorbis",
    0x6770: "Vorbis",
    0x6771: "Vorbis",
    0x704F: "Opus",
    0x77A1: "TTA",
    0xA106: "AAC",
    0xA109: "Speex",
    0xF1AC: "FLAC",
}
MP3_TAGS = frozenset({0x0050, 0x0055})
_EXTENSIBLE = 0xFFFE
_READ_TAGS = frozenset({1, 2, 3, 6, 7, 0x11, 0x31, 0x40, 0x64, 0x65})
"""PCM, ADPCM, floating point, A-law, mu-law, GSM and G.72x: libsndfile reads them."""


_FOUR_LETTERS = {
    b"aac ": "AAC",
    b"aach": "HE-AAC",
    b"aacp": "HE-AAC",
    b"ac-3": "AC-3",
    b"ec-3": "E-AC-3",
    b"alac": "Apple Lossless",
    b".mp1": "MPEG Layer I",
    b".mp2": "MPEG Layer II",
    b".mp3": "MP3",
    b"opus": "Opus",
    b"flac": "FLAC",
    b"QDM2": "QDesign",
    b"QDMC": "QDesign",
    b"Qclp": "QCELP",
    b"MAC3": "MACE 3:1",
    b"MAC6": "MACE 6:1",
    b"ima4": "IMA ADPCM",
    b"samr": "AMR",
}

_DESCRIBING_CHUNKS = frozenset(
    {b"LIST", b"id3 ", b"ID3 ", b"bext", b"iXML", b"_PMX", b"cue ", b"smpl", b"inst", b"acid"}
    | {b"JUNK", b"PAD ", b"FLLR", b"DISP", b"axml", b"chna", b"PEAK", b"fact", b"plst"}
)

_CONTAINERS = {b"FORM": "AIFF", b"caff": "CAF", b".snd": "AU", b"riff": "W64"}


class Chunks:
    """A file of chunks, from one place on.

    Attributes:
        end: where it ends by its own account; None where it does not tell, or more is missing.
        is_cut_short: whether bytes are missing at its end.
        tag: WAVE's number of the coding; 0 for other kinds.
        container: its own name.
        coding: its name, where it is one that libsndfile does not read.
        data: where a WAVE's sound lies.
        channel_mask: WAVE's loudspeakers; 0 where it does not name them.
    """

    def __init__(self, window: Window, place: int) -> None:
        self._window = window
        self.tag, self.coding, self.data, self.channel_mask = 0, "", (0, 0), 0
        self.container = _CONTAINERS.get(window.at(place, 4), "WAV")
        self.is_cut_short = False
        self.end: int | None = None
        head = window.at(place, 24)
        if head[:4] in (b"RIFF", b"FORM", b"RIFX"):
            order = "little" if head[:4] == b"RIFF" else "big"
            size = int.from_bytes(head[4:8], order)  # type: ignore[arg-type]
            if 0 < size < _UNKNOWN_SIZE:
                self.end = place + 8 + size + size % 2
                self.is_cut_short = place + 8 + size > window.n_bytes + 1
            self._walk(place + 12, order)
        elif head[:4] in (b"RF64", b"BW64"):
            riff_bytes = int.from_bytes(window.at(place + 20, 8), "little")
            if window.at(place + 12, 4) == b"ds64" and 0 < riff_bytes < 1 << 62:
                self.end = place + 8 + riff_bytes
            self._walk(place + 12, "little")
        elif head[:8] == _W64_RIFF:
            self.end = place + int.from_bytes(head[16:24], "little")
        elif head[:4] == b".snd":
            size = int.from_bytes(head[8:12], "big")
            if size < _UNKNOWN_SIZE:
                self.end = place + int.from_bytes(head[4:8], "big") + size
        elif head[:4] == b"caff":
            self._walk_caf(place + 8)
        if self.end is not None:
            self.end = self._behind_more_chunks(self.end)

    def _walk(self, place: int, order: str) -> None:
        """Through the chunks of RIFF and FORM; sound that goes on behind their end counts too."""
        limit = self.end if self.end is not None else self._window.n_bytes
        for _ in range(_MOST_CHUNKS):
            head = self._window.at(place, 8)
            if place >= limit or len(head) < 8:
                return
            size = int.from_bytes(head[4:8], order)  # type: ignore[arg-type]
            if head[:4] == b"fmt ":
                self._read_format(self._window.at(place + 8, 40), order)
            elif head[:4] == b"COMM" and size > 22:
                self.coding = _FOUR_LETTERS.get(self._window.at(place + 26, 4), self.coding)
            elif head[:4] in (b"data", b"SSND"):
                self.data = (place + 8, min(place + 8 + size, self._window.n_bytes))
                if self.end is not None and size < _UNKNOWN_SIZE:
                    self.end = max(self.end, place + 8 + size)
            place += 8 + size + size % 2

    def _behind_more_chunks(self, place: int) -> int | None:
        """Programs that add tags don't all correct the size of the whole."""
        while (head := self._window.at(place, 8))[:4] in _DESCRIBING_CHUNKS and len(head) == 8:
            size = int.from_bytes(head[4:8], "little")
            place += 8 + size + size % 2
        return place if place <= self._window.n_bytes else None

    def _read_format(self, fmt: bytes, order: str) -> None:
        self.tag = int.from_bytes(fmt[:2], order)  # type: ignore[arg-type]
        if self.tag == _EXTENSIBLE and len(fmt) >= 40:
            self.channel_mask = int.from_bytes(fmt[20:24], order)  # type: ignore[arg-type]
            self.tag = int.from_bytes(fmt[24:26], order)  # type: ignore[arg-type]
        if self.tag not in _READ_TAGS:
            self.coding = _WAVE_CODINGS.get(self.tag, f"sound of the coding 0x{self.tag:04X}")

    def _walk_caf(self, place: int) -> None:
        for _ in range(_MOST_CHUNKS):
            head = self._window.at(place, 12)
            if len(head) < 12:
                self.end = place if not head else None
                return
            size = int.from_bytes(head[4:12], "big", signed=True)
            if head[:4] == b"desc":
                self.coding = _FOUR_LETTERS.get(self._window.at(place + 20, 4), "")
            if size < 0 or not head[:4].isascii() or not head[:4].decode("latin-1").isprintable():
                self.end = None if size < 0 else place
                return
            place += 12 + size


def is_chunked(head: bytes) -> bool:
    """Whether these first 12 bytes begin such a file that holds sound."""
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64"):
        return head[8:12] == b"WAVE"
    if head[:4] == b"FORM":
        return head[8:12] in (b"AIFF", b"AIFC")
    return head[:8] == _W64_RIFF or head[:4] in (b".snd", b"caff")
