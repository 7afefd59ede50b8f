"""The songs of a batch, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from editor_app.look.words import counted
from ml_core.domain.files.batch import SongJob

SongState = Literal["waiting", "running", "written", "failed"]

BatchState = Literal["none", "left", "looking", "stems", "running", "pausing", "paused", "over"]
"""none: there is no batch. left: one was not finished when the app was closed. looking: what it
has written is looked for. stems: those of its songs are looked for. running. pausing: songs are
being finished. paused. over: it has ended, and what could not be written is told."""


@dataclass(eq=False)
class BatchSong:
    """One song.

    Attributes:
        title: for people, as `look.foreign` shows it.
        job: what is asked for.
        key: of the job that its files are known by.
        fraction: share that is done while it is being written.
        message: why it was not written.
        files: paths of what was written.
    """

    title: str
    job: SongJob
    key: str
    state: SongState = "waiting"
    fraction: float = 0.0
    message: str = ""
    files: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What became of it."""
        if self.state == "running":
            return f"{round(100 * self.fraction)} %"
        if self.state == "failed":
            return f"Not exported: {self.message}"
        return "Written" if self.state == "written" else "Waits"

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come of it."""
        return self.state in ("written", "failed")


def n_in(songs: Sequence[BatchSong], state: SongState) -> int:
    """How many songs are in a state."""
    return sum(song.state == state for song in songs)


def share_done(songs: Sequence[BatchSong]) -> float:
    """How much of a batch is done, in 0..1."""
    done = sum(1.0 if song.is_over else song.fraction for song in songs)
    return done / max(1, len(songs))


def written_of(n_written: int, n_songs: int) -> str:
    """How many of a batch's edits are there."""
    return f"{n_written} of {counted(n_songs, 'edit')} {'is' if n_written == 1 else 'are'} written"


def batch_words(
    state: BatchState, songs: Sequence[BatchSong], n_under_way: int, is_held_up: bool
) -> tuple[str, str]:
    """(what a batch does, more of it in smaller letters).

    Args:
        state: of the batch.
        songs: all of them.
        n_under_way: how many are being written.
        is_held_up: whether all of these wait behind other work.
    """
    n, n_written, n_failed = len(songs), n_in(songs, "written"), n_in(songs, "failed")
    failed = f", {n_failed} could not be" if n_failed else ""
    done = f"{written_of(n_written, n)}{failed}"
    if state == "looking":
        return "Looking for what was written already", ""
    if state == "stems":
        return "Looking for stems", ""
    if state == "pausing":
        songs_are = f"{counted(n_under_way, 'song')} {'is' if n_under_way == 1 else 'are'}"
        return f"Pausing: {songs_are} being finished", done
    if state == "paused":
        return f"Paused: {done}", "You can close Tastecut and go on later: nothing is made twice."
    if state == "over":
        return f"The export has ended: {done}", "The list says why."
    running = [song for song in songs if song.state == "running"]
    now = ", ".join(f"{song.title} ({song.words})" for song in running)
    waits = "Waiting for other work to end" if is_held_up else "Beginning the next song"
    return f"Exporting: {done}", now or waits
