"""Which of the files that are dropped on the window are edits, and which are to be added as songs.

A further kind of edit is a further row here, beside its reader in the core.
"""

from __future__ import annotations

from collections.abc import Sequence

EDIT_ENDINGS = (".rpp", ".otio", ".dawproject", ".edit.json")
"""Of projects of other tools and of records of exports; a test holds them to the readers."""


def is_edit(path: str) -> bool:
    """Whether a file is called as an edit from another tool."""
    return path.lower().endswith(EDIT_ENDINGS)


def parted(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """(edits, all else), each in order."""
    edits = [path for path in paths if is_edit(path)]
    return edits, [path for path in paths if not is_edit(path)]
