"""Songs found by their content, whatever their files are called and wherever they lie."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ml_core.audio_file import file_sha256, find_audio_files, identity_of
from ml_core.domain.files.formats import AUDIO_EXTENSIONS
from ml_core.domain.songs import Song
from ml_core.errors import UserError
from ml_core.progress import Progress

_SEPARATORS = re.compile(r"[/\\]")
"""Of any system: a project may come from another one."""


def identities(path: str | Path) -> frozenset[str]:
    """What songs are known by that a file holds; none where it is gone or can't be read."""
    try:
        return frozenset([identity_of(path), file_sha256(path)])
    except UserError:
        return frozenset()


def is_song(path: str | Path, song: Song) -> bool:
    """Whether a file holds this song."""
    return not identities(path).isdisjoint(_names_of(song))


def _names_of(song: Song) -> frozenset[str]:
    """A song of an old project is known by its key, or by its sound since that is known."""
    return frozenset([song.sha256, song.identity])


def find_songs(
    songs: Sequence[Song], folders: Iterable[str | Path], progress: Progress
) -> dict[str, str]:
    """Where songs are now: at a path where they were seen, else anywhere in the folders.

    Args:
        songs: those that are looked for.
        folders: searched with all below them; a file may be among them.

    Returns:
        by the song's key, the path of a file that holds it; songs that are not found are missing.
    """
    found: dict[str, str] = {}
    for index, song in enumerate(songs):
        progress.report(0.5 * index / len(songs), f"Looking for {song.title}")
        here = next((path for path in song.paths if is_song(path, song)), None)
        if here is not None:
            found[song.sha256] = here
    wanted = {
        name: song.sha256 for song in songs if song.sha256 not in found for name in _names_of(song)
    }
    if not wanted:
        return found
    names = {_SEPARATORS.split(path)[-1] for song in songs for path in song.paths}
    # Mostly a song has kept its name; where all are found by it, no other file is read.
    candidates = sorted(find_audio_files(folders), key=lambda path: path.name not in names)
    for index, path in enumerate(candidates):
        progress.report(0.5 + 0.5 * index / len(candidates), "Looking for songs")
        for name in identities(path) & wanted.keys():
            found.setdefault(wanted[name], str(path))
        if found.keys() >= set(wanted.values()):
            break
    return found


def files_near(folder: Path) -> list[Path]:
    """Sound files in a folder itself, without what is below it; none where it can't be read."""
    with suppress(OSError):
        return sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in AUDIO_EXTENSIONS and path.is_file()
        )
    return []
