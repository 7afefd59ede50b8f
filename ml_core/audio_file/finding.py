"""Which files are meant when a person names files and folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ml_core.audio_file.tagging.own_edits import is_own_edit
from ml_core.domain.files.formats import AUDIO_EXTENSIONS, UNREADABLE_EXTENSIONS, is_readable_start
from ml_core.paths import printable_name
from ml_core.progress import Progress, silent

_SNIFFED_BYTES = 12


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The sound files that are meant.

    Attributes:
        files: absolute, each once, folders in order of name.
        own_edits: edits that Tastecut made and that no one named: passed over in folders.
    """

    files: tuple[Path, ...]
    own_edits: tuple[Path, ...]


def find_audio_files(paths: Iterable[str | Path]) -> list[Path]:
    """The files of `find_songs` alone."""
    return list(find_songs(paths).files)


def find_songs(paths: Iterable[str | Path], progress: Progress | None = None) -> FoundFiles:
    """The sound files that are meant, and the edits of our own that lie among them.

    Folders are walked with all below them, and what is not sound in them is passed over, as are
    hidden files (macOS leaves "._song.wav" beside every song on foreign disks) and our own edits.
    Sound that can't be read yet (m4a) is kept, so that its owner is told. A file that was named
    itself is always kept, even where it does not exist. Each file is opened: 3 ms.

    Raises:
        Cancelled: if the person asked to stop.
    """
    progress = progress or silent()
    found: dict[Path, None] = {}
    own: dict[Path, None] = {}
    for named in paths:
        path = Path(os.path.abspath(named))  # noqa: PTH100 - links stay as the person named them
        if path.is_dir():
            for file in sound_files_below(path):
                progress.report(0.0, f"Looking at {printable_name(file)}")
                (own if is_own_edit(file) else found)[file] = None
        else:
            found[path] = None
    return FoundFiles(tuple(found), tuple(file for file in own if file not in found))


def sound_files_below(folder: Path) -> Iterator[Path]:
    """Sound files in a folder and below, hidden ones left out, by name; none is opened."""
    seen: set[tuple[int, int]] = set()
    for here, folders, names in os.walk(folder, followlinks=True):
        status = Path(here).stat()
        if (status.st_dev, status.st_ino) in seen:  # a link back to a folder above
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(here) / name
            if not name.startswith(".") and _is_sound(path):
                yield path


def _is_sound(path: Path) -> bool:
    """By extension; without a known one, by the file's first bytes."""
    try:
        if not path.is_file():  # pipes and broken links
            return False
        if path.suffix.lower() in AUDIO_EXTENSIONS | UNREADABLE_EXTENSIONS:
            return True
        if path.suffix:
            return False
        with path.open("rb") as handle:
            return is_readable_start(handle.read(_SNIFFED_BYTES))
    except OSError:
        return False
