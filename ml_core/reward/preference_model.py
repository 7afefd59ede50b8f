"""The reward: a Gaussian process on utilities of edits, known only through their differences.

The prior stands in `kernel`. Utility has no zero. Only differences mean anything, so every answer
is given against a reference.

With up to EXACT_PAIRS ratings the posterior is exact but for Laplace's approximation. Beyond that
it goes through N_INDUCING edits spread over the rated ones (Nystrom). The variance that these can't
explain is added back (the deterministic training conditional with exact diagonal; Quinonero-Candela
and Rasmussen, 2005). Time and memory then grow linearly with the ratings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_core.reward.kernel import JITTER, Hyperparameters, Kernel, Scaling
from ml_core.reward.laplace import PairPosterior, WeightPosterior, weight_posterior
from ml_core.reward.likelihood import Answers
from ml_core.reward.tie_likelihood import answer_probabilities

Array = NDArray[np.float64]

EXACT_PAIRS = 512
"""One fit of 512 pairs takes about .1 s on one core, and the whole grid some seconds."""

N_INDUCING = 384
"""Edits that carry the posterior beyond EXACT_PAIRS."""


@dataclass(frozen=True, eq=False)
class PreferenceModel:
    """A fitted reward model.

    Attributes:
        feature_names: what the D features are, in order.
        scaling: of the features.
        hyper: kernel and ties.
        anchors: standardized edits through which the posterior is known, float64 (p, D).
        weights: an edit's mean utility is its covariance with the anchors times these, (p,).
        reduction: covariances c with the anchors lower a prior variance by c C c, (p, p).
        evidence: log marginal likelihood of the ratings.
        n_ratings: how many there were; choices are not among them.
    """

    feature_names: tuple[str, ...]
    scaling: Scaling
    hyper: Hyperparameters
    anchors: Tensor
    weights: Tensor
    reduction: Tensor
    evidence: float
    n_ratings: int

    @property
    def kernel(self) -> Kernel:
        """The prior covariance's parts."""
        return self.hyper.kernel(self.feature_names)

    def to(self, device: torch.device) -> PreferenceModel:
        """The same model on another device."""
        return PreferenceModel(
            self.feature_names,
            self.scaling,
            self.hyper,
            self.anchors.to(device),
            self.weights.to(device),
            self.reduction.to(device),
            self.evidence,
            self.n_ratings,
        )

    def difference(self, a: Array, b: Array) -> tuple[Array, Array]:
        """Mean and variance of utility(a) - utility(b).

        Args:
            a, b: edit features, (n, D); b may be (1, D) or (D,): one reference for all.

        Returns:
            Two arrays (n,).
        """
        x, y = self._standard(a), self._standard(np.atleast_2d(b))
        y = y.expand(len(x), -1) if len(y) == 1 else y
        covariance = self._covariance(x) - self._covariance(y)
        prior = self.hyper.combine(self.kernel.difference_parts(x, y))
        variance = prior - ((covariance @ self.reduction) * covariance).sum(-1)
        return _numpy(covariance @ self.weights), _numpy(variance.clamp_min(0.0))

    def probabilities(self, a: Array, b: Array) -> Array:
        """P(A), P(B), P(tie) for each pair, (n, 3), uncertainty integrated out."""
        mean, variance = self.difference(a, b)
        return _numpy(
            answer_probabilities(torch.from_numpy(mean), torch.from_numpy(variance), self.hyper.tau)
        )

    def joint_differences(self, a: Array, b: Array) -> tuple[Array, Array]:
        """Mean (n,) and full covariance (n, n) of the differences of n pairs."""
        x, y = self._standard(a), self._standard(b)
        covariance = self._covariance(x) - self._covariance(y)
        prior = self.hyper.combine(self.kernel.pair_parts(x, y))
        full = prior - covariance @ self.reduction @ covariance.T
        return _numpy(covariance @ self.weights), _numpy(full)

    def _standard(self, features: Array) -> Tensor:
        scaled = torch.from_numpy(self.scaling.apply(np.atleast_2d(features)))
        return scaled.to(self.anchors.device)

    def _covariance(self, x: Tensor) -> Tensor:
        return self.hyper.combine(self.kernel.parts(x, self.anchors))


