"""The likelihood of an answer: probabilities, derivatives, and what "much better" adds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ml_core.reward.tie_likelihood import (
    MUCH_SHIFT,
    answer_probabilities,
    answer_terms,
)


def _terms(d: torch.Tensor, sign: float, strength: float = 1.0, tau: float = 0.7):
    shape = torch.ones_like(d)
    return answer_terms(d, sign * shape, strength * shape, torch.tensor(tau, dtype=d.dtype))


def test_the_three_answers_share_the_whole_probability() -> None:
    d = torch.linspace(-8, 8, 41, dtype=torch.double)
    total = sum(_terms(d, sign).log_likelihood.exp() for sign in (1.0, -1.0, 0.0))
    assert torch.allclose(total, torch.ones_like(d), atol=1e-12)


@pytest.mark.parametrize(("sign", "strength"), [(1, 1), (-1, 1), (0, 1), (1, 2), (-1, 2)])
def test_derivatives_are_those_of_the_log_likelihood(sign: float, strength: float) -> None:
    d = torch.linspace(-4, 4, 9, dtype=torch.double, requires_grad=True)
    terms = _terms(d, sign, strength)
    (first,) = torch.autograd.grad(terms.log_likelihood.sum(), d, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), d)
    assert torch.allclose(terms.gradient, first, atol=1e-10)
    assert torch.allclose(terms.curvature, -second, atol=1e-10)
    assert (terms.curvature >= 0).all()


def test_much_better_pulls_harder_than_better() -> None:
    d = torch.tensor([1.0], dtype=torch.double)
    plain, much = _terms(d, 1.0), _terms(d, 1.0, strength=2.0)
    assert much.gradient > plain.gradient
    shifted = _terms(d - MUCH_SHIFT, 1.0)
    assert torch.allclose(much.log_likelihood, shifted.log_likelihood)


def test_uncertainty_is_integrated_out() -> None:
    rng = np.random.default_rng(0)
    mean, variance, tau = 0.8, 2.5, 0.6
    d = mean + np.sqrt(variance) * rng.normal(size=400_000)
    p_a, p_b = (1 / (1 + np.exp(-(s * d - tau))) for s in (1, -1))
    found = answer_probabilities(
        torch.tensor([mean], dtype=torch.double), torch.tensor([variance], dtype=torch.double), tau
    )[0].numpy()
    assert found == pytest.approx([p_a.mean(), p_b.mean(), 1 - p_a.mean() - p_b.mean()], abs=2e-3)
    assert found.sum() == pytest.approx(1.0)
