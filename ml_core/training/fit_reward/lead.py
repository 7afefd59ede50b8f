"""Whether a taste foresees more than length alone does, with the interval of its lead.

Both are asked of the same answers held back. So only those count where one is right and the other
is not: the taste's share of them has an exact interval (McNemar 1947; Clopper and Pearson 1934).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from ml_core.reward.baselines import accuracy

Array = NDArray[np.float64]

TAIL = 0.025
"""Of the interval, on either side."""


@dataclass(frozen=True, slots=True)
class Lead:
    """What a taste foresees beyond length, on decided answers held back.

    Attributes:
        ours, length: share foreseen by the taste, and by the better of the two rules of length.
        lead: the first less the second.
        interval: of the lead, 95 %.
    """

    ours: float
    length: float
    lead: float
    interval: tuple[float, float]

    @property
    def covers_equality(self) -> bool:
        """Whether length alone may foresee as much."""
        return self.interval[0] <= 0.0

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "interval": list(self.interval)}


def lead_over_length(sign: Array, ours: Array, rules: tuple[Array, ...]) -> Lead | None:
    """The lead of a taste over the better rule; None without a decided answer.

    Args:
        sign: 1 for A, -1 for B, 0 for a tie, (n,).
        ours: differences foreseen by the taste, (n,).
        rules: those foreseen by each rule of length, (n,) each.
    """
    share = accuracy(sign, ours)
    if share is None:
        return None
    best = max(rules, key=lambda rule: accuracy(sign, rule) or 0.0)
    length = accuracy(sign, best) or 0.0
    decided = sign != 0
    gaps = _right(sign[decided], ours[decided]) - _right(sign[decided], best[decided])
    # A rule that can't tell is half right: two such answers weigh as one.
    won, lost = float(np.maximum(gaps, 0.0).sum()), float(np.maximum(-gaps, 0.0).sum())
    apart = won + lost
    low = 0.0 if won == 0 else float(betaincinv(won, lost + 1.0, TAIL))
    high = 1.0 if lost == 0 else float(betaincinv(won + 1.0, lost, 1.0 - TAIL))
    scale = apart / int(decided.sum())
    interval = (scale * (2.0 * low - 1.0), scale * (2.0 * high - 1.0))
    return Lead(share, length, share - length, interval)


def _right(sign: Array, foreseen: Array) -> Array:
    """1 where the side is foreseen, 0 where the other one is, 1/2 where neither."""
    return np.asarray(0.5 + 0.5 * np.sign(np.nan_to_num(foreseen)) * sign)
