"""The lock that makes one process the writer.

SQLite before 3.51.3 can damage a WAL database when two connections write at the same moment. So a
second writer is turned away before it opens the database. The system drops the lock when its holder
dies, however it dies. The package filelock is not used: it can't tell a held lock from a file
system that has none, and this takes forty lines.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from ml_core.errors import InUseError, UserError

_HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_OPEN = b"open\n"
_LOCKED_BYTE = 1 << 20  # On Windows a locked byte can't be read: lock one beyond the text.

PAUSE_S = 0.1
"""`is_held` takes the lock for less than that: a start at that moment tries again after it."""


class WriterLock:
    """Held from construction until `release`.

    Attributes:
        is_real: false where the file system has no locks; then nothing keeps a second writer out.
        recovered: for whoever opens the project to say what a killed run left behind.

    Raises:
        InUseError: if another process holds the lock.
        UserError: if the file can't be made.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise UserError(
                f"The project {path.parent} can't be opened for writing: {error.strerror}.",
                "Allow writing to that folder, or choose another project folder.",
            ) from error
        try:
            self.is_real = _lock_soon(self._descriptor)
        except BlockingIOError as error:
            os.close(self._descriptor)
            raise InUseError(
                f"The project {path.parent} is open in another Tastecut window or command.",
                "Use it there, or close it there first.",
            ) from error
        self.recovered = ""
        self._is_marked = False

    def mark_open(self) -> bool:
        """Note in the file that the project is open, until `release`.

        Returns:
            whether the note of a process that has died was still there.
        """
        was_open = os.fstat(self._descriptor).st_size > 0
        with suppress(OSError):
            os.pwrite(self._descriptor, _OPEN, 0) if hasattr(os, "pwrite") else os.write(
                self._descriptor, _OPEN
            )
            self._is_marked = True
        return was_open

    def release(self) -> None:
        """Let others write. The file stays: deleting it would let two hold different files."""
        if self._descriptor >= 0:
            if self._is_marked:
                with suppress(OSError):
                    os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1


def is_held(path: Path) -> bool:
    """Whether a process is the writer just now; where that can't be told, none is."""
    if not path.exists():
        return False
    try:
        WriterLock(path).release()
    except UserError:
        return True
    return False


def _lock_soon(descriptor: int) -> bool:
    """`_try_lock`, a second time after a pause if it is held."""
    try:
        return _try_lock(descriptor)
    except BlockingIOError:
        time.sleep(PAUSE_S)
        return _try_lock(descriptor)


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in _HELD:
                raise BlockingIOError(error.errno, "held") from error
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD:
                raise BlockingIOError(error.errno, "held") from error
            return False
        return True
