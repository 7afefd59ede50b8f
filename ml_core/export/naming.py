"""What an edit is called, as a file and in its tags."""

from __future__ import annotations

import re
from dataclasses import replace

from ml_core.audio_file import Tags
from ml_core.domain.edits import Edit
from ml_core.domain.files.choices import FileChoices
from ml_core.domain.files.name_pattern import filled, length_words
from ml_core.units import clock

_YEAR = re.compile(r"\d{4}")


def name_facts(name: str, tags: Tags, length_s: float) -> dict[str, str]:
    """What the fields of a file name's pattern stand for.

    Args:
        name: the song's file name without its ending.
        tags: of the song.
        length_s: of the edit.
    """
    year = _YEAR.search(tags.text("date"))
    return {
        "name": name,
        "title": tags.title or name,
        "artist": tags.artist or tags.text("album_artist"),
        "album": tags.text("album"),
        "track": tags.text("track").partition("/")[0],
        "year": year.group() if year else "",
        "length": length_words(length_s),
    }


def file_stem(choices: FileChoices, name: str, tags: Tags, length_s: float) -> str:
    """The name of an edit's file, yet to be made safe and free; see `name_facts`."""
    return filled(choices.pattern, name_facts(name, tags, length_s)) or name


def with_edit_title(choices: FileChoices, tags: Tags, length_s: float) -> Tags:
    """The song's tags, with the title of its edit where the song has one; see `name_facts`."""
    whole = tags.whole_text("title")
    if not choices.title_pattern or ("{title}" in choices.title_pattern and not whole):
        return tags  # Players name an untitled song by its file's name, which the pattern made.
    facts = name_facts("", tags, length_s) | {"title": whole, "length": clock(length_s)}
    title = filled(choices.title_pattern, facts)
    return replace(tags, texts={**tags.texts, "title": (title,)}) if title else tags


def tags_of_edit(tags: Tags, edit: Edit, rate_hz: int) -> Tags:
    """The tags of a file as its edit bears them.

    Args:
        tags: of the song, or of a stem of it.
        edit: of the song.
        rate_hz: of the edit's file.
    """
    said = tags.broadcast
    if said is not None:
        said = said.of_edit(edit.spans[0][0], edit.sample_rate_hz, rate_hz)
    return replace(tags, is_edit=True, broadcast=said)
