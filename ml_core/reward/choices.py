"""How likely it is that an edit was taken out of several, given how much more it is liked.

The conditional logit (McFadden 1974): of an edit and K others, with the differences d_k in utility
between it and each of them,

    P(taken) = 1 / (1 + sum_k exp(-beta d_k))

One choice is one observation, however many others there are. Measured against K answers "much
better" an edit, which count it K times: this one is better at every number of ratings.

With p_k the probabilities of the others and p_0 that of the edit taken, the negative Hessian in d
is W = beta^2 (diag(p) - p p'). It is no diagonal. With q = sqrt(p) it has the root

    W = R R'        R = beta diag(q) (I - q q' / (1 + sqrt(p_0)))

since q'q = 1 - p_0. Every term is concave in d, as those of answers are.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Choices:
    """m edits, each taken out of itself and `n_others` others.

    Their differences, taken less other, stand in a row after those of answered pairs.

    Attributes:
        sharpness: beta of each, (m,).
        weight: how much each counts, (..., m), batched like the fit or shared by it.
        n_others: K.
    """

    sharpness: Tensor
    weight: Tensor
    n_others: int

    @property
    def n_differences(self) -> int:
        """How many differences they are about."""
        return len(self.sharpness) * self.n_others


@dataclass(frozen=True, slots=True)
class ChoiceTerms:
    """Of m choices at given differences.

    Attributes:
        log_likelihood: of each, not weighted, (..., m).
        gradient: weighted, (..., m K).
        scale: beta times the root of the weight, (..., m, 1).
        root: q, (..., m, K).
        taken: p_0, (..., m, 1).
    """

    log_likelihood: Tensor
    gradient: Tensor
    scale: Tensor
    root: Tensor
    taken: Tensor

    def curved(self, v: Tensor) -> Tensor:
        """W v of vectors (..., m K)."""
        return self.root_times(self.root_transposed(v[..., None]))[..., 0]

    def root_transposed(self, matrix: Tensor) -> Tensor:
        """R' M of matrices (..., m K, k)."""
        v = self.root[..., None] * self._parted(matrix)
        return self._joined(self.scale[..., None] * self._less_own_part(v))

    def root_times(self, matrix: Tensor) -> Tensor:
        """R M of matrices (..., m K, k)."""
        v = self._less_own_part(self._parted(matrix))
        return self._joined(self.scale[..., None] * self.root[..., None] * v)

    def _less_own_part(self, v: Tensor) -> Tensor:
        """(I - q q' / (1 + sqrt(p_0))) v."""
        along = (self.root[..., None] * v).sum(-2, keepdim=True)
        share = along / (1.0 + self.taken.sqrt())[..., None]
        return v - self.root[..., None] * share

    def _parted(self, matrix: Tensor) -> Tensor:
        shape = self.root.shape[-2:]
        return matrix.reshape(*matrix.shape[:-2], *shape, matrix.shape[-1])

    @staticmethod
    def _joined(parted: Tensor) -> Tensor:
        return parted.flatten(-3, -2)


def choice_terms(difference: Tensor, choices: Choices) -> ChoiceTerms:
    """The likelihood's terms at differences (..., m K)."""
    sharpness = choices.sharpness[:, None]
    shape = (*difference.shape[:-1], len(choices.sharpness), choices.n_others)
    logits = -sharpness * difference.reshape(shape)
    every = torch.cat([torch.zeros_like(logits[..., :1]), logits], -1)
    log_p = torch.log_softmax(every, -1)
    p = log_p.exp()
    taken, others = p[..., :1], p[..., 1:]
    weight = choices.weight[..., None]
    return ChoiceTerms(
        log_likelihood=log_p[..., 0],
        gradient=(weight * sharpness * others).flatten(-2),
        scale=(sharpness * weight.sqrt()).expand_as(taken),
        root=others.sqrt(),
        taken=taken,
    )
