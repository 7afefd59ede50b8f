"""Opening an archive as a new project, which appears whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from ml_core import paths
from ml_core.audio_file.staging import cannot_write
from ml_core.domain.archiving import OpenArchiveRequest, OpenedArchive
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.archive.names import ANALYSES, DATABASE, SONGS
from ml_core.pipeline.archive.reading import Archive, open_archive_file
from ml_core.pipeline.archive.songs import files_near, find_songs
from ml_core.progress import Progress
from ml_core.store import DamagedStoreError, Store
from ml_core.store.backup.copies import sync_folder
from ml_core.store.backup.soundness import look_at_file
from ml_core.store.file.writer_lock import WriterLock
from ml_core.store.sqlite import schema

_STAGED = re.compile(r"\.tastecut-[0-9a-f]{16}\.opening")
_NO_RECORD = (sqlite3.Error, LookupError, ValueError, TypeError, AttributeError, RecursionError)
"""What values that are no records raise when they are read."""
_JUST_BEGUN_S = 60.0
"""A folder this young may belong to a process that has not locked it yet."""


def open_archive(request: OpenArchiveRequest, progress: Progress) -> OpenedArchive:
    """Make a project of an archive: its store, models and analyses, with its songs found.

    Everything is checked in a folder beside the new project, which then gets its name. No other
    project is touched, so that this task may use a store, which no other does.

    Raises:
        UserError: if the folder holds anything, the file is no archive that can be opened, or the
            disk is full or read-only; nothing is left behind then.
    """
    file = Path(request.file)
    project = Path(os.path.abspath(request.project_dir))  # noqa: PTH100 - links stay
    _require_empty(project)
    with open_archive_file(file, is_strict=not request.without_damaged) as archive:
        try:
            with _staged_folder(project) as staged:
                damaged = _copy_all(archive, staged, progress.part(0.0, 0.6))
                if damaged and not request.without_damaged:
                    return OpenedArchive(str(project), is_open=False, damaged=damaged)
                opened = _settle(request, staged, project, progress.part(0.6, 1.0))
                _publish(staged, project)
        except OSError as error:
            raise cannot_write(project, error) from error
    return replace(opened, damaged=damaged)


def _require_empty(project: Path) -> None:
    if not os.path.lexists(project):
        return
    with suppress(OSError):
        if project.is_dir() and not project.is_symlink() and not any(project.iterdir()):
            return
    raise UserError(
        f"{project} is not an empty folder.",
        "Choose an empty folder for the project, or a name that is not there yet.",
    )


@contextmanager
def _staged_folder(project: Path) -> Iterator[Path]:
    """A private folder beside the project to be, which is removed unless it got another name.

    Folders above it that are missing are made, and removed again if they stay empty.
    """
    made = [folder for folder in project.parents if not folder.exists()]
    staged = project.parent / f".tastecut-{secrets.token_hex(8)}.opening"
    try:
        project.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_overs(project.parent)
        staged.mkdir(mode=0o700)
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)
        with suppress(OSError):
            for folder in made:
                folder.rmdir()


def _remove_left_overs(folder: Path) -> None:
    """Remove what killed processes left. One that still runs holds the lock of its folder."""
    with suppress(OSError):
        for left in folder.iterdir():
            if not _STAGED.fullmatch(left.name) or left.is_symlink():
                continue
            if time.time() - left.stat().st_mtime > _JUST_BEGUN_S and _is_free(left):
                shutil.rmtree(left, ignore_errors=True)


def _is_free(folder: Path) -> bool:
    try:
        WriterLock(paths.lock_path(folder)).release()
    except UserError:
        return False
    return True


def _copy_all(archive: Archive, staged: Path, progress: Progress) -> tuple[str, ...]:
    """Copy every part out; the names of those that are damaged.

    Raises:
        UserError: if the database is damaged: without it there is no project.
    """
    n_bytes = archive.n_bytes
    if shutil.disk_usage(staged).free < n_bytes:
        raise UserError(
            f"There is no room left for the project of {archive.name}, which takes "
            f"{n_bytes / 1e6:.0f} MB.",
            "Free some space or choose another disk.",
        )
    damaged, done = list(archive.damaged), 0
    for part in archive.listed:
        target = staged / part.name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        end = min(n_bytes, done + part.n_bytes)
        share = progress.part(done / max(1, n_bytes), end / max(1, n_bytes))
        share.report(0.0, f"Opening {archive.name}")
        is_whole = archive.copy_out(part, target, share)
        if is_whole and part.name.startswith(ANALYSES) and not _is_uncompressed(target):
            target.unlink()
            is_whole = False
        if part.name == DATABASE:
            _require_sound(archive, target, is_whole)
        if not is_whole:
            damaged.append(part.name)
        done = end
    return tuple(damaged)


def _is_uncompressed(analysis: Path) -> bool:
    """Whether arrays take as much memory as they take of the file: numpy inflates any others."""
    try:
        with zipfile.ZipFile(analysis) as arrays:
            entries = arrays.infolist()
    except Exception:  # A damaged one makes zipfile raise nearly anything.
        return False
    is_stored = all(one.compress_type == zipfile.ZIP_STORED for one in entries)
    return is_stored and sum(one.file_size for one in entries) <= analysis.stat().st_size


def _require_sound(archive: Archive, database: Path, is_whole: bool) -> None:
    findings = look_at_file(database) if is_whole else None
    if findings is not None and findings.version > schema.VERSION:
        raise UserError(
            f"{archive.name} was saved by a newer Tastecut.", "Update Tastecut; nothing was opened."
        )
    if findings is None or not findings.is_sound:
        raise _damaged(archive.name, "" if findings is None else findings.damage)


def _damaged(name: str, how: str) -> UserError:
    what = f" ({how})" if how else ""
    return UserError(
        f"The project in {name} is damaged: its ratings can't be read{what}.",
        f"Copy it again from where it came. If there is no other copy, take {DATABASE} out of it "
        'with any ZIP program: "tastecut restore" saves what can still be read.',
    )


def _settle(
    request: OpenArchiveRequest, staged: Path, project: Path, progress: Progress
) -> OpenedArchive:
    """Open the store, which takes it to the present version, and tell it where its songs are.

    Raises:
        UserError: if the database holds what no version of Tastecut wrote.
    """
    try:
        return _settle_store(request, staged, project, progress)
    except DamagedStoreError as error:
        raise _damaged(Path(request.file).name, "") from error
    except _NO_RECORD as error:
        raise _damaged(Path(request.file).name, str(error)) from error


def _settle_store(
    request: OpenArchiveRequest, staged: Path, project: Path, progress: Progress
) -> OpenedArchive:
    with Store.open(staged) as store:
        entries = store.songs.listed()
        found = _find(request, staged, entries, progress)
        for entry in entries:
            path = found.get(entry.song.sha256, "")
            with suppress(ValueError):
                path = str(project / Path(path).relative_to(staged))
            if path and path != entry.song.path:
                here = replace(entry.song, paths=(path,))
                store.songs.add(here, entry.status, entry.message)
    n_ratings = look_at_file(staged / DATABASE).n_ratings  # Of all tastes.
    missing = [entry.song.title for entry in entries if entry.song.sha256 not in found]
    return OpenedArchive(
        str(project), True, n_ratings=n_ratings, n_songs=len(entries), not_found=tuple(missing)
    )


def _find(
    request: OpenArchiveRequest, staged: Path, entries: list[SongEntry], progress: Progress
) -> dict[str, str]:
    """Songs that came with the archive first; then those at their known paths, and near by."""
    songs = [entry.song for entry in entries]
    own = [replace(song, paths=()) for song in songs]
    found = find_songs(own, files_near(staged / SONGS), progress.part(0.0, 0.4))
    rest = [song for song in songs if song.sha256 not in found]
    folders = {Path(path).parent for song in rest for path in song.paths}
    near = [path for folder in sorted(folders) for path in files_near(folder)]
    near += files_near(Path(request.file).absolute().parent)
    part = progress.part(0.4, 1.0)
    return found | find_songs(rest, [*request.song_folders, *near], part)


def _publish(staged: Path, project: Path) -> None:
    """Give the folder its name: one step, so that a kill leaves no half project."""
    for folder, _, _ in os.walk(staged):
        sync_folder(Path(folder))
    with suppress(FileNotFoundError):
        project.rmdir()  # It was empty; on Windows no folder takes the place of another.
    try:
        staged.rename(project)
    except OSError as error:
        if os.path.lexists(project):
            raise UserError(
                f"{printable_name(project)} was made by something else meanwhile.",
                "Choose another folder.",
            ) from error
        raise
    sync_folder(project.parent)