def model_from_pairs(
    a: Tensor,
    b: Tensor,
    posterior: PairPosterior,
    hyper: Hyperparameters,
    scaling: Scaling,
    feature_names: tuple[str, ...],
    faded: Tensor | None = None,
    n_ratings: int | None = None,
) -> PreferenceModel:
    """The model whose anchors are the rated edits themselves.

    Args:
        a, b: standardized edits of the rated pairs and after them of the choices, (N, D).
        posterior: unbatched, of these.
        faded: how far the taste was the present one when each pair was rated, (N,); 1 by default.
        n_ratings: how many of the rows are rated pairs; all by default.
    """
    faded = torch.ones_like(posterior.dual) if faded is None else faded
    dual = faded * posterior.dual
    c = faded[:, None] * posterior.reduction * faded
    return PreferenceModel(
        feature_names=feature_names,
        scaling=scaling,
        hyper=hyper,
        anchors=torch.cat([a, b]),
        weights=torch.cat([dual, -dual]),
        reduction=torch.cat([torch.cat([c, -c], 1), torch.cat([-c, c], 1)], 0),
        evidence=float(posterior.evidence),
        n_ratings=len(a) if n_ratings is None else n_ratings,
    )


@dataclass(frozen=True, eq=False)
class ManyPairs:
    """More than EXACT_PAIRS rated pairs as seen through edits spread over them.

    Attributes:
        hyper: kernel and ties.
        anchors: standardized edits, (p, D).
        whitening: (p, p), turns covariances with the anchors into features of unit prior.
        features: difference of both sides' features, (N, p), those of choices last.
        n_ratings: how many of these are rated pairs.
    """

    hyper: Hyperparameters
    anchors: Tensor
    whitening: Tensor
    features: Tensor
    n_ratings: int

    @classmethod
    def of(
        cls,
        a: Tensor,
        b: Tensor,
        hyper: Hyperparameters,
        feature_names: tuple[str, ...],
        n_ratings: int | None = None,
    ) -> ManyPairs:
        """Pairs (a_i, b_i) of standardized edits, (N, D), all of them rated by default."""
        kernel = hyper.kernel(feature_names)
        anchors = spread_edits(torch.cat([a, b]), N_INDUCING)
        whitening = _whitening(hyper.combine(kernel.parts(anchors, anchors)))
        from_a, from_b = (hyper.combine(kernel.parts(side, anchors)) for side in (a, b))
        n_rated = len(a) if n_ratings is None else n_ratings
        return cls(hyper, anchors, whitening, (from_a - from_b) @ whitening, n_rated)

    def posterior(self, answers: Answers, start: Tensor | None = None) -> WeightPosterior:
        """Of the weights of the features, given the answers to these pairs."""
        return weight_posterior(self.features, answers, self.hyper.tau, start)

    def model(
        self, posterior: WeightPosterior, scaling: Scaling, feature_names: tuple[str, ...]
    ) -> PreferenceModel:
        """The reward model of a posterior."""
        eye = torch.eye(len(self.anchors)).to(self.anchors)
        return PreferenceModel(
            feature_names=feature_names,
            scaling=scaling,
            hyper=self.hyper,
            anchors=self.anchors,
            weights=self.whitening @ posterior.mean,
            reduction=self.whitening @ (eye - posterior.covariance) @ self.whitening.T,
            evidence=posterior.evidence,
            n_ratings=self.n_ratings,
        )


def spread_edits(edits: Tensor, count: int) -> Tensor:
    """Up to `count` edits, each next one furthest from those taken (Gonzalez, 1985)."""
    unique: Tensor = torch.unique(edits, dim=0)
    if len(unique) <= count:
        return unique
    nearest = ((unique - unique.mean(0)) ** 2).sum(-1)
    chosen = []
    for _ in range(count):
        index = int(torch.argmax(nearest))
        chosen.append(index)
        nearest = torch.minimum(nearest, ((unique - unique[index]) ** 2).sum(-1))
    return unique.index_select(0, torch.tensor(chosen, device=edits.device))


def _whitening(covariance: Tensor) -> Tensor:
    """(p, p) matrix T with k(x, anchors) T of unit prior covariance."""
    jitter = JITTER * covariance.diagonal().mean()
    eye = torch.eye(len(covariance), dtype=covariance.dtype, device=covariance.device)
    factor = torch.linalg.cholesky(covariance + jitter * eye)
    inverse: Tensor = torch.linalg.solve_triangular(factor, eye, upper=False)
    return inverse.T


def _numpy(tensor: Tensor) -> Array:
    array: Array = tensor.detach().cpu().numpy()
    return array
