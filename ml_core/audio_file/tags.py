"""Title, artist and the like, with the cover: read from and written to every format.

A tag that can't be read or written never stands in a song's way: it is left out.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import mutagen
import mutagen.flac
import mutagen.id3

from ml_core.audio_file import pictures
from ml_core.domain.file_formats import WriteFormat

_mutagen: Any = mutagen
"""Its annotations cover less than half of it."""

# Our name -> (Vorbis comment, ID3 frame, libsndfile's text). What belongs to one recording alone
# (length, loudness, ISRC, fingerprints, cue sheets) is not carried over to an edit of it.
_FIELDS = {
    "title": ("title", "TIT2", "title"),
    "artist": ("artist", "TPE1", "artist"),
    "album": ("album", "TALB", "album"),
    "album_artist": ("albumartist", "TPE2", ""),
    "composer": ("composer", "TCOM", ""),
    "date": ("date", "TDRC", "date"),
    "genre": ("genre", "TCON", "genre"),
    "track": ("tracknumber", "TRCK", "tracknumber"),
    "disc": ("discnumber", "TPOS", ""),
    "comment": ("comment", "COMM", "comment"),
    "copyright": ("copyright", "TCOP", "copyright"),
}

_FRONT_COVER = 3
"""Picture type of a front cover (ID3v2.4, section 4.14)."""

_LINK = "-->"
"""Instead of a kind: the data is an address (ID3v2.4, 4.14; FLAC). It is never followed."""

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
        cover: the front cover, else the first picture; only PNG, JPEG, GIF and WebP within bounds.
        lost_cover: whether there were pictures, and none of them was of that kind.
    """

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cover: Cover | None = None
    lost_cover: bool = False

    def text(self, name: str) -> str:
        """All values of a field on one line; "" without one."""
        return ", ".join(" ".join(value.split()) for value in self.texts.get(name, ()))

    @property
    def title(self) -> str:
        """The song's title; "" without one."""
        return self.text("title")

    @property
    def artist(self) -> str:
        """Who made the song; "" where it does not say."""
        return self.text("artist")


def embedded_tags(path: str | Path) -> Tags:
    """A file's ID3 tags or Vorbis comments; empty where there are none or they can't be read."""
    try:
        tagged = _mutagen.File(path)
        tags = getattr(tagged, "tags", None)
        if isinstance(tags, _mutagen.id3.ID3):
            return _from_id3(tags)
        if isinstance(tags, _mutagen._vorbis.VCommentDict):
            return _from_vorbis(tags, getattr(tagged, "pictures", []))
    except Exception:
        # A foreign parser over untrusted bytes: whatever it trips over, the song is still a song.
        return Tags()
    return Tags()


def completed(tags: Tags, container_text: Callable[[str], str]) -> Tags:
    """Tags, with what they lack taken from the texts of the container itself (WAV's INFO list)."""
    texts = dict(tags.texts)
    for name, (_, _, field_name) in _FIELDS.items():
        value = container_text(field_name) if field_name else ""
        if value and name not in texts:
            texts[name] = (value,)
    return replace(tags, texts=texts)


def with_drawable_cover(tags: Tags) -> Tags:
    """Tags whose cover has been decoded once: without it where that failed, as where it is cut."""
    if tags.cover is None or pictures.can_be_drawn(tags.cover.data):
        return tags
    return replace(tags, cover=None, lost_cover=True)


def _clean(values: list[str]) -> tuple[str, ...]:
    """Values without what no tag may hold: NUL bytes, stray surrogates, emptiness."""
    plain = (
        str(value).replace("\0", " ").encode("utf-8", "replace").decode("utf-8").strip()
        for value in values
    )
    return tuple(value for value in plain if value)


def _from_id3(tags: Any) -> Tags:
    texts = {}
    for name, (_, frame_id, _) in _FIELDS.items():
        frames = tags.getall(frame_id)
        if frame_id == "COMM":  # comments with a description belong to programs (iTunes' gain)
            frames = [frame for frame in frames if not frame.desc]
        values = _clean([text for frame in frames[:1] for text in frame.text])
        if values:
            texts[name] = values
    return _with_cover(texts, tags.getall("APIC"))


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
    usable = [
        (picture.type, Cover(picture.data, mime))
        for picture in found
        if picture.mime != _LINK and (mime := pictures.mime_type(picture.data))
    ]
    front = [cover for kind, cover in usable if kind == _FRONT_COVER]
    best = next(iter([*front, *(cover for _, cover in usable)]), None)
    return Tags(texts, best, lost_cover=best is None and bool(found))


def container_texts(tags: Tags) -> dict[str, str]:
    """Tags as libsndfile's texts: what players that know no ID3 show of a WAV."""
    return {
        field_name: tags.text(name)
        for name, (_, _, field_name) in _FIELDS.items()
        if field_name and tags.text(name)
    }


def write_tags(path: str | Path, form: WriteFormat, tags: Tags) -> bool:
    """Put tags into an audio file in place; returns whether the format took them.

    Args:
        path: of a complete file; its extension does not matter.
        form: of the file.
        tags: fields they hold replace the file's own.

    Raises:
        OSError: if the disk fails or is full.
    """
    if not tags.texts and tags.cover is None:
        return True
    if not form.tagged_as:
        return False
    try:
        tagged = _opener(form)(path)
        if tagged.tags is None:
            tagged.add_tags()
        if isinstance(tagged.tags, _mutagen.id3.ID3):
            _to_id3(tagged.tags, tags)
        else:
            _to_vorbis(tagged, tags)
        tagged.save()
    except _mutagen.MutagenError as error:
        cause = error.__cause__ or error.__context__ or (error.args or (None,))[0]
        if isinstance(cause, OSError):
            raise cause from error
        return False
    return True


def _opener(form: WriteFormat) -> Any:
    """Mutagen's class for files of a format; its module is imported when it is first asked for."""
    module, name = form.tagged_as.split(".")
    return getattr(import_module(f"mutagen.{module}"), name)


def _to_id3(target: Any, tags: Tags) -> None:
    for name, (_, frame_id, _) in _FIELDS.items():
        if name not in tags.texts:
            continue
        frame = getattr(_mutagen.id3, frame_id)
        values = list(tags.texts[name])
        if frame_id == "COMM":
            target.add(frame(encoding=3, lang="und", desc="", text=values))
        else:
            target.add(frame(encoding=3, text=values))
    if tags.cover is not None:
        target.delall("APIC")
        target.add(
            _mutagen.id3.APIC(
                encoding=3, mime=tags.cover.mime, type=_FRONT_COVER, desc="", data=tags.cover.data
            )
        )


def _to_vorbis(target: Any, tags: Tags) -> None:
    for name, (key, _, _) in _FIELDS.items():
        if name in tags.texts:
            target[key] = list(tags.texts[name])
    if tags.cover is None:
        return
    picture = _mutagen.flac.Picture()
    picture.type, picture.mime, picture.data = _FRONT_COVER, tags.cover.mime, tags.cover.data
    if isinstance(target, _mutagen.flac.FLAC):
        target.clear_pictures()
        target.add_picture(picture)
    else:
        target["metadata_block_picture"] = [base64.b64encode(picture.write()).decode("ascii")]
