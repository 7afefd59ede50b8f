"""Where Tastecut keeps things. The one user of appdirs (frozen upstream, asked for by name)."""

from __future__ import annotations

import os
from pathlib import Path

import appdirs

APP_NAME = "Tastecut"


def default_project_dir() -> Path:
    """The project used when none is named; `TASTECUT_HOME` moves it (tests, portable use)."""
    moved = os.environ.get("TASTECUT_HOME")
    return Path(moved) if moved else Path(appdirs.user_data_dir(APP_NAME, appauthor=False))


def default_export_dir() -> Path:
    """Where exports go until the person picks a folder."""
    music = Path.home() / "Music"
    return (music if music.is_dir() else Path.home()) / "Tastecut edits"


def database_path(project_dir: Path) -> Path:
    """The SQLite file that holds ratings and everything else that can't be made again."""
    return project_dir / "tastecut.sqlite3"


def lock_path(project_dir: Path) -> Path:
    """The file whose lock makes its holder the one writer."""
    return project_dir / "tastecut.lock"


def cache_dir(project_dir: Path) -> Path:
    """Analyses and decoded audio: all of it can be made again."""
    return project_dir / "cache"


def models_dir(project_dir: Path) -> Path:
    """Checkpoints (safetensors)."""
    return project_dir / "models"


def unfinished_training(models_dir: str | Path) -> Path:
    """What a training that was stopped leaves behind, to go on from."""
    return Path(models_dir) / "unfinished-training.safetensors"


def backups_dir(project_dir: Path) -> Path:
    """Daily copies of the database."""
    return project_dir / "backups"


def demo_dir(project_dir: Path) -> Path:
    """The synthesized demo songs."""
    return project_dir / "demo songs"


def file_stamp(path: str | os.PathLike[str]) -> tuple[int, int] | None:
    """(size in bytes, time of change in ns) of a file; None where it can't be asked."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a text may hold any bytes
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns


def runtime_dirs() -> tuple[Path, ...]:
    """Where sockets of this user's programs may lie, best first; none of them need be there.

    The first is the system's, emptied when the user has left (XDG Base Directory Specification).
    """
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    own = Path(appdirs.user_cache_dir(APP_NAME, appauthor=False)) / "run"
    return (Path(named) / "tastecut", own) if Path(named).is_absolute() else (own,)


def printable_name(path: str | bytes | os.PathLike[str]) -> str:
    """A file's name as it can be shown anywhere: on one line, without bytes that are no text."""
    name = Path(os.fsdecode(path)).name or os.fsdecode(path)
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
