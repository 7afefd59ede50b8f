"""The certainty that is told: it rises with what is learned, and falls only for a reason.

Each fit draws other folds and may choose another prior, so the number trembles by some points with
nothing learned or unlearned. A lower one is therefore told only where the newest answers were not
what the earlier ones foretold, or where earlier answers are no longer what they were. Else what was
told last stands.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.models import KnownCertainty
from ml_core.domain.ratings import Rating, counting
from ml_core.training.fit_reward.preference_dataset import ratings_hash

Floats = NDArray[np.float64]

DISAGREE = "It fell since your last answers disagree with earlier ones."
CHANGED = "It fell since earlier answers were changed or taken back."


def held(
    now: float,
    known: KnownCertainty | None,
    ratings: Sequence[Rating],
    by_eye: bool,
    sign: Floats,
    foreseen: Floats,
) -> KnownCertainty:
    """What is told of these ratings.

    Args:
        now: certainty of the model fitted to them, 0..1.
        known: what was told last.
        ratings: all of them, skips too.
        by_eye: whether answers given by eye teach too.
        sign: of the answers that were fitted, in order: 1 for A, -1 for B, 0 for a tie, (n,).
        foreseen: differences in utility foreseen for each while it was held back, (n,).
    """
    digest = ratings_hash(ratings)
    if known is not None and known.hash == digest:
        return known

    def told(share: float, fell: str = "") -> KnownCertainty:
        return KnownCertainty(len(ratings), digest, share, fell)

    if known is None or now >= known.share:
        return told(now)
    if ratings_hash(ratings[: known.n_ratings]) != known.hash:
        return told(now, CHANGED)
    added = len(counting(ratings[known.n_ratings :], by_eye))
    newest = sign[-added:] * np.sign(np.nan_to_num(foreseen[-added:])) if added else sign[:0]
    against, along = int((newest < 0).sum()), int((newest > 0).sum())
    return told(now, DISAGREE) if against and against >= along else told(known.share)
