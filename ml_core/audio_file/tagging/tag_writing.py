"""Tags put into files that are being written."""

from __future__ import annotations

import base64
from importlib import import_module
from pathlib import Path
from typing import Any

import mutagen
import mutagen.flac
import mutagen.id3

from ml_core.audio_file.tagging.fields import FIELDS
from ml_core.audio_file.tagging.mp4_tags import put_mp4_cover, put_mp4_texts
from ml_core.audio_file.tagging.own_edits import MARK, MARKED, WAV_SOFTWARE
from ml_core.audio_file.tagging.tags import Tags
from ml_core.domain.files.formats import WriteFormat

_mutagen: Any = mutagen
"""Its annotations cover less than half of it."""

_FRONT_COVER = 3
"""Picture type of a front cover (ID3v2.4, section 4.14)."""


def container_texts(tags: Tags) -> dict[str, str]:
    """Tags as libsndfile's texts: what players that know no ID3 show of a WAV."""
    texts = {
        field_name: tags.whole_text(name)
        for name, (_, _, field_name) in FIELDS.items()
        if field_name and tags.whole_text(name)
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
        elif form.container == "MP4":
            put_mp4_texts(tagged, dict(tags.texts), {MARK: MARKED} if tags.is_edit else {})
            if tags.cover is not None:
                put_mp4_cover(tagged, tags.cover.data, tags.cover.mime)
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
    for name, (_, frame_id, _) in FIELDS.items():
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
    for name, (key, _, _) in FIELDS.items():
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
