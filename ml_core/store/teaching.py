"""Which ratings and songs teach the taste in use."""

from __future__ import annotations

from collections.abc import Collection

from ml_core.domain.edits import Edit
from ml_core.domain.files.found_edits import is_same_edit
from ml_core.domain.finished_edits import FEWEST_ALONE, RATINGS_FOR_FEWER, FinishedEdit
from ml_core.domain.ratings import Rating
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.store.finished_edits import finished_edits
from ml_core.store.store import Store


def nothing_to_learn(store: Store) -> UserError:
    """Why there is nothing to train on, where no answer counts as a rating."""
    if store.ratings.count_by_eye():
        return UserError(
            "All of the ratings were given by eye, and these don't teach.",
            "Rate pairs by ear, or let these teach: in Your taste, or by tastecut train --by-eye.",
        )
    if any(not edit.is_left_out for edit in used_edits(store)):
        return UserError(
            f"Fewer than {FEWEST_ALONE} finished edits teach nothing alone.",
            f"Add more, or rate {RATINGS_FOR_FEWER} pairs besides.",
        )
    return UserError("There is nothing to learn from yet.", "Rate some pairs first.")


def teaching_removed(store: Store, rated: Collection[str]) -> list[SongEntry]:
    """Rated songs off the list that still teach: their analysis may be there all the same."""
    return [
        entry
        for entry in store.songs.removed(still_teach=True)
        if entry.status == "ready" and entry.use != "out" and entry.song.sha256 in rated
    ]


def used_ratings(store: Store) -> tuple[Rating, ...]:
    """Current ratings, skips included, of songs that were not left out."""
    left_out = _left_out(store)
    return tuple(r for r in store.ratings.current(include_skips=True) if r.sha256 not in left_out)


def used_edits(store: Store) -> tuple[FinishedEdit, ...]:
    """The finished edits, those left out too, of songs that were not left out.

    One that counts as a rating, since it came back from another tool as well, is not among them:
    nothing teaches twice.
    """
    kept = finished_edits(store)
    if not kept:  # Most projects have none: nothing else is read for them.
        return ()
    left_out, rated = _left_out(store), edits_rated_by_hand(store)
    return tuple(
        edit
        for edit in kept
        if edit.sha256 not in left_out and not any(is_same_edit(edit, one) for one in rated)
    )


def edits_rated_by_hand(store: Store) -> list[Edit]:
    """The person's own edits that count as ratings against what was proposed."""
    return [rating.a for rating in store.ratings.by_hand()]


def _left_out(store: Store) -> set[str]:
    entries = store.songs.listed() + store.songs.removed(still_teach=True)
    left_out = {e.song.sha256 for e in entries if e.use == "out"}
    return left_out | {e.song.sha256 for e in store.songs.removed(still_teach=False)}
