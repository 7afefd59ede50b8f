"""Reading a journal: whatever was done to the file, every whole line counts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_core.store.backup.salvage import RatingRow
from ml_core.store.journal.lines import Line, decode_line
from ml_core.store.journal.records import (
    MARK_COLUMNS,
    TASTE_COLUMNS,
    named,
    pair_from,
    rating_from,
)

_LONGEST_ID = 18  # More digits than any id has.


@dataclass(frozen=True, slots=True)
class Journaled:
    """What a journal holds.

    Attributes:
        project_id: of the project that it belongs to, as settings hold it; empty where no header
            is whole.
        generation: how often the project went back to a backup before it was written.
        ratings: lines of ratings by their rows' checksums, in the order of writing.
        marks: lines of marks likewise.
        tastes: the last line of each taste.
        pairs: lines of pairs that waited for an answer when they were written, by id.
        n_in_last_write: ratings of the last write.
        is_whole: whether every byte is one of a whole line.
    """

    project_id: str
    generation: int
    ratings: dict[str, Line]
    marks: dict[str, Line]
    tastes: dict[str, Line]
    pairs: dict[str, Line]
    n_in_last_write: int
    is_whole: bool

    def rating_rows(self) -> list[RatingRow]:
        """The ratings, in id order."""
        rows = (rating_from(line) for line in self.ratings.values())
        return sorted((row for row in rows if row is not None), key=lambda row: int(row["id"]))

    def mark_rows(self) -> list[dict[str, Any]]:
        """The marks, in id order."""
        rows = (named(line, MARK_COLUMNS) for line in self.marks.values())
        return sorted((row for row in rows if row is not None), key=lambda row: int(row["id"]))

    def taste_rows(self) -> list[dict[str, Any]]:
        """The tastes, in id order."""
        rows = (named(line, TASTE_COLUMNS) for line in self.tastes.values())
        return sorted((row for row in rows if row is not None), key=lambda row: int(row["id"]))

    def pair_rows(self) -> list[dict[str, Any]]:
        """The pairs that waited for an answer once, in id order."""
        rows = (pair_from(line) for line in self.pairs.values())
        return sorted((row for row in rows if row is not None), key=lambda row: int(row["id"]))

    def last_pair(self) -> int:
        """The largest id of `pairs`; 0 without any."""
        ids = (int(key) for key in self.pairs if key.isdecimal() and len(key) <= _LONGEST_ID)
        return max(ids, default=0)


def read_journal(path: Path) -> Journaled | None:
    """What a journal holds; None without one.

    Raises:
        OSError: if it is there and can't be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    pieces = content.split(b"\n")
    torn = pieces.pop()
    # A program that turned line ends into those of Windows has harmed no line.
    lines = [decode_line(piece.removesuffix(b"\r")) for piece in pieces]
    whole = [line for line in lines if line is not None]
    is_whole = not torn and len(whole) == len(lines)
    if whole and whole[-1].left:
        # The last write was cut short: it was never acknowledged, and is all or nothing.
        is_whole = False
        del whole[_start_of_last_write(whole) :]
    return _sorted(whole, is_whole)


def _sorted(lines: list[Line], is_whole: bool) -> Journaled:
    project_id, generation = "", 0
    by_kind: dict[str, dict[str, Line]] = {"r": {}, "m": {}, "t": {}, "p": {}}
    for line in lines:
        if line.kind == "h":
            project_id, generation = _header(line, project_id, generation)
        else:
            by_kind[line.kind][line.key] = line
    last = lines[_start_of_last_write(lines) :]
    return Journaled(
        project_id,
        generation,
        by_kind["r"],
        by_kind["m"],
        by_kind["t"],
        by_kind["p"],
        sum(line.kind == "r" for line in last),
        is_whole,
    )


def _header(line: Line, project_id: str, generation: int) -> tuple[str, int]:
    try:
        record = line.record()
        return str(record["project_id"]), int(record["generation"])
    except (ValueError, TypeError, KeyError):
        return project_id, generation


def _start_of_last_write(lines: list[Line]) -> int:
    """Where the lines of the last write begin: each says how many follow."""
    start = len(lines)
    expected = lines[-1].left if lines else 0
    while start and lines[start - 1].left == expected:
        start, expected = start - 1, expected + 1
    return start
