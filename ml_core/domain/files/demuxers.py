"""Kinds of files whose sound FFmpeg's libraries read: told by their first bytes alone."""

from __future__ import annotations

_ASF = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"
_EBML = b"\x1a\x45\xdf\xa3"
_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide"})
_PICTURE_BRANDS = frozenset({b"crx ", b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis"})

FILE_FORMATS = {
    "mov": "MP4",
    "matroska": "MATROSKA",
    "asf": "ASF",
    "wv": "WAVPACK",
    "avi": "AVI",
    "aac": "AAC",
}
"""What a song's `file_format` says, by demuxer."""

WORDS = {
    "mov": "an M4A, MP4 or QuickTime file",
    "matroska": "a Matroska or WebM file",
    "asf": "a WMA or WMV file",
    "wv": "a WavPack file",
    "avi": "an AVI video",
    "aac": "an AAC file",
}
"""What such a file is, by demuxer."""


def demuxer_for(head: bytes) -> str:
    """FFmpeg's name of what takes such a file apart; "" where libsndfile is asked, or nothing.

    It is named to FFmpeg, which would try its three hundred others otherwise (playlists that lead
    elsewhere among them).

    Args:
        head: the file's first bytes, twelve or more.
    """
    if head[4:8] in _BOXES:
        return "" if head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS else "mov"
    if head.startswith(_EBML):
        return "matroska"
    if head.startswith(_ASF):
        return "asf"
    if head.startswith(b"wvpk"):
        return "wv"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    is_adts = len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0
    return "aac" if is_adts or head.startswith(b"ADIF") else ""
