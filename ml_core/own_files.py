"""What Tastecut makes in a project's folder: for its user alone, and all that it removes there.

A person may keep files of their own anywhere, also in a project's folder. So nothing is removed by
its place: only what carries a name, and where need be a mark, that nothing else gives.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700

_SOUND = re.compile(r"\.?[0-9a-f]{16,64}(-song)?(-\d+)?(\.f32|\.partial|\.peaks\.npz(\.partial)?)")
"""Sound that was made to be heard, its waveform, and what is not finished of either: named by the
edit or song and the sample rate, so that a person's own file of the same ending is none."""

_MADE = re.compile(
    r"tastecut\.(sqlite3(-wal|-shm)?|journal|lock)(\..+)?|tastecut\.(damaged|foreign)-.+"
    r"|looked-through\.json"
    r"|.+\.(npz|f32|partial|part|safetensors|sqlite3)|[0-9a-f]{64}.*\.json|.+\.log(\.\d)?"
)
"""Names of files that Tastecut makes in a project's folder."""


def make_private_folder(folder: str | Path) -> Path:
    """Make a folder, and those above it that are missing, for the user alone.

    Returns:
        the folder.

    Raises:
        OSError: if it can't be made.
    """
    path = Path(folder)
    missing = []
    while not path.exists():
        missing.append(path)
        path = path.parent
    for each in reversed(missing):
        each.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    Path(folder).mkdir(exist_ok=True)  # Raises where a file is in the way.
    return Path(folder)


def keep_private(file: str | Path) -> None:
    """Let nobody but the user read a file that Tastecut made; a disk without rights is used."""
    with suppress(OSError):
        Path(file).chmod(PRIVATE_FILE)


def touch_private(file: str | Path) -> None:
    """Make an empty file for the user alone, before another library opens it.

    Raises:
        OSError: if it can't be made.
    """
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, PRIVATE_FILE))


def tighten(folder: Path) -> None:
    """Take everybody else's rights from what was made when rights were looser.

    What lies in a folder that is private already is not looked at again.
    """
    if os.name != "posix":
        return
    with suppress(OSError):
        if _is_loose(folder):
            _set_private(folder)
            for path in _made_in(folder):
                _set_private(path)


def tighten_files(folder: Path) -> None:
    """`tighten` for what lies in a folder that may be the person's own."""
    if os.name != "posix":
        return
    with suppress(OSError):
        for path in folder.iterdir():
            if _MADE.fullmatch(path.name) and path.is_file() and not path.is_symlink():
                _set_private(path)


def holds_only(folder: Path, folders: frozenset[str]) -> bool:
    """Whether all that lies in a folder was made by Tastecut.

    Args:
        folders: names of folders that it makes there.
    """
    with suppress(OSError):
        return all(
            path.name in folders if path.is_dir() else _MADE.fullmatch(path.name) is not None
            for path in folder.iterdir()
        )
    return False


def remove_sound(folder: str | Path) -> None:
    """Remove sound that was made to be heard, and the folders that are empty then.

    Whatever else lies there stays, and its folder with it. What is in use stays, too.
    """
    root = Path(folder)
    if root.is_symlink() or not root.is_dir():
        return
    for path, folders, files in os.walk(root, topdown=False):
        for name in files:
            if _SOUND.fullmatch(name):
                with suppress(OSError):
                    (Path(path) / name).unlink()
        for name in folders:
            with suppress(OSError):
                (Path(path) / name).rmdir()
    with suppress(OSError):
        root.rmdir()


def remove_left_over_sound(cache_dir: str | Path) -> None:
    """Remove what a window that was killed had made to be heard. No window may be open."""
    for name in ("listening*", "left-over-*", "bar-check"):
        for folder in Path(cache_dir).glob(name):
            remove_sound(folder)


def is_sound(path: Path) -> bool:
    """Whether a file's name is one of sound that was made to be heard."""
    return _SOUND.fullmatch(path.name) is not None


def is_running(pid: int) -> bool:
    """Whether there is a process of this number; true where that can't be told."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _made_in(folder: Path) -> Iterator[Path]:
    for path, folders, files in os.walk(folder):
        for name in folders:
            yield Path(path) / name
        for name in files:
            if _MADE.fullmatch(name):
                yield Path(path) / name


def _set_private(path: Path) -> None:
    with suppress(OSError):
        if not path.is_symlink():
            path.chmod(PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)


def _is_loose(path: Path) -> bool:
    return not path.is_symlink() and path.is_dir() and bool(path.stat().st_mode & 0o077)
