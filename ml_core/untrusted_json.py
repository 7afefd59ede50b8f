"""JSON from outside: every file that a person or another program can have changed.

Python's own reader takes more than JSON is: NaN, infinities, numbers without end, keys twice,
halves of surrogate pairs. Each of them was a traceback far away from the file. Its size and depth
are bounded too, as RFC 8259 (sections 4, 6, 8 and 9) lets a reader do.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ml_core.errors import UserError
from ml_core.paths import printable_name

LARGEST_JSON_BYTES = 32 * 1024 * 1024
"""A hundred thousand ratings take about 10 MB."""
DEEPEST = 50
"""Lists and objects within each other; ours are 6 deep at most."""

_MOST_DIGITS = 18  # Whole numbers above 2**63 stand for nothing here, nor do they fit in SQLite.
# Half a surrogate pair is no text; U+DC80-U+DCFF are bytes of a file name, as Python has them.
_SURROGATE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def parse_json(data: str | bytes) -> Any:
    """What a JSON text says; numbers in it are finite and of 18 digits at most.

    Args:
        data: text, or bytes in UTF-8, UTF-16 or UTF-32 with or without their mark.

    Raises:
        ValueError: with the reason in words, if it is no JSON that can be trusted.
    """
    if len(data) > LARGEST_JSON_BYTES:
        raise ValueError("it is too large")
    try:
        text = data.decode(json.detect_encoding(data)) if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise ValueError("it is not written in UTF-8") from error
    try:
        value = _DECODER.decode(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} can't be read") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    _require_plain(value)
    return value


def read_json(file: Path, remedy: str = "") -> Any:
    """What a JSON file says; see `parse_json`.

    Raises:
        UserError: naming the file, if it can't be read or is no JSON that can be trusted.
    """
    name = printable_name(file)
    try:
        if not file.is_file():
            raise UserError(f"There is no file {file}.", remedy)
        if file.stat().st_size > LARGEST_JSON_BYTES:
            raise UserError(f"{name} is too large to be read.", remedy)
        data = file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} can't be read: {error.strerror}.", remedy) from error
    except ValueError as error:  # A NUL in the path.
        raise UserError(f"There is no file {name}.", remedy) from error
    try:
        return parse_json(data)
    except ValueError as error:
        raise UserError(f"{name} is not valid JSON: {error}.", remedy) from error


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError("a number in it is too long")
    return int(text)


def _real(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number in it is too large")
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


_DECODER = json.JSONDecoder(
    parse_int=_whole,
    parse_float=_real,
    parse_constant=_refuse_constant,
    object_pairs_hook=_object,
)


def _require_plain(value: Any) -> None:
    """Raise ValueError where text is no text, or lists lie too deep in each other."""
    level: list[Any] = [value]
    for _ in range(DEEPEST + 1):
        if not level:
            return
        deeper: list[Any] = []
        for item in level:
            if isinstance(item, str):
                _require_text((item,))
            elif isinstance(item, dict):
                _require_text(item)
                deeper += item.values()
            elif isinstance(item, list):
                deeper += item
        level = deeper
    raise ValueError("it is nested too deeply")


def _require_text(texts: Iterable[str]) -> None:
    if any(map(_SURROGATE.search, texts)):
        raise ValueError("a text in it has half a character")
