"""A join that a person moves along the bar lines, or lets be mended; all else stays.

A join is named by its place in the edit, from 0; its two sides are the bar line where the music is
left and the one where it is entered.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.by_hand import HEAL_BARS, SIDES
from ml_core.domain.edits import Edit
from ml_core.edits.by_hand import bar_path
from ml_core.edits.graph.edit_graph import EditGraph, Path, edit_from_path
from ml_core.edits.joins.cost import costs_at
from ml_core.errors import UserError

_SAID = {"both": "It", "left": "Where the music is left", "right": "Where it is entered"}

MOVED_BAR_COST = 0.02
"""What each bar that a side moves adds to what a join costs when one is looked for. A bar is worth
moving for a fiftieth of the median pair's cost: exact repeats cost next to nothing, so they win
from eight bars away."""

LEAST_GAIN = 0.05
"""What a join has to cost less than the one that is there, to be called cleaner."""


@dataclass(frozen=True, slots=True)
class HealedJoin:
    """The nearest cleaner join.

    Attributes:
        left_bars: how far the side that is left moved, in bars; negative for earlier.
        right_bars: likewise of the side that is entered.
        before: what the join cost; 1 is the median pair of bars.
        after: what it costs now.
    """

    edit: Edit
    left_bars: int
    right_bars: int
    before: float
    after: float


def move_join(graph: EditGraph, edit: Edit, join: int, bars: int, side: str = "both") -> Edit:
    """The edit with a join moved along the song's bar lines.

    Args:
        graph: of the edit's song.
        edit: to be changed.
        join: which, from 0.
        bars: how far; negative for earlier in the song.
        side: of `SIDES`; both keep what is left out as many bars long.

    Raises:
        UserError: if there is no such join, or a piece beside it or what is left out would go.
        ValueError: if there is no such side.
    """
    if side not in SIDES:
        raise ValueError(f"a join has no side {side!r}")
    path = joined_path(graph, edit, join)
    least, most = most_bars(path, join, side)
    if not least <= bars <= most:
        raise UserError(
            f"Join {join + 1} can't move {bars:+d} bars.",
            f"{_SAID[side]} can move {least:+d} to {most:+d} bars.",
        )
    return edit_from_path(graph, moved_path(path, join, bars, side))


def most_bars(path: Path, join: int, side: str) -> tuple[int, int]:
    """How far a side of a join can move, in bars: (at most earlier, negative or 0; later).

    A bar of the pieces beside it stays, and a bar that is left out.
    """
    (lowest, left), (right, highest) = path[join], path[join + 1]
    least = left + 2 - right if side == "right" else lowest - left
    return least, right - 2 - left if side == "left" else highest - right


def moved_path(path: Path, join: int, bars: int, side: str) -> Path:
    """The path with a side of a join so many bars off; see `most_bars`."""
    left, right = path[join][1], path[join + 1][0]
    left += bars if side != "right" else 0
    right += bars if side != "left" else 0
    return _moved(path, join, left, right)


def heal_join(graph: EditGraph, edit: Edit, join: int, reach: int = HEAL_BARS) -> HealedJoin | None:
    """The edit with the nearest clean join in the place of one; None where none is cleaner.

    Of all pairs of bars that are joined by themselves and within reach, the one with the least of
    what it costs and what it moves, see `MOVED_BAR_COST`.

    Args:
        graph: of the edit's song.
        edit: to be changed.
        join: which, from 0.
        reach: how far each side may move, in bars.

    Raises:
        UserError: if there is no such join.
    """
    path = joined_path(graph, edit, join)
    left, right = path[join][1], path[join + 1][0]
    lefts = np.arange(max(path[join][0], left - reach), left + reach + 1)
    rights = np.arange(max(0, right - reach), min(path[join + 1][1], right + reach) + 1)
    lefts = lefts[lefts < graph.n_bars]
    pairs = np.ix_(lefts, rights)
    cost = graph.join_cost[pairs].astype(np.float64)
    may = graph.join_allowed[pairs] & (lefts[:, None] + 1 < rights[None])
    before = float(join_costs(graph, edit)[join])
    may &= cost < before - LEAST_GAIN
    if not may.any():
        return None
    moved = np.abs(lefts - left)[:, None] + np.abs(rights - right)[None]
    total = np.where(may, cost + MOVED_BAR_COST * moved, np.inf)
    at, to = (int(k) for k in np.unravel_index(np.argmin(total), total.shape))
    healed = edit_from_path(graph, _moved(path, join, int(lefts[at]), int(rights[to])))
    after = float(join_costs(graph, healed)[join])
    if after >= before:
        return None
    return HealedJoin(healed, int(lefts[at]) - left, int(rights[to]) - right, before, after)


def join_costs(graph: EditGraph, edit: Edit) -> NDArray[np.float64]:
    """What each join of an edit costs as it is cut, (n_joins,); 1 is the median pair of bars."""
    leave = [end for (_, end), _ in pairwise(edit.spans)]
    enter = [start for _, (start, _) in pairwise(edit.spans)]
    return costs_at(graph.analysis, graph.distances, leave, enter)


def joined_path(graph: EditGraph, edit: Edit, join: int) -> Path:
    """The bars of an edit that has a join.

    Raises:
        UserError: if it has no such join.
    """
    path = bar_path(graph, edit)
    n_joins = len(path) - 1
    if not 0 <= join < n_joins:
        if not n_joins:
            raise UserError("The edit has no joins.", "Cut something out first.")
        numbers = "join 1" if n_joins == 1 else f"joins 1 to {n_joins}"
        raise UserError(f"The edit has no join {join + 1}.", f"It has {numbers}.")
    if n_joins != edit.n_joins:
        raise UserError(
            "The edit was not cut by whole bars.", "Its joins can't be moved along the bar lines."
        )
    return path


def _moved(path: Path, join: int, left: int, right: int) -> Path:
    before, after = (path[join][0], left), (right, path[join + 1][1])
    return (*path[:join], before, after, *path[join + 2 :])
