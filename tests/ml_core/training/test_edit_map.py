"""A map of edits: many, within the limits, spread out, without doubles, the same each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.edits.limits.checks import broken_limit
from ml_core.errors import UserError
from ml_core.progress import silent
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import N_CANDIDATES, candidates, deliver, scene_without
from ml_core.training.edit_map import LEAST_APART, map_edits, spread_order
from tests.ml_core.training.conftest import kept_difference


@pytest.fixture
def graph(graphs):
    return graphs[list(graphs)[1]]


@pytest.mark.parametrize(
    "limits", [Limits(), Limits(forbidden=((12.0, 18.0),)), Limits.lasting(30)]
)
def test_a_map_keeps_the_limits_and_holds_no_doubles(graph, limits: Limits) -> None:
    first = deliver(BASE_MODEL, graph, limits, 0, n_alternatives=3)
    found = map_edits(BASE_MODEL, graph, limits, 0, silent(), 60, first)
    edits = [one.delivered.edit for one in found]
    assert len({edit.id for edit in edits}) == len(edits) == 60
    assert all(broken_limit(edit, graph, limits) is None for edit in edits)
    # Between what was drawn; joins then slide by some 50 ms.
    nearest = min(
        kept_difference(edit, other) for k, edit in enumerate(edits[3:], 3) for other in edits[:k]
    )
    assert nearest > 0.5 * LEAST_APART


def test_the_alternatives_come_first_and_the_map_is_the_same_again(graph) -> None:
    alternatives = deliver(BASE_MODEL, graph, Limits(), 4, n_alternatives=3)
    maps = [map_edits(BASE_MODEL, graph, Limits(), 4, silent(), 40, alternatives) for _ in "ab"]
    assert maps[0] == maps[1]
    assert [one.delivered for one in maps[0][:3]] == list(alternatives)


def test_a_map_reaches_further_than_as_many_likely_edits(graph) -> None:
    """It is spread over lengths and loudness: neither cloud nor middle only."""
    found = map_edits(BASE_MODEL, graph, Limits(), 0, silent(), 100)
    cells = [(round(e.delivered.edit.duration_s / 4), round(e.loudness / 0.04)) for e in found]
    scene = scene_without(graph, Limits(), ())
    draws = candidates(BASE_MODEL, scene, np.random.default_rng(0))[: len(found)]
    assert len(found) < N_CANDIDATES
    lengths = [scene.chain.terms.duration_s(path) for path, _ in draws]
    shortest, longest = (f(one.delivered.edit.duration_s for one in found) for f in (min, max))
    assert shortest <= min(lengths) * 1.05
    assert longest >= max(lengths) * 0.95
    assert len(set(cells)) > 45


def test_each_cell_gives_its_best_before_any_gives_its_second() -> None:
    plane = np.array([[0.0, 0.0], [0.01, 0.0], [1.0, 0.0], [0.02, 0.0]] + [[0.5, 0.5]] * 28)
    score = np.array([1.0, 3.0, 0.0, 2.0] + [5.0 - 0.1 * k for k in range(28)])
    order = spread_order(plane, score)
    assert set(order[:3]) == {1, 2, 4}
    assert sorted(order) == list(range(32))
    assert order.index(3) < order.index(6)


def test_limits_that_nothing_keeps_are_refused_as_ever(graph) -> None:
    everything = ((0.0, graph.analysis.n_samples / graph.analysis.sample_rate_hz),)
    with pytest.raises(UserError):
        map_edits(BASE_MODEL, graph, replace(Limits(), forbidden=everything), 0, silent(), 20)


def test_a_map_of_what_cuts_least_holds_no_more_than_there_is(graph) -> None:
    limits = Limits(None, None, 0.0, 1.0, forbidden=((12.0, 18.0),), cut_least=True)
    least = deliver(BASE_MODEL, graph, limits, 0, n_alternatives=60)
    found = map_edits(BASE_MODEL, graph, limits, 0, silent(), 60, least)
    assert [one.delivered for one in found] == list(least)
    assert all(broken_limit(one.delivered.edit, graph, limits) is None for one in found)
