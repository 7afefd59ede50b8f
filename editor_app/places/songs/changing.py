"""What a person does with the songs that are chosen: use them for something else, remove them."""

from __future__ import annotations

from collections.abc import Sequence

from editor_app.look.foreign import song_title
from editor_app.look.words import USE_WORDS, counted
from editor_app.notifier import Notifier
from editor_app.project.project import Project
from ml_core.domain.songs import SongEntry, SongUse
from ml_core.errors import UserError


def set_use(
    project: Project, notifier: Notifier, chosen: Sequence[SongEntry], use: SongUse
) -> None:
    """Use songs for something else; can be taken back."""
    others = [entry for entry in chosen if entry.use != use]
    if not others:
        return
    try:
        project.songs.set_use(others, use)
    except UserError as error:
        notifier.user_error(error)
        return
    notifier.status(f"{_what(others)}: used for {USE_WORDS[use].lower()}.")


def twins(chosen: Sequence[SongEntry]) -> list[SongEntry]:
    """Those that count as the same recording as another song."""
    return [entry for entry in chosen if entry.same_as is not None]


def separate(project: Project, notifier: Notifier, chosen: Sequence[SongEntry]) -> None:
    """Count songs as recordings of their own, where they are not; can be taken back."""
    parted = twins(chosen)
    if not parted:
        return
    try:
        project.songs.separate(parted)
    except UserError as error:
        notifier.user_error(error)
        return
    notifier.status(f"{_what(parted)}: counted as another recording from now on.")


def remove(
    project: Project, notifier: Notifier, chosen: Sequence[SongEntry], still_teach: bool
) -> None:
    """Take songs off the list; can be taken back."""
    if not chosen:
        return
    try:
        project.songs.remove(chosen, still_teach)
    except UserError as error:
        notifier.user_error(error)
        return
    kept = "go on teaching" if still_teach else "teach no more"
    notifier.status(f"{_what(chosen)} removed. The ratings {kept}. Undo brings all back.")


def _what(chosen: Sequence[SongEntry]) -> str:
    """One song by its title, several by their number."""
    return song_title(chosen[0].song) if len(chosen) == 1 else counted(len(chosen), "song")
