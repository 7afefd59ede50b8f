"""The base policy: styles hit their lengths within the hard limits, on songs of any size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.edits.graph.edit_graph import EditGraph, build_graph
from ml_core.edits.limits.durations import shortest_and_longest_s
from ml_core.edits.limits.masks import AllowedPaths
from ml_core.errors import UserError
from ml_core.policy.path_distribution import PathDistribution, PolicyParameters
from ml_core.policy.path_features import N_TERMS, TERM_NAMES
from ml_core.policy.styles import STYLES, base_chain, solve
from tests.ml_core.edits.song_builder import allows, build_song
from tests.ml_core.policy.conftest import log_probability


def _graph(form: str, bars_each: int, **options: float) -> EditGraph:
    return build_graph(build_song(form, bars_each, **options))


@pytest.fixture(scope="module")
def graph() -> EditGraph:
    return _graph("ABACABCA", 6)


def _targets(graph: EditGraph, allowed: AllowedPaths) -> np.ndarray:
    possible = shortest_and_longest_s(
        graph.bar_s, allowed.segment_ok, allowed.start_ok, allowed.end_ok, allowed.join_ok
    )
    low, high = max(possible[0], allowed.shortest_s), min(possible[1], allowed.longest_s)
    return np.array([low + style.length * (high - low) for style in STYLES])


@pytest.mark.parametrize(
    "limits",
    [
        Limits(),
        Limits(keep_low=0.38, keep_high=0.42),
        Limits(shortest_s=30.0, longest_s=40.0, keep_low=0.0, keep_high=1.0),
        Limits(keep_intro=True, keep_ending=True),
        Limits(forbidden=((20.0, 40.0),), shortest_segment_bars=2),
    ],
)
def test_every_style_hits_its_length(graph: EditGraph, limits: Limits) -> None:
    allowed = AllowedPaths.from_limits(graph, limits)
    chain = solve(graph, allowed)
    assert len(STYLES) == 36
    off = np.abs(chain.mean_s - _targets(graph, allowed)) / graph.song_s
    assert off.max() < 0.01


def test_rows_are_probabilities(graph: EditGraph) -> None:
    chain = base_chain(graph, Limits())
    assert chain.start.sum(1) == pytest.approx(np.ones(36))
    for bar in range(graph.n_bars):
        onward = chain.enter[bar].sum(1) + chain.stop[bar]
        for total in (chain.leave[bar].sum(1), onward):
            possible = total > 0
            assert total[possible] == pytest.approx(np.ones(possible.sum()))


def test_draws_keep_the_hard_limits(graph: EditGraph) -> None:
    limits = Limits(
        keep_intro=True, locked=((50.0, 52.0),), forbidden=((70.0, 74.0),), shortest_segment_bars=2
    )
    chain = base_chain(graph, limits)
    policy = PathDistribution(chain, PolicyParameters.base())
    for path, _ in policy.draw(200, np.random.default_rng(0)):
        assert allows(chain.allowed, path)


def test_styles_differ_in_segments_and_joins(graph: EditGraph) -> None:
    policy = PathDistribution(base_chain(graph, Limits()), PolicyParameters.base())
    mean = policy.expected_terms
    segments = mean[:, TERM_NAMES.index("segments")]
    by_length = [
        np.mean([segments[z] for z, s in enumerate(STYLES) if s.segment_s == length])
        for length in (6.0, 14.0, 32.0)
    ]
    assert by_length[0] > by_length[1] > by_length[2]


@pytest.mark.parametrize(
    ("form", "bars_each", "beat_s"), [("AB", 4, 0.625), ("A", 8, 0.7), ("ABABCABDAB", 40, 0.5)]
)
def test_songs_of_eight_and_of_four_hundred_bars(form: str, bars_each: int, beat_s: float) -> None:
    graph = _graph(form, bars_each, beat_s=beat_s)
    chain = base_chain(graph, Limits())
    rng = np.random.default_rng(0)
    strong = PolicyParameters(0.5 * rng.normal(size=N_TERMS), np.zeros(36))
    for parameters in (PolicyParameters.base(), strong):
        policy = PathDistribution(chain, parameters)
        assert np.all(np.isfinite(policy.log_mass))
        assert policy.start.sum(1) == pytest.approx(np.ones(36))
        assert np.isfinite(policy.kl_to(PathDistribution(chain, PolicyParameters.base())))
        for path, _ in policy.draw(10, rng):
            assert allows(chain.allowed, path)


def test_a_song_without_allowed_joins_is_kept_in_one_piece() -> None:
    graph = _graph("AB", 8)
    silent = replace(graph, join_allowed=np.zeros_like(graph.join_allowed))
    policy = PathDistribution(
        solve(silent, AllowedPaths.from_limits(silent, Limits())), PolicyParameters.base()
    )
    assert all(len(path) == 1 for path, _ in policy.draw(50, np.random.default_rng(0)))


def test_avoided_joins_are_never_drawn(graph: EditGraph) -> None:
    policy = PathDistribution(base_chain(graph, Limits()), PolicyParameters.base())
    rng = np.random.default_rng(0)
    path = next(p for p, _ in policy.draw(100, rng) if len(p) > 1)
    avoided = frozenset({(path[0][1], path[1][0])})
    without = PathDistribution(base_chain(graph, Limits(), avoided), PolicyParameters.base())
    assert np.isfinite(log_probability(policy, [path])[0])
    assert np.isneginf(log_probability(without, [path])[0])


def test_the_base_policy_is_worked_out_once(graph: EditGraph) -> None:
    assert base_chain(graph, Limits()) is base_chain(graph, Limits())
    assert base_chain(graph, Limits()) is not base_chain(graph, Limits(keep_low=0.2))


def test_limits_that_no_path_keeps_are_told(graph: EditGraph) -> None:
    allowed = AllowedPaths.from_limits(graph, Limits())
    with pytest.raises(UserError, match="No edit"):
        solve(graph, replace(allowed, end_ok=np.zeros_like(allowed.end_ok)))
