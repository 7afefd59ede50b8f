"""The commands that move, heal and rule out joins of an edit in Export."""

from __future__ import annotations

from editor_app.keys.entry import Entry

_EXPORT = ("export",)
_GROUP = 9

JOIN_ACTIONS: tuple[Entry, ...] = (
    Entry(
        "next_join",
        "Take the next join",
        "Edit",
        ("J",),
        _EXPORT,
        repeats=True,
        group=_GROUP,
        tip="Take the next join in hand, to move, heal or rule it out; after the last, none",
    ),
    Entry(
        "let_go_join",
        "Let go of the join",
        "Edit",
        ("Shift+J",),
        _EXPORT,
        group=_GROUP,
        tip="Have no join in hand any more",
    ),
    Entry(
        "join_earlier",
        "Move the join a bar earlier",
        "Edit",
        ("Alt+Left",),
        _EXPORT,
        repeats=True,
        group=_GROUP,
        tip="Move the join in hand to the bar line before",
    ),
    Entry(
        "join_later",
        "Move the join a bar later",
        "Edit",
        ("Alt+Right",),
        _EXPORT,
        repeats=True,
        group=_GROUP,
        tip="Move the join in hand to the next bar line",
    ),
    Entry(
        "join_side",
        "Move another side of the join",
        "Edit",
        ("S",),
        _EXPORT,
        group=_GROUP,
        tip="Move both sides of the join, only the end before it, or only the start after it",
    ),
    Entry(
        "hear_join",
        "Hear the join over and over",
        "Edit",
        ("L",),
        _EXPORT,
        is_checkable=True,
        group=_GROUP,
        tip="Hear the join from 4 s before, over and over, also while it is moved",
    ),
    Entry(
        "heal_join",
        "Heal the join",
        "Edit",
        ("H",),
        _EXPORT,
        group=_GROUP,
        tip="Move the join to the nearest place where it stands out less",
    ),
    Entry(
        "never_join",
        "Never this join",
        "Edit",
        ("V",),
        _EXPORT,
        group=_GROUP,
        tip="Rule this join out for the song: its edit is proposed anew without it",
    ),
)
