"""What is told of a taste, in sentences: the window and the command show these very ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_core.domain.finished_edits import FEWEST_ALONE, RATINGS_FOR_FEWER
from ml_core.domain.models import CERTAINTY
from ml_core.edits.features.song_features import SONG_WORDS
from ml_core.training.pairs.certainty import TARGET

FEWEST_REPEATS = 12
"""Below this, consistency says nothing: 5 of 5 alike only bounds it at .48 (measured)."""


def lines(found: Mapping[str, Any]) -> list[str]:
    """The report of `taste` in sentences."""
    counts, lengths = found["counts"], found["lengths"]
    besides = edit_lines(found["finished_edits"], counts["ratings"], found["next_ratings"])
    if counts["ratings"] == 0 and besides:
        return besides
    if counts["ratings"] == 0 and counts["by_eye_left_out"]:
        return [f"No rating by ear yet{_left_out(counts)}. Listen to some pairs and rate them."]
    if counts["ratings"] == 0:
        return ["No ratings yet. Rate some pairs, and what you like will stand here."]
    text = [
        f"{counts['ratings']} ratings: {counts['A']} for A, {counts['B']} for B, "
        f"{counts['tie']} ties; {counts['skip']} skipped{_left_out(counts)}."
    ]
    says = taste_lines(found)
    # That it may all be chance is said before any count that looks like a wish.
    n_first = 0 if found["above_guessing"] else 1
    text += says[:n_first]
    text.append(
        f"The tighter edit was preferred {lengths['tighter']} times, the fuller one "
        f"{lengths['fuller']} times; {lengths['same_length']} decided between equal lengths."
    )
    return [*text, *says[n_first:], _consistency_line(found["consistency"]), *besides]


def edit_lines(edits: Mapping[str, int], n_ratings: int, n_next: int) -> list[str]:
    """What finished edits teach, told apart from ratings; empty where there are none.

    Args:
        edits: counts of `FinishedChoices`.
        n_ratings: beside them.
        n_next: ratings that help most next; 0 for none in particular.
    """
    text: list[str] = []
    taught, waiting = edits["taught"], edits["waiting"]
    if taught:
        teach = "1 finished edit teaches" if taught == 1 else f"{taught} finished edits teach"
        text.append(f"{teach} besides." if n_ratings else f"{teach} alone: no ratings yet.")
    if waiting:
        wait = "1 finished edit waits" if waiting == 1 else f"{waiting} finished edits wait"
        text.append(
            f"{wait}: fewer than {FEWEST_ALONE} teach only beside {RATINGS_FOR_FEWER} ratings "
            "that say A or B."
        )
    if edits["left_out"]:
        were = "1 is" if edits["left_out"] == 1 else f"{edits['left_out']} are"
        text.append(f"{were} left out as you wished.")
    if edits["without_song"]:
        were = "1 is" if edits["without_song"] == 1 else f"{edits['without_song']} are"
        text.append(f"{were} left out since the song can't be used.")
    if n_next:
        ratings = "1 rating helps" if n_next == 1 else f"{n_next} ratings help"
        more = "1 more rating helps" if n_next == 1 else f"{n_next} more ratings help"
        text.append(
            f"{more if n_ratings else ratings} most next: edits say what you want, and only "
            "answers can check it."
        )
    return text


def taste_lines(found: Mapping[str, Any]) -> list[str]:
    """What the answers show: that it may be chance, else the wishes; then how sure it is."""
    text: list[str] = []
    if found["directions"] and not found["above_guessing"]:
        text.append(guessing_line(found["held_out_accuracy"]))
    if found["above_guessing"]:
        text += _wish_lines(found)
    more = found["more_than_length"]
    if more is not None:
        text.append(f"Is it more than length? {more['sentence']}")
    if found["certainty"] is not None:
        text.append(certainty_line(found["certainty"], found["certainty_fell"]))
    if found["more_ratings"]:
        text.append(
            f"About {found['more_ratings']} more ratings bring that to {100 * TARGET:.0f} %."
        )
    return text


def _left_out(counts: Mapping[str, int]) -> str:
    n = counts["by_eye_left_out"]
    return f", {n} given by eye left out" if n else ""


def guessing_line(accuracy: Mapping[str, float | None]) -> str:
    """What is said first where the answers may as well be those of somebody who guesses."""
    ours = accuracy.get("ours")
    if ours is None:
        return "Too few ratings to hold some back, so no wish of yours is shown yet."
    return (
        f"On songs held back, your taste foresees {100 * ours:.0f} % of your decided ratings. "
        "Answers at random may look like that, too: no wish of yours is shown yet."
    )


def length_sentence(more: Mapping[str, Any]) -> str:
    """Whether a taste is more than length, with the interval of its lead."""
    low, high = (100 * value for value in more["interval"])
    ours, length = 100 * more["ours"], 100 * more["length"]
    verdict = "Yes." if more["shown"] else "Not shown yet."
    chance = " Answers at random may look like that, too." if low > 0 and not more["shown"] else ""
    return (
        f"{verdict} On songs held back, your taste foresees {ours:.0f} % of your decided ratings, "
        f"length alone {length:.0f} %; the difference is likely between {low:+.0f} and "
        f"{high:+.0f} points.{chance}"
    )


def certainty_line(certainty: float, reason: str = "") -> str:
    """The one number that says how well a taste is known, and why it fell if it did."""
    return " ".join(filter(None, (f"{CERTAINTY}: {100 * certainty:.0f} %.", reason)))


_FROM = {
    "": "",
    "ratings": ", from your ratings",
    "edits": ", from your finished edits",
    "both": ", from ratings and finished edits",
}


def _wish_lines(found: Mapping[str, Any]) -> list[str]:
    rows = sorted(found["directions"], key=lambda row: -abs(row["wish"]))
    known = [row for row in rows if row["sure"] != "unknown"]
    text = [f"{row['sentence']} ({row['sure']}{_FROM[row.get('from', '')]})." for row in known]
    if rows and not text:
        text.append("No single wish is seen yet: more ratings would help.")
    if found["memory"] is not None:
        text.append(
            f"Your taste has changed: what you said more than about {found['memory']} ratings ago "
            "counts little now."
        )
    if found["depends_on"] in SONG_WORDS:
        few, many = SONG_WORDS[found["depends_on"]]
        text.append(f"You want other things of {few} than of {many}.")
    return text


def _consistency_line(found: Mapping[str, Any]) -> str:
    if not found["judged"]:
        return (
            f"{found['same']} of {found['repeats']} repeated pairs got the same answer; "
            f"it takes {FEWEST_REPEATS} to say more."
        )
    low, high = found["interval"]
    return (
        f"You agree with yourself in {found['same']} of {found['repeats']} repeated pairs "
        f"(between {100 * low:.0f} and {100 * high:.0f} % is likely)."
    )
