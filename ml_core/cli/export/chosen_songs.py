"""Which songs are meant: ids, paths, patterns that the command expands itself, folders, or all."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Sequence
from pathlib import Path

from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.store import Store
from ml_core.store.whereabouts import present_path

WILD = frozenset("*?[")
"""What makes a name a pattern."""

Named = tuple[str, SongEntry | None]
"""(what was given, the song it names); None where it names none."""


def chosen_songs(store: Store, texts: Sequence[str], takes_all: bool) -> list[Named]:
    """The songs that were named, each once, in the order they were named in.

    Args:
        store: of the project.
        texts: ids, paths, SHA-256, folders with songs of the library, or patterns such as "live/*"
            over the paths, file names and titles of the library.
        takes_all: whether all songs that can be used are meant.

    Raises:
        UserError: if nothing is named.
    """
    if not texts and not takes_all:
        raise UserError("No song is named.", "Name songs, or give --all.")
    usable = [entry for entry in store.songs.listed() if entry.status == "ready"]
    named: list[Named] = [(str(entry.id), entry) for entry in usable] if takes_all else []
    for text in texts:
        named += _meant(store, usable, text)
    seen: set[int] = set()
    once: list[Named] = []
    for text, entry in named:
        if entry is None or entry.id not in seen:
            once.append((text, entry))
        if entry is not None:
            seen.add(entry.id)
    return once


def _meant(store: Store, usable: Sequence[SongEntry], text: str) -> list[Named]:
    entry = store.songs.find(text)
    if entry is not None:
        return [(text, entry)]
    if Path(text).is_dir():
        folder = os.path.normcase(os.path.abspath(text))  # noqa: PTH100 - no link is followed
        found = [one for one in usable if _lies_below(present_path(one), folder)]
    elif WILD & set(text):
        found = [one for one in usable if _matches(one, text)]
    else:
        return [(text, None)]
    return [(text, one) for one in found] or [(text, None)]


def _lies_below(path: str, folder: str) -> bool:
    own = os.path.normcase(path)
    return own.startswith(folder.rstrip(os.sep) + os.sep)


def _matches(entry: SongEntry, pattern: str) -> bool:
    """By the whole path, the file's name or the title, without regard to case."""
    path = Path(present_path(entry))
    wanted = pattern.casefold()
    from_here = os.path.abspath(pattern).casefold()  # noqa: PTH100 - no link is followed
    return (
        fnmatch.fnmatchcase(str(path).casefold(), from_here)
        or fnmatch.fnmatchcase(path.name.casefold(), wanted)
        or fnmatch.fnmatchcase(entry.song.title.casefold(), wanted)
    )
