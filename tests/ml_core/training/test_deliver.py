"""The edit that is delivered: the same each time, within the limits, and no worse in its joins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.domain.ratings import Mark
from ml_core.edits.features.edit_features import FEATURE_NAMES, edit_features, path_features
from ml_core.edits.features.edit_spans import Spans
from ml_core.edits.graph.edit_graph import edit_from_path
from ml_core.edits.limits.checks import broken_limit
from ml_core.errors import UserError
from ml_core.policy.path_distribution import PolicyParameters
from ml_core.policy.path_features import N_TERMS
from ml_core.policy.styles import N_STYLES
from ml_core.progress import silent
from ml_core.reward.preference_model import PreferenceModel
from ml_core.training import deliver as deliver_module
from ml_core.training.checkpoint import BASE_MODEL, Model, load_model
from ml_core.training.deliver import N_CANDIDATES, candidates, deliver, draw, marked_joins
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset
from ml_core.training.song_scene import SongScene
from ml_core.training.train import train
from tests.ml_core.training.conftest import kept_difference

JOIN_COST = FEATURE_NAMES.index("join_cost_mean")


@pytest.fixture
def model(graphs, energy_ratings, request_for):
    request = request_for(energy_ratings)
    kept = train(request, graphs, silent()).best
    return load_model(Path(request.models_dir) / kept.file_name, kept.sha256)


@pytest.fixture
def graph(graphs):
    return graphs[list(graphs)[1]]


def test_the_same_seed_delivers_the_same(model, graph) -> None:
    one, other = (deliver(model, graph, Limits(), 5, n_alternatives=3) for _ in range(2))
    assert [d.edit for d in one] == [d.edit for d in other]
    seeds = {deliver(BASE_MODEL, graph, Limits(), seed)[0].edit.id for seed in range(6)}
    assert len(seeds) > 1


def test_alternatives_differ_and_come_best_first(model, graph) -> None:
    several = deliver(model, graph, Limits(), 0, n_alternatives=4)
    assert len({d.edit.id for d in several}) == 4
    for k, one in enumerate(several):
        for other in several[:k]:
            assert kept_difference(one.edit, other.edit) > 0.05
    score = [d.utility - 0.5 * d.utility_sd for d in several]
    assert score[0] >= max(score) - 0.1


@pytest.mark.parametrize(
    "limits",
    [
        Limits(),
        Limits(keep_low=0.38, keep_high=0.42),
        Limits(shortest_s=20.0, longest_s=25.0, keep_low=0.0, keep_high=1.0),
        Limits(keep_intro=True),
        Limits(keep_ending=True, forbidden=((12.0, 18.0),)),
    ],
)
def test_every_edit_keeps_the_limits(model, graph, limits: Limits) -> None:
    for source in (BASE_MODEL, model):
        delivered = deliver(source, graph, limits, 1, n_alternatives=3)
        drawn = draw(source, graph, limits, 12, np.random.default_rng(0))
        for edit in [d.edit for d in delivered] + [c.edit for c in drawn]:
            assert broken_limit(edit, graph, limits) is None


def test_limits_that_nothing_meets_are_told(graph) -> None:
    with pytest.raises(UserError):
        deliver(BASE_MODEL, graph, Limits(shortest_s=10_000.0), 0)


def test_the_untrained_app_chooses_by_joins(graph) -> None:
    best = deliver(BASE_MODEL, graph, Limits(), 0)[0]
    drawn = draw(BASE_MODEL, graph, Limits(), 60, np.random.default_rng(1))
    usual = [c.features[JOIN_COST] for c in drawn if c.edit.n_joins]
    assert best.edit.n_joins > 0
    assert best.mean_join_cost <= np.quantile(usual, 0.1)
    assert (best.utility, best.utility_sd) == (0.0, 0.0)


def test_joins_are_never_worse_than_the_base_policys(model, graphs) -> None:
    for graph in graphs.values():
        usual = SongScene.of(graph, Limits()).usual_features[:, JOIN_COST].mean()
        assert deliver(model, graph, Limits(), 0)[0].mean_join_cost <= usual + 1e-9


def test_origins_tell_where_an_edit_came_from(model, graph) -> None:
    delivered = deliver(model, graph, Limits(), 9, checkpoint="abc")[0]
    origin = delivered.candidate.origin
    assert (origin.checkpoint, origin.seed) == ("abc", 9)
    assert 0 <= origin.style < 36
    assert len(delivered.candidate.features) == len(FEATURE_NAMES)


def test_a_join_marked_as_bad_is_avoided(graph) -> None:
    first = deliver(BASE_MODEL, graph, Limits(), 0)[0].edit
    left, entered = first.spans[0][1], first.spans[1][0]
    mark = Mark(1, first.sha256, "bad_join", "A", left + 40, entered - 40)
    assert marked_joins(graph, [mark])
    second = deliver(BASE_MODEL, graph, Limits(), 0, marks=(mark,))[0].edit
    reach = 0.3 * first.sample_rate_hz
    for (_, end), (start, _) in zip(second.spans[:-1], second.spans[1:], strict=True):
        assert abs(end - left) > reach or abs(start - entered) > reach


def test_marks_of_other_songs_and_kinds_do_nothing(graph) -> None:
    sha256 = graph.analysis.sha256
    marks = [Mark(1, "f" * 64, "bad_join", "A", 100, 9000), Mark(1, sha256, "both_bad")]
    assert marked_joins(graph, marks) == frozenset()
    plain, marked = (deliver(BASE_MODEL, graph, Limits(), 0, marks=m) for m in ((), tuple(marks)))
    assert plain[0].edit == marked[0].edit


def test_a_song_whose_every_join_is_marked_still_gets_an_edit(graph) -> None:
    marks = _all_joins(graph)
    assert deliver(BASE_MODEL, graph, Limits(), 0, marks=marks)[0].edit.n_joins == 0


def test_where_no_candidate_keeps_the_limits_marks_and_origin_still_count(
    graph, monkeypatch
) -> None:
    whole = ((0, graph.n_bars - 1),)
    monkeypatch.setattr(deliver_module, "candidates", lambda *_: [(whole, 0)])

    def joins_of(seed: int, marks: Sequence[Mark] = ()) -> set[tuple[int, int]]:
        (delivered,) = deliver(
            BASE_MODEL, graph, Limits(), seed, n_alternatives=3, marks=marks, checkpoint="abc"
        )
        origin, edit = delivered.candidate.origin, delivered.edit
        assert (origin.checkpoint, origin.seed) == ("abc", seed)
        assert broken_limit(edit, graph, Limits()) is None
        return {(a[1], b[0]) for a, b in pairwise(edit.spans)}

    sha256 = graph.analysis.sha256
    usual = set().union(*(joins_of(seed) for seed in range(8)))
    marks = [Mark(1, sha256, "bad_join", "A", left, entered) for left, entered in usual]
    assert usual
    for seed in range(8):
        assert not joins_of(seed, marks) & usual


def test_marked_joins_come_back_only_where_no_other_edit_keeps_the_limits(
    graph, monkeypatch
) -> None:
    """Placing joins may break a bound, and so leave none of the edits without marked joins."""
    monkeypatch.setattr(
        deliver_module, "broken_limit", lambda edit, *_: None if edit.n_joins else "too long"
    )
    delivered = deliver(BASE_MODEL, graph, Limits(), 0, marks=_all_joins(graph))
    assert delivered[0].edit.n_joins > 0


def _all_joins(graph) -> list[Mark]:
    edges = graph.edges_samples
    return [
        Mark(1, graph.analysis.sha256, "bad_join", "A", int(edges[e + 1]), int(edges[s]))
        for e in range(graph.n_bars)
        for s in range(e + 2, graph.n_bars)
    ]


def test_features_before_and_after_placing_joins_are_nearly_alike(graph) -> None:
    scene = SongScene.of(graph, Limits())
    paths = scene.usual_paths[:20]
    placed = [edit_from_path(graph, path) for path in paths]
    rough, exact = Spans.of_paths(graph, paths), Spans.of(placed, graph.analysis.n_samples)
    assert np.array_equal(rough.edit, exact.edit) and np.array_equal(rough.first, exact.first)
    for ours, theirs in ((rough.start, exact.start), (rough.end, exact.end)):
        assert np.abs(ours - theirs).max() <= 0.06 * graph.analysis.sample_rate_hz
    assert path_features(graph, paths).shape == (20, len(FEATURE_NAMES))


def test_joins_are_capped_whatever_the_reward_says(graphs, rated) -> None:
    """A reward that wants nothing but rough joins gets none rougher than the base policy's."""

    def likes_rough(graph, edit) -> float:
        return 4.0 * float(edit_features(graph, [edit])[0, JOIN_COST])

    reward = fit_reward(build_dataset(rated.by(likes_rough, 40), graphs), epochs=0).model
    for graph in graphs.values():
        scene = SongScene.of(graph, Limits())
        usual = scene.usual_features[:, JOIN_COST].mean()
        utilities, _ = reward.difference(scene.usual_features, scene.reference)
        assert np.corrcoef(utilities, scene.usual_features[:, JOIN_COST])[0, 1] > 0.3
        assert deliver(Model(reward), graph, Limits(), 0)[0].mean_join_cost <= usual + 1e-9


