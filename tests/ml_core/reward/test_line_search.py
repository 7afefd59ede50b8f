"""Newton's steps that are too long: where the likelihood is flat, a whole one overshoots."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from ml_core.reward import laplace
from ml_core.reward.laplace import pair_posterior, weight_posterior
from ml_core.reward.likelihood import Answers
from ml_core.reward.tie_likelihood import answer_terms

# (prior standard deviation, threshold, weight of the one answer, "A"), from some times too long a
# whole step to some hundred thousand times.
OVERSHOOTING = [(1.0, 5.0, 100.0), (100.0, 10.0, 100.0), (100.0, 20.0, 100.0), (1000.0, 20.0, 1.0)]


def _answers(weight: float) -> Answers:
    one = torch.ones(1, dtype=torch.double)
    return Answers(one, one, weight * one)


def _objective(difference: Tensor, prior: Tensor, answers: Answers, tau: float) -> float:
    terms = answer_terms(
        difference, answers.sign, answers.strength, torch.tensor(tau, dtype=torch.double)
    )
    return float((answers.weight * terms.log_likelihood).sum() - 0.5 * prior)


def _slope(difference: Tensor, answers: Answers, tau: float) -> Tensor:
    terms = answer_terms(
        difference, answers.sign, answers.strength, torch.tensor(tau, dtype=torch.double)
    )
    return answers.weight * terms.gradient


@pytest.mark.parametrize(("deviation", "tau", "weight"), OVERSHOOTING)
def test_pairs_come_to_the_mode_without_a_step_that_makes_it_worse(
    monkeypatch: pytest.MonkeyPatch, deviation: float, tau: float, weight: float
) -> None:
    covariance = torch.full((1, 1), deviation**2, dtype=torch.double)
    answers = _answers(weight)
    heights: list[float] = []
    overshot: list[bool] = []

    def watched(cov, dual, full_step, objective, *rest):
        whole = (cov @ (dual + full_step)[..., None])[..., 0]
        height = _objective(whole, whole**2 / cov[0, 0], answers, tau)
        overshot.append(height < float(objective) - 1e-6)
        result = climb(cov, dual, full_step, objective, *rest)
        heights.extend([float(objective), float(result[2])])
        return result

    climb = laplace._climb
    monkeypatch.setattr(laplace, "_climb", watched)
    found = pair_posterior(covariance, answers, torch.tensor(tau, dtype=torch.double))
    assert any(overshot)
    assert all(b >= a - 1e-9 for a, b in pairwise(heights))
    assert found.dual == pytest.approx(_slope(found.difference, answers, tau), abs=1e-4)


@pytest.mark.parametrize(("deviation", "tau", "weight"), OVERSHOOTING)
def test_weights_come_to_the_same_mode(deviation: float, tau: float, weight: float) -> None:
    answers = _answers(weight)
    features = torch.full((1, 1), deviation, dtype=torch.double)
    found = weight_posterior(features, answers, tau)
    slope = features.T @ _slope(features @ found.mean, answers, tau) - found.mean
    assert float(slope.abs().max()) < 1e-6
    other = pair_posterior(
        features @ features.T, answers, torch.tensor(tau, dtype=torch.double)
    ).difference
    assert features @ found.mean == pytest.approx(other, rel=1e-4)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_where_the_shortest_step_is_still_too_long_none_is_taken(
    monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    monkeypatch.setattr(laplace, "_MAX_HALVINGS", 6)
    monkeypatch.setattr(laplace, "_MAX_STEPS", steps)
    answers, tau = _answers(100.0), torch.tensor(20.0, dtype=torch.double)
    features = torch.full((1, 1), 100.0, dtype=torch.double)
    by_weights = weight_posterior(features, answers, 20.0)
    by_pairs = pair_posterior(features @ features.T, answers, tau)
    start = _objective(torch.zeros(1), torch.zeros(()), answers, 20.0)
    for difference in (features @ by_weights.mean, by_pairs.difference):
        prior = (difference**2).sum() / float(features**2)
        assert _objective(difference, prior, answers, 20.0) >= start - 1e-9


def test_one_data_set_of_a_batch_overshoots_and_the_others_are_as_alone() -> None:
    deviations = torch.tensor([0.5, 100.0, 2.0], dtype=torch.double)
    covariances = (deviations**2)[:, None, None]
    tau = torch.tensor([0.5, 10.0, 0.8], dtype=torch.double)
    answers = _answers(1.0)
    together = pair_posterior(covariances, answers, tau)
    for k in range(3):
        alone = pair_posterior(covariances[k], answers, tau[k])
        assert together.difference[k] == pytest.approx(alone.difference, rel=1e-6)
        assert float(together.evidence[k]) == pytest.approx(float(alone.evidence), rel=1e-6)
