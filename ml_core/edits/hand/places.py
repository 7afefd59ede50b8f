"""Where a join could lie along the song's bar lines, and how much it would stand out there."""

from __future__ import annotations

from ml_core.domain.by_hand import SIDES, HowItStandsOut, JoinPlace, JoinPlaces, JoinSide
from ml_core.domain.edits import Edit
from ml_core.edits.graph.edit_graph import EditGraph, edit_from_path
from ml_core.edits.hand.joins import joined_path, most_bars, moved_path
from ml_core.edits.joins.cost import costs_at
from ml_core.edits.joins.vetoes import SPECTRUM_VETO_COST

ROUGH_COST = 1.2
"""Of joins that cost less than .9 within the vetoes .05 stand out, an uncut bar line does in .10.
At 1 to 1.2 it is .23 of them, above .50; beyond the vetoes alone .20 to .48 (see `vetoes`)."""


def join_places(graph: EditGraph, edit: Edit, join: int) -> JoinPlaces:
    """Every place that a join can be moved to, by which side moves; see `move_join`.

    Args:
        graph: of the edit's song.
        edit: as it is now.
        join: which, from 0.

    Raises:
        UserError: if there is no such join.
    """
    return JoinPlaces(edit, join, {side: _of_side(graph, edit, join, side) for side in SIDES})


def _of_side(graph: EditGraph, edit: Edit, join: int, side: JoinSide) -> tuple[JoinPlace, ...]:
    path = joined_path(graph, edit, join)
    least, most = most_bars(path, join, side)
    every = range(least, most + 1)
    paths = [moved_path(path, join, bars, side) for bars in every]
    # Where it is now it may lie off the bar lines, if these have moved since.
    edits = [
        edit if bars == 0 else edit_from_path(graph, moved)
        for bars, moved in zip(every, paths, strict=True)
    ]
    leave, enter = zip(
        *((one.spans[join][1], one.spans[join + 1][0]) for one in edits), strict=True
    )
    costs = costs_at(graph.analysis, graph.distances, leave, enter)
    return tuple(
        JoinPlace(bars, float(cost), _how(graph, moved[join][1], moved[join + 1][0], cost), made)
        for bars, cost, moved, made in zip(every, costs.tolist(), paths, edits, strict=True)
    )


def _how(graph: EditGraph, last_bar: int, next_bar: int, cost: float) -> HowItStandsOut:
    if cost > ROUGH_COST:
        return "rough"
    is_allowed = bool(graph.join_allowed[last_bar, next_bar])
    return "clean" if is_allowed and cost <= SPECTRUM_VETO_COST else "unsure"
