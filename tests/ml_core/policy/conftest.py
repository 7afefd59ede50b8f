"""Small songs whose paths can all be listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.edits.graph.edit_graph import EditGraph, Path, build_graph
from ml_core.policy.path_distribution import PathDistribution, PolicyParameters
from ml_core.policy.path_features import N_TERMS
from ml_core.policy.song_kind import SongKind
from ml_core.policy.styles import N_STYLES, base_chain
from tests.ml_core.edits.song_builder import allows, build_song

TINY_LIMITS = Limits(shortest_s=5.0)


@pytest.fixture(scope="session")
def tiny_graph() -> EditGraph:
    """Six bars of 4.8 s."""
    return build_graph(build_song("AB", 3, beat_s=1.2))


@pytest.fixture(scope="session", params=["alike on all songs", "by the song's kind"])
def tilted(request: pytest.FixtureRequest, tiny_graph: EditGraph) -> PolicyParameters:
    """Some policy far from the base one, without slopes on the song's kind and with them."""
    rng = np.random.default_rng(0)
    alike = PolicyParameters(
        0.3 * rng.normal(size=N_TERMS), rng.normal(size=N_STYLES), np.array([0.8, -0.5])
    )
    if request.param == "alike on all songs":
        return alike
    return replace(
        alike,
        kind=SongKind("song_length", float(np.log(tiny_graph.song_s)) - 0.1, 0.2),
        tilt_slopes=0.3 * rng.normal(size=N_TERMS),
        logit_slopes=rng.normal(size=N_STYLES),
    )


@pytest.fixture(scope="session")
def tiny_policy(tiny_graph: EditGraph, tilted: PolicyParameters) -> PathDistribution:
    """That policy on the tiny song."""
    return PathDistribution(base_chain(tiny_graph, TINY_LIMITS), tilted)


@pytest.fixture(scope="session")
def tiny_base(tiny_graph: EditGraph) -> PathDistribution:
    """The base policy on the tiny song."""
    return PathDistribution(base_chain(tiny_graph, TINY_LIMITS), PolicyParameters.base())


@pytest.fixture(scope="session")
def tiny_paths(tiny_policy: PathDistribution) -> list[Path]:
    """Every path that is allowed on the tiny song."""
    allowed = tiny_policy.chain.allowed
    return [path for path in _all_paths(tiny_policy.chain.n_bars) if allows(allowed, path)]


def log_joint(policy: PathDistribution, path: Path) -> np.ndarray:
    """Log probability of a path with each style, (n_styles,), from what draws are made of."""
    p = np.exp(policy.log_styles) * policy.start[:, path[0][0]]
    for style in range(N_STYLES):
        for k, (first, last) in enumerate(path):
            entered, ending = policy.row_enter(last, style)
            p[style] *= policy.row_leave(first, style)[last - first]
            p[style] *= entered[path[k + 1][0] - last - 2] if k + 1 < len(path) else ending
    with np.errstate(divide="ignore"):
        return np.log(p)


def log_probability(policy: PathDistribution, paths: list[Path]) -> np.ndarray:
    """Log probability of each path, over all styles, (n,); -inf where it is not allowed."""
    return np.array([np.logaddexp.reduce(log_joint(policy, path)) for path in paths])


def _all_paths(n_bars: int, first: int = 0) -> Iterator[Path]:
    for start in range(first, n_bars):
        for end in range(start, n_bars):
            yield ((start, end),)
            for rest in _all_paths(n_bars, end + 2):
                yield ((start, end), *rest)
