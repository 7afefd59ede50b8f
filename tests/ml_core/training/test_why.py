"""Why an edit: the reasons add up, and are those that the rater had."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.domain.edits import Edit, Limits
from ml_core.edits.features.edit_features import EDIT_FEATURES, edit_features
from ml_core.errors import UserError
from ml_core.training.checkpoint import BASE_MODEL, Model, load_model, save_model
from ml_core.training.deliver import deliver, explain
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset
from ml_core.training.song_scene import SongScene
from ml_core.training.wishes.directions import directions, known_wishes
from ml_core.training.wishes.why import COMPANIONS, reasons, shares, why_line
from ml_core.training.wishes.words import DIRECTIONS


def learned(ratings, graphs) -> Model:
    """The model of some ratings with the wishes that they show."""
    reward = fit_reward(build_dataset(ratings, graphs), epochs=0).model
    pool = {sha: SongScene.of(graph, Limits()).usual_features for sha, graph in graphs.items()}
    return Model(reward, wishes=known_wishes(directions(reward, None, pool)))


@pytest.fixture(scope="module")
def short(graphs, short_ratings) -> Model:
    return learned(short_ratings, graphs)


@pytest.fixture(scope="module")
def loud(graphs, energy_ratings) -> Model:
    return learned(energy_ratings, graphs)


def test_every_feature_belongs_to_one_direction() -> None:
    told = [d.feature for d in DIRECTIONS] + [n for names in COMPANIONS.values() for n in names]
    assert len(told) == len(set(told))
    assert set(told) == set(EDIT_FEATURES)


def test_the_shares_add_up_to_the_whole_difference(graphs, loud) -> None:
    for graph in list(graphs.values())[:3]:
        scene = SongScene.of(graph, Limits())
        edit = deliver(loud, graph, Limits(), 0)[0].edit
        features = edit_features(graph, [edit])
        gains, variances = shares(loud.reward, features[0], scene.reference)
        whole = loud.reward.difference(features, scene.reference)[0][0]
        assert gains.sum() == pytest.approx(whole, rel=0.05, abs=0.05)
        assert np.all(variances >= -1e-6)


def test_the_reasons_are_the_raters(graphs, short, loud) -> None:
    for model, feature in ((short, "log_duration"), (loud, "energy")):
        strongest = [
            deliver(model, graph, Limits(), 0)[0].reasons[0].feature for graph in graphs.values()
        ]
        assert strongest.count(feature) >= 6


def test_what_speaks_against_an_edit_is_told(graphs, short) -> None:
    graph = next(iter(graphs.values()))
    n = graph.analysis.n_samples
    long = Edit(graph.analysis.sha256, graph.analysis.sample_rate_hz, ((0, round(0.85 * n)),))
    told = explain(short, graph, long, Limits())
    assert (told[0].feature, told[0].words) == ("log_duration", "longer")
    assert told[0].interval[0] <= told[0].gain <= told[0].interval[1] < 0
    assert why_line(told).startswith("in spite of: longer")


def test_without_a_taste_there_is_no_reason(graphs) -> None:
    graph = next(iter(graphs.values()))
    delivered = deliver(BASE_MODEL, graph, Limits(), 0)[0]
    assert delivered.reasons == () and why_line(()) == ""
    with pytest.raises(UserError, match="no reward model"):
        explain(BASE_MODEL, graph, delivered.edit, Limits())


def test_the_usual_edit_needs_no_reason(graphs, loud) -> None:
    scene = SongScene.of(next(iter(graphs.values())), Limits())
    assert reasons(loud.reward, loud.wishes, scene.reference, scene.reference) == ()


def test_nothing_is_claimed_of_a_wish_that_is_not_known(graphs, short) -> None:
    assert short.wishes["log_duration"] == -1
    for graph in list(graphs.values())[:4]:
        n = graph.analysis.n_samples
        whole = Edit(graph.analysis.sha256, graph.analysis.sample_rate_hz, ((0, n),))
        told = explain(short, graph, whole, Limits())
        assert {reason.feature for reason in told} <= set(short.wishes)
        unknown = replace(short, wishes={})
        assert explain(unknown, graph, whole, Limits()) == ()
        assert deliver(unknown, graph, Limits(), 0)[0].reasons == ()
        # Nor is the model's gain in a direction told against the wish that is known.
        contrary = replace(short, wishes={"log_duration": 1})
        assert explain(contrary, graph, whole, Limits()) == ()


def test_known_wishes_are_kept_with_the_model(short, tmp_path) -> None:
    kept = save_model(
        short,
        tmp_path,
        kind="best",
        parent="base",
        configuration={},
        seed=0,
        dataset_hash="",
        n_ratings=40,
        utc="",
        metrics={},
    )
    assert load_model(tmp_path / kept.file_name, kept.sha256).wishes == short.wishes
