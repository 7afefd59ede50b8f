"""The exact test and interval of a comparison that could end early.

Outcomes are ordered by stages (Armitage 1958; Jennison and Turnbull 2000): shown better early, then
late, then all that showed nothing by its wins, then shown worse late, then early. The interval
holds the shares under which neither the outcome and all above it, nor it and all below, has less
than 1 in 40. So it excludes one half where the comparison said so, however often one looked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ml_core.domain.early_end import ERROR, early_verdict, wins_needed
from ml_core.domain.models import Verdict

_HALVINGS = 40


def early_test(results: Sequence[int], n_pairs: int) -> tuple[Verdict, float, tuple[float, float]]:
    """What answers show of which the first moment that shows anything counts.

    Args:
        results: of the pairs in their order until the end, 1 won by the new policy, -1 lost, 0
            undecided.
        n_pairs: the most pairs that there could have been.

    Returns:
        (verdict, two-sided p, 95 % interval of the share of decided pairs that are won).
    """
    verdict, seen = early_verdict(results, n_pairs)
    counted = results[:seen]
    wins, losses = sum(r > 0 for r in counted), sum(r < 0 for r in counted)
    if wins + losses == 0:
        return verdict, 1.0, (0.0, 1.0)
    bounds = wins_needed(n_pairs)

    def above(share: float) -> float:
        return _as_far(wins, losses, share, bounds)

    def below(share: float) -> float:
        return _as_far(losses, wins, 1.0 - share, bounds)

    p = min(1.0, 2.0 * min(above(0.5), below(0.5)))
    low = _least(above)
    high = 1.0 - _least(lambda share: below(1.0 - share))
    if verdict == "no difference shown":
        # By its stage an outcome just short of the bound can be rarer than 1 in 40.
        low, high = min(low, 0.5), max(high, 0.5)
    return verdict, p, (low, high)


def _least(tail: Callable[[float], float]) -> float:
    """The least share whose tail is above the error; tails rise with the share."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if tail(middle) <= ERROR else (low, middle)
    return low


def _as_far(wins: int, losses: int, share: float, bounds: Sequence[int]) -> float:
    """Probability of this outcome and all that speak more for wins, each won with this share."""
    n = wins + losses
    at = np.zeros(n + 2)
    at[0] = 1.0
    won = lost = 0.0
    count = np.arange(n + 2)
    for decided in range(1, n + 1):
        after = at * (1.0 - share)
        after[1:] += at[:-1] * share
        at = after
        if decided == n:
            break
        is_won, is_lost = count >= bounds[decided], decided - count >= bounds[decided]
        won += float(at[is_won & (count <= decided)].sum())
        lost += float(at[is_lost].sum())
        at[is_won | is_lost] = 0.0
    if losses >= bounds[n]:  # All but what was shown worse before, and fewer wins now.
        return 1.0 - lost - float(at[:wins].sum())
    return won + float(at[wins:].sum())
