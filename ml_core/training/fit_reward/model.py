"""The reward model of given answers under a given prior, and what it foresees of the others."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.reward.drift import STEADY, Drift, ratings_ago
from ml_core.reward.kernel import Hyperparameters, Scaling
from ml_core.reward.laplace import PairPosterior, pair_posterior
from ml_core.reward.likelihood import Answers
from ml_core.reward.preference_model import (
    ManyPairs,
    PreferenceModel,
    model_from_pairs,
)

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model, and the part of its mean that comes from choices; None without any.

    A mean is linear in what was observed: the rest of it comes from answers.
    """

    model: PreferenceModel
    from_choices: PreferenceModel | None


def time_ago(n: int, rows: Tensor) -> Tensor:
    """How long ago each of N rows was said, in ratings, (N,): choices hold now."""
    ago = torch.zeros_like(rows[:, 0])
    ago[:n] = ratings_ago(n, rows)
    return ago


def _posterior(
    a: Tensor, b: Tensor, answers: Answers, hyper: Hyperparameters, drift: Drift
) -> PairPosterior:
    covariance = hyper.combine(hyper.kernel(FEATURE_NAMES).pair_parts(a, b))
    alike = drift.alike(time_ago(len(answers.sign), a))
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
        a, b: standardized edits of EXACT_PAIRS differences at the most, (N, D).
        out: which of the n rated pairs are held back, (n,).
    """
    rows = torch.from_numpy(np.flatnonzero(out)).to(a.device)
    return np.asarray(_posterior(a, b, answers, hyper, drift).difference[rows].cpu())


def fit_model(
    a: Tensor,
    b: Tensor,
    answers: Answers,
    hyper: Hyperparameters,
    scaling: Scaling,
    drift: Drift = STEADY,
) -> Fitted:
    """The model of standardized pairs and choices for given hyperparameters.

    Args:
        a, b: EXACT_PAIRS differences at the most, (N, D).
        drift: of the taste; the model is of the taste at the rating that comes next.
    """
    n = len(answers.sign)
    posterior = _posterior(a, b, answers, hyper, drift)
    faded = drift.fading(time_ago(n, a))
    model = model_from_pairs(a, b, posterior, hyper, scaling, FEATURE_NAMES, faded, n)
    if answers.choices is None:
        return Fitted(model, None)
    of_choices = (torch.arange(len(a), device=a.device) >= n).to(a)
    return Fitted(model, replace(model, weights=model.weights * of_choices.repeat(2)))


def fit_many(
    a: Tensor,
    b: Tensor,
    answers: Answers,
    hyper: Hyperparameters,
    scaling: Scaling,
    fold: NDArray[np.int64],
) -> tuple[Fitted, Array]:
    """The model of more than EXACT_PAIRS differences, and what is foreseen of each fold held back.

    Args:
        answers: weights (n_folds + 1, n): with each fold's answers held back, then with all.
        fold: of each rated pair, (n,).

    Returns:
        The model of everything, and differences in utility, (n,); 0 where nothing is held back.
    """
    n = len(answers.sign)
    pairs = ManyPairs.of(a, b, hyper, FEATURE_NAMES, n)
    whole = pairs.posterior(answers.row(-1))
    predicted = np.zeros(n)
    for index in range(len(answers.weight) - 1):
        # Most answers are the same, so the mode is near.
        found = pairs.posterior(answers.row(index), whole.mean)
        out = fold == index
        rows = torch.from_numpy(np.flatnonzero(out)).to(a.device)
        predicted[out] = (pairs.features[rows] @ found.mean).cpu().numpy()
    model = pairs.model(whole, scaling, FEATURE_NAMES)
    if answers.choices is None:
        return Fitted(model, None), predicted
    part = pairs.whitening @ (pairs.features[n:].T @ whole.dual[n:])
    return Fitted(model, replace(model, weights=part)), predicted
