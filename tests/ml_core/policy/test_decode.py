"""Draws under a range of durations: exact, and always found where any edit exists."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.edits.graph.edit_graph import Path, build_graph
from ml_core.errors import UserError
from ml_core.policy.decode import LengthSampler, draw_paths
from ml_core.policy.path_distribution import PathDistribution, PolicyParameters
from ml_core.policy.styles import base_chain
from tests.ml_core.edits.song_builder import build_song
from tests.ml_core.policy.conftest import log_probability

RANGE_S = (10.0, 16.0)


def _expected(policy: PathDistribution, paths: list[Path]) -> dict[Path, float]:
    fitting = [p for p in paths if RANGE_S[0] <= policy.terms.duration_s(p) <= RANGE_S[1]]
    p = np.exp(log_probability(policy, fitting))
    return dict(zip(fitting, p / p.sum(), strict=True))


@pytest.mark.parametrize("sampler", ["rejection", "dynamic programme"])
def test_draws_follow_the_policy_given_the_duration(
    tiny_policy: PathDistribution, tiny_paths: list[Path], sampler: str
) -> None:
    expected = _expected(tiny_policy, tiny_paths)
    assert len(expected) >= 8
    n, rng = 4000, np.random.default_rng(0)
    if sampler == "rejection":
        draws = draw_paths(tiny_policy, n, rng, RANGE_S)
    else:
        draws = LengthSampler(tiny_policy, *RANGE_S).draw(n, rng)
    counts = Counter(path for path, _ in draws)
    assert set(counts) <= set(expected)
    for path, p in expected.items():
        assert abs(counts[path] / n - p) < 4.5 * np.sqrt(p * (1 - p) / n) + 1e-3


@pytest.fixture(scope="module")
def song_policy() -> PathDistribution:
    graph = build_graph(build_song("ABACABCA", 6))
    return PathDistribution(base_chain(graph, Limits()), PolicyParameters.base())


@pytest.mark.parametrize("width", [0.04, 0.012])
def test_narrow_ranges_are_met(song_policy: PathDistribution, width: float) -> None:
    song_s = song_policy.terms.segment_s[0, -1]
    low, high = (0.4 - width / 2) * song_s, (0.4 + width / 2) * song_s
    draws = draw_paths(song_policy, 60, np.random.default_rng(0), (low, high))
    assert len(draws) == 60
    assert all(low <= song_policy.terms.duration_s(path) <= high for path, _ in draws)
    assert len({path for path, _ in draws}) > 15


def test_the_usual_limits_are_the_default(song_policy: PathDistribution) -> None:
    allowed = song_policy.chain.allowed
    for path, _ in draw_paths(song_policy, 100, np.random.default_rng(0)):
        assert allowed.shortest_s <= song_policy.terms.duration_s(path) <= allowed.longest_s


def test_bars_of_changing_length_are_met() -> None:
    song = build_song("ABAB", 6)
    beats = song.beat_samples.copy()
    slower = (np.arange(len(beats)) > 40).cumsum() * 900
    edges = beats[::4] + slower[::4]
    moved = type(song)(
        **{
            **{name: getattr(song, name) for name in song.__slots__},
            "beat_samples": beats + slower,
            "bar_edges_samples": np.append(edges, beats[-1] + slower[-1] + 5000),
            "n_samples": int(beats[-1] + slower[-1] + 9000),
        }
    )
    policy = PathDistribution(base_chain(build_graph(moved), Limits()), PolicyParameters.base())
    song_s = policy.terms.segment_s[0, -1]
    low, high = 0.5 * song_s, 0.53 * song_s
    for path, _ in draw_paths(policy, 40, np.random.default_rng(0), (low, high)):
        assert low <= policy.terms.duration_s(path) <= high


def test_a_range_without_any_edit_is_told(song_policy: PathDistribution) -> None:
    with pytest.raises(UserError, match="length in the range"):
        draw_paths(song_policy, 5, np.random.default_rng(0), (20.05, 20.1))
