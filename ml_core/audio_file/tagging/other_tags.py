"""Tags of other times and makers: WAV's INFO list and APEv2, by the names of our fields."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3

from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.chunks import chunks
from ml_core.audio_file.streams.outer_tags import ape_tag
from ml_core.audio_file.streams.wav_info import wav_info
from ml_core.audio_file.tagging.building import TagBuilder
from ml_core.audio_file.tagging.fields import BY_APE
from ml_core.audio_file.tagging.old_texts import decoded
from ml_core.audio_file.tagging.records import Tags

_mutagen: Any = mutagen

Texts = dict[str, tuple[str, ...]]

_INFO = {
    # Microsoft's "Multimedia Programming Interface and Data Specifications 1.0", chapter 2;
    # ITRK is what later programs write, IPRT what was meant for it.
    "title": (b"INAM",),
    "artist": (b"IART",),
    "album": (b"IPRD",),
    "date": (b"ICRD",),
    "genre": (b"IGNR",),
    "track": (b"ITRK", b"IPRT"),
    "comment": (b"ICMT",),
    "copyright": (b"ICOP",),
    # Names that ffmpeg and others use for these.
    "composer": (b"IMUS",),
    "encoded_by": (b"IENC", b"ITCH"),
    "language": (b"ILNG",),
    "lyricist": (b"IWRI",),
    "media": (b"IMED",),
    "keywords": (b"IKEY",),
    "subtitle": (b"ISBJ",),
    "ENGINEER": (b"IENG",),
    "COMMISSIONED": (b"ICMS",),
    "SOURCE": (b"ISRC",),  # Where it comes from; no recording's number here.
}

_APE_PICTURE = "cover art ("
_APE_KINDS = {
    kind: number
    for number, kind in enumerate(
        (
            *("other", "icon", "other icon", "front", "back", "leaflet", "media", "lead artist"),
            *("artist", "conductor", "band", "composer", "lyricist", "recording location"),
            *("recording session", "performance", "screen capture", "fish", "illustration"),
            *("band logo", "publisher logo"),
        )
    )
}
"""What ID3 and FLAC number so (wiki.hydrogenaud.io, "APE key")."""

_TEXT, _BINARY = 0, 1

_LARGEST_ID3_BYTES = 1 << 26


def info_texts(path: Path) -> Texts:
    """The texts of a WAV's INFO list; empty for other files.

    Raises:
        OSError: if the file can't be read.
    """
    with path.open("rb") as handle:
        found = wav_info(ByteSpan(handle, 0, path.stat().st_size))
    raw = {
        field_name: found[name]
        for field_name, names in _INFO.items()
        for name in reversed(names)
        if name in found
    }
    texts = zip(raw, decoded(list(raw.values())), strict=True)
    return {field_name: (text.strip(),) for field_name, text in texts if text.strip()}


def chunk_id3(path: Path) -> Any:
    """The ID3 tags in a chunk of RF64, W64 or WAV, some of which mutagen doesn't know; or None.

    Raises:
        OSError: if the file can't be read.
    """
    with path.open("rb") as handle:
        span = ByteSpan(handle, 0, path.stat().st_size)
        for chunk in chunks(span):
            if chunk.name.lower() == b"id3 " and chunk.stop - chunk.start <= _LARGEST_ID3_BYTES:
                data = span.at(chunk.start, chunk.stop - chunk.start)
                return _mutagen.id3.ID3(BytesIO(data))
    return None


def ape_tags(path: Path) -> Tags:
    """What an APEv2 tag before or behind a stream says; empty without one.

    Read here and not by mutagen, which gives the whole tag up for one text that is not UTF-8. What
    kind of picture one is its bytes alone tell.

    Raises:
        OSError: if the file can't be read.
    """
    with path.open("rb") as handle:
        data = ape_tag(ByteSpan(handle, 0, path.stat().st_size))
    found = TagBuilder()
    for key, (kind, value) in _ape_items(data):
        plain = key.casefold()
        if kind == _TEXT and plain in BY_APE:
            found.put(BY_APE[plain], decoded(value.split(b"\0")))
        elif kind == _TEXT:
            found.put_custom(key, decoded(value.split(b"\0")))
        elif kind == _BINARY and plain.startswith(_APE_PICTURE):
            # A file name that ends with NUL stands before the picture.
            of = _APE_KINDS.get(plain.removeprefix(_APE_PICTURE).rstrip(")"), 0)
            found.picture(value.partition(b"\0")[2], of)
    return found.made()


def _ape_items(data: bytes) -> Iterator[tuple[str, tuple[int, bytes]]]:
    """(key, (kind, value)) of each item (wiki.hydrogenaud.io, "APE Tag Item")."""
    place = 0
    while place + 9 <= len(data):
        size = int.from_bytes(data[place : place + 4], "little")
        kind = data[place + 4] >> 1 & 3
        end = data.find(b"\0", place + 8)
        if end < 0 or end + 1 + size > len(data):
            return
        key = data[place + 8 : end].decode("ascii", "ignore")
        yield key, (kind, data[end + 1 : end + 1 + size])
        place = end + 1 + size
