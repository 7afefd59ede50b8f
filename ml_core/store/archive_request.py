"""What saving a project as one file is asked, read from the store."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from ml_core import paths
from ml_core.domain.archiving import ARCHIVE_SUFFIX, SaveArchiveRequest
from ml_core.domain.songs import SongEntry
from ml_core.store.store import Store
from ml_core.store.whereabouts import present_song

_COPY = "saving-{}.sqlite3"
_STALE_S = 24 * 3600.0  # No archive takes that long.


def make_archive_request(
    store: Store,
    target: str | Path,
    with_songs: bool,
    overwrite: bool = False,
    copies_now: bool = True,
) -> SaveArchiveRequest:
    """Asks for a project to be saved as one file.

    A checked copy of the database is made for it, in the project's cache, so that the project may
    be used meanwhile. Whoever asks removes it by `drop_copy` in the end.

    Args:
        copies_now: whether the project is saved as it stands now; else as it stands when the
            saving begins, for one who can't wait for the copy (0.95 s at 40,000 ratings).

    Raises:
        NotSavedError: if the copy can't be written.
    """
    cache = paths.cache_dir(store.project_dir)
    _remove_stale(cache)
    copy = cache / _COPY.format(secrets.token_hex(8))
    if copies_now:
        _copy(store, copy)
    return SaveArchiveRequest(
        target=str(archive_path(target)),
        database=str(copy),
        project_dir=str(store.project_dir),
        songs=tuple(_present(entry) for entry in store.songs.listed()),
        removed=tuple(store.songs.removed(still_teach=True)),
        with_songs=with_songs,
        overwrite=overwrite,
        makes_copy=not copies_now,
    )


def make_copy(request: SaveArchiveRequest) -> None:
    """Make the copy that a request waits for, beside whoever writes to the project.

    Raises:
        UserError: if the project can't be read.
        NotSavedError: if the copy can't be written.
    """
    with Store.open(request.project_dir, write=False) as store:
        _copy(store, Path(request.database))


def _copy(store: Store, copy: Path) -> None:
    store.backup(copy).chmod(0o600)


def drop_copy(request: SaveArchiveRequest) -> None:
    """Remove the copy of the database; one that can't be removed goes with a later request."""
    with suppress(OSError):
        Path(request.database).unlink(missing_ok=True)


@contextmanager
def archive_request(
    store: Store, target: str | Path, with_songs: bool, overwrite: bool = False
) -> Iterator[SaveArchiveRequest]:
    """`make_archive_request` for one who waits for the answer."""
    request = make_archive_request(store, target, with_songs, overwrite)
    try:
        yield request
    finally:
        drop_copy(request)


def archive_path(target: str | Path) -> Path:
    """A target as an absolute path that ends as archives do."""
    path = Path(target).expanduser().absolute()
    if path.name.lower().endswith(ARCHIVE_SUFFIX):
        return path
    return path.with_name(path.name + ARCHIVE_SUFFIX)


def songs_bytes(store: Store) -> int:
    """Size of the songs' own files, as far as they are there."""
    total = 0
    for entry in store.songs.listed():
        with suppress(OSError):
            total += os.stat(present_song(entry).path).st_size  # noqa: PTH116 - a text may be empty
    return total


def _present(entry: SongEntry) -> SongEntry:
    return replace(entry, song=present_song(entry))


def _remove_stale(cache: Path) -> None:
    """Remove what killed processes left; only names that are made here count."""
    with suppress(OSError):
        for copy in cache.glob(_COPY.format("[0-9a-f]" * 16)):
            if time.time() - copy.stat().st_mtime > _STALE_S:
                copy.unlink()
