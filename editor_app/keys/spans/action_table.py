"""The commands that lock and forbid stretches of a song in Export."""

from __future__ import annotations

from editor_app.keys.entry import Entry

_EXPORT = ("export",)

SPAN_ACTIONS: tuple[Entry, ...] = (
    Entry(
        "lock_part",
        "Always keep",
        "Edit",
        ("K",),
        _EXPORT,
        group=6,
        tip="Always keep what is selected, else the part at the play head",
    ),
    Entry(
        "forbid_part",
        "Never keep",
        "Edit",
        ("X",),
        _EXPORT,
        group=6,
        tip="Never keep what is selected, else the part at the play head",
    ),
    Entry(
        "clear_part",
        "Clear",
        "Edit",
        ("Del",),
        _EXPORT,
        group=6,
        tip="Clear what is set on the selection, else on the whole song",
    ),
    Entry(
        "paint_lock",
        "Paint what is always kept",
        "Edit",
        ("Shift+K",),
        _EXPORT,
        is_checkable=True,
        group=6,
        tip="Drag over the song to paint what is always kept; again, to put the brush away",
    ),
    Entry(
        "paint_forbid",
        "Paint what is never kept",
        "Edit",
        ("Shift+X",),
        _EXPORT,
        is_checkable=True,
        group=6,
        tip="Drag over the song to paint what is never kept; again, to put the brush away",
    ),
    Entry(
        "next_span",
        "Select the next lock or ban",
        "Edit",
        ("N",),
        _EXPORT,
        repeats=True,
        group=6,
        tip="Select the next stretch that is always or never kept, to change or clear it",
    ),
)

SPAN_MOVES: tuple[Entry, ...] = (
    Entry(
        "start_back",
        "Begin selection a bar earlier",
        "Play",
        ("Ctrl+Shift+Left",),
        _EXPORT,
        repeats=True,
        group=6,
    ),
    Entry(
        "start_on",
        "Begin selection a bar later",
        "Play",
        ("Ctrl+Shift+Right",),
        _EXPORT,
        repeats=True,
        group=6,
    ),
)
