"""Whether two paths are one file, so that no export ever lands on its source."""

from __future__ import annotations

import os
import unicodedata
from contextlib import suppress
from pathlib import Path

from ml_core.errors import UserError
from ml_core.paths import printable_name


def same_name_key(name: str) -> str:
    """A file name as the strictest file systems compare it: without letter case, composed.

    On such a disk (macOS, Windows, USB sticks) "Song.wav" and "song.WAV" are one file.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def is_same_file(first: str | Path, second: str | Path) -> bool:
    """Whether both paths lead to one file: through links, hard links, or other letter case.

    Names in one folder that differ in letter case alone count as one, also where the disk would
    keep them apart: copied elsewhere, they would collide.
    """
    with suppress(OSError):
        if os.path.samefile(first, second):  # noqa: PTH121 - takes both as they are
            return True
    one, other = Path(os.path.realpath(first)), Path(os.path.realpath(second))
    return one.parent == other.parent and same_name_key(one.name) == same_name_key(other.name)


def refuse_same_file(source: str | Path, target: str | Path) -> None:
    """Raise UserError if writing `target` would touch `source`."""
    if is_same_file(source, target):
        raise UserError(
            f"{printable_name(target)} is the song itself.", "Choose another name or folder."
        )
