"""What files are that hold no sound which Tastecut reads: told by their first bytes."""

from __future__ import annotations

HEAD_BYTES = 512
"""Of a file, which tell its kind."""

_STARTS = {
    b"\x30\x26\xb2\x75": "a WMA file",
    b"MAC ": "a Monkey's Audio file",
    b"wvpk": "a WavPack file",
    b"MPCK": "a Musepack file",
    b"MP+\x07": "a Musepack file",
    b"\x1a\x45\xdf\xa3": "a Matroska or WebM file",
    b"MThd": "a MIDI file, which holds notes and no sound",
    b"TTA1": "a True Audio file",
    b"TTA2": "a True Audio file",
    b"tBaK": "a TAK file",
    b"OFR ": "an OptimFROG file",
    b"ajkg": "a Shorten file",
    b"DSD ": "a DSD file",
    b"FRM8": "a DSD file",
    b"ADIF": "an AAC file",
    b"\x0b\x77": "an AC-3 file",
    b"\x7f\xfe\x80\x01": "a DTS file",
    b"\xfe\x7f\x01\x80": "a DTS file",
    b"#!AMR": "an AMR file",
    b".RMF": "a RealMedia file",
    b".ra\xfd": "a RealAudio file",
    b"Creative Voice File": "a Creative Voice file",
    b"FLV\x01": "a Flash video",
    b"\x00\x00\x01\xba": "an MPEG video",
    b"\x00\x00\x01\xb3": "an MPEG video",
    b"Extended Module:": "a tracker module, which holds notes and short sounds",
    b"IMPM": "a tracker module, which holds notes and short sounds",
    b"PK\x03\x04": "a ZIP archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"%PDF-": "a PDF document",
    b"\x89PNG\r\n": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
}

_BOXES = {b"moov": "a QuickTime video", b"mdat": "a QuickTime video", b"wide": "a QuickTime video"}

_RIFF_FORMS = {
    b"AVI ": "an AVI video",
    b"RMID": "a MIDI file, which holds notes and no sound",
    b"CDDA": "a CD track list, which holds no sound",
    b"WEBP": "a picture",
    b"sfbk": "a SoundFont, which holds single notes",
    b"QLCM": "a QCELP file",
}

_MP4_BRANDS = {
    b"qt  ": "a QuickTime video",
    b"crx ": "a picture",
    b"heic": "a picture",
    b"avif": "a picture",
}
NO_SOUND_KINDS = frozenset({"a picture", "a PDF document"})
"""Kinds that hold no sound which a conversion could bring to light."""

_TRANSPORT_PACKET_BYTES = 188


def foreign_kind(head: bytes) -> str:
    """What a file is that Tastecut can't read, for instance "an AVI video"; "" if not known.

    Args:
        head: its first bytes, up to `HEAD_BYTES`.
    """
    if head[:4] == b"RIFF":
        return _RIFF_FORMS.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _MP4_BRANDS.get(head[8:12], "an M4A or MP4 file")
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xF6 == 0xF0:
        return "an AAC file"
    if head[: 2 * _TRANSPORT_PACKET_BYTES + 1 : _TRANSPORT_PACKET_BYTES] == b"GGG":
        return "an MPEG transport stream"
    found = (words for start, words in _STARTS.items() if head.startswith(start))
    return next(found, _BOXES.get(head[4:8], ""))
