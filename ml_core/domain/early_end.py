"""When a comparison may end before its last pair: a sequential test, valid at every look.

Evidence for "better" is a mixture of likelihood ratios against one half (Robbins 1970; an e-value
at every moment): what wins and losses of the decided pairs say for shares above one half, weighted
around three in four, the share at which a new taste is worth having. Ville's bound would ask for
evidence of 40. A comparison has a last pair, though, so the bound is worked out for it: the lowest
one that a policy which wins one half exceeds in at most 1 of 40 comparisons, at any time. Ties only
delay decisions, so none can raise that share. "Worse" is the same with wins and losses exchanged.

With at most 40 pairs: yes at one half in .025, at .8 in .951 after 17 decided pairs in the median;
25 pairs fixed beforehand find .89. This module needs no library, since the store asks it too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

from ml_core.domain.models import Verdict

MOST_PAIRS = 40
"""Of a comparison that may end early, where no other number is asked for."""
USUAL_PAIRS = 17
"""At which a policy that wins four decided pairs in five is shown to be better, in the median."""
ERROR = 0.025
"""Largest share of comparisons at one half that are called better, and likewise worse."""
_WINS, _LOSSES = 20, 8
"""Parameters of the mixture's beta density, which counts above one half only."""


def early_verdict(results: Iterable[int], n_pairs: int) -> tuple[Verdict, int]:
    """What answers show at the first moment at which they show anything.

    Args:
        results: of the pairs in their order, 1 won by the new policy, -1 lost, 0 undecided.
        n_pairs: the most pairs that there may be.

    Returns:
        (verdict, pairs until then); "no difference shown" with all of them where there is none.
    """
    bounds = wins_needed(n_pairs)
    wins = losses = seen = 0
    for seen, result in enumerate(results, start=1):
        wins, losses = wins + (result > 0), losses + (result < 0)
        if wins >= bounds[wins + losses]:
            return "better", seen
        if losses >= bounds[wins + losses]:
            return "worse", seen
    return "no difference shown", seen


@lru_cache(maxsize=8)
def wins_needed(n_pairs: int) -> tuple[int, ...]:
    """Wins that show "better" among 0, 1, … decided pairs; one more than there are if none."""
    evidence = [_evidence(n) for n in range(n_pairs + 1)]
    levels = sorted({value for row in evidence[1:] for value in row if value > 0.0})
    low, high = 0, len(levels)
    while low < high:
        middle = (low + high) // 2
        if _crossed(_bounds(evidence, levels[middle])) <= ERROR:
            high = middle
        else:
            low = middle + 1
    return _bounds(evidence, levels[low] if low < len(levels) else math.inf)


def _bounds(evidence: list[list[float]], level: float) -> tuple[int, ...]:
    """Fewest wins of each number of decided pairs whose evidence reaches the level."""
    return tuple(
        next((wins for wins, value in enumerate(row) if value >= level and n), n + 1)
        for n, row in enumerate(evidence)
    )


def _evidence(n: int) -> list[float]:
    """Logarithm of the mixture of likelihood ratios against one half, of 0 to n wins of n.

    The integral over shares above one half of share^(a-1) (1-share)^(b-1) is a beta function times
    the probability of fewer than a heads in a + b - 1 tosses; a + b is the same all along a row.
    """
    first = _log_beta(_WINS, _LOSSES) + _log_fewer(_WINS + _LOSSES - 1)[_WINS]
    fewer = _log_fewer(_WINS + _LOSSES + n - 1)
    return [
        _log_beta(_WINS + wins, _LOSSES + n - wins)
        + fewer[_WINS + wins]
        - first
        + n * math.log(2.0)
        for wins in range(n + 1)
    ]


def _log_beta(a: int, b: int) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_fewer(n: int) -> list[float]:
    """Logarithm of the probability of fewer than 0, 1, … n + 1 heads in n tosses."""
    below = accumulate((math.comb(n, k) for k in range(n + 1)), initial=0)
    return [math.log(count) - n * math.log(2.0) if count else -math.inf for count in below]


def _crossed(bounds: tuple[int, ...]) -> float:
    """How often the bound is reached at one half, all pairs being decided."""
    reached, at = 0.0, [1.0]
    for bound in bounds[1:]:
        after = [0.0] * (len(at) + 1)
        for wins, share in enumerate(at):
            after[wins] += share / 2.0
            after[wins + 1] += share / 2.0
        for wins in range(bound, len(after)):
            reached, after[wins] = reached + after[wins], 0.0
        at = after
    return reached
