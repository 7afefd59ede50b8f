"""Edits of `NAME.edit.json`, by the song of the project that they are of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ml_core.domain.edits import Edit
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.pipeline.hand_changes import read_exported, read_hand_change
from ml_core.store import Store


def song_of(store: Store, name: str, *edits: Edit) -> SongEntry:
    """The song of edits that were read.

    Args:
        store: of the project.
        name: of the file they were read from.
        edits: of one song.

    Raises:
        UserError: if it is not among the songs, or an edit keeps more than it holds.
    """
    first = edits[0]
    entry = store.songs.find(first.sha256)
    if entry is None or entry.song.sample_rate_hz != first.sample_rate_hz:
        raise UserError(
            f"The song of {name} is not among your songs.", "Add it first: tastecut add PATH"
        )
    if max(end for edit in edits for _, end in edit.spans) > entry.song.n_samples:
        raise UserError(
            f"{name} keeps more than the song holds.",
            f"The song ends at sample {entry.song.n_samples}.",
        )
    return entry


def changed_edits(store: Store, file: Path) -> tuple[Edit, Edit]:
    """(proposed, changed) of a record.

    Raises:
        UserError: if it is none, or of no song of this project.
    """
    proposed, changed = read_hand_change(file)
    # The record names the song by its sound; ratings name it by its key.
    key = song_of(store, file.name, changed, proposed).song.sha256
    return replace(proposed, sha256=key), replace(changed, sha256=key)


def recorded_edit(store: Store, file: Path, read: Callable[[Path], Edit] = read_exported) -> Edit:
    """An edit of a record, by its song's key: the one that was exported, or what it keeps now.

    Raises:
        UserError: if it is none, or of no song of this project.
    """
    found = read(file)
    return replace(found, sha256=song_of(store, file.name, found).song.sha256)
