"""Title, artist and all else that tags say, with pictures: read from every format.

A tag that can't be read never stands in a song's way: it is left out. So is what a cut makes false
(`blocked`), since what is read goes into edits.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3

from ml_core.audio_file.tagging import pictures
from ml_core.audio_file.tagging.asf_tags import from_asf
from ml_core.audio_file.tagging.broadcast import broadcast_of
from ml_core.audio_file.tagging.building import LOST
from ml_core.audio_file.tagging.fields import FIELDS as _FIELDS
from ml_core.audio_file.tagging.id3_tags import from_id3
from ml_core.audio_file.tagging.mp4_tags import from_mp4
from ml_core.audio_file.tagging.other_tags import ape_tags, chunk_id3, info_texts
from ml_core.audio_file.tagging.records import Cover, Remark, Tags
from ml_core.audio_file.tagging.vorbis_tags import from_vorbis

__all__ = ["Cover", "Remark", "Tags", "completed", "embedded_tags", "with_drawable_cover"]

_mutagen: Any = mutagen
"""Its annotations cover less than half of it."""

_BY_KIND = {"MP4Tags": from_mp4, "ASFTags": from_asf}


def embedded_tags(path: str | Path) -> Tags:
    """A file's own tags: ID3, Vorbis comments, MP4, ASF, APEv2, WAV's INFO list, in this order.

    What one kind leaves out the next fills in. Empty where there are none or they can't be read.
    """
    found = Tags()
    for read in (_from_library, _from_chunk, ape_tags, _from_info, _from_broadcast):
        # Foreign parsers over untrusted bytes: whatever they trip over, the song is still a song.
        with suppress(Exception):
            found = _filled(found, read(Path(path)))
    return found


def _filled(first: Tags, more: Tags) -> Tags:
    """The first tags, with what they lack taken from others."""
    cover = first.cover or more.cover
    is_lost = cover is None and (first.lost_cover or more.lost_cover)
    names = {name.casefold() for name in first.texts}
    texts = {name: values for name, values in more.texts.items() if name.casefold() not in names}
    return replace(
        first,
        texts={**texts, **first.texts},
        cover=cover,
        lost_cover=is_lost,
        pictures=first.pictures if first.cover else more.pictures,
        n_lost_pictures=first.n_lost_pictures + more.n_lost_pictures,
        remarks=first.remarks or more.remarks,
        languages={**more.languages, **first.languages},
        own={**more.own, **first.own},
        broadcast=first.broadcast or more.broadcast,
    )


def _from_library(path: Path) -> Tags:
    tagged = _mutagen.File(path)
    tags = getattr(tagged, "tags", None)
    if isinstance(tags, _mutagen.id3.ID3):
        found = from_id3(tags)
        is_short = tags.version[0] == 1  # ID3v1 cuts texts off after 30 bytes
        return _filled(ape_tags(path), found) if is_short else found
    if isinstance(tags, _mutagen._vorbis.VCommentDict):
        return from_vorbis(tags, getattr(tagged, "pictures", []))
    read = _BY_KIND.get(type(tags).__name__)
    return Tags() if read is None else read(tags)


def _from_chunk(path: Path) -> Tags:
    tags = chunk_id3(path)
    return Tags() if tags is None else from_id3(tags)


def _from_info(path: Path) -> Tags:
    return Tags(info_texts(path))


def _from_broadcast(path: Path) -> Tags:
    return Tags(broadcast=broadcast_of(path))


def completed(tags: Tags, container_text: Callable[[str], str]) -> Tags:
    """Tags, with what they lack taken from the texts of the container itself (AIFF's NAME chunk).

    libsndfile takes them for UTF-8; what is none would be destroyed, and is left out.
    """
    texts = dict(tags.texts)
    for name, field in _FIELDS.items():
        value = container_text(field.sndfile) if field.sndfile else ""
        if value and name not in texts and LOST not in value:
            texts[name] = (value,)
    return replace(tags, texts=texts)


def with_drawable_cover(tags: Tags) -> Tags:
    """Tags whose pictures have been decoded once: without those where that failed."""
    whole = [one for one in tags.all_pictures if pictures.can_be_drawn(one.data)]
    n_lost = len(tags.all_pictures) - len(whole)
    if not n_lost:
        return tags
    return replace(
        tags,
        cover=whole[0] if whole else None,
        lost_cover=not whole,
        pictures=tuple(whole[1:]),
        n_lost_pictures=tags.n_lost_pictures + n_lost,
    )
