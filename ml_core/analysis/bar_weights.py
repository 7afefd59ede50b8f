"""Fitted weights of the bar start score.

Provenance: L2-regularized logistic regression (scipy's L-BFGS) on the beats of 40 pieces with
exact truth, rendered from scores of Freedoom (BSD-3), OpenMSX (GPL-2) and eight generated ones
(CC0), each piece counting the same. The script is `tests/benchmarks/fit_bar_weights.py`; it also
prints the cross-validated numbers. Only these numbers ship, no music.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# In the order of `bar_score.beat_score_features`.
WEIGHTS = (
    -0.119,
    0.290,
    0.275,
    -0.027,
    0.072,
    0.415,
    0.268,
    0.093,
    1.801,
    0.260,
    -0.149,
    0.152,
    0.018,
    0.012,
    0.020,
    0.031,
    0.092,
    0.092,
    -0.097,
    -0.126,
    -0.365,
    -0.034,
    0.053,
    -0.175,
)
INTERCEPT = -1.514


def bar_start_score(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log-odds that a bar starts with each beat, (n_beats,)."""
    score: NDArray[np.float64] = features.astype(np.float64) @ np.array(WEIGHTS) + INTERCEPT
    return score
