"""Ratings in and out as CSV and JSON: what people fill in away from the window.

Everything read here is hostile until checked. Sizes are bounded before parsing, and nothing names a
file to open. A row that is not understood is refused with its reason, while the others count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_core.domain.intervals import SpansS, spans_s
from ml_core.domain.ratings import Answer, Rating
from ml_core.domain.songs import Song
from ml_core.errors import UserError
from ml_core.pipeline.rating_files.csv_files import csv_rows, csv_text, text_of
from ml_core.untrusted_json import parse_json

TEMPLATE_COLUMNS = ("pair", "song", "A", "B", "answer", "heard_a_s", "heard_b_s", "key")
LARGEST_FILE_BYTES = 32 * 1024 * 1024
"""A hundred thousand ratings take about 10 MB; more is not a list of ratings."""
LONGEST_FIELD = 4096
"""Longer than any path or answer; csv's own limit would let one field grow to the file's size."""

_ANSWERS: dict[str, Answer] = {
    "a": "A",
    "b": "B",
    "1": "A",
    "2": "B",
    "t": "tie",
    "0": "tie",
    "=": "tie",
    "tie": "tie",
    "s": "skip",
    "skip": "skip",
}
_LIST_NAMES = ("preferences", "pairs", "ratings")
Kept = SpansS


@dataclass(frozen=True, slots=True)
class FilledAnswer:
    """One row that was understood.

    Attributes:
        row: counted from 1, as a person sees it.
        pair: id of the comparison.
        heard_a_s, heard_b_s: seconds heard; None where not given.
        strength: 2 for "much better".
        song, sha256: path and hash of the song as the row names it; empty where it does not.
        key: what `propose` wrote to name the pair by its content; empty where there is none.
        kept: intervals of A and of B in seconds as the row gives them; None where it does not.
    """

    row: int
    pair: int
    answer: Answer
    heard_a_s: float | None = None
    heard_b_s: float | None = None
    strength: int = 1
    song: str = ""
    sha256: str = ""
    kept: tuple[Kept, Kept] | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row that was not taken, and why."""

    row: int
    reason: str


def ratings_json(ratings: Iterable[Rating], songs: Mapping[str, Song]) -> dict[str, Any]:
    """Ratings as `preferences.json` holds them: readable here again, each proved by its song's
    hash and what both sides keep.
    """
    return {
        "schema": 1,
        "preferences": [
            {
                "pair": rating.comparison_id,
                "song": _path(songs, rating),
                "sha256": _identity(songs, rating),
                "a": rating.a.seconds,
                "b": rating.b.seconds,
                "answer": rating.answer,
                "strength": rating.strength,
                "heard_a_s": rating.heard_a_s,
                "heard_b_s": rating.heard_b_s,
                "hearing": rating.hearing,
                "source": rating.source,
                "utc": rating.utc,
            }
            for rating in ratings
        ],
    }


def ratings_csv(
    ratings: Iterable[Rating], songs: Mapping[str, Song], keys: Mapping[int, str]
) -> str:
    """Ratings as a filled template, each with how it was heard.

    Args:
        ratings: answers, skips too.
        songs: those of the library, by their key.
        keys: those of the pairs, by id.
    """
    return csv_text(
        (*TEMPLATE_COLUMNS, "hearing"),
        (
            (
                rating.comparison_id,
                _path(songs, rating),
                "",
                "",
                rating.answer if rating.strength == 1 else f"{rating.answer} much",
                rating.heard_a_s,
                rating.heard_b_s,
                keys.get(rating.comparison_id, ""),
                rating.hearing,
            )
            for rating in ratings
        ),
    )


def _path(songs: Mapping[str, Song], rating: Rating) -> str:
    return songs[rating.sha256].path if rating.sha256 in songs else ""


def _identity(songs: Mapping[str, Song], rating: Rating) -> str:
    return songs[rating.sha256].identity if rating.sha256 in songs else rating.sha256