def test_a_tuned_policy_narrows_what_is_chosen_from_by_half_only(graphs, short_ratings) -> None:
    graph = next(iter(graphs.values()))
    scene = SongScene.of(graph, Limits())
    reward = fit_reward(build_dataset(short_ratings, graphs), epochs=0).model
    logits = np.where(np.arange(N_STYLES) < N_STYLES // 6, 8.0, 0.0)  # Only the shortest styles.
    tuned = Model(reward, PolicyParameters(np.zeros(N_TERMS), logits))
    assert tuned.is_tuned and not tuned.without_tuning().is_tuned and not BASE_MODEL.is_tuned
    drawn = candidates(tuned, scene, np.random.default_rng(0))
    plain = candidates(tuned.without_tuning(), scene, np.random.default_rng(0))
    assert len(drawn) <= N_CANDIDATES and len(plain) <= N_CANDIDATES

    def shares(found) -> float:
        return float(np.mean([style < N_STYLES // 6 for _, style in found]))

    assert shares(plain) < 0.4 < shares(drawn) < 0.8
    # The base policy's draws that the tuned one never makes can still win.
    full = Model(negated(reward), tuned.policy)
    longest = deliver(full, graph, Limits(), 0)[0].edit.duration_s
    assert longest > 0.6 * graph.song_s


def negated(reward: PreferenceModel) -> PreferenceModel:
    """The opposite taste."""
    return replace(reward, weights=-reward.weights)
