"""An edit of a song, read from what another tool saved: one door for all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ml_core.domain.edits import Edit
from ml_core.domain.files.clips_read import ReadClip, ReadProject
from ml_core.domain.songs import Song
from ml_core.errors import UserError
from ml_core.foreign_text import shown_line
from ml_core.paths import printable_name
from ml_core.pipeline.own_edits.dawproject.reading import read_dawproject
from ml_core.pipeline.own_edits.file_names import is_of, name_key, shown_name
from ml_core.pipeline.own_edits.otio_read import read_otio
from ml_core.pipeline.own_edits.pieces import pieces_of
from ml_core.pipeline.own_edits.reaper_read import read_reaper

MOST_FILE_BYTES = 64_000_000
"""Of a project: audio lies beside it, or is not looked at."""

RESIDUES_MARK = "(joins)"
"""Of the folder that `export.tools.residues` writes: what lies there belongs to the edit."""

MOST_SENTENCES = 50
"""Of what was left out: more is read by nobody, and a hostile project holds any number."""

_MOST_CHARACTERS = 200

_ODD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What odd values in a file lead to."""

_READERS: dict[str, Callable[[Path], ReadProject]] = {
    ".rpp": lambda path: read_reaper(_bytes(path).decode("utf-8", "replace")),
    ".otio": lambda path: read_otio(_bytes(path)),
    ".dawproject": read_dawproject,
}
PROJECT_ENDINGS = tuple(_READERS)
"""Endings of files that are read; records of exports besides."""


@dataclass(frozen=True, slots=True)
class OwnEdit:
    """A person's edit of a song.

    Attributes:
        edit: in play order.
        at_s: where in the project each piece begins and ends.
        left_out: what of the project is no piece of it, a sentence each.
        found_share: how much of the project's clips, in seconds, is of the song, 0..1.
    """

    edit: Edit
    at_s: tuple[tuple[float, float], ...]
    left_out: tuple[str, ...]
    found_share: float = 1.0


def read_own_edit(path: Path, song: Song, song_paths: Iterable[str]) -> OwnEdit:
    """The edit of a song that a project holds.

    Args:
        path: of the project.
        song: that it is of.
        song_paths: where the song's file lies or lay; a clip is of the song where its file is one
            of these, or is called as one of them.

    Raises:
        UserError: if it can't be read, or nothing in it is of the song.
    """
    return _edit_of(printable_name(path), project_of(path), song, song_paths)


def project_of(path: Path) -> ReadProject:
    """The clips of a project, whatever songs they are of.

    Raises:
        UserError: if it can't be read.
    """
    name = printable_name(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UserError(
            f"{name} is no project that can be read.",
            f"Give one of {', '.join(_READERS)} or a record of an export.",
        )
    try:
        if not path.is_file():  # A pipe or a device would be read for ever.
            raise UserError(f"There is no file {name} that can be read.")
        return reader(path)
    except _ODD as error:
        raise _unreadable(name, error) from error
    except OSError as error:
        raise UserError(f"{name} can't be read: {error.strerror}.") from error


def seconds_by_song(project: ReadProject, songs: Iterable[Song]) -> dict[str, float]:
    """By key of each song that clips are of, how much of it they hold; see `read_own_edit`."""
    of_file: dict[str, float] = {}
    for clip in project.clips:
        of_file[clip.file] = of_file.get(clip.file, 0.0) + clip.length_s
    called: dict[str, list[Song]] = {}
    for song in songs:
        for own_name in {name_key(path) for path in song.paths}:
            called.setdefault(own_name, []).append(song)
    seconds: dict[str, float] = {}
    for file, length_s in of_file.items():
        for song in called.get(name_key(file), ()):
            if is_of(file, song.paths):
                seconds[song.sha256] = seconds.get(song.sha256, 0.0) + length_s
    return seconds


def _unreadable(name: str, error: Exception) -> UserError:
    return UserError(
        f"{name} can't be read as an edit: {_plain(error)}.",
        "Save it again in the tool that made it.",
    )


def _plain(error: Exception) -> str:
    words = str(error)
    return (
        words
        if isinstance(error, ValueError) and words[:3] in ("it ", "its", "an ")
        else ("a value in it is of the wrong kind")
    )


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size > MOST_FILE_BYTES:
            raise ValueError("it is too large for a project")
        return file.read(MOST_FILE_BYTES)


def _edit_of(name: str, project: ReadProject, song: Song, song_paths: Iterable[str]) -> OwnEdit:
    paths = list(song_paths)
    left_out = list(project.left_out)
    own: list[ReadClip] = []
    foreign_s = 0.0
    is_own = {file: is_of(file, paths) for file in {clip.file for clip in project.clips}}
    for clip in project.clips:
        if is_own[clip.file]:
            own.append(clip)
        elif RESIDUES_MARK not in clip.file:
            foreign_s += clip.length_s
            left_out.append(f"{shown_name(clip.file)} is not of this song.")
    try:
        pieces = pieces_of(own, song)
    except ValueError as error:
        raise _unreadable(name, error) from error
    left_out += pieces.told
    if pieces.edit is None:
        raise UserError(
            f"Nothing in {name} is of {song.title}.",
            "Give the song that it was made of, or add it first with tastecut add PATH.",
        )
    found_s = sum(clip.length_s for clip in own)
    share = found_s / (found_s + foreign_s)
    return OwnEdit(pieces.edit, pieces.at_s, _told(left_out), share)


def _told(sentences: list[str]) -> tuple[str, ...]:
    """Each sentence once, as text that turns nothing round, and not without end."""
    each = list(dict.fromkeys(shown_line(one[:_MOST_CHARACTERS]) for one in sentences))
    rest = len(each) - MOST_SENTENCES
    return (*each[:MOST_SENTENCES], f"And {rest} more.") if rest > 0 else tuple(each)
