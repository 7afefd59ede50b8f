"""Tags of other times and makers: WAV's INFO list and APEv2, by the names of our fields."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import mutagen
import mutagen.flac
import mutagen.id3

from ml_core.audio_file.old_texts import decoded
from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.chunks import chunks
from ml_core.audio_file.streams.outer_tags import ape_tag
from ml_core.audio_file.streams.wav_info import wav_info

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
}

_APE = {
    # wiki.hydrogenaud.io, "APE key"
    "title": ("title",),
    "artist": ("artist",),
    "album": ("album",),
    "album_artist": ("album artist", "albumartist"),
    "composer": ("composer",),
    "date": ("year",),
    "genre": ("genre",),
    "track": ("track",),
    "disc": ("disc",),
    "comment": ("comment",),
    "copyright": ("copyright",),
}
_APE_COVERS = {"cover art (front)": 3, "cover art (other)": 0}
"""Keys of pictures, and what ID3 and FLAC call that kind."""

_TEXT, _BINARY = 0, 1

_LARGEST_ID3_BYTES = 1 << 26


def info_texts(path: Path) -> Texts:
    """The texts of a WAV's INFO list; empty for other files.

    Raises:
        OSError: if the file can't be read.
    """
    with path.open("rb") as handle:
        found = wav_info(ByteSpan(handle, 0, path.stat().st_size))
    texts: Texts = {}
    for field_name, names in _INFO.items():
        values = [decoded(found[name]).strip() for name in names if name in found]
        if values and values[0]:
            texts[field_name] = (values[0],)
    return texts


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


def ape_tags(path: Path) -> tuple[Texts, list[Any]]:
    """Texts and pictures of an APEv2 tag before or behind a stream; ({}, []) without one.

    Read here and not by mutagen, which gives the whole tag up for one text that is not UTF-8.
    Pictures are mutagen's, as FLAC has them; what kind of picture one is its bytes alone tell.

    Raises:
        OSError: if the file can't be read.
    """
    with path.open("rb") as handle:
        items = dict(_ape_items(ape_tag(ByteSpan(handle, 0, path.stat().st_size))))
    texts: Texts = {}
    for field_name, keys in _APE.items():
        parts = next((items[key][1] for key in keys if items.get(key, (1,))[0] == _TEXT), b"")
        values = tuple(text for part in parts.split(b"\0") if (text := decoded(part).strip()))
        if values:
            texts[field_name] = values
    pictures = []
    for key, kind in _APE_COVERS.items():
        if items.get(key, (_TEXT,))[0] == _BINARY:
            picture = _mutagen.flac.Picture()
            # A file name that ends with NUL stands before the picture.
            picture.type, picture.data = kind, items[key][1].partition(b"\0")[2]
            pictures.append(picture)
    return texts, pictures


def _ape_items(data: bytes) -> Iterator[tuple[str, tuple[int, bytes]]]:
    """(key in small letters, (kind, value)) of each item (wiki.hydrogenaud.io, "APE Tag Item")."""
    place = 0
    while place + 9 <= len(data):
        size = int.from_bytes(data[place : place + 4], "little")
        kind = data[place + 4] >> 1 & 3
        end = data.find(b"\0", place + 8)
        if end < 0 or end + 1 + size > len(data):
            return
        key = data[place + 8 : end].decode("ascii", "ignore").lower()
        yield key, (kind, data[end + 1 : end + 1 + size])
        place = end + 1 + size
