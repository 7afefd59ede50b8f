"""What the ratings say, in words and numbers.

A direction is measured as people ask it: of two edits of one song that are alike in length but
far apart in, say, how much of the intro they keep, which does this taste prefer? The reward
model's posterior answers with a mean and a variance, averaged over many such pairs of the songs'
own candidates. Length itself is measured over pairs of different length.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from ml_core.domain.edits import Limits
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import TasteRequest
from ml_core.edits.edit_features import edit_features
from ml_core.edits.edit_graph import EditGraph
from ml_core.edits.feature_words import FEATURE_NAMES
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.reward.preference_model import PreferenceModel
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.compare import MATCHED_RATIO
from ml_core.training.deliver import draw
from ml_core.training.fit_reward import fit_reward
from ml_core.training.preference_dataset import build_dataset
from ml_core.training.taste_words import DIRECTIONS, LENGTH, Direction

Floats = NDArray[np.float64]

POOL_SONGS = 12
POOL_EDITS = 32
PAIRS_PER_DIRECTION = 96
LIKELY_SD = 1.645
"""The shown interval holds nine of ten likely values."""
FEWEST_REPEATS = 12
"""Below this, consistency says nothing: 5 of 5 alike only bounds it at .48 (measured)."""
LENGTH_SLACK = 0.10
"""Pairs for directions other than length differ by at most this share in length."""
SURE, FAIRLY, PROBABLY = 0.975, 0.90, 0.75


def taste(
    request: TasteRequest, graphs: Mapping[str, EditGraph], progress: Progress
) -> dict[str, Any]:
    """What the current ratings say.

    Returns:
        A plain mapping: `counts`, `lengths`, `consistency`, `held_out_accuracy`, `directions`,
        `certainty` and `lines` (the same in sentences). With too few ratings the model's parts
        are None or empty.
    """
    ratings = [rating for rating in request.ratings if rating.answer != "skip"]
    found: dict[str, Any] = {
        "counts": _counts(request.ratings),
        "lengths": length_preferences(ratings),
        "consistency": consistency(request.ratings),
        "held_out_accuracy": {},
        "directions": [],
        "certainty": None,
    }
    progress.report(0.1, "Reading your ratings")
    known = [rating for rating in ratings if rating.sha256 in graphs]
    fitted = _fit(known, graphs, progress.part(0.1, 0.7))
    if fitted is not None:
        model, found["held_out_accuracy"] = fitted
        pool = _pool(graphs, progress.part(0.7, 0.9))
        before = _model_of(known[: request.previous_ratings], graphs)
        found["directions"] = [_direction(model, before, pool, d) for d in DIRECTIONS]
        found["certainty"] = certainty(model, pool)
    found["lines"] = lines(found)
    return found


def _counts(ratings: Sequence[Rating]) -> dict[str, int]:
    answers = Counter(rating.answer for rating in ratings)
    return {
        "ratings": len(ratings) - answers["skip"],
        "A": answers["A"],
        "B": answers["B"],
        "tie": answers["tie"],
        "skip": answers["skip"],
        "much": sum(rating.strength == 2 for rating in ratings),
    }


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
    """How often a hidden repeat, its sides swapped, got the same answer.

    Returns:
        `repeats`, `same`, the Clopper-Pearson 95 % `interval`, and `judged`: whether there are
        enough of them to say anything.
    """
    answers = {rating.comparison_id: rating.answer for rating in ratings}
    swapped = {"A": "B", "B": "A", "tie": "tie"}
    repeats = same = 0
    for rating in ratings:
        first = answers.get(rating.repeat_of) if rating.repeat_of is not None else None
        if rating.answer == "skip" or first is None or first == "skip":
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
    ratings: Sequence[Rating], graphs: Mapping[str, EditGraph], progress: Progress
) -> tuple[PreferenceModel, dict[str, float | None]] | None:
    """The reward model of these ratings with held-out accuracies; None with too few."""
    try:
        fitted = fit_reward(build_dataset(ratings, graphs), progress=progress)
    except UserError:
        return None
    return fitted.model, dict(fitted.held_out_accuracy)


def _model_of(ratings: Sequence[Rating], graphs: Mapping[str, EditGraph]) -> PreferenceModel | None:
    fitted = _fit(ratings, graphs, Progress()) if ratings else None
    return None if fitted is None else fitted[0]


def _pool(graphs: Mapping[str, EditGraph], progress: Progress) -> dict[str, Floats]:
    """Features of base draws by song, (n_edits, n_features): the edits directions are asked of."""
    rng = np.random.default_rng(0)
    pool = {}
    chosen = sorted(graphs)[:POOL_SONGS]
    for index, sha256 in enumerate(chosen):
        progress.report(index / len(chosen), "Looking at your songs")
        graph = graphs[sha256]
        try:
            drawn = draw(BASE_MODEL, graph, Limits(), POOL_EDITS, rng)
        except UserError:
            continue
        pool[sha256] = edit_features(graph, [candidate.edit for candidate in drawn])
    return pool


def _contrasts(pool: Mapping[str, Floats], direction: Direction) -> tuple[Floats, Floats]:
    """Pairs (more, less) of one song that differ most in the feature, alike in length otherwise.

    Returns:
        Two arrays (n_pairs, n_features); empty where the songs offer no such pair.
    """
    column, length = FEATURE_NAMES.index(direction.feature), FEATURE_NAMES.index(LENGTH)
    found: list[tuple[float, Floats, Floats]] = []
    for features in pool.values():
        spread = float(features[:, column].std())
        if spread <= 1e-9:
            continue
        one, other = np.triu_indices(len(features), 1)
        gap = features[one, column] - features[other, column]
        wanted = np.abs(gap) > spread
        if direction.feature != LENGTH:
            alike = np.abs(features[one, length] - features[other, length])
            wanted &= alike < math.log1p(LENGTH_SLACK)
        for i, j, g in zip(one[wanted], other[wanted], gap[wanted], strict=True):
            more, less = (i, j) if g > 0 else (j, i)
            found.append((abs(float(g)) / spread, features[more], features[less]))
    found.sort(key=lambda row: -row[0])
    taken = found[:PAIRS_PER_DIRECTION]
    empty: Floats = np.zeros((0, len(FEATURE_NAMES)))
    if not taken:
        return empty, empty
    return np.stack([row[1] for row in taken]), np.stack([row[2] for row in taken])


def _effect(model: PreferenceModel, more: Floats, less: Floats) -> tuple[float, float]:
    """Mean and standard deviation of the mean utility gained by more of a feature."""
    mean, covariance = model.joint_differences(more, less)
    return float(mean.mean()), math.sqrt(max(0.0, float(covariance.mean())))


def _share(utility: float) -> float:
    """A difference in utility as a wish in -1..1: 0 no wish, 1 always preferred."""
    return 2.0 / (1.0 + math.exp(-max(-40.0, min(40.0, utility)))) - 1.0


def _direction(
    model: PreferenceModel,
    before: PreferenceModel | None,
    pool: Mapping[str, Floats],
    direction: Direction,
) -> dict[str, Any]:
    more, less = _contrasts(pool, direction)
    row: dict[str, Any] = {
        "feature": direction.feature,
        "less": direction.less,
        "more": direction.more,
        "wish": 0.0,
        "interval": [-1.0, 1.0],
        "before": None,
        "sure": "unknown",
        "sentence": f"{direction.subject}: no wish seen yet",
    }
    if not len(more):
        return row
    mean, sd = _effect(model, more, less)
    row["wish"] = _share(mean)
    row["interval"] = [_share(mean - LIKELY_SD * sd), _share(mean + LIKELY_SD * sd)]
    if before is not None:
        row["before"] = _share(_effect(before, more, less)[0])
    same_sign = float(ndtr(abs(mean) / sd)) if sd > 0 else 1.0
    for least, words in ((SURE, "sure"), (FAIRLY, "fairly sure"), (PROBABLY, "probably")):
        if same_sign >= least and abs(row["wish"]) > 0.02:
            row["sure"] = words
            row["sentence"] = direction.likes_more if mean > 0 else direction.likes_less
            break
    return row


def certainty(model: PreferenceModel, pool: Mapping[str, Floats]) -> float:
    """How sure the model is of which of two candidates is liked better: 0 guessing, 1 sure.

    The mean over random pairs of one song of |P(first utility is higher) - P(lower)|.
    """
    rng = np.random.default_rng(0)
    shares: dict[str, float] = defaultdict(float)
    for sha256, features in pool.items():
        if len(features) < 2:
            continue
        one = rng.integers(len(features), size=64)
        other = (one + rng.integers(1, len(features), size=64)) % len(features)
        mean, variance = model.difference(features[one], features[other])
        z = mean / np.sqrt(np.maximum(variance, 1e-12))
        shares[sha256] = float(np.abs(2.0 * ndtr(z) - 1.0).mean())
    return float(np.mean(list(shares.values()))) if shares else 0.0


def lines(found: Mapping[str, Any]) -> list[str]:
    """The report in sentences."""
    counts, lengths = found["counts"], found["lengths"]
    if counts["ratings"] == 0:
        return ["No ratings yet. Rate some pairs, and what you like will stand here."]
    text = [
        f"{counts['ratings']} ratings: {counts['A']} for A, {counts['B']} for B, "
        f"{counts['tie']} ties; {counts['skip']} skipped.",
        f"The tighter edit was preferred {lengths['tighter']} times, the fuller one "
        f"{lengths['fuller']} times; {lengths['same_length']} decided between equal lengths.",
    ]
    ordered = sorted(found["directions"], key=lambda row: -abs(row["wish"]))
    text += [
        f"{row['sentence']} ({row['sure']})." for row in ordered if row["sure"] != "unknown"
    ]
    if found["directions"] and all(row["sure"] == "unknown" for row in ordered):
        text.append("No wish is seen yet: more ratings would help.")
    text += _accuracy_lines(found["held_out_accuracy"])
    text.append(_consistency_line(found["consistency"]))
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
