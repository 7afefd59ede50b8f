"""What is told of stems after an export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from editor_app.look.words import counted
from ml_core.domain.files.stems import StemsFound


def stems_note(found: StemsFound, failed: Sequence[tuple[str, str]] = ()) -> str:
    """Which stems are missing, in a sentence or two; empty where none are.

    Args:
        found: what the folder held.
        failed: stems that could not be written, each with its sentence.
    """
    left_out = [*failed, *found.left_out]
    if left_out:
        rest = f" And {len(left_out) - 1} more were left out." if len(left_out) > 1 else ""
        return f"{left_out[0][1]}{rest}"
    without = [Path(one.song.path).name for one in found.songs if not one.files]
    if not without:
        return ""
    songs = without[0] if len(without) == 1 else counted(len(without), "song")
    return f"No stems of {songs} were found."
