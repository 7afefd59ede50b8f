"""Vorbis comments, read and written: FLAC, Ogg Vorbis, Opus."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import mutagen
import mutagen.flac

from ml_core.audio_file.tagging import pictures
from ml_core.audio_file.tagging.building import TagBuilder
from ml_core.audio_file.tagging.fields import BY_VORBIS, FIELDS
from ml_core.audio_file.tagging.id3_tags import credited
from ml_core.audio_file.tagging.own_edits import MARK, MARKED
from ml_core.audio_file.tagging.records import FRONT_COVER, Cover, Tags

_mutagen: Any = mutagen
"""Its annotations cover less than half of it."""

_PICTURE, _OLD_PICTURE = "metadata_block_picture", "coverart"
_LONGEST_BASE64 = pictures.MOST_BYTES * 4 // 3 + 4096
"""What a picture within bounds takes in a Vorbis comment, with its kind and description."""


def from_vorbis(tags: Any, flac_pictures: list[Any]) -> Tags:
    """What Vorbis comments say; pictures are mutagen's, as FLAC has them."""
    found = TagBuilder()
    values: dict[str, tuple[str, list[str]]] = {}
    for name, value in tags:
        values.setdefault(name.casefold(), (name, []))[1].append(value)
    encoded = [*values.pop(_PICTURE, ("", []))[1]]
    old = [*values.pop(_OLD_PICTURE, ("", []))[1]]
    values.pop("coverartmime", None)
    for plain, (name, texts) in sorted(values.items(), key=lambda one: one[0] not in BY_VORBIS):
        if plain in BY_VORBIS:
            found.put(BY_VORBIS[plain], texts)
        else:
            found.put_custom(name, texts)
    for picture in flac_pictures:
        found.picture(picture.data, int(picture.type), picture.desc, picture.mime)
    for text in encoded:
        picture = _comment_picture(text)
        if picture is None:
            found.lose_pictures(1)
        else:
            found.picture(picture.data, int(picture.type), picture.desc, picture.mime)
    for text in old:
        found.picture(_plain_bytes(text), FRONT_COVER)
    return found.made()


def _comment_picture(text: str) -> Any:
    """The picture in a Vorbis comment; None where it is damaged or too large."""
    if len(text) > _LONGEST_BASE64:
        return None
    try:
        return _mutagen.flac.Picture(base64.b64decode(text))
    except (ValueError, _mutagen.flac.error):
        return None


def _plain_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text) if len(text) <= _LONGEST_BASE64 else b""
    except ValueError:
        return b""


def to_vorbis(target: Any, tags: Tags) -> None:
    """Put tags among those of a file; fields they hold replace the file's own."""
    for name, values in vorbis_texts(tags).items():
        target[name] = list(values)
    if tags.is_edit:
        target[MARK] = [MARKED]
    if not tags.all_pictures:
        return
    made = [_flac_picture(picture) for picture in tags.all_pictures]
    if isinstance(target, _mutagen.flac.FLAC):
        target.clear_pictures()
        for picture in made:
            target.add_picture(picture)
    else:
        texts = [base64.b64encode(picture.write()).decode("ascii") for picture in made]
        target[_PICTURE] = texts


def vorbis_texts(tags: Tags) -> Mapping[str, tuple[str, ...]]:
    """All texts by names that Vorbis comments take: printable ASCII without "="."""
    texts: dict[str, tuple[str, ...]] = {}
    for name, values in tags.texts.items():
        # Known names as players write them, others as is usual for names of one's own.
        key = FIELDS[name].vorbis if name in FIELDS else _key(name)
        texts[key] = values
    for remark in tags.remarks:
        key = f"{remark.field}:{remark.description}" if remark.description else remark.field
        texts[_key(key)] = (*texts.get(_key(key), ()), remark.text)
    people = credited(tags)
    if people:
        texts["PERFORMER"] = (*texts.get("PERFORMER", ()), *people)
    return texts


def _key(name: str) -> str:
    plain = "".join(char if " " <= char <= "}" and char != "=" else "_" for char in name)
    return plain.upper()


def _flac_picture(picture: Cover) -> Any:
    made = _mutagen.flac.Picture()
    made.type, made.mime, made.data = picture.kind, picture.mime, picture.data
    made.desc = picture.description
    return made
