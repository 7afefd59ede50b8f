"""Title, artist and the like, with the cover: read from and written to every format.

A tag that can't be read or written never stands in a song's way: it is left out.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import mutagen
import mutagen.flac
import mutagen.id3
import mutagen.mp4

from ml_core.audio_file.tagging import pictures
from ml_core.audio_file.tagging.fields import FIELDS as _FIELDS
from ml_core.audio_file.tagging.mp4_tags import mp4_pictures, mp4_texts
from ml_core.audio_file.tagging.old_texts import mended
from ml_core.audio_file.tagging.other_tags import ape_tags, chunk_id3, info_texts

_mutagen: Any = mutagen
"""Its annotations cover less than half of it."""

_FRONT_COVER = 3
"""Picture type of a front cover (ID3v2.4, section 4.14)."""

_LATIN_1 = 0
"""ID3's number of the coding whose name old programs put on any (ID3v2.4, section 4)."""

_LONGEST_SHOWN = 300
"""Characters: some files hold whole books as comments, and drawing one stops the window."""

_LOST = "\N{REPLACEMENT CHARACTER}"

_LINK = "-->"
"""Instead of a kind: the data is an address (ID3v2.4, 4.14; FLAC). It is never followed."""

_MOST_PICTURES = 32
"""That are looked at: a tag may hold thousands that are none."""

_LONGEST_BASE64 = pictures.MOST_BYTES * 4 // 3 + 4096
"""What a picture within bounds takes in a Vorbis comment, with its kind and description."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture's bytes and kind, for instance "image/jpeg"."""

    data: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says of its song.

    Attributes:
        texts: by our field's name, each with one value or more.
        is_edit: whether the file is to say that it is an edit that Tastecut made.
        cover: the front cover, else the first picture; only PNG, JPEG, GIF and WebP within bounds.
        lost_cover: whether there were pictures, and none of them was of that kind.
    """

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cover: Cover | None = None
    is_edit: bool = False
    lost_cover: bool = False

    def whole_text(self, name: str) -> str:
        """All values of a field on one line; "" without one."""
        return ", ".join(" ".join(value.split()) for value in self.texts.get(name, ()))

    def text(self, name: str) -> str:
        """As `whole_text`, but no longer than anyone would read."""
        whole = self.whole_text(name)
        return whole if len(whole) <= _LONGEST_SHOWN else f"{whole[: _LONGEST_SHOWN - 1]}…"

    @property
    def title(self) -> str:
        """The song's title; "" without one."""
        return self.text("title")

    @property
    def artist(self) -> str:
        """Who made the song; "" where it does not say."""
        return self.text("artist")


def embedded_tags(path: str | Path) -> Tags:
    """A file's own tags: ID3, Vorbis comments, APEv2, WAV's INFO list, in this order.

    What one kind leaves out the next fills in. Empty where there are none or they can't be read.
    """
    found = Tags()
    for read in (_from_library, _from_chunk, _from_ape, _from_info):
        # Foreign parsers over untrusted bytes: whatever they trip over, the song is still a song.
        with suppress(Exception):
            found = _filled(found, read(Path(path)))
    return found


def _filled(first: Tags, more: Tags) -> Tags:
    """The first tags, with what they lack taken from others."""
    cover = first.cover or more.cover
    is_lost = cover is None and (first.lost_cover or more.lost_cover)
    return replace(first, texts={**more.texts, **first.texts}, cover=cover, lost_cover=is_lost)


def _from_library(path: Path) -> Tags:
    tagged = _mutagen.File(path)
    tags = getattr(tagged, "tags", None)
    if isinstance(tags, _mutagen.id3.ID3):
        found = _from_id3(tags)
        is_short = tags.version[0] == 1  # ID3v1 cuts texts off after 30 bytes
        return _filled(_from_ape(path), found) if is_short else found
    if isinstance(tags, _mutagen._vorbis.VCommentDict):
        return _from_vorbis(tags, getattr(tagged, "pictures", []))
    if isinstance(tagged, _mutagen.mp4.MP4) and tags is not None:
        texts = {name: _clean(values) for name, values in mp4_texts(tags).items()}
        return _with_cover({k: v for k, v in texts.items() if v}, mp4_pictures(tags))
    return Tags()


