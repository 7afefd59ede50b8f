"""Directions of a taste: whether, of two edits alike in length, it prefers more of this or less.

It is measured as people ask it, over pairs of a song's own candidates. These are alike in length
but far apart in, say, how much of the intro they keep. Over them the reward model's posterior gives
a mean and a variance of the difference in utility. Length itself is measured over pairs of
different length.

What goes along with a wish is no wish: edits that keep a quiet intro also build up. So a direction
is told only as far as it holds with the other directions held still (a ridge regression of the
posterior on all of them).

No direction is told whose interval covers zero. That a dozen directions are looked at together,
and more than once, is met before: none is told at all unless the answers as a whole are shown to be
no random ones (`training.told`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from ml_core.edits.features.words import FEATURE_NAMES
from ml_core.reward.preference_model import PreferenceModel
from ml_core.training.wishes.words import DIRECTIONS, LENGTH, VOICE, Direction

Floats = NDArray[np.float64]

PAIRS_PER_DIRECTION = 96
PAIRS_FOR_ALL = 240
LIKELY_SD = 1.96
"""The shown interval holds 19 of 20 likely values, and a direction is told only outside of it."""
LENGTH_SLACK = 0.10
"""Pairs for directions other than length differ by at most this share in length."""
SURENESS = ((0.975, "sure"), (0.90, "fairly sure"), (0.75, "probably"))
"""Least probability that what is told is the direction's own, not its companions'."""
LEAST_WISH = 0.02
OWN_SHARE = 0.25
"""Of its effect with its companions, what a direction must have by itself."""
LEAST_PART = 0.25
"""Of an effect, what ratings or finished edits must have brought to be named."""
RIDGE = 0.02
"""Share of a feature's variance added, so that two that always go together share the effect."""


@dataclass(frozen=True, slots=True)
class OwnEffects:
    """Effect of one spread of each direction's feature, the others held, (n_directions,)."""

    mean: Floats
    sd: Floats
    spread: Floats


@dataclass(frozen=True, slots=True)
class Effects:
    """Effects of several directions, (n,) each."""

    mean: Floats
    sd: Floats


def directions(
    model: PreferenceModel,
    before: PreferenceModel | None,
    pool: Mapping[str, Floats],
    from_edits: PreferenceModel | None = None,
) -> list[dict[str, Any]]:
    """Every direction with its wish in -1..1, its interval, and how sure it is.

    `goes_along` is true of an unknown
    direction whose interval would let it be told, were all of the effect its own. It may be a mere
    companion of another wish, which more ratings of the same kind do not settle.

    Args:
        model: of all ratings.
        before: of the ratings of the cycle before; None at first.
        pool: features of candidates by song, (n_edits, n_features) each.
        from_edits: the part of the model's mean that comes from finished edits; None without any.
            With it each row says what it came `from`.
    """
    own = own_effects(model, pool)
    # What is sung says nothing to someone whose songs are instrumental.
    shown = [k for k, d in enumerate(DIRECTIONS) if d.feature != VOICE or _varies(pool, d)]
    contrasts = {k: _contrasts(pool, DIRECTIONS[k]) for k in shown}
    known = {k: pair for k, pair in contrasts.items() if len(pair[0]) and own is not None}
    effects = _effects(model, list(known.values()))
    past = None if before is None else _effects(before, list(known.values()))
    edits = None if from_edits is None else _effects(from_edits, list(known.values()))
    rows = {k: _row(DIRECTIONS[k]) for k in shown}
    if own is not None:
        for place, (k, (more, less)) in enumerate(known.items()):
            column = FEATURE_NAMES.index(DIRECTIONS[k].feature)
            spreads = float((more - less)[:, column].mean()) / max(float(own.spread[k]), 1e-12)
            alone = float(own.mean[k]) * spreads, float(own.sd[k]) * spreads
            _tell(rows[k], DIRECTIONS[k], effects, place, alone)
            if edits is not None:
                rows[k]["from"] = _source(float(effects.mean[place]), float(edits.mean[place]))
            if past is not None:
                rows[k]["before"] = _share(float(past.mean[place]))
    return list(rows.values())


def _source(whole: float, of_edits: float) -> str:
    """Where most of an effect came from: an effect is that of ratings and that of edits."""
    share = of_edits / whole if abs(whole) > 1e-12 else 0.0
    return "ratings" if share < LEAST_PART else "edits" if share > 1.0 - LEAST_PART else "both"


