"""Joins moved and healed by hand: along bar lines, within their pieces, nothing else moves."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.domain.by_hand import HEAL_BARS
from ml_core.edits.graph.edit_graph import build_graph, edit_from_path
from ml_core.edits.hand.joins import LEAST_GAIN, heal_join, join_costs, move_join
from ml_core.errors import UserError
from tests.ml_core.edits.song_builder import build_song

GRAPH = build_graph(build_song("ABACABAD"))  # 32 bars; A is bars 0-3, 8-11, 16-19, 24-27
EDIT = edit_from_path(GRAPH, ((0, 7), (12, 19), (24, 31)))


@pytest.mark.parametrize(
    ("side", "bars", "path"),
    [
        ("both", 2, ((0, 9), (14, 19), (24, 31))),
        ("both", -7, ((0, 0), (5, 19), (24, 31))),
        ("left", 3, ((0, 10), (12, 19), (24, 31))),
        ("right", -3, ((0, 7), (9, 19), (24, 31))),
        ("right", 7, ((0, 7), (19, 19), (24, 31))),
    ],
)
def test_a_join_moves_along_the_bar_lines(side, bars, path):
    assert move_join(GRAPH, EDIT, 0, bars, side) == edit_from_path(GRAPH, path)


def test_moved_there_and_back_it_is_the_same_edit():
    assert move_join(GRAPH, move_join(GRAPH, EDIT, 1, 2), 1, -2) == EDIT


@pytest.mark.parametrize(
    ("side", "bars", "remedy"),
    [
        ("both", -8, "It can move -7 to +7 bars."),
        ("left", 4, "Where the music is left can move -7 to +3 bars."),
        ("right", -4, "Where it is entered can move -3 to +7 bars."),
    ],
)
def test_no_piece_and_no_gap_is_moved_away(side, bars, remedy):
    with pytest.raises(UserError) as refused:
        move_join(GRAPH, EDIT, 0, bars, side)
    assert refused.value.remedy == remedy


@pytest.mark.parametrize("join", [-1, 2, 10**9])
def test_a_join_that_is_not_there_is_named(join):
    with pytest.raises(UserError, match="no join"):
        move_join(GRAPH, EDIT, join, 1)
    with pytest.raises(UserError, match="no join"):
        heal_join(GRAPH, edit_from_path(GRAPH, ((0, 31),)), join)


def test_healing_finds_a_cleaner_join_near_by_and_leaves_the_others():
    rough = edit_from_path(GRAPH, ((0, 5), (17, 19), (24, 31)))
    healed = heal_join(GRAPH, rough, 0)
    assert healed is not None
    moved = edit_from_path(
        GRAPH, ((0, 5 + healed.left_bars), (17 + healed.right_bars, 19), (24, 31))
    )
    assert healed.edit == moved
    assert max(abs(healed.left_bars), abs(healed.right_bars)) <= HEAL_BARS
    before, after = join_costs(GRAPH, rough), join_costs(GRAPH, healed.edit)
    assert healed.before == before[0] and healed.after == after[0]
    assert after[0] < before[0] - LEAST_GAIN and after[1] == before[1]


def test_what_was_healed_is_not_healed_into_something_worse():
    edit = edit_from_path(GRAPH, ((0, 5), (17, 19), (24, 31)))
    costs = [float(join_costs(GRAPH, edit)[0])]
    while (healed := heal_join(GRAPH, edit, 0)) is not None:
        edit = healed.edit
        costs.append(healed.after)
    assert len(costs) > 1 and np.all(np.diff(costs) < 0)


def test_an_exact_repeat_is_as_clean_as_can_be():
    assert heal_join(GRAPH, edit_from_path(GRAPH, ((0, 3), (20, 31))), 0) is None
