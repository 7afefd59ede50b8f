"""Whether the ratings say anything of length; where they don't, tuning leaves lengths alone.

What a person likes goes along with length by chance of how songs are built. For instance an edit
that starts and ends in loud parts leaves out intro and ending, so it is shorter. Tuning would
follow that, and a person who never spoke of length would get shorter edits: for a listener who
judges only the first and last seconds they were a third shorter. So a length that nobody wished is
held.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml_core.reward.preference_model import PreferenceModel
from ml_core.training.wishes.directions import own_effects
from ml_core.training.wishes.words import DIRECTIONS, LENGTH

Floats = NDArray[np.float64]

SURE_SD = 1.28
"""Standard deviations from 0 at which length's own effect counts as a wish: nine in ten. On 25
simulated listeners, two seeds, it is .9 at the most for one who judges first and last seconds only,
and 2.1 and more for all who like it short, full or uncut."""

STEP = 0.3
"""Of the way back to the usual length in each update."""

MEMORY = 0.9


def wishes_length(model: PreferenceModel, pool: Mapping[str, Floats]) -> bool:
    """Whether the answers speak for a certain length, or for less or more of it.

    Args:
        pool: features of usual edits by song, (n_edits, n_features) each.
    """
    if model.hyper.length > 0.0:
        return True
    own = own_effects(model, pool)
    index = [direction.feature for direction in DIRECTIONS].index(LENGTH)
    return own is None or abs(float(own.mean[index])) >= SURE_SD * float(own.sd[index])


def length_held(step: Floats, slope: Floats, fisher: Floats, off: float) -> Floats:
    """A step changed as little as can be (by Fisher information) so that the length stays.

    Args:
        step: of the weights, (n_weights,).
        slope: of the mean length in the weights, as a share of the usual length.
        fisher: damped, (n_weights, n_weights).
        off: how far the mean length is from the usual one now, as a share of it.
    """
    natural = np.asarray(np.linalg.solve(fisher, slope), dtype=np.float64)
    gain = float(slope @ natural)
    if gain <= 1e-12:
        return step
    return np.asarray(step - natural * (float(slope @ step) + STEP * off) / gain, dtype=np.float64)
