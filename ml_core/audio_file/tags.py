"""Title, artist and the like, with the cover: read from and written to every format.

A tag that can't be read or written never stands in a song's way: it is left out.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import mutagen
import mutagen.flac
import mutagen.id3

from ml_core.audio_file.own_edits import MARK, MARKED, WAV_SOFTWARE
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

_LARGEST_COVER_BYTES = (1 << 24) - 64
"""A FLAC picture block's size has 24 bits, its own fields included."""


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
        cover: the front cover, else the first picture.
        is_edit: whether the file is to say that it is an edit that Tastecut made.
    """

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cover: Cover | None = None
    is_edit: bool = False

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
    return Tags(texts, tags.cover)


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
    pictures = tags.getall("APIC")
    return Tags(texts, _best_cover([(p.type, p.data, p.mime) for p in pictures]))


def _from_vorbis(tags: Any, pictures: list[Any]) -> Tags:
    texts = {}
    for name, (key, _, _) in _FIELDS.items():
        values = _clean(tags.get(key, []))
        if values:
            texts[name] = values
    found = list(pictures)
    found += [
        _mutagen.flac.Picture(base64.b64decode(encoded))
        for encoded in tags.get("metadata_block_picture", [])
    ]
    return Tags(texts, _best_cover([(p.type, p.data, p.mime) for p in found]))


def _best_cover(pictures: list[tuple[int, bytes, str]]) -> Cover | None:
    usable = [p for p in pictures if 0 < len(p[1]) <= _LARGEST_COVER_BYTES]
    front = [p for p in usable if p[0] == _FRONT_COVER] or usable
    return Cover(front[0][1], front[0][2] or "image/jpeg") if front else None


def container_texts(tags: Tags) -> dict[str, str]:
    """Tags as libsndfile's texts: what players that know no ID3 show of a WAV."""
    texts = {
        field_name: tags.text(name)
        for name, (_, _, field_name) in _FIELDS.items()
        if field_name and tags.text(name)
    }
    return texts | ({"software": WAV_SOFTWARE} if tags.is_edit else {})


def write_tags(path: str | Path, form: WriteFormat, tags: Tags) -> bool:
    """Put tags into an audio file in place; returns whether the format took them.

    Args:
        path: of a complete file; its extension does not matter.
        form: of the file.
        tags: fields they hold replace the file's own.

    Raises:
        OSError: if the disk fails or is full.
    """
    is_said_by_wav = tags.is_edit and form.container == "WAV"
    if not tags.texts and tags.cover is None and (is_said_by_wav or not tags.is_edit):
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
    if tags.is_edit:
        target.add(_mutagen.id3.TXXX(encoding=3, desc=MARK, text=[MARKED]))
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
    if tags.is_edit:
        target[MARK] = [MARKED]
    if tags.cover is None:
        return
    picture = _mutagen.flac.Picture()
    picture.type, picture.mime, picture.data = _FRONT_COVER, tags.cover.mime, tags.cover.data
    if isinstance(target, _mutagen.flac.FLAC):
        target.clear_pictures()
        target.add_picture(picture)
    else:
        target["metadata_block_picture"] = [base64.b64encode(picture.write()).decode("ascii")]
