"""What a cut makes false: told by its name, in whatever tags it stands. All else is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

_EXACTLY = frozenset(
    # How long, how loud, where what is.
    {"length", "lengthms", "tlen", "duration", "durationms", "songlength", "timereference"}
    | {"averagelevel", "peakvalue", "peaklevel", "loudness", "loudnessrange", "truepeak"}
    | {"gapless", "gaplessinfo", "pgap", "encoderdelay", "encoderpadding", "startoffset"}
    | {"toc", "cdtoc", "mcdi", "seektable", "seekpoints", "lrc", "beatgrid", "markers", "xmp"}
    # Numbers of this very recording, or of its bytes.
    | {"isrc", "tsrc", "musicbrainztrmid", "musicbrainzoriginaltrackid", "umid", "ufid"}
    | {"wmuniquefileidentifier", "wmwmcontentid", "uniquefileidentifier"}
    | {"md5", "crc", "crc32", "audiomd5", "checksum", "sha1", "sha256", "tastecut"}
    # What wrote the file before.
    | {"encoder", "encodersettings", "encoderoptions", "encodingsettings", "encodingtime"}
    | {"encodingparams", "encodedusing", "encodedwith", "tsse", "taggingtime", "software"}
    | {
        "codinghistory",
        "filetype",
        "playlistdelay",
        "bitrate",
        "samplerate",
        "isvbr",
        "wmencodingtime",
    }
)
_BEGINNINGS = (
    # Loudness: ReplayGain, EBU R 128 in Opus, mp3gain, iTunes.
    *("replaygain", "r128", "rva", "mp3gain", "itunnorm", "integratedloudness", "loudnessintegr"),
    # Lengths and places: iTunes' gapless playing, chapters, cue sheets, DJ programs' own tables.
    *("itunsmpb", "itunpgap", "itunescddb", "chapter", "cuesheet", "cuepoint", "cuetrack"),
    *("serato", "traktor", "syncedlyrics", "synclyrics", "syncedlyric", "synchronizedlyrics"),
    # What a recording is recognised by.
    *("acoustid", "fingerprint", "musicip", "accuraterip", "acousticbrainz"),
)
_ENDS = ("trackid", "recordingid", "songid", "puid", "fingerprint")

_OTHER_THAN_LETTERS = re.compile(r"[\W_]+")
_STAMP = re.compile(r"[\[<]\d{1,3}:\d{2}(?:[.:]\d{1,3})?[\]>]")
_STAMP_HEAD = re.compile(
    r"^\[(?:ti|ar|al|au|by|re|ve|length|offset|tool|#):?[^\]]*\]\s*$", re.I | re.M
)

NEVER_TAKEN = frozenset(
    {"AENC", "ASPI", "CHAP", "CTOC", "ENCR", "EQU2", "ETCO", "GRID", "LINK", "MCDI", "MLLT"}
    | {"POSS", "RBUF", "RVA2", "RVAD", "RVRB", "SEEK", "SIGN", "SYLT", "SYTC", "UFID"}
    | {"TDEN", "TDLY", "TDTG", "TFLT", "TLEN", "TSIZ", "TSRC", "TSSE"}
)
"""ID3's frames of lengths, places, loudness and bytes, and ids of the recording (ID3v2.4, 4)."""

NEVER_TAKEN_MP4 = frozenset({"pgap", "cnID", "xid ", "©too", "©enc", "tvnn:id", "chpl"})


def is_false_when_cut(name: str) -> bool:
    """Whether a field of this name tells what no longer holds of an edit.

    Args:
        name: in any spelling: "REPLAYGAIN_TRACK_GAIN", "MusicBrainz Track Id", "Length".
    """
    plain = _OTHER_THAN_LETTERS.sub("", name.casefold())
    return plain in _EXACTLY or plain.startswith(_BEGINNINGS) or plain.endswith(_ENDS)


def without_times(texts: Iterable[str]) -> tuple[str, ...]:
    """Lyrics without the times of their lines, which an edit shifts; the words stay."""
    return tuple(
        text if not _STAMP.search(text) else _STAMP_HEAD.sub("", _STAMP.sub("", text)).strip()
        for text in texts
    )
