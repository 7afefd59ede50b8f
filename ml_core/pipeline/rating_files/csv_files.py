"""CSV as spreadsheets write and read it: any separator, any line ends, no formulas."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ml_core.errors import UserError
from ml_core.paths import printable_name

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_AGAIN = "Export it again and retry."
# Excel writes its separator into a first line of this form, and takes it from there.
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])[\r\n]+")


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


def text_of(path: Path, largest_bytes: int) -> str:
    """The text of a file in UTF-8, UTF-16 or UTF-32, with or without a byte order mark.

    Raises:
        UserError: if it can't be read, is too large, or is no text.
    """
    name = printable_name(path)
    try:
        if not path.is_file():
            raise UserError(f"There is no file {path}.", "Give the path of a CSV or JSON file.")
        if path.stat().st_size > largest_bytes:
            raise UserError(f"{name} is too large to be a list of ratings.")
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{name} can't be read: {error.strerror}.") from error
    except ValueError as error:  # A NUL in the path.
        raise UserError(f"There is no file {name}.") from error
    try:
        text = data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UserError(
            f"{name} is not written in UTF-8.", "Save it as UTF-8 and import it again."
        ) from error
    if "\0" in text:
        raise UserError(f"{name} is not a text file.", "Give a CSV or JSON file.")
    return text


def csv_rows(path: Path, text: str, needed: Sequence[str]) -> list[Any]:
    """Each row's cells by column, in lower case; rows beyond the columns have the rest under None.

    Args:
        path: for messages.
        text: of the file.
        needed: columns that must be there once.

    Raises:
        UserError: if it is no CSV, or a needed column is missing or stands twice.
    """
    name = printable_name(path)
    if not text.strip():
        raise UserError(f"{name} is empty.", "Fill in the template that propose wrote.")
    text = text.lstrip("\r\n")
    if separator_line := _SEPARATOR_LINE.match(text):
        text, delimiter = text[separator_line.end() :], separator_line[1]
    else:
        # Spreadsheets in many countries separate by semicolon, some by tab.
        delimiter = max(",;\t", key=re.split(r"[\r\n]", text, maxsplit=1)[0].count)
    # Lines end at CR, LF or both, and within quotes nowhere: so it takes them as they are.
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows, columns = list(reader), reader.fieldnames or ()
    except csv.Error as error:
        raise UserError(
            f"{name} is not a valid CSV file: line {max(1, reader.line_num)} can't be read.", _AGAIN
        ) from error
    names = [column.strip().lower() for column in columns]
    listed = " and ".join(needed)
    if not rows or not set(needed) <= set(names):
        raise UserError(
            f"{name} has no columns named {listed}.", "Fill in the template that propose wrote."
        )
    if any(names.count(column) > 1 for column in needed):
        raise UserError(
            f"{name} has two columns of one name.", "Remove one of them and import it again."
        )
    return [_cells(row, needed) for row in rows]


def _cells(row: Mapping[str | None, Any], needed: Sequence[str]) -> dict[str | None, Any]:
    """Text by column as far as the row goes; cells beyond the last column under None."""
    if not any("".join(cell or "").strip() for cell in row.values()):
        return dict.fromkeys(needed, "")
    return {
        key if key is None else key.strip().lower(): (
            unescape_cell(cell.strip()) if isinstance(cell, str) else cell
        )
        for key, cell in row.items()
        if cell is not None
    }
