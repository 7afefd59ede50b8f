"""The reward model of given answers under a given prior, and what it foresees of the others."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.reward.drift import STEADY, Drift, ratings_ago
from ml_core.reward.kernel import Hyperparameters, Scaling
from ml_core.reward.laplace import Answers, PairPosterior, pair_posterior
from ml_core.reward.preference_model import (
    EXACT_PAIRS,
    ManyPairs,
    PreferenceModel,
    model_from_pairs,
)

Array = NDArray[np.float64]


def _posterior(
    a: Tensor, b: Tensor, answers: Answers, hyper: Hyperparameters, drift: Drift
) -> PairPosterior:
    covariance = hyper.combine(hyper.kernel(FEATURE_NAMES).pair_parts(a, b))
    alike = drift.alike(ratings_ago(len(a), a))
    tau = torch.tensor(hyper.tau, dtype=a.dtype, device=a.device)
    return pair_posterior(covariance * alike, answers, tau)


def foreseen(
    a: Tensor,
    b: Tensor,
    answers: Answers,
    hyper: Hyperparameters,
    drift: Drift,
    out: NDArray[np.bool_],
) -> Array:
    """Differences in utility of pairs held back, at the time when they were rated, (n_out,).

    Args:
        a, b: standardized edits of EXACT_PAIRS pairs at the most, (n, D).
    """
    rows = torch.from_numpy(out).to(a.device)
    return np.asarray(_posterior(a, b, answers, hyper, drift).difference[rows].cpu())


def fit_model(
    a: Tensor,
    b: Tensor,
    answers: Answers,
    hyper: Hyperparameters,
    scaling: Scaling,
    drift: Drift = STEADY,
) -> PreferenceModel:
    """The model of standardized pairs for given hyperparameters, exact up to EXACT_PAIRS.

    Args:
        drift: of the taste; the model is of the taste at the rating that comes next.
    """
    if len(a) > EXACT_PAIRS:
        pairs = ManyPairs.of(a, b, hyper, FEATURE_NAMES)
        return pairs.model(pairs.posterior(answers), scaling, FEATURE_NAMES)
    posterior = _posterior(a, b, answers, hyper, drift)
    faded = drift.fading(ratings_ago(len(a), a))
    return model_from_pairs(a, b, posterior, hyper, scaling, FEATURE_NAMES, faded)


def fit_many(
    a: Tensor,
    b: Tensor,
    answers: Answers,
    hyper: Hyperparameters,
    scaling: Scaling,
    fold: NDArray[np.int64],
) -> tuple[PreferenceModel, Array]:
    """The model of more than EXACT_PAIRS pairs, and what is foreseen of each fold held back.

    Args:
        answers: weights (n_folds + 1, n): with each fold's answers held back, then with all.
        fold: of each pair, (n,).

    Returns:
        The model of all answers, and differences in utility, (n,); 0 where nothing is held back.
    """
    pairs = ManyPairs.of(a, b, hyper, FEATURE_NAMES)
    whole = pairs.posterior(Answers(answers.sign, answers.strength, answers.weight[-1]))
    predicted = np.zeros(len(a))
    for index, weight in enumerate(answers.weight[:-1]):
        without = Answers(answers.sign, answers.strength, weight)
        # Most answers are the same, so the mode is near.
        found = pairs.posterior(without, whole.mean)
        out = fold == index
        rows = torch.from_numpy(out).to(a.device)
        predicted[out] = (pairs.features[rows] @ found.mean).cpu().numpy()
    return pairs.model(whole, scaling, FEATURE_NAMES), predicted
