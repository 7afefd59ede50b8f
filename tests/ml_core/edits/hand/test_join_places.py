"""Where a join could lie: what moving it there gives, what it costs, and how it stands out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ml_core.domain.by_hand import HOW_JOINS_STAND_OUT, SIDES
from ml_core.edits.graph.edit_graph import edit_from_path
from ml_core.edits.hand.joins import join_costs, move_join
from ml_core.edits.hand.places import ROUGH_COST, join_places
from ml_core.errors import UserError
from tests.ml_core.edits.hand.test_moved_joins import EDIT, GRAPH

PLACES = join_places(GRAPH, EDIT, 0)


@pytest.mark.parametrize("side", SIDES)
def test_each_place_is_what_moving_the_join_there_gives(side):
    found = PLACES.by_side[side]
    assert len({place.edit.id for place in found}) == len(found)
    for place in found:
        moved = move_join(GRAPH, EDIT, 0, place.bars, side)
        assert place.edit == moved
        assert place.cost == pytest.approx(join_costs(GRAPH, moved)[0])
    for beyond in (found[0].bars - 1, found[-1].bars + 1):
        with pytest.raises(UserError, match="can't move"):
            move_join(GRAPH, EDIT, 0, beyond, side)


def test_what_costs_more_than_a_random_pair_is_rough_and_exact_repeats_are_clean(monkeypatch):
    found = [place for places in PLACES.by_side.values() for place in places]
    assert {place.how for place in found} <= set(HOW_JOINS_STAND_OUT)
    assert all(place.cost < ROUGH_COST for place in found if place.how != "rough")
    assert min(found, key=lambda place: place.cost).how == "clean"
    costs = sorted(place.cost for place in found)
    bound = costs[len(costs) // 2]
    monkeypatch.setattr("ml_core.edits.hand.places.ROUGH_COST", bound)
    judged = [place for places in join_places(GRAPH, EDIT, 0).by_side.values() for place in places]
    assert all((place.how == "rough") == (place.cost > bound) for place in judged)


def test_a_place_that_the_graph_rules_out_is_never_called_clean():
    forbidding = replace(GRAPH, join_allowed=GRAPH.join_allowed & False)
    hows = [p.how for p in join_places(forbidding, EDIT, 0).by_side["both"]]
    assert "clean" not in hows and "unsure" in hows


def test_a_place_too_far_off_is_the_last_one():
    places = PLACES.by_side["both"]
    assert PLACES.place("both", -99) is places[0] and PLACES.place("both", 99) is places[-1]
    assert PLACES.place("both", 1).bars == 1


def test_an_edit_that_was_not_cut_by_bars_is_refused():
    (a, b), (c, d), last = EDIT.spans
    cut = a + (b - a) // 3
    odd = replace(
        EDIT,
        spans=((a, cut), (cut + 5, b), (c, d), last),
        fades=(10,) * 3,
        tails=(0,) * 3,
        gains_db=(0.0,) * 4,
    )
    with pytest.raises(UserError, match="not cut by whole bars"):
        join_places(GRAPH, odd, 0)


def test_an_edit_without_joins_has_no_places():
    with pytest.raises(UserError, match="no joins"):
        join_places(GRAPH, edit_from_path(GRAPH, ((0, 31),)), 0)
