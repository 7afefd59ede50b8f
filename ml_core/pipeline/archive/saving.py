"""Saving a project as one file, read again before it gets its name."""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ml_core import paths
from ml_core.analysis.cache import analysis_path
from ml_core.audio_file.identity import same_name_key
from ml_core.audio_file.source_bytes import open_regular_file
from ml_core.audio_file.staging import require_free, staged_file
from ml_core.domain.archiving import SaveArchiveRequest, SavedArchive
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.archive.manifest import ListedPart, Manifest
from ml_core.pipeline.archive.names import (
    ANALYSES,
    DATABASE,
    MANIFEST,
    MODELS,
    SONGS,
    free_song_name,
    is_allowed,
)
from ml_core.pipeline.archive.reading import CHUNK_BYTES, open_archive_file
from ml_core.pipeline.archive.songs import is_song
from ml_core.progress import Progress
from ml_core.store.archive_request import make_copy

_PRIVATE = (stat.S_IFREG | 0o600) << 16
_DAY_ONE = (1980, 1, 1, 0, 0, 0)  # The same project gives the same file, whatever the time.


@dataclass(frozen=True, slots=True)
class _Source:
    """A file that becomes a part."""

    name: str
    path: Path


def save_archive(request: SaveArchiveRequest, progress: Progress) -> SavedArchive:
    """Write a project into one file that appears whole or not at all.

    Songs whose files are gone, or hold other sound by now, are named in the result.

    Raises:
        UserError: if the name is taken, the disk is full or read-only, or a file of the project
            can't be read; nothing is left behind then.
    """
    target = Path(request.target)
    if not request.overwrite:
        require_free(target)
    if request.makes_copy:
        make_copy(request)
    sources, left_out = _sources(request, progress.part(0.0, 0.2))
    listed = _listed(sources, progress.part(0.2, 0.4, "Reading "))
    with staged_file(target, request.overwrite) as staged:
        staged.path.chmod(0o600)
        _require_space(target, sum(part.n_bytes for part in listed))
        _write(staged.path, sources, listed, progress.part(0.4, 0.8, "Saving "))
        _verify(staged.path, target, progress.part(0.8, 1.0, "Checking "))
        n_bytes = staged.path.stat().st_size
        staged.commit()
    n_songs = sum(part.name.startswith(SONGS) for part in listed)
    return SavedArchive(str(target), n_bytes, n_songs, tuple(left_out))


def _sources(request: SaveArchiveRequest, progress: Progress) -> tuple[list[_Source], list[str]]:
    """Every file that becomes a part, and the titles of songs that can't."""
    project = Path(request.project_dir)
    found = [_Source(DATABASE, Path(request.database))]
    found += _plain_files(MODELS, paths.models_dir(project))
    cache = paths.cache_dir(project)
    wanted = {
        analysis_path(cache, entry.song.sha256, key)
        for entry in (*request.songs, *request.removed)
        for key in ("", entry.corrections.key)
    }
    found += [source for source in _plain_files(ANALYSES, cache) if source.path in wanted]
    if not request.with_songs:
        return found, []
    songs, left_out = _songs(request.songs, progress)
    return found + songs, left_out


def _plain_files(folder_name: str, folder: Path) -> Iterable[_Source]:
    """Files of a folder that are parts; links are none."""
    if not folder.is_dir():
        return []
    names = sorted(path.name for path in folder.iterdir())
    found = [_Source(folder_name + name, folder / name) for name in names]
    return [one for one in found if is_allowed(one.name) and _is_plain(one.path)]


def _is_plain(path: Path) -> bool:
    status = path.lstat()
    return stat.S_ISREG(status.st_mode) and status.st_size > 0


def _songs(entries: tuple[SongEntry, ...], progress: Progress) -> tuple[list[_Source], list[str]]:
    found, left_out, taken = [], [], set[str]()
    for index, entry in enumerate(entries):
        song = entry.song
        progress.report(index / len(entries), f"Reading {song.title}")
        if not is_song(song.path, song):
            left_out.append(song.title)
            continue
        name = free_song_name(Path(song.path).name, taken)
        taken.add(same_name_key(name))
        found.append(_Source(SONGS + name, Path(song.path)))
    return found, left_out


def _listed(sources: list[_Source], progress: Progress) -> list[ListedPart]:
    listed = []
    for index, source in enumerate(sources):
        progress.report(index / len(sources), printable_name(source.path))
        digest, n_bytes = hashlib.sha256(), 0
        for chunk in _chunks(source.path):
            progress.check()
            digest.update(chunk)
            n_bytes += len(chunk)
        listed.append(ListedPart(source.name, n_bytes, digest.hexdigest()))
    return listed


def _chunks(path: Path) -> Iterable[bytes]:
    """A file's bytes; what goes wrong is the source's fault, not that of the archive."""
    with open_regular_file(path) as file:
        while chunk := _read(file, path):
            yield chunk


def _read(file: IO[bytes], path: Path) -> bytes:
    try:
        return file.read(CHUNK_BYTES)
    except OSError as error:
        raise UserError(
            f"{printable_name(path)} can't be read: {error.strerror}.",
            "Check the disk that it lies on.",
        ) from error


def _require_space(target: Path, n_bytes: int) -> None:
    if shutil.disk_usage(target.parent).free < n_bytes:
        raise UserError(
            f"There is no room left for {printable_name(target)}, which takes "
            f"{n_bytes / 1e6:.0f} MB.",
            "Free some space or choose another disk.",
        )


def _write(
    path: Path, sources: list[_Source], listed: list[ListedPart], progress: Progress
) -> None:
    manifest = Manifest(tuple(listed)).to_bytes()
    n_bytes, written = max(1, sum(part.n_bytes for part in listed)), 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry(MANIFEST, len(manifest)), manifest)
        for source, part in zip(sources, listed, strict=True):
            digest = hashlib.sha256()
            with archive.open(_entry(part.name, part.n_bytes), "w") as out:
                for chunk in _chunks(source.path):
                    out.write(chunk)
                    digest.update(chunk)
                    written += len(chunk)
                    progress.report(written / n_bytes, printable_name(source.path))
            if digest.hexdigest() != part.sha256:
                raise UserError(
                    f"{printable_name(source.path)} changed while the project was saved.",
                    "Wait until it is written, then save again.",
                )


def _entry(name: str, n_bytes: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DAY_ONE)
    entry.external_attr = _PRIVATE
    entry.file_size = n_bytes  # From this zipfile tells whether the part needs wide sizes.
    return entry


def _verify(path: Path, target: Path, progress: Progress) -> None:
    """Read the whole archive as if it were to be opened."""
    with open_archive_file(path) as archive:
        n_parts = len(archive.listed)
        for index, part in enumerate(archive.listed):
            share = progress.part(index / n_parts, (index + 1) / n_parts)
            share.report(0.0, part.name)
            if archive.damaged or not archive.is_whole(part, share):
                raise UserError(
                    f"{printable_name(target)} could not be read back from the disk.",
                    "Choose another disk, and check this one.",
                )
