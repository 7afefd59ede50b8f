"""Titles, names of files and other text that is not ours, as it may stand among our own words.

A tag can hold orders to a terminal, line ends, and marks that turn the writing direction of all
that follows. Isolation is that of the Unicode Bidirectional Algorithm (UAX #9, FSI and PDI).
"""

from __future__ import annotations

import re
import unicodedata

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"

# ECMA-48: control strings with their end, control sequences, then the short sequences. The single
# characters 0x80-0x9F are the same orders in other clothes.
_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b[PX\]^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]"
)
_BECOME_SPACE = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
# Embeddings, overrides and isolates reach beyond the text that they stand in; the marks U+200E,
# U+200F and U+061C do not. U+206A-206F are deprecated, U+FEFF is a byte order mark.
_DROPPED = re.compile("[\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufeff]")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_LEFT_TO_RIGHT = frozenset({"L"})


def shown_text(text: str) -> str:
    """Foreign text made safe to stand in our own sentences: no control characters, its writing
    direction isolated.
    """
    plain = _DROPPED.sub("", _ESCAPE_SEQUENCE.sub("", text))
    safe = "".join(map(_safe_char, plain))
    if not any(map(_is_right_to_left, safe)):
        return safe
    return f"{FIRST_STRONG_ISOLATE}{safe}{POP_ISOLATE}"


def shown_line(sentence: str) -> str:
    """One of our sentences as it is printed, whatever foreign text stands in it.

    What `shown_text` isolated stays so. Control characters are shown as escapes. Right-to-left
    words that nobody isolated are isolated each by itself, and lone marks of direction dropped, so
    that our own words stay in their order.
    """
    parts = []
    at = 0
    for isolate in re.finditer(r"\u2068[^\u2066-\u2069\u202a-\u202e]*\u2069", sentence):
        parts += [_isolated(sentence[at : isolate.start()]), _escaped(isolate[0])]
        at = isolate.end()
    return "".join([*parts, _isolated(sentence[at:])])


def _safe_char(char: str) -> str:
    if char in _BECOME_SPACE:
        return " "
    category = unicodedata.category(char)
    if category == "Cs":  # Bytes of a file name that are no text.
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category == "Cc" else char


def _escaped(text: str) -> str:
    """Control characters and bytes that are no text as escapes."""
    return "".join(
        char.encode("unicode_escape").decode("ascii")
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        else char
        for char in text
    )


def _isolated(text: str) -> str:
    """Text with each run of right-to-left words isolated, from the first such letter to the last
    before a left-to-right one.
    """
    safe = _escaped(_DROPPED.sub("", text))
    parts: list[str] = []
    at, start, end = 0, -1, -1
    for index, char in enumerate(safe):
        if _is_right_to_left(char):
            start, end = (index if start < 0 else start), index + 1
        elif start >= 0 and unicodedata.bidirectional(char) in _LEFT_TO_RIGHT:
            parts += [safe[at:start], FIRST_STRONG_ISOLATE, safe[start:end], POP_ISOLATE]
            at, start = end, -1
    if start >= 0:
        parts += [safe[at:start], FIRST_STRONG_ISOLATE, safe[start:end], POP_ISOLATE]
        at = end
    return "".join([*parts, safe[at:]])


def _is_right_to_left(char: str) -> bool:
    return unicodedata.bidirectional(char) in _RIGHT_TO_LEFT
