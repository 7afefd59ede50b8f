"""Edits that a person made of songs, beside what was proposed: those that Export shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ml_core.domain.checked import require
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.files.own_edits import EditedSongsRequest, OwnEditRead, OwnEditRequest
from ml_core.domain.songs import SongEntry
from ml_core.paths import printable_name
from ml_core.store.requests import deliver_request
from ml_core.store.store import Store
from ml_core.store.whereabouts import present_path

SETTING = "export_by_hand"
"""The named value that holds them; the window reads and writes it too."""


def own_edit_key(taste_id: int, sha256: str) -> str:
    """Tastes propose different edits, so each has its own."""
    return f"{taste_id} {sha256}"


def edited_songs_request(
    store: Store, files: Sequence[str], looked_at: str = ""
) -> EditedSongsRequest:
    """Asks which songs of the library files are edits of; see `EditedSongsRequest`."""
    songs = [replace(entry.song, fingerprint=b"") for entry in store.songs.listed()]
    return EditedSongsRequest(tuple(files), tuple(songs), looked_at)


def own_edit_request(
    store: Store, entry: SongEntry, file: str, limits: Limits | None = None
) -> OwnEditRequest:
    """Asks for a song's edit as a file holds it; without `limits` those of the brief."""
    song = replace(entry.song, paths=(present_path(entry), *entry.song.paths), fingerprint=b"")
    return OwnEditRequest(file, song, deliver_request(store, entry, limits))


def own_edits_kept(value: Any) -> dict[str, dict[str, Any]]:
    """By key, the own edits of a project's value; what is damaged is passed over.

    Args:
        value: as the settings give it; a project may come from anyone.
    """
    kept = {}
    for key, data in value.items() if isinstance(value, dict) else ():
        try:
            for name in ("proposed", "changed"):
                Edit.from_json(data[name])
            require(isinstance(data.get("left_out", []), list), "sentences are a list")
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        kept[key] = data
    return kept


def own_edit_json(
    proposed: Edit, changed: Edit, came_from: str = "", left_out: Sequence[str] = ()
) -> dict[str, Any]:
    """An own edit as it is kept.

    Args:
        came_from: name of the file that it was read from; empty where it was made here.
        left_out: what of that file is no piece of it, a sentence each.
    """
    data: dict[str, Any] = {"proposed": proposed.to_json(), "changed": changed.to_json()}
    if came_from:
        data |= {"came_from": came_from, "left_out": list(left_out)}
    return data


def keep_own_edit(
    store: Store,
    sha256: str,
    proposed: Edit,
    changed: Edit,
    came_from: str = "",
    left_out: Sequence[str] = (),
) -> bool:
    """Let an edit stand in the place of the one proposed, in the taste that is in use.

    Returns whether another own edit stood there.
    """
    kept = own_edits_kept(store.settings.get(SETTING, None))
    key = own_edit_key(store.tastes.in_use().id, sha256)
    data = own_edit_json(proposed, changed, came_from, left_out)
    before, kept[key] = kept.get(key), data
    store.settings.set(SETTING, kept)
    return before is not None and before["changed"] != data["changed"]


def keep_read(store: Store, read: OwnEditRead) -> bool:
    """Let an edit that was read from a file be its song's own; see `keep_own_edit`."""
    if read.edit is None or read.proposed is None:
        return False
    name = printable_name(read.file)
    return keep_own_edit(store, read.edit.sha256, read.proposed, read.edit, name, read.left_out)
