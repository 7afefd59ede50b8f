"""What changes by hand are called, in the menu of undo and where one changes nothing."""

from __future__ import annotations

from editor_app.look.words import counted
from ml_core.domain.by_hand import HEAL_BARS, EditChange, HowItStandsOut
from ml_core.units import clock

HOW_WORDS: dict[HowItStandsOut, str] = {
    "clean": "is clean",
    "unsure": "may stand out",
    "rough": "is likely to stand out",
}
"""How much a join stands out, to judge by what it costs."""

_SIDE_WORDS = {"both": "move", "left": "move the end before", "right": "move the start after"}
_ALREADY = {"cut": "The edit leaves that out already.", "bring back": "The edit has that already."}


def change_words(change: EditChange) -> str:
    """The name of a change, after "Undo"."""
    join = f"join {change.join + 1}"
    if change.kind == "heal":
        return f"heal {join}"
    if change.kind == "move":
        way = "later" if change.bars > 0 else "earlier"
        return f"{_SIDE_WORDS[change.side]} {join}, {counted(abs(change.bars), 'bar')} {way}"
    verb = "cut out" if change.kind == "cut" else "bring back"
    return f"{verb} {clock(change.span_s[0])} to {clock(change.span_s[1])}"


def nothing_words(change: EditChange) -> str:
    """What is said where a change changes nothing."""
    if change.kind == "heal":
        return f"No cleaner place within {HEAL_BARS} bars of join {change.join + 1}."
    return _ALREADY.get(change.kind, "The join lies there already.")
