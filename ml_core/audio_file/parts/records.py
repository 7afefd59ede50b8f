"""The parts of a file, as records."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

CHUNK_BYTES = 1 << 18
"""Read at a time while a file is walked through."""


class Window:
    """Any bytes of an open file, read in large pieces, since a walk asks for a few at a time."""

    def __init__(self, handle: IO[bytes], n_bytes: int) -> None:
        self._handle = handle
        self.n_bytes = n_bytes
        self.chunk = b""
        self.start = 0

    def at(self, place: int, count: int) -> bytes:
        """`count` bytes from `place` on; fewer at the end of the file.

        Raises:
            OSError: if the disk fails.
        """
        offset = place - self.start
        if offset < 0 or offset + count > len(self.chunk):
            self.load(place, max(count, CHUNK_BYTES))
            offset = 0
        return self.chunk[offset : offset + count]

    def load(self, place: int, count: int = CHUNK_BYTES) -> None:
        """Have `chunk` begin at `place`."""
        self.start, self.chunk = place, b""
        if place < self.n_bytes:  # a size that is nonsense leads anywhere
            self._handle.seek(place)
            self.chunk = self._handle.read(min(count, self.n_bytes - place))


class ByteRanges:
    """Half-open ranges of a file, in order, as if they were one file."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._starts = array("q")
        self._ends = array("q")
        self._before = array("q")  # bytes ahead of each range
        self.n_bytes = 0
        for start, end in ranges:
            self.add(start, end)

    def add(self, start: int, end: int) -> None:
        """Put a range behind the others; empty ones leave no trace."""
        if end <= start:
            return
        if self._ends and self._ends[-1] == start:
            self._ends[-1] = end
        else:
            self._starts.append(start)
            self._ends.append(end)
            self._before.append(self.n_bytes)
        self.n_bytes += end - start

    def locate(self, place: int) -> tuple[int, int]:
        """Where a byte lies in the file, and how many follow it there; (0, 0) at the end."""
        if not 0 <= place < self.n_bytes:
            return 0, 0
        index = bisect_right(self._before, place) - 1
        at = self._starts[index] + place - self._before[index]
        return at, self._ends[index] - at

    @property
    def bounds(self) -> tuple[int, int]:
        """First byte and end, in the file."""
        return (self._starts[0], self._ends[-1]) if self._starts else (0, 0)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._starts, self._ends, strict=True)

    def __len__(self) -> int:
        return len(self._starts)


@dataclass(frozen=True, slots=True)
class Part:
    """One stream of sound.

    Attributes:
        ranges: its bytes; joined, they are a file that libsndfile reads.
        is_unmeasured_mp3: whether it is MP3 without a header that tells its length.
        duration_s: about; 0 where only a decoder can tell.
        demuxer: FFmpeg's name of what takes it apart; empty where libsndfile reads it.
    """

    ranges: ByteRanges
    is_unmeasured_mp3: bool = False
    duration_s: float = 0.0
    demuxer: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Sound that is there and can't be read.

    Attributes:
        words: what it is, for instance "Speex sound".
        n_bytes: of it.
        duration_s: 0 where it is not known.
    """

    words: str
    n_bytes: int
    duration_s: float = 0.0
