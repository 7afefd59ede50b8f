"""Edits that leave out what is forbidden and as little else as can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Edit, Limits
from ml_core.domain.ratings import Mark
from ml_core.edits.graph.edit_graph import EditGraph, Path, edit_from_path
from ml_core.edits.graph.rough_joins import rough_graph
from ml_core.edits.limits.checks import broken_limit
from ml_core.edits.limits.least_cut import least_cut_path
from ml_core.edits.limits.masks import AllowedPaths
from ml_core.edits.limits.never_joins import joins_near

_MOST_TRIES = 24


def least_cut_edits(
    graph: EditGraph, limits: Limits, n: int, marks: Sequence[Mark] = ()
) -> list[Edit]:
    """The edit that keeps most of a song, then ways to do so by other joins, most kept first.

    Args:
        graph: of the song.
        limits: that every edit keeps.
        n: how many at most, 1 or more.
        marks: joins heard as bad: none of them is made.

    Raises:
        UserError: if no edit keeps the limits.
    """
    rough = rough_graph(graph)
    paths = AllowedPaths.from_limits(rough, limits)
    vetoed = rough.join_allowed & ~graph.join_allowed
    if limits.rough_joins:  # Whoever allows them has them wherever less is cut with one.
        vetoed = np.zeros_like(vetoed)
    join_ok = paths.join_ok & ~joins_near(rough, marked_s(graph, marks))
    found: list[Edit] = []
    for _ in range(_MOST_TRIES):
        path = least_cut_path(rough, replace(paths, join_ok=join_ok), vetoed)
        if path is None or len(found) == n:
            break
        edit = edit_from_path(rough, path)
        if broken_limit(edit, rough, limits) is None and edit not in found:
            found.append(edit)
        if len(path) == 1:
            break  # The whole song: there is no other way to keep it.
        join_ok = _without(join_ok, path)
    if not found:
        paths = AllowedPaths.from_limits(rough, limits)
        path = least_cut_path(rough, paths, vetoed)
        found = [] if path is None else [edit_from_path(rough, path)]
    return found


def marked_s(graph: EditGraph, marks: Sequence[Mark]) -> list[tuple[float, float]]:
    """(where the song is left, where it is entered) of its joins that were marked as bad."""
    rate = graph.analysis.sample_rate_hz
    return [
        (mark.from_sample / rate, mark.to_sample / rate)
        for mark in marks
        if mark.kind == "bad_join" and mark.sha256 == graph.analysis.sha256
    ]


def _without(join_ok: NDArray[np.bool_], path: Path) -> NDArray[np.bool_]:
    """The joins but those of a path."""
    others = join_ok.copy()
    for (_, leaving), (entering, _) in pairwise(path):
        others[leaving, entering] = False
    return others
