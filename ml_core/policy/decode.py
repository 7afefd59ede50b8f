"""Draws from the policy that keep the allowed duration, exactly.

Conditioning on the duration is exact either way. Where draws often fit, those that don't are
rejected. Elsewhere a dynamic programme over the kept length draws paths in proportion to the
policy's probability among those whose length in whole steps can fit, and little is left to reject.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.graph.edit_graph import Path
from ml_core.edits.limits.lengths import EditLengths, LengthAim
from ml_core.errors import UserError
from ml_core.policy.path_distribution import Draw, PathDistribution
from ml_core.policy.styles import N_STYLES

Array = NDArray[np.float64]

# Draws are rejected one by one while at least this share fits: a draw costs about .1 ms, the
# dynamic programme as much as some hundreds of them.
_FAIR_ACCEPTANCE = 0.2
_FIRST_TRIES = 48
# The same while tuning, where a hundred policies draw some dozens each.
_BATCH, _MOST_BATCHES, _FAIR_BATCHES, _LEAST_ACCEPTANCE = 24, 60, 4, 0.03
# The dynamic programme tells lengths apart by a quarter of the allowed range, in at most so many
# steps a song.
_STEPS_IN_RANGE = 4
_MOST_STEPS = 256
# Rounding each cut to a step may move a path's length by a step or two.
_MARGIN_STEPS = 2
_TRIES_EACH = 60


def draw_paths(
    policy: PathDistribution,
    n: int,
    rng: np.random.Generator,
    range_s: tuple[float, float] | None = None,
) -> list[Draw]:
    """Draws from the policy given that the duration is allowed.

    Args:
        policy: on one song.
        n: how many.
        rng: for the draws.
        range_s: shortest and longest duration between bar lines; by default those of the policy's
            hard limits, or where these wish for a length, edits that last about as long.

    Raises:
        UserError: if the policy can draw no edit of such a duration.
    """
    aim = policy.chain.allowed.aim
    if range_s is None and aim is not None:
        return _draw_near(policy, n, rng, aim)
    low_s, high_s = range_s or (policy.chain.allowed.shortest_s, policy.chain.allowed.longest_s)
    kept: list[Draw] = []
    tries = 0
    while len(kept) < n:
        batch = _FIRST_TRIES if tries == 0 else min(2 * (n - len(kept)) + 8, 256)
        draws = policy.draw(batch, rng)
        tries += batch
        kept += [d for d in draws if low_s <= policy.terms.duration_s(d[0]) <= high_s]
        if len(kept) < n and len(kept) < _FAIR_ACCEPTANCE * tries:
            sampler = LengthSampler(policy, low_s, high_s)
            # Draws made so far are exact too, but keeping them would favour the first tries.
            return sampler.draw(n, rng)
    return kept[:n]


def draw_allowed(policy: PathDistribution, n: int, rng: np.random.Generator) -> list[Draw]:
    """Exact draws within the hard limits' range of durations, many of them and often.

    Rejecting stays cheaper here until few draws fit: the dynamic programme must be done anew for
    each policy. Where none can be drawn in the range, draws of any duration.
    """
    allowed = policy.chain.allowed
    kept: list[Draw] = []
    for tries in range(1, _MOST_BATCHES + 1):
        for drawn in policy.draw(_BATCH, rng):
            lasts_s = policy.terms.duration_s(drawn[0])
            if allowed.shortest_s <= lasts_s <= allowed.longest_s:
                kept.append(drawn)
        if len(kept) >= n:
            return kept[:n]
        if tries >= _FAIR_BATCHES and len(kept) < _LEAST_ACCEPTANCE * tries * _BATCH:
            break
    try:
        sampler = LengthSampler(policy, allowed.shortest_s, allowed.longest_s)
    except UserError:
        return policy.draw(n, rng)
    return sampler.draw(n, rng)


def _draw_near(
    policy: PathDistribution, n: int, rng: np.random.Generator, aim: LengthAim
) -> list[Draw]:
    """Draws of about a wished length; of up to half a bar off it where none is nearer."""
    *nearer, farthest = aim.ranges_s
    for low_s, high_s in nearer:
        with suppress(UserError):
            return LengthSampler(policy, low_s, high_s, aim.lengths).draw(n, rng)
    return LengthSampler(policy, *farthest, aim.lengths).draw(n, rng)


@dataclass(frozen=True, eq=False)
class _LengthMessages:
    """For one style: mass of all ways to end with so many steps still to come.

    Attributes:
        before: [bar, steps], from a segment that starts with the bar.
        after: [bar, steps], after the bar was left.
        start: [bar, steps], of all edits by their first bar, for each length in range.
    """

    before: Array
    after: Array
    start: Array


class LengthSampler:
    """Draws given a range of durations by a dynamic programme over the kept length.

    Args:
        policy: on one song.
        low_s, high_s: the allowed durations.
        lengths: what edits last beyond their bars, to be counted in; None counts bars alone.

    Raises:
        UserError: if no path that the policy can draw has such a duration.
    """

    def __init__(
        self,
        policy: PathDistribution,
        low_s: float,
        high_s: float,
        lengths: EditLengths | None = None,
    ) -> None:
        self.policy, self.low_s, self.high_s = policy, low_s, high_s
        self._lasts_s = policy.terms.duration_s if lengths is None else lengths.duration_s
        edges_s = np.concatenate([[0.0], policy.terms.segment_s[0]])
        bar_s, n = float(np.median(np.diff(edges_s))), policy.chain.n_bars
        most_steps = _MOST_STEPS if lengths is None else max(_MOST_STEPS, min(1024, 150_000 // n))
        parts = np.ceil(bar_s * _STEPS_IN_RANGE / max(high_s - low_s, 1e-6))
        step_s = max(bar_s / max(1.0, parts), edges_s[-1] / most_steps)
        self.at_steps: NDArray[np.int64] = np.rint(edges_s / step_s).astype(np.int64)
        self.before_steps, self.after_steps = _ends_in_steps(lengths, n, step_s)
        # Steps are not counted below 0: what may be heard less at the end is heard more everywhere.
        least = max(0, -int(self.after_steps.min()))
        self.after_steps += least
        low = int(np.floor(low_s / step_s)) - _MARGIN_STEPS
        high = int(np.ceil(high_s / step_s)) + _MARGIN_STEPS
        self.low = max(0, low) + least
        self.high = min(high, int(self.at_steps[-1] + np.ptp(self.before_steps))) + least
        self._width = self.high + max(0, -int(self.before_steps.min())) + 1
        self._messages: dict[int, _LengthMessages] = {}
        self.log_styles = np.array([self._log_in_range(z) for z in range(N_STYLES)])
        self.log_styles += policy.log_styles
        if not np.any(np.isfinite(self.log_styles)):
            raise _none_exists()

    def draw(self, n: int, rng: np.random.Generator) -> list[Draw]:
        """Exact draws whose duration lies in the range."""
        weights = np.exp(self.log_styles - self.log_styles.max())
        weights /= weights.sum()
        kept: list[Draw] = []
        for _ in range(_TRIES_EACH * n):
            style = int(rng.choice(N_STYLES, p=weights))
            path = self._draw_path(style, rng)
            if self.low_s <= self._lasts_s(path) <= self.high_s:
                kept.append((path, style))
            if len(kept) == n:
                return kept
        if not kept:
            raise _none_exists()
        # A range so narrow that few paths fit: those found, again in the same proportions.
        return [kept[int(i)] for i in rng.integers(len(kept), size=n)]

    def _log_in_range(self, style: int) -> float:
        """Log probability within a style that the length in steps is in range."""
        if self.policy.log_styles[style] < -30.0:
            return -np.inf
        messages = self._compute(style)
        total = float(messages.start.sum())
        self._messages[style] = messages
        return float(np.log(total)) if total > 0 else -np.inf

    def _start_mass(self, style: int, before: Array) -> Array:
        """Mass of all edits by first bar and length in steps, (n_bars, high - low + 1)."""
        steps = np.arange(self.low, self.high + 1)[None] - self.before_steps[:, None]
        bars = np.arange(len(self.before_steps))[:, None]
        found = before[bars, np.clip(steps, 0, self._width - 1)]
        mass: Array = self.policy.start[style][:, None] * np.where(steps >= 0, found, 0.0)
        return mass

    def _compute(self, style: int) -> _LengthMessages:
        n, width = self.policy.chain.n_bars, self._width
        at, song = self.at_steps, int(self.at_steps[-1])
        before, after = np.zeros((n, width)), np.zeros((n, width))
        # Row e holds `after[e]` moved by the steps before the segment's end, so that all ends of
        # a segment are summed by one product.
        moved = np.zeros((n, width + song))
        for bar in range(n - 1, -1, -1):
            enter, stop = self.policy.row_enter(bar, style)
            after[bar] = enter @ before[bar + 2 :]
            if self.after_steps[bar] < width:
                after[bar, self.after_steps[bar]] += stop
            moved[bar, at[bar + 1] : at[bar + 1] + width] = after[bar]
            leave = self.policy.row_leave(bar, style)
            before[bar] = leave @ moved[bar:, at[bar] : at[bar] + width]
        return _LengthMessages(before, after, self._start_mass(style, before))

    def _draw_path(self, style: int, rng: np.random.Generator) -> Path:
        messages, at = self._messages[style], self.at_steps
        mass = messages.start
        first, steps = np.unravel_index(_pick(mass.ravel(), rng), mass.shape)
        bar, left = int(first), int(steps) + self.low - int(self.before_steps[first])
        path: list[tuple[int, int]] = []
        while True:
            spent = at[bar + 1 :] - at[bar]
            fits = spent <= left
            row = np.zeros(len(spent))
            rows = np.arange(bar, len(at) - 1)[fits]
            row[fits] = (
                self.policy.row_leave(bar, style)[fits] * messages.after[rows, left - spent[fits]]
            )
            last = bar + _pick(row, rng)
            left -= int(at[last + 1] - at[bar])
            path.append((bar, last))
            enter, stop = self.policy.row_enter(last, style)
            onward = enter * messages.before[last + 2 :, left]
            stops = stop if left == self.after_steps[last] else 0.0
            if rng.random() * (onward.sum() + stops) < stops or len(onward) == 0:
                return tuple(path)
            bar = last + 2 + _pick(onward, rng)


def _ends_in_steps(
    lengths: EditLengths | None, n_bars: int, step_s: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if lengths is None:
        return np.zeros(n_bars, np.int64), np.zeros(n_bars, np.int64)
    before, after = (np.rint(beyond_s / step_s).astype(np.int64) for beyond_s in lengths.ends_s)
    return before, after


def _pick(weights: Array, rng: np.random.Generator) -> int:
    reach = np.cumsum(weights)
    return int(min(np.searchsorted(reach, rng.random() * reach[-1], "right"), len(reach) - 1))


def _none_exists() -> UserError:
    return UserError(
        "No edit of this song has a length in the range asked for.",
        "Widen the range of lengths, or lock and forbid less.",
    )
