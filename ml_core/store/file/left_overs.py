"""What killed processes left half done in a project's folder, told by name and mark."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ml_core.own_files import PRIVATE_FOLDER, is_running
from ml_core.paths import journal_path

_TRIAL = re.compile(r"\.tastecut-check-(?P<pid>\d{1,9})-[0-9a-f]{16}")
_MARK = "made by tastecut"
"""A file in each folder in which a copy is tried: without it, a folder is somebody else's."""


@contextmanager
def trial_folder(path: Path) -> Iterator[Path]:
    """A folder beside a database in which a copy of it is tried; it goes with the block."""
    name = f".tastecut-check-{os.getpid()}-{secrets.token_hex(8)}"
    folder = path.with_name(name)
    folder.mkdir(mode=PRIVATE_FOLDER)
    try:
        (folder / _MARK).touch()
        yield folder
    finally:
        _remove_trial(folder, path.name)


def clear_left_overs(path: Path, is_sole_writer: bool) -> None:
    """Remove what a process left half done that has ended since.

    Args:
        path: the database, whose one writer asks for this.
        is_sole_writer: whether nobody else can be at it, for only the writer makes these.
    """
    names = "|".join(re.escape(one.name) for one in (path, journal_path(path.parent)))
    partial = re.compile(rf"\.({names})\.(?P<pid>\d{{1,9}})\.partial(-journal|-wal|-shm)?")
    with suppress(OSError):
        for found in list(path.parent.iterdir()):
            match = partial.fullmatch(found.name) or _TRIAL.fullmatch(found.name)
            if match is None or not (is_sole_writer or not is_running(int(match["pid"]))):
                continue
            if found.is_dir():
                if (found / _MARK).is_file() and not found.is_symlink():
                    _remove_trial(found, path.name)
            else:
                with suppress(OSError):
                    found.unlink()


def _remove_trial(folder: Path, name: str) -> None:
    """Remove a folder that holds the copy; with anything else in it, it stays."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            (folder / f"{name}{suffix}").unlink()
    with suppress(OSError):
        if [entry.name for entry in folder.iterdir()] == [_MARK]:
            (folder / _MARK).unlink()
            folder.rmdir()
