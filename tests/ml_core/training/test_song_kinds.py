"""A taste that depends on the song: learned, tuned to, kept and resumed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.domain.requests import SongTask
from ml_core.edits.graph.edit_graph import edit_from_path
from ml_core.errors import Cancelled
from ml_core.policy.decode import draw_paths
from ml_core.policy.path_distribution import WEIGHTS, PathDistribution, PolicyParameters
from ml_core.progress import silent
from ml_core.reward.device import CPU, DeviceRun
from ml_core.training.checkpoint import load_model
from ml_core.training.fit_policy.tuner import Tuner
from ml_core.training.fit_policy.weights import PolicyWeights, song_kind
from ml_core.training.song_scene import SongScene
from ml_core.training.train import train
from tests.ml_core.training.stop_at import StopAt


@pytest.fixture(scope="module")
def by_length(graphs) -> list[str]:
    """Hashes of the songs, shortest first."""
    return sorted(graphs, key=lambda sha256: graphs[sha256].song_s)


@pytest.fixture(scope="module")
def flipping(graphs, by_length, energy_liking):
    """The loud parts of long songs, the calm parts of short ones."""
    middle = np.mean([graphs[by_length[k]].song_s for k in (3, 4)])
    return lambda graph, edit: (1 if graph.song_s > middle else -1) * energy_liking(graph, edit)


@pytest.fixture(scope="module")
def unrated(by_length) -> list[str]:
    """A short and a long song that nobody rated."""
    return [by_length[1], by_length[6]]


@pytest.fixture(scope="module")
def ratings(rated, flipping, unrated):
    return [r for r in rated.by(flipping, 128, seed=4) if r.sha256 not in unrated]


@pytest.fixture
def request_on_rated(request_for, ratings, by_length, unrated):
    songs = tuple(SongTask(sha256, "") for sha256 in by_length if sha256 not in unrated)
    return lambda **changes: request_for(ratings, songs=songs, **changes)


def _model(result, request):
    return load_model(Path(request.models_dir) / result.final.file_name, result.final.sha256)


def test_draws_move_opposite_ways_on_songs_never_rated(
    graphs, unrated, energy_liking, request_on_rated
) -> None:
    request = request_on_rated(episodes=200)
    result = train(request, graphs, silent())
    assert result.metrics["depends_on"]
    model = _model(result, request)
    assert model.policy.kind is not None
    assert model.policy.kind.aspect == model.reward.hyper.aspect
    moved = []
    for sha256 in unrated:
        scene = SongScene.of(graphs[sha256], Limits())
        means = []
        for policy in (PolicyParameters.base(), model.policy):
            rng = np.random.default_rng(0)
            drawn = draw_paths(PathDistribution(scene.chain, policy), 60, rng)
            edits = [edit_from_path(graphs[sha256], path) for path, _ in drawn]
            means.append(np.mean([energy_liking(graphs[sha256], edit) for edit in edits]))
        moved.append(means[1] - means[0])
    assert moved[0] < -0.1 and moved[1] > 0.1


def test_a_resumed_training_is_the_uninterrupted_one(graphs, request_on_rated, tmp_path) -> None:
    whole = request_on_rated(models_dir=str(tmp_path / "whole"))
    expected = _model(train(whole, graphs, silent()), whole)
    with pytest.raises(Cancelled):
        train(request_on_rated(), graphs, StopAt(120))
    request = request_on_rated(resume=True)
    result = train(request, graphs, silent())
    assert result.metrics["resumed_at_update"] > 0
    resumed = _model(result, request)
    assert resumed.policy.kind == expected.policy.kind and resumed.policy.kind is not None
    assert np.any(resumed.policy.tilt_slopes)
    for name in WEIGHTS:
        assert np.array_equal(getattr(resumed.policy, name), getattr(expected.policy, name))


def test_the_vector_is_the_policy_and_its_scores_are_its_gradient(
    graphs, by_length, request_on_rated
) -> None:
    request = request_on_rated(episodes=8)
    model = _model(train(request, graphs, silent()), request)
    scenes = [SongScene.of(graphs[sha256], Limits()) for sha256 in by_length[::3]]
    weights = PolicyWeights(scenes, model.policy, song_kind(model.reward))
    first = weights.first()
    again = weights.parameters(first)
    for name in WEIGHTS:
        assert getattr(again, name) == pytest.approx(getattr(model.policy, name), abs=1e-12)
    chain = scenes[0].chain
    policy = PathDistribution(chain, again)
    draws = policy.draw(3, np.random.default_rng(0))
    styles = np.array([style for _, style in draws])
    terms = chain.terms.of_paths([path for path, _ in draws])
    scores = weights.scores(policy, terms, styles)
    for index in (0, 4, 40, len(first) - 60, len(first) - 1):
        step = np.zeros(len(first))
        step[index] = 1e-5
        up, down = (
            PathDistribution(chain, weights.parameters(first + sign * step)) for sign in (1, -1)
        )
        slope = (up.log_ratio_to_base(terms, styles) - down.log_ratio_to_base(terms, styles)) / 2e-5
        assert scores[:, index] == pytest.approx(slope, abs=1e-5)


def test_a_steady_taste_leaves_the_slopes_alone(
    graphs, by_length, short_ratings, request_for, request_on_rated
) -> None:
    request = request_for(short_ratings, episodes=8)
    model = _model(train(request, graphs, silent()), request)
    assert model.policy.kind is None
    assert not np.any(model.policy.tilt_slopes) and not np.any(model.policy.logit_slopes)
    # A parent that went by the song's kind is told alike for all songs, as near as it can be.
    dependent = _model(train(one := request_on_rated(episodes=40), graphs, silent()), one)
    assert dependent.policy.kind is not None
    scenes = [SongScene.of(graphs[sha256], Limits()) for sha256 in by_length]
    tuner = Tuner(scenes, model.reward, dependent.policy, DeviceRun(CPU))
    start = tuner.parameters(tuner.begin(np.random.default_rng(0)).weights)
    assert start.kind is None and not np.any(start.tilt_slopes)
    mean = np.mean([dependent.policy.tilts_on(scene.chain) for scene in scenes], axis=0)
    assert start.tilts == pytest.approx(mean)
