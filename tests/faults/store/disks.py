"""Small and failing disks, made for a test and taken away after it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.requiring import NotPossibleHere


def _run(*command: str | Path) -> None:
    try:
        subprocess.run([str(part) for part in command], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotPossibleHere(f"{command[0]} does not work here: {error}") from error


def _require_root() -> None:
    if os.name != "posix" or os.geteuid() != 0:
        raise NotPossibleHere("only root can mount a disk")


@contextmanager
def small_disk(point: Path, kilobytes: int) -> Iterator[Path]:
    """A disk in memory with so much room."""
    _require_root()
    point.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", point)
    try:
        yield point
    finally:
        _run("umount", "-l", point)


@contextmanager
def disk_image(image: Path, point: Path, megabytes: int) -> Iterator[Path]:
    """A disk in a file, which turns read-only at its first error."""
    _require_root()
    if shutil.which("mkfs.ext4") is None:
        raise NotPossibleHere("there is no mkfs.ext4")
    with image.open("wb") as file:
        file.truncate(megabytes * 1024**2)
    _run("mkfs.ext4", "-q", "-F", image)
    with mounted(image, point):
        yield point


@contextmanager
def mounted(image: Path, point: Path) -> Iterator[Path]:
    """A disk image that is already formatted."""
    _require_root()
    point.mkdir(exist_ok=True)
    _run("mount", "-o", "loop,errors=remount-ro", image, point)
    try:
        yield point
    finally:
        _run("umount", "-l", point)


def remount_read_only(point: Path) -> None:
    """What the system itself does to a failing disk while files on it are open."""
    device = next(
        Path(line.split()[0]).name
        for line in Path("/proc/self/mounts").read_text().splitlines()
        if line.split()[1] == str(point)
    )
    trigger = Path(f"/sys/fs/ext4/{device}/trigger_fs_error")
    if not trigger.exists():
        raise NotPossibleHere("this system can't make a disk fail on purpose")
    trigger.write_text("1")


def remount_writable(point: Path) -> None:
    """The disk was mended."""
    _run("mount", "-o", "remount,rw", point)


def leave_free(filler: Path, n_bytes: int) -> None:
    """Fill a disk until only so many bytes are free."""
    free = shutil.disk_usage(filler.parent).free
    with filler.open("wb") as file:
        file.write(b"x" * max(0, free - n_bytes))


def mount_read_only(point: Path) -> None:
    """The disk takes no files any more, not even root's."""
    _run("mount", "-o", "remount,ro", point)
