"""What is told of a finished edit that was found in its song."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ml_core.domain.edits import Edit
from ml_core.domain.files.found_edits import FoundEdit, is_same_edit, shows_no_choice
from ml_core.domain.finished_edits import FinishedEdit

_SPEED_TOLD = 2e-4
_LONGER = 1.05


WHOLE_SONG = "It is the whole song, so there is nothing to learn from it."


RATED = "It counts as a rating already."
EXPORTED = "It is what Tastecut exported, so it says nothing new."


def nothing_new(found: FoundEdit, edit: FinishedEdit, rated: Iterable[Edit]) -> str:
    """Why an edit that was found says nothing new, a sentence; empty where it may.

    Args:
        rated: edits of the person's that count as ratings: what is one is not learned from twice.
    """
    if shows_no_choice(found):
        return WHOLE_SONG
    if found.is_exported:
        return EXPORTED
    return RATED if any(is_same_edit(edit, one) for one in rated) else ""


def same_edit(edit: FinishedEdit, known: Iterable[FinishedEdit]) -> FinishedEdit | None:
    """The first of those that are known, left out or not, that keeps the same of the song."""
    return next((one for one in known if is_same_edit(one, edit)), None)


def notes(found: FoundEdit, song_s: float) -> list[str]:
    """What a person should know of how it was found, a sentence each.

    Args:
        found: how it was found.
        song_s: length of the song.
    """
    told = []
    if abs(found.speed - 1.0) > _SPEED_TOLD:
        way = "faster" if found.speed > 1.0 else "slower"
        told.append(f"It plays {100 * abs(found.speed - 1):.2f} % {way} than the song.")
    if found.duration_s > _LONGER * song_s:
        told.append("It is longer than the song: if it is the original, name it as the song.")
    if found.unknown:
        seconds = sum(end - start for start, end in found.unknown)
        told.append(f"{seconds:.1f} s of it are not of this song and are left out.")
    if found.either:
        seconds = _length_s([place.at_s for place in found.either])
        told.append(f"{seconds:.1f} s of it could be either place: the music repeats there.")
    return told


def _length_s(spans: Sequence[tuple[float, float]]) -> float:
    """Of all spans together; what several share counts once."""
    total, reached = 0.0, 0.0
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
