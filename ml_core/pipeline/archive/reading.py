"""An archive that is read: what it lists, and each part copied out only as it was listed."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ml_core.audio_file.source_bytes import open_regular_file
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.archive.manifest import (
    LARGEST_MANIFEST_BYTES,
    ListedPart,
    Manifest,
    NewerArchiveError,
    read_manifest,
)
from ml_core.pipeline.archive.names import DATABASE, MANIFEST
from ml_core.pipeline.archive.zip_parts import (
    ForeignPartError,
    Part,
    parts_by_directory,
    parts_by_heads,
)
from ml_core.progress import Progress

CHUNK_BYTES = 1 << 20
DIRECTORY = "the directory at its end"
"""How that is called where it is damaged."""

_GET_ANOTHER = "Copy it again from where it came, or choose another copy."


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive.

    Attributes:
        name: of the file, for messages.
        listed: the parts that there should be, the database first.
        damaged: names of parts that are known to be damaged without reading them.
    """

    name: str
    listed: tuple[ListedPart, ...]
    damaged: tuple[str, ...]
    _file: IO[bytes]
    _parts: dict[str, Part]

    @property
    def n_bytes(self) -> int:
        """What copying everything out writes at most, whatever the list says."""
        names = {listed.name for listed in self.listed}
        found = self._parts.values()
        return sum(part.n_bytes for part in found if part.start >= 0 and part.name in names)

    def is_whole(self, listed: ListedPart, progress: Progress) -> bool:
        """Whether a part's bytes are what was listed."""
        return self._copy(listed, None, progress)

    def copy_out(self, listed: ListedPart, target: Path, progress: Progress) -> bool:
        """Write a part to a new file that only this person may read, and have it on the disk.

        Returns:
            false, with no file, if the part is damaged.

        Raises:
            OSError: if it can't be written.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(target, flags, 0o600), "wb") as out:
            is_whole = self._copy(listed, out, progress)
            out.flush()
            os.fsync(out.fileno())
        if not is_whole:
            target.unlink()
        return is_whole

    def _copy(self, listed: ListedPart, out: IO[bytes] | None, progress: Progress) -> bool:
        part = self._parts.get(listed.name)
        if part is None or part.start < 0 or part.n_bytes != listed.n_bytes:
            return False
        digest, left = hashlib.sha256(), part.n_bytes
        self._file.seek(part.start)
        while left:
            chunk = self._file.read(min(CHUNK_BYTES, left))
            if not chunk:
                return False
            digest.update(chunk)
            if out is not None:
                out.write(chunk)
            left -= len(chunk)
            progress.report(1.0 - left / part.n_bytes)
        return digest.hexdigest() == listed.sha256


@contextmanager
def open_archive_file(path: str | Path, is_strict: bool = True) -> Iterator[Archive]:
    """An archive with its list of contents.

    Args:
        is_strict: refuse a file that holds anything else than Tastecut writes. Otherwise only
            that is left out.

    Raises:
        UserError: if it is no archive, a newer version wrote it, or it holds what it must not.
    """
    name = printable_name(path)
    with open_regular_file(path) as file:
        try:
            yield _read(file, name, is_strict)
        except NewerArchiveError as error:
            raise UserError(
                f"{name} was saved by a newer Tastecut.", "Update Tastecut; nothing was opened."
            ) from error


def _read(file: IO[bytes], name: str, is_strict: bool) -> Archive:
    try:
        found = parts_by_directory(file)
        is_directory_whole = found is not None
        parts = list(parts_by_heads(file)) if found is None else found
        return _listed_archive(file, name, parts, is_directory_whole)
    except ForeignPartError as error:
        if is_strict:
            raise UserError(
                f"{name} is damaged or was not saved by Tastecut: it holds {error}.",
                f"Nothing was opened. {_GET_ANOTHER}",
            ) from error
        return _listed_archive(file, name, list(parts_by_heads(file)), False, is_strict=False)


def _listed_archive(
    file: IO[bytes],
    name: str,
    parts: list[Part],
    is_directory_whole: bool,
    is_strict: bool = True,
) -> Archive:
    by_name = {part.name: part for part in reversed(parts)}
    if MANIFEST not in by_name or DATABASE not in by_name:
        if is_directory_whole or not by_name:
            raise UserError(
                f"{name} is not a project that Tastecut saved as one file.",
                "Choose a file whose name ends with .tastecut.",
            )
        raise UserError(f"{name} is cut off before its ratings.", _GET_ANOTHER)
    manifest = _manifest_of(file, by_name[MANIFEST])
    if manifest is None:
        # The database proves itself, by its checksum here and by what it says later.
        database = _as_listed(file, by_name[DATABASE])
        return Archive(name, (database,), (MANIFEST,), file, by_name)
    unlisted = by_name.keys() - {MANIFEST} - {listed.name for listed in manifest.parts}
    if unlisted and is_strict:
        raise ForeignPartError(f"a part called {min(unlisted)!r} that it does not list")
    damaged = () if is_directory_whole else (DIRECTORY,)
    return Archive(name, manifest.parts, damaged, file, by_name)


def _manifest_of(file: IO[bytes], part: Part) -> Manifest | None:
    """The list of contents; None if it is damaged."""
    if part.start < 0 or part.n_bytes > LARGEST_MANIFEST_BYTES:
        return None
    file.seek(part.start)
    data = file.read(part.n_bytes)
    if zlib.crc32(data) != part.crc32:
        return None
    try:
        return read_manifest(data)
    except NewerArchiveError:
        raise
    except ValueError:
        return None


def _as_listed(file: IO[bytes], part: Part) -> ListedPart:
    """A part as a manifest would list it; one that is damaged gets a hash that nothing has."""
    digest, crc32, left = hashlib.sha256(), 0, part.n_bytes if part.start >= 0 else 0
    file.seek(max(0, part.start))
    while left and (chunk := file.read(min(CHUNK_BYTES, left))):
        digest.update(chunk)
        crc32 = zlib.crc32(chunk, crc32)
        left -= len(chunk)
    sha256 = digest.hexdigest() if crc32 == part.crc32 else "0" * 64
    return ListedPart(part.name, part.n_bytes, sha256)
