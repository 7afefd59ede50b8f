"""The commands that bring in edits from elsewhere."""

from __future__ import annotations

from editor_app.keys.entry import Entry

BRING_ACTIONS: tuple[Entry, ...] = (
    Entry(
        "bring_edits",
        "Bring in edits…",
        "File",
        ("Ctrl+I",),
        tip="Take edits that you changed in REAPER or another tool back as your own",
    ),
    Entry(
        "add_finished",
        "Add finished edits…",
        "File",
        ("Ctrl+Shift+I",),
        tip="Find sound files of edits that you made before in the song that Export shows, "
        "and learn from them",
    ),
)
