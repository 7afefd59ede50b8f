"""Folders in the project's cache for sound that was made to be heard, one for each user of it."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from ml_core.own_files import is_sound, make_private_folder, remove_sound

_LEFT = "left-over-"
_OURS = re.compile(r"[a-z]+-[0-9a-f]{32}")


def own_folder(cache_dir: str, user: str) -> Path:
    """The path of a new folder that its user alone fills and removes.

    Workers make the folder when they need it.

    Args:
        user: the part of the window that it is for, named for people who look at the cache.
    """
    return _root(cache_dir) / f"{user}-{uuid4().hex}"


def set_aside_left_over(cache_dir: str) -> None:
    """Put away what a window that was killed left behind; `remove_left_over` removes it later.

    Only once the project is open and before anybody has a folder: one window has it at a time.
    """
    with suppress(OSError):  # Mostly there is none. One that stays is met again.
        found = [path for path in _root(cache_dir).iterdir() if _is_ours(path)]
        if found:
            aside = make_private_folder(Path(cache_dir) / f"{_LEFT}{uuid4().hex}")
            for path in found:
                path.rename(aside / path.name)


def _is_ours(path: Path) -> bool:
    """Whether it is what `own_folder` names, or sound; what a person put there stays there."""
    return is_sound(path) or (_OURS.fullmatch(path.name) is not None and path.is_dir())


def remove_left_over(cache_dir: str) -> None:
    """Remove what was put away. Several GB may take seconds: not for the window's thread."""
    for folder in Path(cache_dir).glob(f"{_LEFT}*"):
        remove_sound(folder)


def _root(cache_dir: str) -> Path:
    return Path(cache_dir) / "listening"


class FewFiles:
    """Files of short sounds, of which the last few are kept: the last one may still fade out."""

    def __init__(self, n_kept: int = 4) -> None:
        self._n_kept, self._files = n_kept, list[str]()

    def keep(self, file: str) -> None:
        """A file was made; older ones are removed."""
        self._files = [one for one in self._files if one != file] + [file]
        for old in self._files[: -self._n_kept]:
            with suppress(OSError):  # It is still in use: it goes with its folder.
                Path(old).unlink(missing_ok=True)
        self._files = self._files[-self._n_kept :]
