"""The verbs backup and restore where a whole project is one file."""

from __future__ import annotations

import argparse
from pathlib import Path

from ml_core.cli.output import open_project, show, watch
from ml_core.domain.archiving import (
    ARCHIVE_SUFFIX,
    OpenArchiveRequest,
    OpenedArchive,
    SavedArchive,
)
from ml_core.errors import UserError
from ml_core.pipeline.archive.opening import open_archive
from ml_core.pipeline.archive.saving import save_archive
from ml_core.store.archive_request import archive_request

_NAMED_SONGS = 5
_SQLITE_START, _ZIP_START = b"SQLite format 3\0", b"PK"


def is_archive(file: Path) -> bool:
    """Whether a file is to be opened as an archive: by its first bytes, else by its name."""
    try:
        if not file.is_file():  # A pipe would hang.
            return False
        with file.open("rb") as opened:
            start = opened.read(len(_SQLITE_START))
    except OSError:
        return False
    is_named = file.name.lower().endswith(ARCHIVE_SUFFIX)
    return start != _SQLITE_START and (is_named or start.startswith(_ZIP_START))


def save(arguments: argparse.Namespace) -> None:
    """Save the project as one file; another window may have it open meanwhile."""
    with open_project(arguments, write=False) as store, watch(arguments) as progress:
        asked = archive_request(store, arguments.archive, arguments.with_songs, arguments.overwrite)
        with asked as request:
            saved = save_archive(request, progress)
    data = {
        "file": saved.file,
        "bytes": saved.n_bytes,
        "songs": saved.n_songs,
        "left_out": list(saved.left_out),
    }
    show(arguments, data, _saved_lines(saved, arguments.with_songs))


def _saved_lines(saved: SavedArchive, with_songs: bool) -> list[str]:
    songs = f" with the songs ({saved.n_songs})" if with_songs else ""
    lines = [f"Saved as {saved.file}{songs}, {saved.n_bytes / 1e6:.1f} MB."]
    if saved.left_out:
        named = _named(saved.left_out)
        lines.append(f"Songs whose files are gone or have changed are not in it: {named}.")
    if not with_songs:
        lines.append("The songs themselves are not in it; --with-songs puts them in.")
    return lines


def open_(arguments: argparse.Namespace) -> None:
    """Open an archive as the project that was named, which must not be there yet.

    Raises:
        UserError: as `open_archive`, and where parts are damaged that may be left out.
    """
    request = OpenArchiveRequest(
        str(arguments.file),
        str(arguments.project),
        tuple(arguments.songs),
        arguments.without_damaged,
    )
    for folder in request.song_folders:
        if not Path(folder).exists():
            raise UserError(f"There is no folder {folder}.", "Name a folder with songs.")
    with watch(arguments) as progress:
        opened = open_archive(request, progress)
    if not opened.is_open:
        raise UserError(
            f"{Path(request.file).name} is damaged: {_named(opened.damaged)}; its ratings are "
            "whole.",
            "Copy it again from where it came, or open the rest with --without-damaged.",
        )
    data = {
        "file": str(arguments.file),
        "kept": None,
        "project": opened.project_dir,
        "ratings": opened.n_ratings,
        "songs": opened.n_songs,
        "not_found": list(opened.not_found),
        "damaged": list(opened.damaged),
    }
    show(arguments, data, _opened_lines(opened))


def _opened_lines(opened: OpenedArchive) -> list[str]:
    n_found = opened.n_songs - len(opened.not_found)
    lines = [
        f"Opened as {opened.project_dir}. Ratings: {opened.n_ratings}. "
        f"Songs found: {n_found} of {opened.n_songs}."
    ]
    if opened.damaged:
        lines.append(f"Left out since they are damaged: {_named(opened.damaged)}.")
    if opened.not_found:
        lines.append(
            f"Not found: {_named(opened.not_found)}. Add them from where they are now: they keep "
            "their ratings."
        )
    return lines


def _named(names: tuple[str, ...]) -> str:
    """Some names, and how many more there are."""
    more = len(names) - _NAMED_SONGS
    return ", ".join(names[:_NAMED_SONGS]) + (f" and {more} more" if more > 0 else "")
