"""On which songs the next comparison is: those that the taste has never learned from, if any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ml_core.domain.comparing import LearnedFrom
from ml_core.domain.models import ComparisonSession
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.store.store import Store
from ml_core.store.whereabouts import is_file, present_path


@dataclass(frozen=True, slots=True)
class ComparedSongs:
    """The songs of a comparison that is to be begun.

    Attributes:
        entries: the songs, in the order they were added.
        never_learned_from: whether that is true of all of them; else it is true of no song that
            could be compared on, and the verdict says so.
        left_out: songs put aside for comparing that it is not on, each with the reason in words.
        reasons: how the taste has learned from each of `entries`, by hash; none where it has not.
    """

    entries: tuple[SongEntry, ...]
    never_learned_from: bool
    left_out: tuple[tuple[SongEntry, str], ...]
    reasons: dict[str, LearnedFrom]


def songs_to_compare(
    store: Store, is_there: Callable[[SongEntry], bool] | None = None
) -> ComparedSongs:
    """The songs that a comparison begun now would be on.

    What songs are used for does not matter, except that those left out stay out: a song that is for
    rating and that nobody was asked about yet is as good as one put aside.

    Args:
        store: the open project.
        is_there: whether a song's file is there, by default as the disk says.
    """
    is_there = is_there or (lambda entry: is_file(present_path(entry)))
    ready = [e for e in store.songs.listed() if e.status == "ready" and e.use != "out"]
    learned = store.learned.songs()
    misfits = store.fits.misfits()
    fitting = _one_of_each([e for e in ready if e.song.sha256 not in misfits])
    new = [e for e in fitting if e.song.sha256 not in learned and is_there(e)]
    known = [] if new else [e for e in fitting if e.song.sha256 in learned and is_there(e)]
    entries = tuple(new or known)
    return ComparedSongs(
        entries,
        bool(new),
        _left_out(ready, entries, learned, misfits),
        {e.song.sha256: learned[e.song.sha256] for e in known},
    )


def _one_of_each(entries: Sequence[SongEntry]) -> list[SongEntry]:
    """The first file of each recording: two of one would count twice."""
    first: dict[int, SongEntry] = {}
    for entry in entries:
        first.setdefault(entry.same_as or entry.id, entry)
    return list(first.values())


def _left_out(
    ready: Sequence[SongEntry],
    entries: Sequence[SongEntry],
    learned: dict[str, LearnedFrom],
    misfits: dict[str, str],
) -> tuple[tuple[SongEntry, str], ...]:
    """Songs put aside that the comparison is not on, and why; of others nobody expects it."""
    on = {entry.id for entry in entries}
    found = []
    for entry in ready:
        if entry.use != "compare" or entry.id in on:
            continue
        sha256 = entry.song.sha256
        if sha256 in learned:
            why = learned[sha256].words
        elif sha256 in misfits:
            why = misfits[sha256]
        else:
            why = "its file can't be found, or it is another file of a song that is compared"
        found.append((entry, why))
    return tuple(found)


def no_song_to_compare_on(store: Store) -> UserError:
    """Why there is no song to compare on, where `songs_to_compare` finds none."""
    ready = [e for e in store.songs.listed() if e.status == "ready" and e.use != "out"]
    if not ready:
        return UserError("There is no song to compare on.", "Add songs and let them be analysed.")
    misfits = store.fits.misfits()
    fitting = [entry for entry in ready if entry.song.sha256 not in misfits]
    if not fitting:
        return UserError(
            "No song fits what the edits are for.", "Choose other lengths, or add songs."
        )
    return UserError(
        f"{printable_name(fitting[0].song.path)} can't be found, nor any other song that fits.",
        "Put the songs back, or add them from where they are now.",
    )


def learned_in_session(store: Store, session: ComparisonSession) -> dict[str, str]:
    """How the taste had learned, in words, from songs of a comparison before that was begun.

    By the song's hash; none of a comparison on songs that it had never learned from.
    """
    if session.on_reserved:
        return {}
    learned = store.learned.before_session(session.id)
    songs = dict.fromkeys(pair.sha256 for pair in store.pairs.of_session(session.id))
    return {sha256: learned[sha256].words for sha256 in songs if sha256 in learned}
