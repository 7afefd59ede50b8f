"""How counts, lengths, uses and answers are written for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from editor_app.look.foreign import song_artist
from ml_core.domain.models import KnownCertainty
from ml_core.domain.ratings import Rating
from ml_core.domain.songs import NO_BEAT_WARNING, SongEntry, SongUse
from ml_core.units import clock

USE_WORDS: dict[SongUse, str] = {"rate": "Rating", "compare": "Comparing", "out": "Nothing"}

_ANSWER_WORDS = {
    ("A", 1): "better",
    ("B", 1): "better",
    ("A", 2): "much better",
    ("B", 2): "much better",
}
# Of a change by hand: A is the person's own edit, and better than B, which was proposed.
_BY_HAND = "by hand"
_MINUTE_S = 60
_HOUR_S = 3600


def counted(n: int, thing: str) -> str:
    """A number with its noun: "1 song", "3 songs"."""
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"


def learned_from(n_ratings: int, n_edits: int) -> str:
    """What was learned from: "12 ratings and 5 finished edits", or one of both."""
    edits = counted(n_edits, "finished edit")
    if not n_edits:
        return counted(n_ratings, "rating")
    return f"{counted(n_ratings, 'rating')} and {edits}" if n_ratings else edits


def edits_learned(metrics: Mapping[str, Any]) -> int:
    """Finished edits that a training learned from; none of an older one's."""
    return int(metrics.get("finished_edits", {}).get("taught", 0))


def certainty_tip(told: KnownCertainty | None) -> str:
    """What the number means, and why it fell if it did."""
    words = "How surely your answers to new pairs are foreseen: 0 % is guessing."
    return words if told is None or not told.fell else f"{words} {told.fell}"


def long_time(seconds: float) -> str:
    """A length in words: "40 s", "12 min", "1 h 11 min"."""
    if seconds < _MINUTE_S:
        return f"{round(seconds)} s"
    minutes = round(seconds / _MINUTE_S)
    if seconds < _HOUR_S and minutes < _MINUTE_S:
        return f"{minutes} min"
    hours, rest = divmod(minutes, _MINUTE_S)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def song_facts(entry: SongEntry) -> str:
    """Artist, length, tempo and meter of a song, as far as they are known."""
    facts = [song_artist(entry.song), clock(entry.song.duration_s)]
    if NO_BEAT_WARNING not in entry.message:
        facts += [f"{entry.tempo_bpm:.0f} bpm"] if entry.tempo_bpm else []
        facts += [f"{entry.meter}/4"] if entry.meter else []
    return "  ·  ".join(fact for fact in facts if fact)


def answer_words(rating: Rating) -> str:
    """An answer in words: "A much better", "tie", "A by hand"."""
    words = said_of(rating)
    return rating.answer if words == rating.answer else f"{rating.answer} {words}"


def said_of(rating: Rating) -> str:
    """What an answer says of its side: "better", "much better", "by hand"; else the answer."""
    if rating.source == "hand":
        return _BY_HAND
    return _ANSWER_WORDS.get((rating.answer, rating.strength), rating.answer)
