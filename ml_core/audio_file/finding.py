"""Which files are meant when a person names files and folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ml_core.domain.file_formats import AUDIO_EXTENSIONS, UNREADABLE_EXTENSIONS, is_readable_start

_SNIFFED_BYTES = 12


def find_audio_files(paths: Iterable[str | Path]) -> list[Path]:
    """The sound files that are meant, absolute, each once, folders in order of name.

    Folders are walked with all below them, and what is not sound in them is passed over, as are
    hidden files (macOS leaves "._song.wav" beside every song on foreign disks). Sound that can't
    be read yet (m4a) is kept, so that its owner is told. A file that was named itself is always
    kept, even where it does not exist.
    """
    found: dict[Path, None] = {}
    for named in paths:
        path = Path(os.path.abspath(named))  # noqa: PTH100 - links stay as the person named them
        if path.is_dir():
            found.update(dict.fromkeys(_walk(path)))
        else:
            found[path] = None
    return list(found)


def _walk(folder: Path) -> Iterator[Path]:
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
