"""Edits for an exact length: little is stretched, no limit is broken, a refusal names lengths."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.edits.exact.lengths import MOST_STRETCH, NEAR_S, durations_for_s, stretch_to
from ml_core.edits.limits.checks import NoSuchLength, broken_limit
from ml_core.edits.limits.masks import nearest_lengths_s
from ml_core.errors import UserError
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import deliver
from ml_core.training.deliver_exact import (
    LESS_LIKED,
    ROUGHER,
    Deliver,
    deliver_exactly,
    nearest_exact_s,
)

ANY = Limits(shortest_s=None, keep_low=0.0, keep_high=1.0)


@pytest.fixture
def graph(graphs):
    return graphs[list(graphs)[1]]


@pytest.fixture
def of_song(graph) -> Callable[[int], Deliver]:
    def with_alternatives(n: int) -> Deliver:
        return lambda limits: deliver(BASE_MODEL, graph, limits, 0, n_alternatives=n)

    return with_alternatives


@pytest.mark.parametrize("exact_s", [26.9, 27.31, 31.5, 40.04])
def test_every_length_within_reach_is_met_to_10_ms(graph, of_song, exact_s: float) -> None:
    (made,) = deliver_exactly(of_song(1), graph, ANY, exact_s)
    stretch = stretch_to(made.edit, exact_s)
    assert abs(stretch.to_samples / made.edit.sample_rate_hz - exact_s) <= 0.01
    assert abs(stretch.ratio - 1.0) <= MOST_STRETCH


def test_least_is_stretched_at_no_cost_to_the_joins(graph, of_song) -> None:
    for exact_s in np.arange(26.5, 33.0, 0.7):
        (made,) = deliver_exactly(of_song(1), graph, ANY, float(exact_s))
        low_s, high_s = exact_s / (1 + MOST_STRETCH), exact_s / (1 - MOST_STRETCH)
        widest = deliver(
            BASE_MODEL,
            graph,
            Limits(shortest_s=low_s, longest_s=high_s, keep_low=0.0, keep_high=1.0),
            0,
        )[0]
        assert made.mean_join_cost <= widest.mean_join_cost + ROUGHER
        assert made.utility >= widest.utility - LESS_LIKED
        need = abs(stretch_to(made.edit, float(exact_s)).ratio - 1.0)
        assert need <= abs(exact_s / widest.edit.duration_s - 1.0) + 1e-9


def test_an_end_gives_or_takes_hundredths_of_a_second(graph, of_song) -> None:
    edit = of_song(1)(Limits(shortest_s=20.0, longest_s=30.0, keep_low=0, keep_high=1))[0].edit
    is_whole = edit.spans[-1][1] + 200 >= graph.analysis.n_samples
    for off_s in (-0.04, -0.02, *(() if is_whole else (0.012,))):
        exact_s = edit.duration_s + off_s
        (made,) = deliver_exactly(of_song(1), graph, ANY, exact_s)
        assert abs(made.edit.duration_s - exact_s) <= NEAR_S
        assert made.edit.fade_out > 0
        assert broken_limit(made.edit, graph, ANY) is None


def test_alternatives_all_reach_the_length(graph, of_song) -> None:
    several = deliver_exactly(of_song(3), graph, ANY, 28.0, 3)
    assert len({one.edit.spans for one in several}) == 3
    for one in several:
        assert abs(stretch_to(one.edit, 28.0).ratio - 1.0) <= MOST_STRETCH


def test_rules_are_kept(graph, of_song) -> None:
    limits = Limits(shortest_s=None, keep_low=0, keep_high=1, forbidden=((12.0, 18.0),))
    (made,) = deliver_exactly(of_song(1), graph, limits, 25.0)
    assert broken_limit(made.edit, graph, limits) is None


def test_a_refusal_names_lengths_that_can_be_had(graph, of_song) -> None:
    limits = Limits(shortest_s=None, keep_low=0, keep_high=1, locked=((0.0, 30.0),))
    with pytest.raises(UserError, match=r"can last 12\.00 s exactly") as refused:
        deliver_exactly(of_song(1), graph, limits, 12.0)
    nearest = nearest_exact_s(graph, limits, 12.0)
    assert nearest
    for length_s in nearest:
        assert f"{length_s:.1f} s" in str(refused.value)
        assert deliver_exactly(of_song(1), graph, limits, length_s)


def test_what_placing_its_joins_moves_out_of_reach_is_refused_with_its_nearest(graph) -> None:
    limits = Limits(shortest_s=None, keep_low=0, keep_high=1, locked=((0.0, 30.0),))
    shortest_s = min(nearest_lengths_s(graph, limits, (11.8, 12.2)) or ())
    exact_s = (shortest_s + 0.03) * (1 - MOST_STRETCH)
    low_s, high_s = durations_for_s(exact_s)
    assert nearest_lengths_s(graph, limits, (low_s, high_s)) == ()

    def moved_out(limits: Limits) -> NoReturn:
        raise UserError("None keeps the limits once placed.", "Widen them.")

    with pytest.raises(NoSuchLength) as refused:
        deliver_exactly(moved_out, graph, limits, exact_s)
    (nearest,) = refused.value.nearest_s
    assert exact_s < nearest < exact_s + 0.5


def test_rules_that_contradict_each_other_are_told_as_ever(graph, of_song) -> None:
    limits = Limits(locked=((5.0, 10.0),), forbidden=((6.0, 8.0),))
    with pytest.raises(UserError, match="forbidden"):
        deliver_exactly(of_song(1), graph, limits, 25.0)