def read_filled(path: Path) -> tuple[list[FilledAnswer], list[RefusedRow]]:
    """Answers in a filled CSV or JSON file, and the rows that were refused.

    Each row is in one of the two, except rows that are not filled in. Such a row has an empty text
    as its answer, and nothing to refuse. Empty lines of a CSV file are no rows.

    Raises:
        UserError: if the file can't be read or is neither.
    """
    text = text_of(path, LARGEST_FILE_BYTES)
    is_json = text.lstrip()[:1] in ("{", "[")
    rows = _json_rows(path, text) if is_json else csv_rows(path, text, ("pair", "answer"))
    accepted: list[FilledAnswer] = []
    refused: list[RefusedRow] = []
    for number, row in enumerate(rows, start=1):
        try:
            answer = _understand(number, row)
        except ValueError as reason:
            refused.append(RefusedRow(number, str(reason)))
        else:
            if answer is not None:
                accepted.append(answer)
    return accepted, refused


def _json_rows(path: Path, text: str) -> list[Any]:
    try:
        data = parse_json(text, odd_as_text=True)
    except ValueError as error:
        raise UserError(
            f"{path.name} is not valid JSON: {error}.", "Export it again and retry."
        ) from error
    if isinstance(data, dict):
        lists = [data[key] for key in _LIST_NAMES if key in data]
        if len(lists) > 1:
            raise UserError(
                f"{path.name} holds more than one list of ratings.", "Put all of them in one list."
            )
        data = lists[0] if lists else None
    if not isinstance(data, list):
        raise UserError(
            f"{path.name} holds no list of ratings.",
            "It needs a list of objects with pair and answer.",
        )
    return data


def _understand(number: int, row: Any) -> FilledAnswer | None:
    """A row as an answer; None where it was simply not filled in.

    Raises:
        ValueError: with the reason, for people, if it is neither.
    """
    if not isinstance(row, Mapping):
        raise ValueError("This is not a rating.")
    if row.get("answer") == "" and all(cell == "" for cell in row.values()):
        return None
    if any(isinstance(value, str) and len(value) > LONGEST_FIELD for value in row.values()):
        raise ValueError("A field is too long.")
    pair = _pair_id(row.get("pair", row.get("id")))
    first, *more = _words(row.get("answer"))
    heard_a_s, heard_b_s = (_seconds(row.get(f"heard_{side}_s")) for side in "ab")
    if not first:
        if None in row:  # A comma within a name moves the answer into another column.
            raise ValueError("The row has more cells than there are columns.")
        return None
    answer = _ANSWERS.get(first)
    if answer is None or more not in ([], ["much"], ["much", "better"]):
        raise ValueError("The answer is none of A, B, tie and skip.")
    strength = 2 if more or row.get("strength") in (2, "2") else 1
    if strength == 2 and answer in ("tie", "skip"):
        raise ValueError("A tie or a skip can't be much better.")
    song, sha256, key = (_text(row.get(name)) for name in ("song", "sha256", "key"))
    a, b = kept_of(row.get("a")), kept_of(row.get("b"))
    # In a CSV these columns hold names of files.
    if (a is None and not isinstance(row.get("a"), str | None)) or (
        b is None and not isinstance(row.get("b"), str | None)
    ):
        raise ValueError("What A and B keep is no list of [start, end] in seconds.")
    kept = None if a is None or b is None else (a, b)
    heard = (heard_a_s, heard_b_s)
    return FilledAnswer(number, pair, answer, *heard, strength, song, sha256, kept, key)


def _words(answer: Any) -> list[str]:
    """What is written as the answer, in lower case; one empty word where nothing is."""
    if answer is None:
        raise ValueError("The answer is missing.")
    if isinstance(answer, bool) or not isinstance(answer, int | str):
        raise ValueError("The answer is none of A, B, tie and skip.")
    return str(answer).lower().split() or [""]


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def kept_of(value: Any) -> Kept | None:
    """Intervals as JSON gives them; None where it is something else."""
    try:
        return spans_s(value)
    except ValueError:
        return None


def _pair_id(value: Any) -> int:
    text = str(value).strip() if isinstance(value, int | str) else ""
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ValueError("The pair is missing or is not a number.")
    return int(text)


def _seconds(value: Any) -> float | None:
    """Seconds heard, or None where nothing was given."""
    if value is None or value == "":
        return None
    is_number = isinstance(value, int | float | str) and not isinstance(value, bool)
    try:
        seconds = float(str(value).replace(",", ".")) if is_number else math.nan
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < 1e6:
        raise ValueError("The time heard is not a number of seconds.")
    return seconds
