"""Bytes of a file by their place, read ahead in large parts, with bounded memory."""

from __future__ import annotations

from typing import IO

_READ_AHEAD = 1 << 18
"""Bytes fetched at once: frames and pages are small, and a call for each would cost more."""


class ByteSpan:
    """Bytes [start, stop) of an open file.

    Attributes:
        start, stop: places in the file, in bytes.
    """

    def __init__(self, handle: IO[bytes], start: int, stop: int) -> None:
        self._handle = handle
        self.start, self.stop = start, stop
        self._fetched = b""
        self._place = start

    def at(self, place: int, count: int) -> bytes:
        """Up to `count` bytes from a place of the file; fewer where the span ends.

        Raises:
            OSError: if the disk fails.
        """
        count = min(count, self.stop - place)
        if count <= 0:
            return b""
        offset = place - self._place
        if not 0 <= offset <= len(self._fetched) - count:
            self._handle.seek(place)
            self._fetched = self._handle.read(min(max(count, _READ_AHEAD), self.stop - place))
            self._place, offset = place, 0
        return self._fetched[offset : offset + count]

    def part(self, start: int, stop: int) -> ByteSpan:
        """Bytes [start, stop) of the file, as far as this span holds them."""
        start = min(max(start, self.start), self.stop)
        return ByteSpan(self._handle, start, min(max(stop, start), self.stop))
