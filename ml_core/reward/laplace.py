"""Laplace's approximation for a Gaussian process on differences in utility.

After Rasmussen and Williams (2006), "Gaussian Processes for Machine Learning", algorithms 3.1 and
3.2, for many hyperparameters at once: all tensors may carry leading batch dimensions. An
observation of weight 0 leaves the posterior untouched, and the fit still predicts it: that is how
held-out folds come out of the same batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ml_core.reward.likelihood import Answers, Terms, log_likelihood_at, terms_at

# Newton's method on a concave objective from 0 is there to 1e-6 in 5-9 steps (measured).
_MAX_STEPS = 30
_TOLERANCE = 1e-6
# Most steps are taken whole. Where the likelihood is flat some are a million times too long.
_MAX_HALVINGS = 40
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class PairPosterior:
    """Posterior over the differences of the rated pairs, and of choices after them.

    Attributes:
        evidence: log marginal likelihood, (...).
        dual: gradient of the log-likelihood at the mode, (..., n): the mean of any other
            difference is its prior covariance with the pairs times this.
        difference: mode of every pair's difference, held-out pairs too, (..., n).
        reduction: (..., n, n): a covariance of k with the pairs lowers a variance by k C k.
        fit: mean weighted log-likelihood an answer, (...).
    """

    evidence: Tensor
    dual: Tensor
    difference: Tensor
    reduction: Tensor
    fit: Tensor


def pair_posterior(covariance: Tensor, answers: Answers, tau: Tensor) -> PairPosterior:
    """Mode and evidence, with the rated pairs themselves as the unknowns.

    Args:
        covariance: prior covariance of the differences, (..., N, N).
        answers: of the n pairs, and choices.
        tau: ties' threshold, (...).
    """
    threshold = tau[..., None]
    eye = torch.eye(covariance.shape[-1], dtype=covariance.dtype, device=covariance.device)
    dual = _nothing_known(covariance, answers)
    difference = torch.zeros_like(dual)
    objective = _objective(difference, dual, answers, threshold)
    for _ in range(_MAX_STEPS):
        terms = terms_at(difference, answers, threshold)
        factor = torch.linalg.cholesky(eye + terms.between(covariance))
        target = terms.curved(difference) + terms.gradient
        pulled = terms.root_transposed((covariance @ target[..., None])[..., 0])
        solved = torch.cholesky_solve(pulled[..., None], factor)[..., 0]
        full_step = target - terms.root_times(solved) - dual
        dual, difference, objective, change = _climb(
            covariance, dual, full_step, objective, answers, threshold
        )
        if change < _TOLERANCE:
            break
    terms = terms_at(difference, answers, threshold)
    factor = torch.linalg.cholesky(eye + terms.between(covariance))
    log_determinant = torch.diagonal(factor, dim1=-2, dim2=-1).log().sum(-1)
    return PairPosterior(
        evidence=objective - log_determinant,
        dual=dual,
        difference=difference,
        reduction=terms.around(torch.cholesky_inverse(factor)),
        fit=terms.mean_log_likelihood(answers),
    )


def _nothing_known(covariance: Tensor, answers: Answers) -> Tensor:
    """Zeros (..., N), batched like the covariance and the weights together."""
    if answers.choices is None:
        return torch.zeros_like(covariance[..., 0] * answers.weight)
    return torch.zeros_like(covariance[..., 0] * answers.choices.weight.sum(-1, keepdim=True))


def _objective(difference: Tensor, dual: Tensor, answers: Answers, threshold: Tensor) -> Tensor:
    likelihood = log_likelihood_at(difference, answers, threshold)
    return likelihood - 0.5 * (dual * difference).sum(-1)


def _climb(
    covariance: Tensor,
    dual: Tensor,
    full_step: Tensor,
    objective: Tensor,
    answers: Answers,
    threshold: Tensor,
) -> tuple[Tensor, Tensor, Tensor, float]:
    """Newton's step, halved wherever it would overshoot; also the largest change made.

    Where even the shortest step makes the objective worse, none is taken.
    """
    length = torch.ones_like(objective)[..., None]
    for left in reversed(range(_MAX_HALVINGS + 1)):
        # None is taken at length 0, also of a step that is not a number.
        step = torch.where(length > 0, length * full_step, 0.0)
        new_dual = dual + step
        new_difference = (covariance @ new_dual[..., None])[..., 0]
        new_objective = _objective(new_difference, new_dual, answers, threshold)
        worse = ~_is_no_worse(new_objective, objective)
        if not bool(worse.any()):
            break
        length = torch.where(worse[..., None], 0.5 * length if left > 1 else 0.0, length)
    change = float(step.abs().max()) if step.numel() else 0.0
    return new_dual, new_difference, new_objective, change


def _is_no_worse(objective: Tensor, before: Tensor) -> Tensor:
    """Whether the objective did not fall; one that is not a number did."""
    return objective >= before - _ROUNDING


@dataclass(frozen=True, slots=True)
class WeightPosterior:
    """Posterior over the weights of m whitened features: mean (m,), covariance (m, m).

    `dual` is the gradient of the log-likelihood at the mode, (N,): the mean is F' times it.
    """

    mean: Tensor
    covariance: Tensor
    evidence: float
    fit: float
    dual: Tensor


def weight_posterior(
    features: Tensor, answers: Answers, tau: float, start: Tensor | None = None
) -> WeightPosterior:
    """The same posterior with m feature weights as the unknowns, for many more pairs than m.

    Args:
        features: difference of the two sides' features, unit prior, (N, m).
        answers: of the n pairs and choices, unbatched.
        tau: ties' threshold.
        start: weights near the mode, (m,), where some are known: it is the same from anywhere.
    """
    threshold = torch.tensor(tau, dtype=features.dtype, device=features.device)
    eye = torch.eye(features.shape[1], dtype=features.dtype, device=features.device)
    mean = torch.zeros_like(eye[0]) if start is None else start

    def objective(weights: Tensor) -> Tensor:
        likelihood = log_likelihood_at(features @ weights, answers, threshold)
        return likelihood - 0.5 * weights @ weights

    def precision(terms: Terms) -> Tensor:
        if terms.choices is None:
            return eye + features.T @ (terms.curvature[:, None] * features)
        rooted = terms.root_of_features(features)
        return eye + rooted.T @ rooted

    for _ in range(_MAX_STEPS):
        terms = terms_at(features @ mean, answers, threshold)
        slope = features.T @ terms.gradient - mean
        step = torch.cholesky_solve(slope[:, None], torch.linalg.cholesky(precision(terms)))[:, 0]
        before = objective(mean)
        for left in reversed(range(_MAX_HALVINGS)):
            if bool(_is_no_worse(objective(mean + step), before)):
                break
            step = 0.5 * step if left else torch.zeros_like(step)
        mean = mean + step
        if float(step.abs().max()) < _TOLERANCE:
            break
    terms = terms_at(features @ mean, answers, threshold)
    factor = torch.linalg.cholesky(precision(terms))
    log_determinant = torch.diagonal(factor).log().sum()
    return WeightPosterior(
        mean=mean,
        covariance=torch.cholesky_inverse(factor),
        evidence=float(objective(mean) - log_determinant),
        fit=float(terms.mean_log_likelihood(answers)),
        dual=terms.gradient,
    )
