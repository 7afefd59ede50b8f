"""A file's bytes on their way to the decoder: opened with care, and whether all of them are there.

libsndfile reads through these objects and never sees a path, so a name may hold any bytes, and a
disk that fails in the middle is told apart from a song that ends.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import IO

from ml_core.domain.file_formats import READABLE
from ml_core.errors import UserError
from ml_core.paths import printable_name

_ID3_HEADER_BYTES = 10
_OGG_LAST_PAGE = 4
"""Bit of an Ogg page's header type that marks the end of a stream (RFC 3533)."""

_LONGEST_OGG_PAGE = 65_307
"""Bytes, header included (RFC 3533)."""


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
        return open(path, "rb", opener=_open_at_once)
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
    """

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle
        self.n_bytes = os.fstat(handle.fileno()).st_size
        self.error: OSError | None = None

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, as `io.IOBase.seek` does; -1 where there is none."""
        try:
            return self._handle.seek(offset, whence)
        except (OSError, ValueError):
            return -1

    def tell(self) -> int:
        """Where the next read begins."""
        return self._handle.tell()

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as the file goes; returns the number of bytes."""
        try:
            count: int = self._handle.readinto(buffer)  # type: ignore[attr-defined]
        except OSError as error:
            self.error = error
            return 0
        return count


class UnmeasuredMp3Bytes(SourceBytes):
    """An MP3 stream without a Xing or VBRI header, made to look longer than it is.

    libsndfile guesses such a stream's length from its first frame's bit rate and stops there: of a
    variable-rate file of 30 s it gave 16.6 s. Told that the file is 64 times as long, it guesses
    too much (320 kbit/s, the highest rate, is 40 times the lowest) and decodes to the true end.
    """

    def __init__(self, handle: IO[bytes]) -> None:
        super().__init__(handle)
        handle.seek(max(0, self.n_bytes - 128))
        if handle.read(3) == b"TAG":  # an ID3v1 tag is no sound
            self.n_bytes = max(0, self.n_bytes - 128)
        handle.seek(0)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As in `SourceBytes`, from an end that lies far behind the true one."""
        if whence == io.SEEK_END:
            return super().seek(64 * self.n_bytes + offset)
        return super().seek(offset, whence)

    def readinto(self, buffer: memoryview) -> int:
        """As in `SourceBytes`; nothing but zeros far behind the end, where a tag is looked for."""
        left = self.n_bytes - self.tell()
        if left < 0:
            buffer[:] = bytes(len(buffer))
            return len(buffer)
        return super().readinto(memoryview(buffer)[:left])


def _bytes_at(handle: IO[bytes], place: int, count: int) -> bytes:
    """Some bytes of a file, whose decoder goes on from where it was."""
    before = handle.tell()
    handle.seek(place)
    found = handle.read(count)
    handle.seek(before)
    return found


def mp3_tells_its_length(handle: IO[bytes]) -> bool:
    """Whether an MP3 stream's first frame holds a Xing, Info or VBRI header (its frame count)."""
    head = _bytes_at(handle, 0, _ID3_HEADER_BYTES)
    start = 0
    if head[:3] == b"ID3" and len(head) == _ID3_HEADER_BYTES:
        # Four bytes of seven bits each (ID3v2.4, section 6.2).
        size = 0
        for byte in head[6:]:
            size = (size << 7) | (byte & 0x7F)
        start = _ID3_HEADER_BYTES + size
    first_frame = _bytes_at(handle, start, 2048)  # an MP3 frame has at most 1,441 bytes
    return any(mark in first_frame for mark in (b"Xing", b"Info", b"VBRI"))


def is_cut_short(handle: IO[bytes], n_bytes: int) -> bool:
    """Whether the container says that bytes are missing at the end.

    libsndfile quietly plays what is left of a truncated WAV, AIFF or Ogg file. (FLAC and MP3
    promise a number of samples; those are counted instead.)
    """
    head = _bytes_at(handle, 0, 8)
    if head[:4] in (b"RIFF", b"FORM"):
        size = int.from_bytes(head[4:8], "little" if head[:4] == b"RIFF" else "big")
        # 0 and the largest sizes stand for "not known yet" in files written to a pipe.
        return 0 < size < 0xFFFF_0000 and size + 8 > n_bytes + 1
    if head[:4] == b"OggS":
        tail = _bytes_at(handle, max(0, n_bytes - _LONGEST_OGG_PAGE), _LONGEST_OGG_PAGE)
        page = tail.rfind(b"OggS")
        return page < 0 or not tail[page + 5 : page + 6] or not tail[page + 5] & _OGG_LAST_PAGE
    return False
