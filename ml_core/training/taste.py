"""What the ratings say, in words and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from ml_core.domain.ratings import Rating, answer_counts, counting
from ml_core.domain.requests import SongTask
from ml_core.domain.tasting import TasteRequest
from ml_core.edits.features.song_features import SONG_WORDS
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.training.comparing.compare import MATCHED_RATIO
from ml_core.training.fit_reward.fit import RewardFit, fit_reward
from ml_core.training.fit_reward.preference_dataset import (
    PreferenceDataset,
    build_dataset,
    ratings_hash,
    without_by_eye,
)
from ml_core.training.pairs.certainty import (
    TARGET,
    above_guessing,
    borne_out,
    certainty,
    more_ratings,
)
from ml_core.training.song_scene import POOL_SONGS, SongScene, usual_pool
from ml_core.training.wishes.directions import directions, withheld

Floats = NDArray[np.float64]

FEWEST_REPEATS = 12
"""Below this, consistency says nothing: 5 of 5 alike only bounds it at .48 (measured)."""


def taste(
    request: TasteRequest, graphs: Mapping[str, EditGraph], progress: Progress
) -> dict[str, Any]:
    """What the current ratings say.

    Returns:
        A plain mapping: `counts`, `lengths`, `consistency`, `held_out_accuracy`, `above_guessing`
        (whether that of the taste is: if not, no wish is told), `directions`, `certainty`,
        `more_ratings` (about how many bring the certainty to 90 %; None where no forecast can be
        made), `memory` (ratings ago from which on answers count little; None for a steady taste),
        `depends_on` (the song's feature that wishes depend on) and `lines` (the same in sentences).
        With too few ratings the model's parts are None or empty.
    """
    ratings = counting(request.ratings, request.by_eye)
    found: dict[str, Any] = {
        "counts": answer_counts(request.ratings, request.by_eye),
        "lengths": length_preferences(ratings),
        "consistency": consistency(request.ratings),
        "held_out_accuracy": {},
        "above_guessing": False,
        "directions": [],
        "certainty": None,
        "more_ratings": None,
        "memory": None,
        "depends_on": "",
    }
    progress.report(0.1, "Reading your ratings")
    known = [rating for rating in ratings if rating.sha256 in graphs]
    dataset = build_dataset(known, graphs, by_eye=request.by_eye)
    pool = _pool(request.songs, graphs, progress.part(0.1, 0.4)) if len(dataset) else {}
    fitted = _fit(dataset, pool, progress.part(0.4, 0.9))
    if fitted is not None:
        model, accuracy = fitted.model, dict(fitted.held_out_accuracy)
        if request.trained_hash == ratings_hash(without_by_eye(request.ratings, request.by_eye)):
            # Other folds give slightly other shares; one number is told everywhere.
            # A model of another version may name baselines that this one does not have.
            measured = request.trained_accuracy.items()
            accuracy |= {name: share for name, share in measured if name in accuracy}
        earlier = known[: request.previous_ratings]
        before = (
            _fit(build_dataset(earlier, graphs, by_eye=request.by_eye), pool, Progress())
            if earlier
            else None
        )
        trust = borne_out(model, dataset.a, dataset.b, dataset.judged, accuracy["ours"])
        found["held_out_accuracy"] = accuracy
        found["above_guessing"] = above_guessing(
            accuracy["ours"], int(np.count_nonzero(dataset.judged))
        )
        rows = directions(model, None if before is None else before.model, pool)
        found["directions"] = rows if found["above_guessing"] else withheld(rows)
        found["certainty"] = trust * certainty(model, pool)
        found["more_ratings"] = more_ratings(model, pool, trust)
        found["memory"] = fitted.metrics["memory"]
        found["depends_on"] = fitted.metrics["depends_on"]
    found["lines"] = lines(found)
    return found


def length_preferences(ratings: Sequence[Rating]) -> dict[str, Any]:
    """How often the shorter (tighter) or the longer (fuller) edit was preferred.

    Returns:
        `tighter`, `fuller`, `same_length` and `ties` counts, and `shorter_explains`: the share of
        decided ratings of different lengths that "always the shorter" would foresee, else None.
    """
    tighter = fuller = same = 0
    for rating in ratings:
        if rating.answer == "tie":
            continue
        chosen, other = (rating.a, rating.b) if rating.answer == "A" else (rating.b, rating.a)
        gap = chosen.n_samples - other.n_samples
        if abs(gap) <= MATCHED_RATIO * max(chosen.n_samples, other.n_samples):
            same += 1
        elif gap < 0:
            tighter += 1
        else:
            fuller += 1
    decided = tighter + fuller
    return {
        "tighter": tighter,
        "fuller": fuller,
        "same_length": same,
        "ties": sum(rating.answer == "tie" for rating in ratings),
        "shorter_explains": tighter / decided if decided else None,
    }


def consistency(ratings: Sequence[Rating]) -> dict[str, Any]:
    """How often a hidden repeat, its sides swapped, got the same answer, both heard.

    Returns:
        `repeats`, `same`, the Clopper-Pearson 95 % `interval`, and `judged`: whether there are
        enough of them to say anything.
    """
    heard = counting(ratings)
    answers = {rating.comparison_id: rating.answer for rating in heard}
    swapped = {"A": "B", "B": "A", "tie": "tie"}
    repeats = same = 0
    for rating in heard:
        first = answers.get(rating.repeat_of) if rating.repeat_of is not None else None
        if first is None:
            continue
        repeats += 1
        same += rating.answer == swapped[first]
    tail = 0.025
    low = 0.0 if same == 0 else float(betaincinv(same, repeats - same + 1, tail))
    high = 1.0 if same == repeats else float(betaincinv(same + 1, repeats - same, 1 - tail))
    return {
        "repeats": repeats,
        "same": same,
        "interval": [low, high],
        "judged": repeats >= FEWEST_REPEATS,
    }


def _fit(
    dataset: PreferenceDataset, pool: Mapping[str, Floats], progress: Progress
) -> RewardFit | None:
    """The reward model of these ratings with held-out accuracies; None with too few."""
    population = np.concatenate(list(pool.values())) if pool else None
    try:
        return fit_reward(dataset, population, progress=progress)
    except UserError:
        return None


def _pool(
    songs: Sequence[SongTask], graphs: Mapping[str, EditGraph], progress: Progress
) -> dict[str, Floats]:
    """Of the songs' usual edits under their limits, as training sees them."""
    scenes: list[SongScene] = []
    for song in songs:
        progress.report(len(scenes) / POOL_SONGS, "Looking at your songs")
        if song.sha256 in graphs and len(scenes) < POOL_SONGS:
            with suppress(UserError):  # No edit of it keeps the limits.
                scenes.append(SongScene.of(graphs[song.sha256], song.limits))
    return usual_pool(scenes)


def lines(found: Mapping[str, Any]) -> list[str]:
    """The report in sentences."""
    counts, lengths = found["counts"], found["lengths"]
    if counts["ratings"] == 0 and counts["by_eye_left_out"]:
        return [f"No rating by ear yet{_left_out(counts)}. Listen to some pairs and rate them."]
    if counts["ratings"] == 0:
        return ["No ratings yet. Rate some pairs, and what you like will stand here."]
    text = [
        f"{counts['ratings']} ratings: {counts['A']} for A, {counts['B']} for B, "
        f"{counts['tie']} ties; {counts['skip']} skipped{_left_out(counts)}.",
        f"The tighter edit was preferred {lengths['tighter']} times, the fuller one "
        f"{lengths['fuller']} times; {lengths['same_length']} decided between equal lengths.",
    ]
    if found["directions"] and not found["above_guessing"]:
        return [*text[:1], guessing_line(found["held_out_accuracy"]), *text[1:], *_rest(found)]
    ordered = sorted(found["directions"], key=lambda row: -abs(row["wish"]))
    text += [f"{row['sentence']} ({row['sure']})." for row in ordered if row["sure"] != "unknown"]
    if found["directions"] and all(row["sure"] == "unknown" for row in ordered):
        text.append("No wish is seen yet: more ratings would help.")
    text += _change_lines(found)
    text += _accuracy_lines(found["held_out_accuracy"])
    return text + _rest(found)


def _left_out(counts: Mapping[str, int]) -> str:
    n = counts["by_eye_left_out"]
    return f", {n} given by eye left out" if n else ""


def guessing_line(accuracy: Mapping[str, float | None]) -> str:
    """What is said first where answers held back do not bear the taste out."""
    ours = accuracy.get("ours")
    if ours is None:
        return "Too few ratings to hold some back, so no wish of yours is shown yet."
    return (
        f"On songs held back, your taste foresees {100 * ours:.0f} % of your decided ratings, "
        "no better than guessing: no wish of yours is shown yet."
    )


def _rest(found: Mapping[str, Any]) -> list[str]:
    text = []
    if found["more_ratings"]:
        text.append(
            f"About {found['more_ratings']} more ratings bring the certainty to "
            f"{100 * TARGET:.0f} %."
        )
    text.append(_consistency_line(found["consistency"]))
    return text


def _change_lines(found: Mapping[str, Any]) -> list[str]:
    text = []
    if found["memory"] is not None:
        text.append(
            f"Your taste has changed: what you said more than about {found['memory']} ratings ago "
            "counts little now."
        )
    if found["depends_on"] in SONG_WORDS:
        few, many = SONG_WORDS[found["depends_on"]]
        text.append(f"You want other things of {few} than of {many}.")
    return text


def _accuracy_lines(accuracy: Mapping[str, float | None]) -> list[str]:
    ours, length = accuracy.get("ours"), accuracy.get("length_only")
    if ours is None or length is None:
        return []
    return [
        f"On songs held back, your taste foresees {100 * ours:.0f} % of your decided ratings; "
        f"length alone {100 * length:.0f} %."
    ]


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
