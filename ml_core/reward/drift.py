"""Tastes drift: how alike a person's utilities are now and some ratings ago.

Utility is taken as a process that forgets (Ornstein and Uhlenbeck): what it was t ratings ago
correlates with what it is now by exp(-t / memory). So a rating counts the less the older it is,
and where later ones contradict it, it is overruled. A steady taste has no end to its memory.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

STEADY = math.inf
"""The memory of a taste that does not change."""

MEMORIES = (80.0, 40.0, 20.0)
"""Ratings after which a changing taste is another one to 1/e."""


def correlation(times: Tensor, memory: float) -> Tensor:
    """How alike utilities at these times are, (n, n); times count ratings, (n,)."""
    return torch.exp(-(times[:, None] - times[None]).abs() / memory)


def fading(times: Tensor, memory: float) -> Tensor:
    """How alike utilities at these times and at the rating that comes next are, (n,)."""
    return torch.exp(-(times.max() + 1.0 - times) / memory)
