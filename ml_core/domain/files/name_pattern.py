"""Names by a pattern: "{artist} - {title} {length}", filled with what is known of a song's edit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ml_core.errors import UserError

NAME_FIELDS = {
    "name": "the song's file name",
    "title": "its title",
    "artist": "its artist",
    "album": "its album",
    "track": "its track number",
    "year": "its year",
    "length": "the edit's length",
}
"""What may stand in curly brackets, and what it stands for."""

FILE_PATTERN = "{name} (edit {length})"
"""An edit is told from its song, and the 30 s from the 60 s edit."""

TITLE_PATTERN = "{title} (edit)"
"""Of the title in an edit's tags: players list it beside its song."""

TITLE_FIELDS = tuple(field for field in NAME_FIELDS if field != "name")
LONGEST_PATTERN = 200

_FIELD = re.compile(r"\{([^{}]*)\}")
_EMPTY_BRACKETS = re.compile(r"[(\[][\s\-–—_,;.]*[)\]]")
_AROUND = " -–—_,;"
"""What joins two fields, and has nothing to join where one of them is empty."""


def check_pattern(pattern: str, fields: Iterable[str] = NAME_FIELDS) -> str:
    """The pattern, if it can be filled.

    Raises:
        UserError: if it is empty, too long, names a field that there is not, or has a bracket
            that belongs to none.
    """
    known = tuple(fields)
    listed = ", ".join(f"{{{field}}}" for field in known)
    if not pattern.strip():
        raise UserError("The pattern is empty.", f"It may hold words and {listed}.")
    if len(pattern) > LONGEST_PATTERN:
        raise UserError(
            f"The pattern has {len(pattern)} characters.",
            f"It may have {LONGEST_PATTERN} at most.",
        )
    for found in _FIELD.findall(pattern):
        if found not in known:
            shown = "".join(char if char.isprintable() else "?" for char in found)
            raise UserError(f"There is no field {{{shown}}}.", f"These can be used: {listed}.")
    if set("{}") & set(_FIELD.sub("", pattern)):
        raise UserError(
            "A curly bracket in the pattern has no partner.", f"These can be used: {listed}."
        )
    return pattern


def filled(pattern: str, facts: Mapping[str, str]) -> str:
    """The pattern with its fields filled; a field that is not known leaves no gap behind.

    Args:
        pattern: as `check_pattern` takes it.
        facts: by the field's name, on one line each; what is missing or empty is left out together
            with brackets that held nothing else, and with what joined it to its neighbours.
    """
    known = {field: value for field, text in facts.items() if (value := " ".join(text.split()))}
    pieces = _FIELD.split(pattern)
    if all(field in known for field in pieces[1::2]):
        return " ".join(_FIELD.sub(lambda found: known[found[1]], pattern).split())
    text, is_open = "", False
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            text += piece.lstrip(_AROUND) if is_open else piece
        elif piece in known:
            text, is_open = text + known[piece], False
        else:
            is_open = not text.strip() or text != text.rstrip(_AROUND)
    plain = " ".join(_EMPTY_BRACKETS.sub("", text).split())
    return plain.lstrip(_AROUND + ".").rstrip(_AROUND)


def length_words(seconds: float) -> str:
    """A length as a file's name can hold it, to the second: "45s", "1m23s", "1h02m03s"."""
    whole = int(seconds + 0.5)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours}h{minutes:02d}m{rest:02d}s"
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"
