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
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.training.comparing.compare import MATCHED_RATIO
from ml_core.training.examples import add_examples
from ml_core.training.finished.choices import NO_CHOICES
from ml_core.training.fit_reward.fit import RewardFit, fit_reward
from ml_core.training.fit_reward.preference_dataset import (
    PreferenceDataset,
    build_dataset,
    dataset_hash,
    without_by_eye,
)
from ml_core.training.song_scene import POOL_SONGS, SongScene, usual_pool
from ml_core.training.told import UNTOLD, tell_certainty, told
from ml_core.training.told_lines import FEWEST_REPEATS, lines

Floats = NDArray[np.float64]


def taste(
    request: TasteRequest, graphs: Mapping[str, EditGraph], progress: Progress
) -> dict[str, Any]:
    """What the current ratings say.

    Returns:
        A plain mapping: `counts`, `lengths`, `consistency`, what `told` gives (each told direction
        with an `example`, see `examples`), and `lines` (the same in sentences). With too few
        ratings the model's parts are None or empty.
    """
    ratings = counting(request.ratings, request.by_eye)
    found: dict[str, Any] = {
        "counts": answer_counts(request.ratings, request.by_eye),
        "lengths": length_preferences(ratings),
        "consistency": consistency(request.ratings),
        "finished_edits": dict(NO_CHOICES.counts),
        **UNTOLD,
    }
    progress.report(0.1, "Reading your ratings")
    known = [rating for rating in ratings if rating.sha256 in graphs]

    def learned_from(ratings: Sequence[Rating]) -> PreferenceDataset:
        return build_dataset(ratings, graphs, by_eye=request.by_eye, edits=request.edits)

    dataset = learned_from(known)
    found["finished_edits"] = dict(dataset.finished.counts)
    is_anything = len(dataset) or len(dataset.finished)
    scenes = _scenes(request.songs, graphs, progress.part(0.1, 0.4)) if is_anything else []
    pool = usual_pool(scenes)
    fitted = _fit(dataset, pool, progress.part(0.4, 0.9))
    if fitted is not None:
        earlier = known[: request.previous_ratings]
        past = learned_from(earlier) if earlier else None
        before = None if past is None else _fit(past, pool, Progress())
        found |= told(fitted, dataset, pool, None if before is None else before.model)
        answered = without_by_eye(request.ratings, request.by_eye)
        if request.trained_hash == dataset_hash(answered, dataset.finished):
            _tell_as_trained(found, request)
        tell_certainty(found, request, fitted, dataset)
        add_examples(found["directions"], scenes)
    found["lines"] = lines(found)
    return found


def _tell_as_trained(found: dict[str, Any], request: TasteRequest) -> None:
    """Tell what the training of these very ratings told: it may have seen other songs besides.

    A model of another version may name baselines that this one does not have.
    """
    accuracy = found["held_out_accuracy"]
    measured = request.trained_accuracy.items()
    accuracy |= {name: share for name, share in measured if name in accuracy}
    if not request.trained_told:
        return
    before = {row["feature"]: row["before"] for row in found["directions"]}
    found |= {name: value for name, value in request.trained_told.items() if name in UNTOLD}
    found["directions"] = [
        {**row, "before": before.get(row["feature"])} for row in found["directions"]
    ]


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


def _scenes(
    songs: Sequence[SongTask], graphs: Mapping[str, EditGraph], progress: Progress
) -> list[SongScene]:
    """The songs whose usual edits a taste is told over, under their limits."""
    scenes: list[SongScene] = []
    for song in songs:
        progress.report(len(scenes) / POOL_SONGS, "Looking at your songs")
        if song.sha256 in graphs and len(scenes) < POOL_SONGS:
            with suppress(UserError):  # No edit of it keeps the limits.
                scenes.append(SongScene.of(graphs[song.sha256], song.limits))
    return scenes
