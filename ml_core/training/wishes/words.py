"""What directions of taste are called: a feature, and what less and more of it mean to a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Direction:
    """One thing a person may want less or more of.

    Attributes:
        feature: name of the edit feature that measures it.
        subject: what it is called while no wish is seen.
        less, more: the two ends of its scale.
        likes_less, likes_more: sentences.
    """

    feature: str
    subject: str
    less: str
    more: str
    likes_less: str
    likes_more: str


LENGTH = "log_duration"
VOICE = "voice_kept"

DIRECTIONS: tuple[Direction, ...] = (
    Direction(
        LENGTH, "Length", "shorter", "longer", "You like tighter edits", "You like fuller edits"
    ),
    Direction(
        "intro_kept",
        "Intro",
        "cut the intro",
        "keep the intro",
        "You like to get going without the intro",
        "You want the whole intro",
    ),
    Direction(
        "ending",
        "Ending",
        "stop early",
        "real ending",
        "You don't need the song's own ending",
        "You want the song's own ending",
    ),
    Direction(
        "cuts_per_minute",
        "Joins",
        "fewer joins",
        "more joins",
        "You want few joins",
        "You like it cut densely",
    ),
    Direction(
        "join_cost_mean",
        "Smoothness",
        "smooth joins",
        "bold joins",
        "You want joins that nobody hears",
        "You like bold joins",
    ),
    Direction(
        "energy",
        "Energy",
        "quiet parts",
        "loud parts",
        "You want the quiet parts",
        "You want the loud parts",
    ),
    Direction(
        "hook_recall",
        "Main part",
        "less of it",
        "all of it",
        "You can do without the main part",
        "You want all of the main part",
    ),
    Direction(
        "redundancy",
        "Repeats",
        "fewer repeats",
        "more repeats",
        "You want nothing twice",
        "You like parts to come again",
    ),
    Direction(
        "sections_covered",
        "Parts",
        "few parts",
        "every part",
        "You like to stay with few parts",
        "You want every part once",
    ),
    Direction(
        "opening_energy",
        "Start",
        "quiet start",
        "strong start",
        "You like a quiet start",
        "You like a strong start",
    ),
    Direction(
        "trend",
        "Course",
        "calming down",
        "building up",
        "You like it to calm down towards the end",
        "You like it to build up towards the end",
    ),
    Direction(
        VOICE,
        "Singing",
        "less singing",
        "all the singing",
        "You can do without the singing",
        "You want the singing kept",
    ),
)
