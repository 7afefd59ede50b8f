"""Tags put into files that are being written."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3
import mutagen.mp4

from ml_core.audio_file.tagging.fields import FIELDS
from ml_core.audio_file.tagging.id3_tags import PEOPLE, to_id3
from ml_core.audio_file.tagging.mp4_tags import HELD_PICTURES, to_mp4
from ml_core.audio_file.tagging.own_edits import WAV_SOFTWARE
from ml_core.audio_file.tagging.records import FRONT_COVER, Tags
from ml_core.audio_file.tagging.vorbis_tags import to_vorbis
from ml_core.audio_file.wav_chunks import chunk
from ml_core.domain.files.formats import WriteFormat

_mutagen: Any = mutagen
"""Its annotations cover less than half of it."""

_VORBIS = ("flac", "oggvorbis", "oggopus")
_OWN_WORDS = {
    "POPM": "a rating",
    "PCNT": "how often it was played",
    "GEOB": "an attached file",
    "OWNE": "who bought it",
    "COMR": "an offer to buy it",
    "USER": "terms of use",
}


def container_texts(tags: Tags) -> dict[str, str]:
    """Tags as libsndfile's texts: what players that know no ID3 show of a WAV."""
    texts = {
        field.sndfile: tags.whole_text(name)
        for name, field in FIELDS.items()
        if field.sndfile and tags.whole_text(name)
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
    is_bare = not (tags.texts or tags.cover or tags.remarks or tags.own)
    if is_bare and (is_said_by_wav or not tags.is_edit):
        return True
    if not form.tagged_as:
        return False
    try:
        tagged = _opener(form)(path)
        if tagged.tags is None:
            tagged.add_tags()
        if isinstance(tagged.tags, _mutagen.id3.ID3):
            to_id3(tagged.tags, tags)
        elif isinstance(tagged.tags, _mutagen.mp4.MP4Tags):
            to_mp4(tagged.tags, tags)
        else:
            to_vorbis(tagged, tags)
        tagged.save()
    except _mutagen.MutagenError as error:
        cause = error.__cause__ or error.__context__ or (error.args or (None,))[0]
        if isinstance(cause, OSError):
            raise cause from error
        return False
    return True


def id3_chunk(tags: Tags) -> bytes:
    """Tags as a chunk of ID3 for RF64, which mutagen does not know; empty where they are bare."""
    if not (tags.texts or tags.cover or tags.remarks or tags.own):
        return b""
    made, data = _mutagen.id3.ID3(), BytesIO()
    to_id3(made, tags)
    made.save(data)
    return chunk(b"id3 ", data.getvalue())


def _opener(form: WriteFormat) -> Any:
    """Mutagen's class for files of a format; its module is imported when it is first asked for."""
    module, name = form.tagged_as.split(".")
    return getattr(import_module(f"mutagen.{module}"), name)


def unheld(form: WriteFormat, tags: Tags) -> tuple[str, ...]:
    """What a format can't hold of these tags, in words; pictures and their kinds too."""
    module = form.tagged_as.partition(".")[0]
    system = "MP4" if module == "mp4" else "Vorbis" if module in _VORBIS else "ID3"
    said = [
        _OWN_WORDS.get(name[:4], "a program's own data")
        for (of, name), _ in tags.own.items()
        if of != system and not (of == "ID3" and name[:4] in PEOPLE)
    ]
    if system == "MP4":
        n_other = sum(one.mime not in HELD_PICTURES for one in tags.all_pictures)
        said += ["pictures that are neither JPEG nor PNG"] if n_other else []
        described = any(one.description or one.kind != FRONT_COVER for one in tags.all_pictures)
        # Alone, a picture is shown as the cover, whatever it was called.
        said += ["what its pictures are of"] if described and len(tags.all_pictures) > 1 else []
    spoken = {*tags.languages.values(), *(remark.language for remark in tags.remarks)}
    if system != "ID3" and spoken - {"", "eng"}:
        said.append("the language of its comments or lyrics")
    if tags.broadcast is not None and form.container != "WAV":
        said.append("what Broadcast Wave adds (bext, iXML)")
    return tuple(dict.fromkeys(said))