def _from_chunk(path: Path) -> Tags:
    tags = chunk_id3(path)
    return Tags() if tags is None else _from_id3(tags)


def _from_ape(path: Path) -> Tags:
    return _with_cover(*ape_tags(path))


def _from_info(path: Path) -> Tags:
    return Tags(info_texts(path))


def completed(tags: Tags, container_text: Callable[[str], str]) -> Tags:
    """Tags, with what they lack taken from the texts of the container itself (AIFF's NAME chunk).

    libsndfile takes them for UTF-8; what is none would be destroyed, and is left out.
    """
    texts = dict(tags.texts)
    for name, (_, _, field_name) in _FIELDS.items():
        value = container_text(field_name) if field_name else ""
        if value and name not in texts and _LOST not in value:
            texts[name] = (value,)
    return replace(tags, texts=texts)


def with_drawable_cover(tags: Tags) -> Tags:
    """Tags whose cover has been decoded once: without it where that failed, as where it is cut."""
    if tags.cover is None or pictures.can_be_drawn(tags.cover.data):
        return tags
    return replace(tags, cover=None, lost_cover=True)


def _clean(values: list[str]) -> tuple[str, ...]:
    """Values without what no tag may hold: NUL bytes, stray surrogates, emptiness.

    A value whose characters were lost before it came here is left out.
    """
    plain = (
        str(value).replace("\0", " ").encode("utf-8", "replace").decode("utf-8").strip()
        for value in values
    )
    return tuple(value for value in plain if value and _LOST not in value)


def _from_id3(tags: Any) -> Tags:
    texts, found = {}, {}
    for name, (_, frame_id, _) in _FIELDS.items():
        frames = tags.getall(frame_id)
        if frame_id == "COMM":  # comments with a description belong to programs (iTunes' gain)
            frames = [frame for frame in frames if not frame.desc]
        if frames:
            found[name] = frames[0]
    _mend(found.values())
    for name, frame in found.items():
        if values := _clean(frame.text):
            texts[name] = values
    return _with_cover(texts, tags.getall("APIC"))


def _mend(frames: Collection[Any]) -> None:
    """Put the texts of frames right that claim to be ISO 8859-1; they are looked at together."""
    claiming = [frame for frame in frames if frame.encoding == _LATIN_1]
    texts = iter(mended([str(text) for frame in claiming for text in frame.text]))
    for frame in claiming:
        frame.text = [next(texts) for _ in frame.text]


def _from_vorbis(tags: Any, flac_pictures: list[Any]) -> Tags:
    texts = {}
    for name, (key, _, _) in _FIELDS.items():
        values = _clean(tags.get(key, []))
        if values:
            texts[name] = values
    encoded = tags.get("metadata_block_picture", [])
    decoded = [picture for text in encoded if (picture := _comment_picture(text)) is not None]
    found = _with_cover(texts, [*flac_pictures, *decoded])
    is_lost = found.cover is None and bool(flac_pictures or encoded)
    return replace(found, lost_cover=is_lost)


def _comment_picture(text: str) -> Any:
    """The picture in a Vorbis comment; None where it is damaged or too large."""
    if len(text) > _LONGEST_BASE64:
        return None
    try:
        return _mutagen.flac.Picture(base64.b64decode(text))
    except (ValueError, _mutagen.flac.error):
        return None


def _with_cover(texts: Mapping[str, tuple[str, ...]], found: list[Any]) -> Tags:
    """Texts with the best of the pictures, which are mutagen's."""
    front_first = sorted(found, key=lambda picture: bool(picture.type != _FRONT_COVER))
    covers = (
        Cover(picture.data, mime)
        for picture in front_first[:_MOST_PICTURES]
        if picture.mime != _LINK and (mime := pictures.mime_type(picture.data))
    )
    best = next(covers, None)
    return Tags(texts, best, lost_cover=best is None and bool(found))
