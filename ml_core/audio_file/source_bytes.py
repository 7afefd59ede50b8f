"""A file's bytes on their way to the decoder: opened with care, those of one stream at a time.

libsndfile reads through these objects and never sees a path. So a name may hold any bytes, and a
disk that fails in the middle is told apart from a song that ends.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import IO

from ml_core.audio_file.parts.records import ByteRanges
from ml_core.domain.files.formats import READABLE
from ml_core.errors import UserError
from ml_core.paths import printable_name

READ_AHEAD_BYTES = 1 << 16
"""Asked of the system at once: libsndfile takes eight thousand bytes at a time."""


def open_regular_file(path: str | Path) -> IO[bytes]:
    """The file, open for reading.

    Raises:
        UserError: if it is missing, empty, locked away, a folder, or a pipe that would hang.
    """
    name = printable_name(path)
    try:
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            raise UserError(f"{name} is a folder, not a song.", "Choose the songs in it.")
        if not stat.S_ISREG(status.st_mode):
            raise UserError(f"{name} is not a file that a song can be read from.", READABLE)
        if status.st_size == 0:
            raise UserError(f"{name} is empty.", "Copy it again from where it came.")
        return open(path, "rb", READ_AHEAD_BYTES, opener=_open_at_once)
    except FileNotFoundError:
        raise UserError(
            f"{name} can't be found.", "Put it back, or add it from where it is now."
        ) from None
    except PermissionError:
        raise UserError(f"{name} may not be read.", "Change its permissions or copy it.") from None
    except (OSError, ValueError) as error:
        raise unreadable(name, error) from error


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting, should a pipe have taken the file's place meanwhile."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def unreadable(name: str, error: Exception) -> UserError:
    """What to tell when the system refuses to hand over a file's bytes."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UserError(
        f"{name} can't be read ({reason}).", "Check the disk it is on, or copy it elsewhere."
    )


class SourceBytes:
    """What libsndfile needs of a file, with a failing read remembered in `error`.

    It has no `name`: soundfile would take a format from its extension.

    Args:
        handle: the open file.
        ranges: those of its bytes that are one stream of sound; all without.
    """

    def __init__(self, handle: IO[bytes], ranges: ByteRanges | None = None) -> None:
        self._handle = handle
        self._ranges = ranges or ByteRanges([(0, os.fstat(handle.fileno()).st_size)])
        self._place = 0
        self.n_bytes = self._ranges.n_bytes
        self.error: OSError | None = None

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, as `io.IOBase.seek` does; -1 where there is none."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._end()}[whence]
        if base + offset < 0:
            return -1
        self._place = base + offset
        return self._place

    def _end(self) -> int:
        return self.n_bytes

    def tell(self) -> int:
        """Where the next read begins."""
        return self._place

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as the bytes go; returns their number."""
        view, filled, began = memoryview(buffer), 0, self._place
        try:
            while filled < len(view):
                at, n_left = self._ranges.locate(self._place)
                if n_left == 0:
                    break
                self._handle.seek(at)
                piece = view[filled : filled + n_left]
                count: int = self._handle.readinto(piece)  # type: ignore[attr-defined]
                if count == 0:
                    break
                self._place += count
                filled += count
        except OSError as error:
            self.error = error
            return 0
        if (
            began == 0 and bytes(view[:4]) == b"BW64"
        ):  # RF64 by ITU-R BS.2088's name, which libsndfile
            view[:4] = b"RF64"  # 1.2 does not know.
        return filled


class UnmeasuredMp3Bytes(SourceBytes):
    """An MP3 stream without a Xing or VBRI header, made to look longer than it is.

    libsndfile guesses such a stream's length from its first frame's bit rate and stops there. Of a
    variable-rate file of 30 s it gave 16.6 s. Told that the file is 64 times as long, it guesses
    too much (320 kbit/s, the highest rate, is 40 times the lowest) and decodes to the true end.
    """

    def _end(self) -> int:
        return 64 * self.n_bytes

    def readinto(self, buffer: memoryview) -> int:
        """As in `SourceBytes`; nothing but zeros far behind the end, where a tag is looked for."""
        if self._place > self.n_bytes:
            view = memoryview(buffer)
            view[:] = bytes(len(view))
            return len(view)
        return super().readinto(buffer)
