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
    -0.233,
    0.372,
    0.316,
    -0.071,
    0.048,
    0.430,
    0.269,
    0.086,
    1.783,
    0.236,
    -0.117,
    0.190,
    -0.051,
    0.074,
    0.038,
    0.079,
    0.080,
    0.083,
    -0.076,
    -0.126,
    -0.374,
    -0.010,
    0.039,
    -0.175,
)
INTERCEPT = -1.527


def bar_start_score(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log-odds that a bar starts with each beat, (n_beats,)."""
    score: NDArray[np.float64] = features.astype(np.float64) @ np.array(WEIGHTS) + INTERCEPT
    return score
