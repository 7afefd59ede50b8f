"""What the library says of itself."""

from __future__ import annotations

from collections.abc import Collection

from editor_app.look.words import counted, long_time
from ml_core.domain.songs import SongEntry
from ml_core.store.records.reserve import FEWEST_SONGS

ENOUGH_SONGS = 10
"""Of ten songs three are kept aside, which leaves seven to rate."""


def library_facts(entries: list[SongEntry]) -> str:
    """How many songs there are, how long, and what for; empty while the first ones are read."""
    if not entries:
        return ""
    usable = [entry for entry in entries if entry.status != "failed"]
    n_rate = sum(entry.use == "rate" for entry in usable)
    n_compare = sum(entry.use == "compare" for entry in usable)
    length = long_time(sum(entry.song.duration_s for entry in entries))
    parts = [counted(len(entries), "song"), length, f"{n_rate} for rating"]
    if n_compare:
        parts[-1] += f", {n_compare} for comparing"
    return "  ·  ".join(parts)


def advice(entries: list[SongEntry], n_more_ratings: int, minutes: int) -> str:
    """What is still needed for a taste that can be relied on, in numbers.

    Args:
        n_more_ratings: how many more would do.
        minutes: how long they take.
    """
    usable = sum(entry.status != "failed" and entry.use != "out" for entry in entries)
    n_more_songs = max(0, ENOUGH_SONGS - usable)
    songs = counted(n_more_songs, "more song")
    if n_more_songs and n_more_ratings:
        return f"{songs} and about {minutes} min of rating will do."
    if n_more_songs:
        return f"{songs} would make the taste hold for more kinds of music."
    if n_more_ratings:
        return f"About {minutes} min of rating will do: {counted(n_more_ratings, 'more pair')}."
    return "There are enough songs and ratings: train, and compare."


def reserve_note(
    entries: list[SongEntry], misfits: Collection[str] = (), n_to_compare: int = 0
) -> str:
    """What the reserve means for the comparison at the end.

    Args:
        misfits: hashes of songs that do not fit what the edits are for.
        n_to_compare: songs that a comparison can be on as never learned from, kept aside or not.
    """
    n_compare = sum(e.use == "compare" and e.song.sha256 not in misfits for e in entries)
    if n_compare:
        return (
            f"{counted(n_compare, 'song')} kept aside: never offered for rating, so that the "
            "comparison at the end is honest. Click “Used for” to change it."
        )
    if len(entries) < FEWEST_SONGS:
        return (
            f"With {FEWEST_SONGS} songs or more, some are kept aside for an honest "
            "comparison at the end."
        )
    on = f"{counted(n_to_compare, 'song')} it has never" if n_to_compare else "songs it has"
    return f"No song is kept aside: a comparison would be on {on} learned from."
