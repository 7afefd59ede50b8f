"""Ratings in and out as CSV and JSON: what people fill in away from the window.

Everything read here is hostile until checked. Sizes are bounded before parsing, and nothing names a
file to open. A row that is not understood is refused with its reason, while the others count.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_core.domain.ratings import Answer, Rating
from ml_core.domain.songs import Song
from ml_core.errors import UserError

TEMPLATE_COLUMNS = ("pair", "song", "A", "B", "answer", "heard_a_s", "heard_b_s")
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
Kept = tuple[tuple[float, float], ...]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class FilledAnswer:
    """One row that was understood.

    Attributes:
        row: counted from 1, as a person sees it.
        pair: id of the comparison.
        heard_a_s, heard_b_s: seconds heard; None where not given.
        strength: 2 for "much better".
        song, sha256: path and hash of the song as the row names it; empty where it does not.
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


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row that was not taken, and why."""

    row: int
    reason: str


def escape_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `unescape_cell` gives the text back."""
    return "'" + text if text.startswith((*_FORMULA_STARTS, "'")) else text


def unescape_cell(text: str) -> str:
    """The text that `escape_cell` was given."""
    if text.startswith("'") and text[1:].startswith((*_FORMULA_STARTS, "'")):
        return text[1:]
    return text


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV with every cell escaped against formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([escape_cell("" if cell is None else str(cell)) for cell in row])
    return out.getvalue()


def ratings_json(ratings: Iterable[Rating], songs: Mapping[str, Song]) -> dict[str, Any]:
    """Ratings as `preferences.json` holds them: readable here again.

    Args:
        ratings: of these songs, or of some that were removed.
        songs: of the library, by key.
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
                "source": rating.source,
                "utc": rating.utc,
            }
            for rating in ratings
        ],
    }


def ratings_csv(ratings: Iterable[Rating], songs: Mapping[str, Song]) -> str:
    """Ratings as a filled template; `songs` as for `ratings_json`."""
    return csv_text(
        TEMPLATE_COLUMNS,
        (
            (
                rating.comparison_id,
                _path(songs, rating),
                "",
                "",
                rating.answer if rating.strength == 1 else f"{rating.answer} much",
                rating.heard_a_s,
                rating.heard_b_s,
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
    text = _text_of(path)
    rows = _json_rows(path, text) if text.lstrip()[:1] in ("{", "[") else _csv_rows(path, text)
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


def _text_of(path: Path) -> str:
    try:
        if not path.is_file():
            raise UserError(f"There is no file {path}.", "Give the path of a CSV or JSON file.")
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise UserError(f"{path.name} is too large to be a list of ratings.")
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path.name} can't be read: {error.strerror}.") from error
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError(f"{path.name} is not a text file.", "Give a CSV or JSON file.")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path.name} is not written in UTF-8.", "Save it as UTF-8 and import it again."
        ) from error


def _json_rows(path: Path, text: str) -> list[Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path.name} is not valid JSON.", "Export it again and retry.") from error
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


def _csv_rows(path: Path, text: str) -> list[Any]:
    first_line = text.split("\n", 1)[0]
    # Spreadsheets in many countries separate by semicolon, some by tab.
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        rows, columns = list(reader), reader.fieldnames or ()
    except csv.Error as error:
        raise UserError(
            f"{path.name} is not a valid CSV file: {error}.", "Export it again and retry."
        ) from error
    names = [name.strip().lower() for name in columns]
    if not rows or not {"pair", "answer"} <= set(names):
        raise UserError(
            f"{path.name} has no columns named pair and answer.",
            "Fill in the template that propose wrote.",
        )
    if any(names.count(name) > 1 for name in ("pair", "answer")):
        raise UserError(
            f"{path.name} has two columns of one name.", "Remove one of them and import it again."
        )
    return [_cells(row) for row in rows]


def _cells(row: Mapping[str | None, Any]) -> dict[str | None, Any]:
    """Text by column as far as the row goes; cells beyond the last column under None."""
    if not any("".join(cell or "").strip() for cell in row.values()):
        return {"pair": "", "answer": ""}
    return {
        key if key is None else key.strip().lower(): (
            unescape_cell(cell.strip()) if isinstance(cell, str) else cell
        )
        for key, cell in row.items()
        if cell is not None
    }


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
    song, sha256 = (_text(row.get(key)) for key in ("song", "sha256"))
    a, b = _kept(row.get("a")), _kept(row.get("b"))
    # In a CSV these columns hold names of files.
    kept = None if a is None or b is None else (a, b)
    return FilledAnswer(number, pair, answer, heard_a_s, heard_b_s, strength, song, sha256, kept)


def _words(answer: Any) -> list[str]:
    """What is written as the answer, in lower case; one empty word where nothing is."""
    if answer is None:
        raise ValueError("The answer is missing.")
    if isinstance(answer, bool) or not isinstance(answer, int | str):
        raise ValueError("The answer is none of A, B, tie and skip.")
    return str(answer).lower().split() or [""]


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _kept(value: Any) -> Kept | None:
    """Intervals as JSON gives them; None where it is something else."""
    try:
        return tuple((float(start), float(end)) for start, end in value)
    except (TypeError, ValueError, OverflowError):
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
