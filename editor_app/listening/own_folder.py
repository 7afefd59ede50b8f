"""Folders in the project's cache for sound that was made to be heard, one for each user of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4


def own_folder(cache_dir: str, user: str) -> Path:
    """The path of a new folder that its user alone fills and removes.

    Workers make the folder when they need it.

    Args:
        user: the part of the window that it is for, named for people who look at the cache.
    """
    return _root(cache_dir) / f"{user}-{uuid4().hex}"


def remove_left_over(cache_dir: str) -> None:
    """Remove what a window that was killed left behind.

    Call it once the project is open and before anybody has a folder. A project is open in one
    window at a time, so whatever lies there is left over.
    """
    shutil.rmtree(_root(cache_dir), ignore_errors=True)


def _root(cache_dir: str) -> Path:
    return Path(cache_dir) / "listening"
