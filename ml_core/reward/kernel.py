"""The reward's prior: how alike the utilities of two edits are before any answer.

Prior covariance over standardized edit features x, with D features:

    k(x, x') = linear x.x' + length exp(-|l - l'|^2 / 4) + rbf exp(-|x - x'|^2 / (3 D))

The linear part learns "calmer" or "fewer cuts" from a handful of answers. The second part sees
only the two features of length, l: people want a certain length at least as often as ever less
or ever more, and in two dimensions 48 answers suffice for any curve. The third bends the whole
where the answers ask for it. Measured on 25 simulated listeners, 48 ratings, unseen songs: mean
accuracy .836 without the second part, .867 with it; worst listener .58 and .74.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Array = NDArray[np.float64]
Parts = tuple[Tensor, Tensor, Tensor]
"""Linear, length and radial part of a covariance, before their variances."""

LENGTH_FEATURES = ("keep_ratio", "log_duration")

LENGTH_SCALE_ALL = 1.5
"""Squared, in units of D squared standard deviations (.7 and 3 measured alike)."""

LENGTH_SCALE_LENGTH = 2.0
"""Squared, in squared standard deviations (1 measured alike; .5 and 4 lose half a hundredth)."""

CLIP_SD = 4.0
"""A feature further out says no more: it keeps strange edits from ruling by extrapolation."""

JITTER = 1e-6
"""Of a covariance's mean diagonal: keeps what is factorized positive definite."""


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """Variances of the kernel's three parts, and the ties' threshold."""

    linear: float
    length: float
    rbf: float
    tau: float

    def combine(self, parts: Parts) -> Tensor:
        """The kernel from its parts of unit variance."""
        linear, length, rbf = parts
        return self.linear * linear + self.length * length + self.rbf * rbf


@dataclass(frozen=True, slots=True)
class Scaling:
    """Centre and spread of each feature, (D,): what standardizing means for a model."""

    centre: Array
    spread: Array

    @classmethod
    def of(cls, features: Array) -> Scaling:
        """From a population of edits, (n, D); a feature that never varies is left out."""
        with np.errstate(invalid="ignore"):
            finite = np.where(np.isfinite(features), features, np.nan)
        known = np.isfinite(finite).any(axis=0)
        centre = np.zeros(features.shape[1])
        spread = np.full(features.shape[1], np.inf)
        centre[known] = np.nanmean(finite[:, known], axis=0)
        deviation = np.nanstd(finite[:, known], axis=0)
        # Below a billionth of the size of its values, a deviation is rounding.
        varies = deviation > 1e-9 * np.maximum(1.0, np.abs(centre[known]))
        spread[known] = np.where(varies, deviation, np.inf)
        return cls(centre, spread)

    def apply(self, features: Array) -> Array:
        """Standardized and clipped, (n, D); what is not a number counts as average."""
        scaled = (np.asarray(features, dtype=np.float64) - self.centre) / self.spread
        clipped: Array = np.clip(np.nan_to_num(scaled, nan=0.0), -CLIP_SD, CLIP_SD)
        return clipped


@dataclass(frozen=True, slots=True)
class Kernel:
    """Covariances of standardized edits.

    Attributes:
        length_columns: which of the features tell the length; without any that part is 0.
    """

    length_columns: tuple[int, ...]

    @classmethod
    def of(cls, feature_names: Sequence[str]) -> Kernel:
        """For features of these names."""
        return cls(tuple(k for k, name in enumerate(feature_names) if name in LENGTH_FEATURES))

    def parts(self, x: Tensor, y: Tensor) -> Parts:
        """Covariances of two sets of edits, each part (n_x, n_y) of unit variance."""
        columns = list(self.length_columns)
        near = _squared_distances(x[:, columns], y[:, columns])
        far = _squared_distances(x, y)
        return x @ y.T, self._length(near), self._all(far, x.shape[1])

    def pair_parts(self, a: Tensor, b: Tensor) -> Parts:
        """Covariances of the differences a_i - b_i, each part (n, n)."""
        both = torch.cat([a, b])
        n = len(a)
        linear, length, rbf = (
            full[:n, :n] + full[n:, n:] - full[:n, n:] - full[n:, :n]
            for full in self.parts(both, both)
        )
        jitter = JITTER * torch.eye(n, dtype=a.dtype, device=a.device)
        return linear + jitter, length + jitter, rbf + jitter

    def difference_parts(self, a: Tensor, b: Tensor) -> Parts:
        """Variance of each difference a_i - b_i, each part (n,)."""
        squared = (a - b) ** 2
        near, far = squared[:, list(self.length_columns)].sum(-1), squared.sum(-1)
        same = torch.zeros_like(far)
        length = 2.0 * (self._length(same) - self._length(near))
        return far, length, 2.0 * (1.0 - self._all(far, a.shape[1]))

    def _length(self, squared: Tensor) -> Tensor:
        if not self.length_columns:
            return torch.zeros_like(squared)
        return torch.exp(-squared / (2.0 * LENGTH_SCALE_LENGTH))

    def _all(self, squared: Tensor, n_features: int) -> Tensor:
        return torch.exp(-squared / (2.0 * n_features * LENGTH_SCALE_ALL))


def _squared_distances(x: Tensor, y: Tensor) -> Tensor:
    squared = (x * x).sum(-1)[:, None] + (y * y).sum(-1)[None] - 2.0 * x @ y.T
    return squared.clamp_min(0.0)
