"""Where sound that was made to be heard lies: in the project's cache, a folder for each user."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4


def own_folder(cache_dir: str, user: str) -> Path:
    """A new folder of the user's own, which it may remove; workers make it when they need it.

    Args:
        user: who it is for, for people who look at the cache.
    """
    return _root(cache_dir) / f"{user}-{uuid4().hex}"


def remove_left_over(cache_dir: str) -> None:
    """Remove what a window that was killed left behind.

    Only once the project is open and before anybody has a folder: one window has it at a time.
    """
    shutil.rmtree(_root(cache_dir), ignore_errors=True)


def _root(cache_dir: str) -> Path:
    return Path(cache_dir) / "listening"