def withheld(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same directions with no wish told: answers held back do not bear the model out."""
    subjects = {direction.feature: direction.subject for direction in DIRECTIONS}
    return [
        {
            **row,
            "sure": "unknown",
            "sentence": _unseen(subjects[row["feature"]]),
            "goes_along": False,
        }
        for row in rows
    ]


def known_wishes(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Which way each known wish goes: 1 for more of the feature, -1 for less."""
    return {
        row["feature"]: 1 if row["wish"] > 0 else -1 for row in rows if row["sure"] != "unknown"
    }


def _unseen(subject: str) -> str:
    return f"{subject}: no wish seen yet"


def _varies(pool: Mapping[str, Floats], direction: Direction) -> bool:
    column = FEATURE_NAMES.index(direction.feature)
    return any(float(np.ptp(features[:, column])) > 1e-9 for features in pool.values())


def _row(direction: Direction) -> dict[str, Any]:
    """A direction of which nothing is known."""
    return {
        "feature": direction.feature,
        "less": direction.less,
        "more": direction.more,
        "wish": 0.0,
        "interval": [-1.0, 1.0],
        "before": None,
        "sure": "unknown",
        "sentence": _unseen(direction.subject),
        "goes_along": False,
    }


def _tell(
    row: dict[str, Any],
    direction: Direction,
    effects: Effects,
    place: int,
    alone: tuple[float, float],
) -> None:
    """Write what is known of a direction into its row.

    Args:
        place: of the direction among the effects.
        alone: mean and standard deviation of its effect with the other directions held still.
    """
    mean, sd = float(effects.mean[place]), float(effects.sd[place])
    row["wish"] = _share(mean)
    low, high = mean - LIKELY_SD * sd, mean + LIKELY_SD * sd
    row["interval"] = [_share(low), _share(high)]
    if low <= 0.0 <= high or abs(row["wish"]) <= LEAST_WISH:
        return
    share = math.copysign(1.0, mean) * alone[0]
    # Part of the effect is its companions'; what is its own must be sure, too.
    probability = _same_sign(share, alone[1])
    if share < OWN_SHARE * abs(mean) or probability < SURENESS[-1][0]:
        row["goes_along"] = True
        return
    row["sure"] = next(words for least, words in SURENESS if probability >= least)
    row["sentence"] = direction.likes_more if mean > 0 else direction.likes_less


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


def own_effects(model: PreferenceModel, pool: Mapping[str, Floats]) -> OwnEffects | None:
    """Each direction's effect with the others held, over random pairs of one song."""
    rng = np.random.default_rng(1)
    usable = [features for features in pool.values() if len(features) >= 2]
    if not usable:
        return None
    each = -(-PAIRS_FOR_ALL // len(usable))
    a, b = [], []
    for features in usable:
        one = rng.integers(len(features), size=each)
        other = (one + rng.integers(1, len(features), size=each)) % len(features)
        a.append(features[one])
        b.append(features[other])
    first, second = np.concatenate(a), np.concatenate(b)
    columns = [FEATURE_NAMES.index(direction.feature) for direction in DIRECTIONS]
    gaps = (first - second)[:, columns]
    spread = np.maximum(gaps.std(0), 1e-12)
    x = gaps / spread
    mean, full = model.joint_differences(first, second)
    ridge = RIDGE * len(x) * np.eye(x.shape[1])
    solve = np.linalg.solve(x.T @ x + ridge, x.T)
    variance = np.einsum("kn,nm,km->k", solve, full, solve)
    return OwnEffects(solve @ mean, np.sqrt(np.maximum(variance, 0.0)), spread)


def _effects(model: PreferenceModel, contrasts: Sequence[tuple[Floats, Floats]]) -> Effects:
    """Mean utility gained by more of each feature, of the directions that have contrasts."""
    if not contrasts:
        nothing: Floats = np.zeros(0)
        return Effects(nothing, nothing)
    mean, covariance = model.joint_differences(
        np.concatenate([more for more, _ in contrasts]),
        np.concatenate([less for _, less in contrasts]),
    )
    starts = np.cumsum([0, *(len(more) for more, _ in contrasts)])[:-1]
    counts = np.array([len(more) for more, _ in contrasts], dtype=np.float64)
    together = np.add.reduceat(np.add.reduceat(covariance, starts, 0), starts, 1)
    together /= counts[:, None] * counts
    sd = np.sqrt(np.maximum(np.diagonal(together), 0.0))
    return Effects(np.add.reduceat(mean, starts) / counts, sd)


def _same_sign(mean: float, sd: float) -> float:
    """Probability that the effect is above 0."""
    return float(ndtr(mean / sd)) if sd > 0 else float(mean > 0)


def _share(utility: float) -> float:
    """A difference in utility as a wish in -1..1: 0 no wish, 1 always preferred."""
    return 2.0 / (1.0 + math.exp(-max(-40.0, min(40.0, utility)))) - 1.0
