"""Saving a whole project as one file, and opening such a file as a new project."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.songs import SongEntry

ARCHIVE_SUFFIX = ".tastecut"


@dataclass(frozen=True, slots=True)
class SaveArchiveRequest:
    """Asks for a project to be saved as one file.

    Attributes:
        target: the file to be; nothing is overwritten unless `overwrite`.
        database: a checked copy of the project's database that nobody writes to.
        makes_copy: whether that copy is made only when the saving begins.
        project_dir: its models and analyses are read here.
        songs: on the list, each with the path where it is now.
        removed: off the list, but their analyses still teach.
        with_songs: whether the songs' own files go into the archive.
    """

    target: str
    database: str
    project_dir: str
    songs: tuple[SongEntry, ...]
    removed: tuple[SongEntry, ...] = ()
    with_songs: bool = False
    overwrite: bool = False
    makes_copy: bool = False


@dataclass(frozen=True, slots=True)
class SavedArchive:
    """What was saved.

    Attributes:
        n_bytes: size of the file.
        n_songs: how many songs' files are in it.
        left_out: titles of songs whose files should be in it, but are gone or hold other sound.
    """

    file: str
    n_bytes: int
    n_songs: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenArchiveRequest:
    """Asks for an archive to become a project.

    Attributes:
        project_dir: a folder that is empty or not there yet.
        song_folders: where songs are looked for besides, with all below.
        without_damaged: leave out what is damaged, as long as the database is whole.
    """

    file: str
    project_dir: str
    song_folders: tuple[str, ...] = ()
    without_damaged: bool = False


@dataclass(frozen=True, slots=True)
class OpenedArchive:
    """What became of an archive.

    Attributes:
        project_dir: the new project.
        is_open: false where parts are damaged and nothing was opened for that; the database is
            whole then, and `without_damaged` opens the rest.
        damaged: names of parts that are damaged.
        n_ratings: answers that count as ratings, of all tastes.
        n_songs: how many are on the list.
        not_found: titles of songs whose sound is in no file that was looked at.
    """

    project_dir: str
    is_open: bool
    damaged: tuple[str, ...] = ()
    n_ratings: int = 0
    n_songs: int = 0
    not_found: tuple[str, ...] = ()
