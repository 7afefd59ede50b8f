"""One softmax an edit: its terms, and the posterior with its block curvature."""

from __future__ import annotations

import pytest
import torch

from ml_core.reward.choices import Choices, choice_terms
from ml_core.reward.laplace import pair_posterior, weight_posterior
from ml_core.reward.likelihood import Answers, log_likelihood_at

TAU = torch.tensor(0.8, dtype=torch.float64)


def _choices(weight: float = 1.0) -> Choices:
    sharpness = torch.tensor([2.0, 1.0], dtype=torch.float64)
    return Choices(sharpness, torch.tensor([weight, 1.0], dtype=torch.float64), 3)


def _answers(choices: Choices | None) -> Answers:
    sign = torch.tensor([1.0, -1.0, 0.0], dtype=torch.float64)
    return Answers(sign, torch.ones_like(sign), torch.ones_like(sign), choices)


def _covariance(n: int, seed: int = 0) -> torch.Tensor:
    made = torch.Generator().manual_seed(seed)
    root = torch.randn((n, n), generator=made, dtype=torch.float64)
    return root @ root.T / n + 0.1 * torch.eye(n, dtype=torch.float64)


def test_gradient_and_curvature_are_those_of_the_likelihood() -> None:
    choices = _choices(weight=0.7)
    at = torch.linspace(-2.0, 3.0, 6, dtype=torch.float64)

    def likelihood(difference: torch.Tensor) -> torch.Tensor:
        return (choices.weight * choice_terms(difference, choices).log_likelihood).sum()

    terms = choice_terms(at, choices)
    _, gradient = torch.autograd.functional.vjp(likelihood, at)
    assert torch.allclose(terms.gradient, gradient)
    hessian = torch.autograd.functional.hessian(likelihood, at)
    eye = torch.eye(6, dtype=torch.float64)
    root = terms.root_times(eye)
    assert torch.allclose(root @ root.T, -hessian)
    assert torch.allclose(terms.root_transposed(eye), root.T)
    assert torch.allclose(terms.curved(at), -hessian @ at)


def test_an_edit_far_above_the_others_tells_no_more_and_stays_a_number() -> None:
    terms = choice_terms(torch.full((6,), 1e4, dtype=torch.float64), _choices())
    assert torch.equal(terms.log_likelihood, torch.zeros(2, dtype=torch.float64))
    assert bool(torch.isfinite(terms.root_times(torch.eye(6, dtype=torch.float64))).all())


def test_the_mode_is_where_the_gradient_vanishes_and_the_variance_is_the_inverse_hessian() -> None:
    answers, covariance = _answers(_choices()), _covariance(9)
    found = pair_posterior(covariance, answers, TAU)

    def objective(difference: torch.Tensor) -> torch.Tensor:
        prior = difference @ torch.linalg.solve(covariance, difference)
        return log_likelihood_at(difference, answers, TAU) - 0.5 * prior

    slope = torch.autograd.functional.vjp(objective, found.difference)[1]
    assert float(slope.abs().max()) < 1e-5
    hessian = torch.autograd.functional.hessian(objective, found.difference)
    posterior = covariance - covariance @ found.reduction @ covariance
    assert torch.allclose(posterior, torch.linalg.inv(-hessian), atol=1e-6)
    logdet = torch.linalg.slogdet(-hessian @ covariance)[1]
    assert torch.allclose(found.evidence, objective(found.difference) - 0.5 * logdet, atol=1e-8)


def test_a_choice_of_no_weight_leaves_the_rest_untouched_in_a_batch() -> None:
    covariance = _covariance(9)
    sign = _answers(None).sign
    weights = torch.tensor([[1.0, 0.0], [0.0, 0.0]], dtype=torch.float64)
    choices = Choices(_choices().sharpness, weights, 3)
    batch = Answers(sign, torch.ones_like(sign), torch.ones((2, 3), dtype=torch.float64), choices)
    found = pair_posterior(covariance, batch, TAU.expand(2))
    alone = pair_posterior(covariance[:3, :3], _answers(None), TAU)
    assert torch.allclose(found.difference[1, :3], alone.difference, atol=1e-8)
    assert torch.allclose(found.evidence[1], alone.evidence)
    one = pair_posterior(covariance, batch.row(0), TAU)
    assert torch.allclose(found.dual[0], one.dual)
    assert float(found.dual[0, 6:].abs().max()) == 0.0 < float(found.dual[0, 3:6].min())


def test_both_forms_of_the_posterior_agree() -> None:
    made = torch.Generator().manual_seed(3)
    features = torch.randn((9, 5), generator=made, dtype=torch.float64)
    answers = _answers(_choices())
    by_weights = weight_posterior(features, answers, float(TAU))
    by_pairs = pair_posterior(features @ features.T, answers, TAU)
    assert torch.allclose(features @ by_weights.mean, by_pairs.difference, atol=1e-5)
    assert by_weights.evidence == pytest.approx(float(by_pairs.evidence), abs=1e-6)
    assert torch.allclose(features.T @ by_weights.dual, by_weights.mean, atol=1e-5)


def test_the_edit_that_was_taken_is_liked_more_than_the_others() -> None:
    nothing = torch.zeros(0, dtype=torch.float64)
    answers = Answers(nothing, nothing, nothing, _choices())
    found = pair_posterior(torch.eye(6, dtype=torch.float64), answers, TAU)
    assert float(found.difference.min()) > 0.0
    assert float(found.fit) < 0.0
