"""How sure a taste is known, and how many more ratings would make it surer.

Certainty is the share of candidate pairs whose better side the model expects to name, with guessing
at 0 and always right at 1. A model's own opinion of that is too high when its assumptions don't fit
the person. So it is scaled by what answers held back showed. If the model foresees them no better
than a coin, certainty is 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from ml_core.reward.preference_model import PreferenceModel
from ml_core.training.pairs.information import ANSWER_VARIANCE

Floats = NDArray[np.float64]

PAIRS = 240
TARGET = 0.9
"""Certainty at which more ratings are no longer asked for."""
BATCH = 8
MOST_BATCHES = 6
"""Beyond 48 more ratings a forecast says nothing: tastes and songs change meanwhile."""

# Gauss and Hermite's rule; 15 nodes hold the mean of |2 Phi - 1| to a thousandth.
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)


def certainty(model: PreferenceModel, pool: Mapping[str, Floats]) -> float:
    """Expected share of right answers over random pairs of one song, 0 guessing, 1 always right.

    Args:
        pool: features of candidates by song, (n_edits, n_features) each.
    """
    a, b = _random_pairs(pool)
    if not len(a):
        return 0.0
    mean, variance = model.difference(a, b)
    return _certain(mean, variance, np.zeros_like(mean))


def _lead(held_out: float, n_decided: int) -> float:
    """Over guessing, less half a standard error."""
    return held_out - 0.5 * math.sqrt(0.25 / n_decided) - 0.5


def borne_out(
    model: PreferenceModel, a: Floats, b: Floats, sign: Floats, held_out: float | None
) -> float:
    """How far answers held back bear the model's own opinion out, 0..1.

    It is the lead over guessing in answers held back, less half a standard error, divided by the
    lead that the model claims on the same pairs. The claim allows for a person's answers being
    noisy.

    Args:
        a, b: features of both sides of the rated pairs, (n, n_features).
        sign: of the answers; ties are left out.
        held_out: accuracy on decided answers held back; None when not measurable.
    """
    decided = sign != 0
    if held_out is None or not decided.any():
        return 0.0
    p = model.probabilities(a[decided], b[decided])[:, :2]
    claimed = float((p.max(1) / np.maximum(p.sum(1), 1e-9)).mean())
    lead = _lead(held_out, int(decided.sum()))
    return float(np.clip(lead / max(claimed - 0.5, 1e-3), 0.0, 1.0))


def more_ratings(model: PreferenceModel, pool: Mapping[str, Floats], trust: float) -> int | None:
    """About how many more ratings bring the certainty to TARGET; None if no forecast can be made.

    This is a forecast before the answers are known (preposterior analysis; Raiffa and Schlaifer
    1961). The posterior is conditioned on random pairs as if they were answered. Its mean is
    expected to spread by what its variance loses.

    Args:
        trust: from `borne_out`; without much of it there is nothing to forecast from.
    """
    a, b = _random_pairs(pool)
    n_asked = BATCH * MOST_BATCHES
    if len(a) < 2 * n_asked:
        return None
    mean, full = model.joint_differences(a, b)
    known, asked = slice(n_asked, None), slice(0, n_asked)
    variance = np.diagonal(full)[known]
    if trust * _certain(mean[known], variance, np.zeros_like(variance)) >= TARGET:
        return 0
    for count in range(BATCH, n_asked + 1, BATCH):
        some = slice(asked.start, count)
        answers = full[some, some] + ANSWER_VARIANCE * np.eye(count)
        cross = full[known, some]
        lost = np.einsum("nk,kn->n", cross, np.linalg.solve(answers, cross.T))
        lost = np.clip(lost, 0.0, variance)
        if trust * _certain(mean[known], variance - lost, lost) >= TARGET:
            return count
    return None


def _certain(mean: Floats, variance: Floats, spread: Floats) -> float:
    """Mean of |P(first is better) - P(second is)|, the mean itself spreading by `spread`."""
    at = mean[:, None] + np.sqrt(np.maximum(spread, 0.0))[:, None] * _NODES
    sure = np.abs(2.0 * ndtr(at / np.sqrt(np.maximum(variance, 1e-12))[:, None]) - 1.0)
    return float((sure @ (_WEIGHTS / _WEIGHTS.sum())).mean())


def _random_pairs(pool: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """Pairs of two candidates of one song, in random order; two arrays (n, n_features)."""
    rng = np.random.default_rng(0)
    usable = [features for features in pool.values() if len(features) >= 2]
    if not usable:
        return np.zeros((0, 0)), np.zeros((0, 0))
    each = -(-PAIRS // len(usable))
    found = []
    for features in usable:
        one = rng.integers(len(features), size=each)
        other = (one + rng.integers(1, len(features), size=each)) % len(features)
        found.append((features[one], features[other]))
    order = rng.permutation(len(found) * each)
    a, b = (np.concatenate(side)[order] for side in zip(*found, strict=True))
    return a, b
