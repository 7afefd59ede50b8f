"""The tags of WMA files (Advanced Systems Format), which are only read."""

from __future__ import annotations

import struct
from typing import Any

from ml_core.audio_file.tagging.building import TagBuilder
from ml_core.audio_file.tagging.records import Tags

_FIELDS = {
    # Microsoft's "Attribute List" of the Windows Media Format SDK.
    "title": "title",
    "author": "artist",
    "copyright": "copyright",
    "description": "comment",
    "wm/albumtitle": "album",
    "wm/albumartist": "album_artist",
    "wm/composer": "composer",
    "wm/year": "date",
    "wm/genre": "genre",
    "wm/tracknumber": "track",
    "wm/partofset": "disc",
    "wm/lyrics": "lyrics",
    "wm/writer": "lyricist",
    "wm/conductor": "conductor",
    "wm/modifiedby": "remixer",
    "wm/contentgroupdescription": "grouping",
    "wm/subtitle": "subtitle",
    "wm/beatsperminute": "bpm",
    "wm/initialkey": "key",
    "wm/language": "language",
    "wm/mood": "mood",
    "wm/media": "media",
    "wm/publisher": "label",
    "wm/encodedby": "encoded_by",
    "wm/originalreleaseyear": "original_date",
    "wm/titlesortorder": "title_sort",
    "wm/artistsortorder": "artist_sort",
    "wm/albumsortorder": "album_sort",
    "wm/iscompilation": "compilation",
    "wm/setsubtitle": "disc_subtitle",
    "wm/originalartist": "original_artist",
    "wm/originalalbumtitle": "original_album",
    "wm/originallyricist": "original_lyricist",
    "wm/originalfilename": "original_file",
}
_PICTURE = "wm/picture"
_NEVER_TAKEN = ("wmfsdk", "wm/track", "isvbr", "devic", "wm/mcdi", "wm/lyrics_synchronised")


def from_asf(tags: Any) -> Tags:
    """What ASF's attributes say."""
    found = TagBuilder()
    values: dict[str, list[Any]] = {}
    names: dict[str, str] = {}
    for name, value in tags:
        names.setdefault(name.casefold(), name)
        values.setdefault(name.casefold(), []).append(value)
    for plain, name in names.items():
        if plain in _FIELDS:
            found.put(_FIELDS[plain], map(str, values[plain]))
        elif plain != _PICTURE and not plain.startswith(_NEVER_TAKEN):
            texts = [str(one) for one in values[plain] if isinstance(one.value, str)]
            found.put_custom(name.removeprefix("WM/"), texts)
    for picture in values.get(_PICTURE, ()):
        found.picture(*_picture(bytes(picture.value)))
    return found.made()


def _picture(data: bytes) -> tuple[bytes, int, str]:
    """(bytes, kind, description) of WM_PICTURE: a kind, a size, two texts in UTF-16, the bytes."""
    if len(data) < 5:
        return b"", 0, ""
    kind, size = struct.unpack_from("<BI", data)
    texts, place = [], 5
    for _ in range(2):
        end = place
        while data[end : end + 2] not in (b"\0\0", b""):
            end += 2
        texts.append(data[place:end].decode("utf-16-le", "ignore"))
        place = end + 2
    return data[place : place + size], kind, texts[1]
