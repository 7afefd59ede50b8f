"""Records as rows hold them: canonical JSON, and the checksum over a row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from ml_core.domain.corrections import NO_CORRECTIONS, Corrections
from ml_core.domain.edits import Brief, Edit, Origin
from ml_core.untrusted_json import parse_json

UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What a record raises that is made of a damaged row."""


def canonical(data: Any) -> str:
    """JSON that is the same text for the same data; plain ASCII, so that any string fits in it."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def checksum(values: Sequence[Any]) -> str:
    """Half a SHA-256 (128 bits) over a row's values: finds any flipped bit, keeps rows short."""
    return hashlib.sha256(canonical(list(values)).encode()).hexdigest()[:32]


def matches(values: Sequence[Any], expected: Any) -> bool:
    """Whether values have this checksum; false, too, where damage made a text a blob."""
    try:
        return bool(checksum(values) == expected)
    except TypeError:
        return False


def storable(text: str) -> str:
    """Text that SQLite takes: bytes of a file name that are not UTF-8 become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def edit_text(edit: Edit) -> str:
    """An edit as rows hold it."""
    return canonical(edit.to_json())


def edit_from_text(text: str) -> Edit:
    """The edit that `edit_text` wrote.

    Raises:
        ValueError, KeyError, TypeError: if the text is no edit.
    """
    return Edit.from_json(parse_json(text))


def origin_text(origin: Origin) -> str:
    """An origin as rows hold it."""
    return canonical([origin.checkpoint, origin.style, origin.seed])


def origin_from_text(text: str) -> Origin:
    """The origin that `origin_text` wrote."""
    checkpoint, style, seed = parse_json(text)
    return Origin(checkpoint, style, seed)


def corrections_from_text(text: str | None) -> Corrections:
    """What a row says; none where there is no row, or it is damaged (a grid can be made again)."""
    if text is None:
        return NO_CORRECTIONS
    try:
        return Corrections.from_json(parse_json(text))
    except UNREADABLE:
        return NO_CORRECTIONS


def brief_from_text(text: str) -> Brief:
    """The brief in a row of `tastes`.

    Raises:
        ValueError: if the row is damaged.
    """
    try:
        return Brief(**parse_json(text))
    except UNREADABLE as error:
        raise ValueError("no brief") from error
