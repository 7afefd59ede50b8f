"""How likely everything that was said is: answers to pairs, and choices after them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ml_core.reward.choices import Choices, ChoiceTerms, choice_terms
from ml_core.reward.tie_likelihood import answer_terms


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered: each tensor is (..., n), batched like the fit or shared by it.

    Attributes:
        choices: edits that were taken out of several; None without any. Their differences come
            after those of the n pairs.
    """

    sign: Tensor
    strength: Tensor
    weight: Tensor
    choices: Choices | None = None

    @property
    def n_differences(self) -> int:
        """Of pairs and choices together, N."""
        return self.sign.shape[-1] + (0 if self.choices is None else self.choices.n_differences)

    def row(self, index: int | slice) -> Answers:
        """With one row of the weights, or some."""
        choices = self.choices
        if choices is not None:
            choices = replace(choices, weight=choices.weight[index])
        return replace(self, weight=self.weight[index], choices=choices)


@dataclass(frozen=True, slots=True)
class Terms:
    """The likelihood of everything at given differences, N = n + m K of them.

    Attributes:
        log_likelihood: of each answer, not weighted, (..., n).
        gradient: weighted, (..., N).
        curvature: of the answers, weighted, (..., n).
        root: of that, (..., n).
        choices: terms of the choices; None without any.
    """

    log_likelihood: Tensor
    gradient: Tensor
    curvature: Tensor
    root: Tensor
    choices: ChoiceTerms | None

    def curved(self, v: Tensor) -> Tensor:
        """Curvature times vectors (..., N)."""
        if self.choices is None:
            return self.curvature * v
        n = self.root.shape[-1]
        return torch.cat([self.curvature * v[..., :n], self.choices.curved(v[..., n:])], -1)

    def root_transposed(self, v: Tensor) -> Tensor:
        """Root of the curvature, transposed, times vectors (..., N)."""
        return self.root * v if self.choices is None else self._rooted(v[..., None], True)[..., 0]

    def root_times(self, v: Tensor) -> Tensor:
        """Root of the curvature times vectors (..., N)."""
        return self.root * v if self.choices is None else self._rooted(v[..., None], False)[..., 0]

    def between(self, matrix: Tensor) -> Tensor:
        """R' M R of symmetric matrices (..., N, N)."""
        if self.choices is None:
            return self.root[..., None] * matrix * self.root[..., None, :]
        return self._rooted(self._rooted(matrix, True).mT, True)

    def around(self, matrix: Tensor) -> Tensor:
        """R M R' of symmetric matrices (..., N, N)."""
        if self.choices is None:
            return self.root[..., None] * matrix * self.root[..., None, :]
        return self._rooted(self._rooted(matrix, False).mT, False)

    def root_of_features(self, features: Tensor) -> Tensor:
        """R' F of features (N, m)."""
        return (
            self.root[..., None] * features
            if self.choices is None
            else self._rooted(features, True)
        )

    def mean_log_likelihood(self, answers: Answers) -> Tensor:
        """Weighted mean an answer, (...); a choice where there is no answer."""
        if self.choices is not None and not self.root.shape[-1]:
            assert answers.choices is not None
            log, weight = self.choices.log_likelihood, answers.choices.weight
        else:
            log, weight = self.log_likelihood, answers.weight
        return (weight * log).sum(-1) / weight.expand_as(log).sum(-1).clamp_min(1e-12)

    def _rooted(self, matrix: Tensor, transposed: bool) -> Tensor:
        assert self.choices is not None
        n = self.root.shape[-1]
        some = self.choices.root_transposed if transposed else self.choices.root_times
        return torch.cat([self.root[..., None] * matrix[..., :n, :], some(matrix[..., n:, :])], -2)


def terms_at(difference: Tensor, answers: Answers, threshold: Tensor) -> Terms:
    """The terms at differences (..., N); threshold of ties broadcast against them."""
    n = answers.sign.shape[-1]
    pairs = answer_terms(difference[..., :n], answers.sign, answers.strength, threshold)
    curvature = answers.weight * pairs.curvature
    gradient, choices = answers.weight * pairs.gradient, None
    if answers.choices is not None:
        choices = choice_terms(difference[..., n:], answers.choices)
        gradient = torch.cat([gradient, choices.gradient], -1)
    return Terms(pairs.log_likelihood, gradient, curvature, curvature.sqrt(), choices)


def log_likelihood_at(difference: Tensor, answers: Answers, threshold: Tensor) -> Tensor:
    """Weighted sum of everything, (...)."""
    n = answers.sign.shape[-1]
    pairs = answer_terms(difference[..., :n], answers.sign, answers.strength, threshold)
    total = (answers.weight * pairs.log_likelihood).sum(-1)
    if answers.choices is None:
        return total
    choices = choice_terms(difference[..., n:], answers.choices)
    return total + (answers.choices.weight * choices.log_likelihood).sum(-1)
