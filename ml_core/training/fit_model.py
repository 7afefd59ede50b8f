"""The reward model of given answers under a given prior, and what it foresees of the others."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_core.edits.edit_features import FEATURE_NAMES
from ml_core.reward.drift import STEADY, correlation, fading
from ml_core.reward.kernel import Hyperparameters, Kernel, Scaling
from ml_core.reward.laplace import Answers, PairPosterior, pair_posterior
from ml_core.reward.preference_model import (
    EXACT_PAIRS,
    PreferenceModel,
    model_from_many,
    model_from_pairs,
)

Array = NDArray[np.float64]


def _posterior(
    a: Tensor, b: Tensor, answers: Answers, hyper: Hyperparameters, memory: float
) -> PairPosterior:
    covariance = hyper.combine(Kernel.of(FEATURE_NAMES, hyper.aspect).pair_parts(a, b))
    alike = correlation(torch.arange(len(a)).to(a), memory)
    tau = torch.tensor(hyper.tau, dtype=a.dtype, device=a.device)
    return pair_posterior(covariance * alike, answers, tau)


def foreseen(
    a: Tensor,
    b: Tensor,
    answers: Answers,
    hyper: Hyperparameters,
    scaling: Scaling,
    memory: float,
    out: NDArray[np.bool_],
) -> Array:
    """Differences in utility of pairs held back, at the time when they were rated, (n_out,)."""
    rows = torch.from_numpy(out).to(a.device)
    if len(a) <= EXACT_PAIRS:
        return np.asarray(_posterior(a, b, answers, hyper, memory).difference[rows].cpu())
    model = fit_model(a, b, answers, hyper, scaling)
    covariances = (hyper.combine(model.kernel.parts(side[rows], model.anchors)) for side in (a, b))
    from_a, from_b = covariances
    return np.asarray(((from_a - from_b) @ model.weights).cpu())


def fit_model(
    a: Tensor,
    b: Tensor,
    answers: Answers,
    hyper: Hyperparameters,
    scaling: Scaling,
    memory: float = STEADY,
) -> PreferenceModel:
    """The model of standardized pairs for given hyperparameters, exact up to EXACT_PAIRS.

    Args:
        memory: of a taste that drifts; the model is of the taste at the rating that comes next.
    """
    if len(a) > EXACT_PAIRS:
        return model_from_many(a, b, answers, hyper, scaling, FEATURE_NAMES)
    posterior = _posterior(a, b, answers, hyper, memory)
    faded = fading(torch.arange(len(a)).to(a), memory)
    return model_from_pairs(a, b, posterior, hyper, scaling, FEATURE_NAMES, faded)
