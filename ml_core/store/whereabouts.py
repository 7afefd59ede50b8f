"""Where the songs of a library are now, as far as it can be told without reading them."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import replace

from ml_core import paths
from ml_core.domain.adding import KnownByBytes, LookOutcome, LookRequest, ReadRequest
from ml_core.domain.songs import FileStamp, Song, SongEntry
from ml_core.paths import printable_name
from ml_core.store.store import Store


def is_file(path: str) -> bool:
    """Whether a file is there."""
    return os.path.isfile(path)  # noqa: PTH113 - a folder that is closed to us makes pathlib raise


def present_path(entry: SongEntry) -> str:
    """Where a song is now: the first of its paths that is there, or the last known one."""
    return next((path for path in entry.song.paths if is_file(path)), entry.song.path)


def present_song(entry: SongEntry) -> Song:
    """The song as it lies now, for what needs to know more of it than where it is."""
    return replace(entry.song, paths=(present_path(entry),))


def needs_look(store: Store) -> bool:
    """Whether some song's file is not what it was when it was last read."""
    stamps = store.sounds.stamps()
    return any(not _is_settled(entry, stamps) for entry in store.songs.listed())


def _is_settled(entry: SongEntry, stamps: Mapping[str, FileStamp]) -> bool:
    path = present_path(entry)
    stamp = paths.file_stamp(path)
    return bool(entry.song.sound) and stamp is not None and stamps.get(path) == stamp


def read_request(store: Store, named: Collection[str], goes_on: bool = False) -> ReadRequest:
    """Asks for files to be read, which may hold songs that are known by their bytes alone."""
    entries = store.songs.listed()
    for still_teach in (True, False):
        entries += store.songs.removed(still_teach)
    unheard = tuple(entry.song for entry in entries if not entry.song.sound)
    known = KnownByBytes(str(paths.cache_dir(store.project_dir)), unheard, store.sounds.orphans())
    return ReadRequest(tuple(named), goes_on, known)


def look_request(store: Store) -> LookRequest:
    """Asks where the songs of the library are, and whether they are what they were."""
    return LookRequest(
        str(paths.cache_dir(store.project_dir)),
        tuple(entry.song for entry in store.songs.listed()),
        store.sounds.stamps(),
    )


def present_state(entry: SongEntry, found: LookOutcome) -> SongEntry:
    """The song as it is shown: gone and changed ones say so instead of their status."""
    name = printable_name(entry.song.path)
    if entry.song.sha256 in found.gone:
        message = f"{name} can't be found. Put it back, or add it from where it is now."
        return replace(entry, status="gone", message=message)
    if entry.song.sha256 in found.changed:
        message = f"{name} holds other sound now. Put the old file back, or add the new one."
        return replace(entry, status="changed", message=message)
    return entry
