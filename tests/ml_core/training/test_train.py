"""Training as a whole: learns, resumes to the last bit, and fails without harm."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch

from ml_core.domain.edits import Limits
from ml_core.domain.models import BASE, ModelRef
from ml_core.domain.requests import SongTask, TrainRequest, TrainResult
from ml_core.edits.graph.edit_graph import edit_from_path
from ml_core.errors import Cancelled, UserError
from ml_core.paths import unfinished_training
from ml_core.policy.decode import draw_paths
from ml_core.policy.path_distribution import WEIGHTS, PathDistribution
from ml_core.progress import Progress, silent
from ml_core.training.checkpoint import BASE_MODEL, load_model
from ml_core.training.deliver import deliver
from ml_core.training.song_scene import SongScene
from ml_core.training.train import train
from tests.ml_core.training.stop_at import StopAt


def _model(result, request, kind: str = "best"):
    kept = getattr(result, kind)
    return load_model(Path(request.models_dir) / kept.file_name, kept.sha256)


class Trained(NamedTuple):
    """A training that ended by itself; its models are read and not changed."""

    request: TrainRequest
    result: TrainResult


@pytest.fixture(scope="module")
def whole(graphs, short_ratings, request_in, tmp_path_factory) -> Trained:
    """An uninterrupted training."""
    request = request_in(tmp_path_factory.mktemp("whole"), short_ratings)
    return Trained(request, train(request, graphs, silent()))


@pytest.fixture(scope="module")
def brief(graphs, short_ratings, request_in, tmp_path_factory) -> Trained:
    """A training of few episodes."""
    request = request_in(tmp_path_factory.mktemp("brief"), short_ratings, episodes=8)
    return Trained(request, train(request, graphs, silent()))


def test_a_model_tells_when_its_training_began(brief) -> None:
    kept = Path(brief.request.models_dir) / brief.result.best.file_name
    began_s = datetime.fromisoformat(brief.result.best.utc).timestamp()
    assert kept.stat().st_mtime - began_s >= brief.result.metrics["seconds"]["policy"]


def test_everything_a_person_is_told_is_there(graphs, energy_ratings, request_for) -> None:
    request = request_for(energy_ratings)
    result = train(request, graphs, silent())
    metrics = result.metrics
    assert json.loads(json.dumps(metrics, allow_nan=False)) == metrics
    assert metrics["counts"]["A"] + metrics["counts"]["B"] + metrics["counts"]["tie"] == 48
    assert len(metrics["train_loss"]) == len(metrics["validation_loss"]) == 4
    assert 1 <= metrics["best_epoch"] <= 4
    assert metrics["episodes"] == 80
    assert len(metrics["reward_curve"]) == len(metrics["kl_curve"]) == 20
    assert metrics["device"] == "cpu"
    assert set(metrics["seconds"]) == {"reward", "baselines", "policy"}
    assert set(metrics["what_changes"]) == {"old", "new"}
    assert result.best.parent == "base" and result.best.n_ratings == 48
    assert result.best.kind == "best" and result.final.kind == "final"
    assert result.best.id != result.final.id
    assert {p.name for p in Path(request.models_dir).iterdir()} == {
        result.best.file_name,
        result.final.file_name,
    }


def test_plain_draws_move_towards_the_taste(
    graphs, energy_ratings, energy_liking, request_for
) -> None:
    """Fine-tuning itself is real: draws, not the choice among them."""
    learned = list(graphs)[:6]
    request = request_for(
        [r for r in energy_ratings if r.sha256 in learned],
        episodes=200,
        songs=tuple(SongTask(sha256, "") for sha256 in learned),
    )
    model = _model(train(request, graphs, silent()), request)
    wins = []
    for sha256 in list(graphs)[6:]:
        graph = graphs[sha256]
        scene = SongScene.of(graph, Limits())
        liked = []
        for policy in (BASE_MODEL.policy, model.policy):
            rng = np.random.default_rng(0)
            paths = [p for p, _ in draw_paths(PathDistribution(scene.chain, policy), 40, rng)]
            edits = [edit_from_path(graph, path) for path in paths]
            liked.append(np.array([energy_liking(graph, edit) for edit in edits]))
        wins.append(np.mean(liked[1][:, None] > liked[0][None, :]))
    assert np.mean(wins) > 0.7


def test_delivered_edits_please_on_unseen_songs(
    graphs, energy_ratings, energy_liking, request_for
) -> None:
    learned = list(graphs)[:6]
    request = request_for(
        [r for r in energy_ratings if r.sha256 in learned],
        songs=tuple(SongTask(sha256, "") for sha256 in learned),
    )
    model = _model(train(request, graphs, silent()), request)
    wins = []
    for sha256 in list(graphs)[6:]:
        graph = graphs[sha256]
        scene = SongScene.of(graph, Limits())
        usual = [energy_liking(graph, edit_from_path(graph, p)) for p in scene.usual_paths]
        for seed in range(4):
            best = energy_liking(graph, deliver(model, graph, Limits(), seed)[0].edit)
            wins.append(np.mean(best > np.array(usual)))
    assert np.mean(wins) > 0.7


def test_the_same_ratings_and_seed_make_the_same_model(
    graphs, short_ratings, request_for, tmp_path
) -> None:
    one = request_for(short_ratings, episodes=24)
    other = request_for(short_ratings, episodes=24, models_dir=str(tmp_path / "other"))
    first, second = (_model(train(r, graphs, silent()), r, "final") for r in (one, other))
    assert np.array_equal(first.policy.tilts, second.policy.tilts)
    assert torch.equal(first.reward.weights, second.reward.weights)
    third_request = request_for(
        short_ratings, episodes=24, seed=2, models_dir=str(tmp_path / "third")
    )
    third = _model(train(third_request, graphs, silent()), third_request, "final")
    assert not np.array_equal(first.policy.tilts, third.policy.tilts)


@pytest.mark.parametrize("stop_at", [30, 131, 165, 195])
def test_fault_49_a_cancelled_training_resumes_to_the_same_numbers(
    graphs, short_ratings, request_for, whole: Trained, stop_at: int
) -> None:
    expected = whole.result
    request = request_for(short_ratings)
    with pytest.raises(Cancelled):
        train(request, graphs, StopAt(stop_at))
    models = Path(request.models_dir)
    assert not models.exists() or set(models.iterdir()) <= {unfinished_training(models)}
    resumed_request = request_for(short_ratings, resume=True)
    resumed = train(resumed_request, graphs, silent())
    if stop_at >= 165:
        assert resumed.metrics["resumed_at_update"] > 0
    for kind in ("best", "final"):
        one, other = _model(expected, whole.request, kind), _model(resumed, resumed_request, kind)
        for name in WEIGHTS:
            assert np.array_equal(getattr(one.policy, name), getattr(other.policy, name))
        assert one.policy.kind == other.policy.kind
        assert torch.equal(one.reward.weights, other.reward.weights)
    assert resumed.metrics["reward_curve"] == expected.metrics["reward_curve"]
    assert not unfinished_training(models).exists()


def test_only_the_very_same_training_is_resumed(graphs, short_ratings, request_for) -> None:
    with pytest.raises(Cancelled):
        train(request_for(short_ratings), graphs, StopAt(175))
    fewer = train(request_for(short_ratings[:-1], resume=True), graphs, silent())
    assert fewer.metrics["resumed_at_update"] == 0


def test_a_damaged_state_is_not_resumed(graphs, short_ratings, request_for) -> None:
    request = request_for(short_ratings, episodes=24)
    with pytest.raises(Cancelled):
        train(request, graphs, StopAt(136))
    file = unfinished_training(request.models_dir)
    file.write_bytes(file.read_bytes()[:-100])
    resumed = train(request_for(short_ratings, episodes=24, resume=True), graphs, silent())
    assert resumed.metrics["resumed_at_update"] == 0


def test_the_next_cycle_starts_from_its_parent(
    graphs, short_ratings, request_for, whole: Trained
) -> None:
    request, first = whole
    follow = request_for(
        short_ratings,
        episodes=8,
        parent=ModelRef(
            first.best.id,
            str(Path(request.models_dir) / first.best.file_name),
            first.best.sha256,
        ),
    )
    second = train(follow, graphs, silent())
    assert second.best.parent == first.best.id
    assert second.metrics["kl_curve"][0] == pytest.approx(0.0, abs=1e-9)


def test_a_damaged_parent_does_not_stop_a_training(
    graphs, short_ratings, request_for, whole: Trained
) -> None:
    request, first = whole
    file = Path(request.models_dir) / first.best.file_name
    damaged = request_for(
        short_ratings,
        parent=ModelRef(first.best.id, str(file), "0" * 64),
    )
    from_start = train(damaged, graphs, silent())
    assert any(
        "damaged" in note and "from the start" in note for note in from_start.metrics["notes"]
    )
    assert from_start.best.parent == BASE
    again = _model(from_start, damaged, "best")
    assert np.array_equal(again.policy.tilts, _model(first, request, "best").policy.tilts)


def test_reports_come_in_order_with_what_the_screen_draws(
    graphs, short_ratings, request_for
) -> None:
    partials: list[dict] = []
    fractions: list[float] = []

    def watch(fraction: float, words: str, partial: dict | None) -> None:
        fractions.append(fraction)
        if partial:
            partials.append(partial)

    train(request_for(short_ratings, episodes=40), graphs, Progress(watch))
    policy = [p for p in partials if p["stage"] == "policy"]
    assert [p["episode"] for p in policy] == list(range(1, 41))
    assert all(p["reward_low"] <= p["reward"] <= p["reward_high"] for p in policy)
    assert policy[0]["kl"] == pytest.approx(0.0, abs=1e-9) and policy[-1]["kl"] > 0
    assert fractions == sorted(fractions)


def test_fault_53_training_needs_a_decided_rating(graphs, request_for) -> None:
    request = request_for([])
    with pytest.raises(UserError, match="no ratings"):
        train(request, graphs, silent())
    assert not Path(request.models_dir).exists()


def test_one_song_and_one_rating_train(graphs, short_ratings, request_for) -> None:
    rating = next(r for r in short_ratings if r.answer == "A")
    request = request_for([rating], episodes=8, songs=(SongTask(rating.sha256, ""),))
    result = train(request, graphs, silent())
    assert result.metrics["held_out_accuracy"]["ours"] is None
    assert result.best.n_ratings == 1


def test_songs_that_allow_no_edit_are_passed_over(graphs, short_ratings, request_for) -> None:
    songs = [SongTask(sha256, "") for sha256 in graphs]
    songs[0] = SongTask(songs[0].sha256, "", Limits(shortest_s=10_000.0))
    result = train(request_for(short_ratings, episodes=8, songs=tuple(songs)), graphs, silent())
    assert result.metrics["episodes"] == 8
    # What it learned from is kept: songs that it tunes on, and those that were rated.
    rated = {rating.sha256 for rating in short_ratings}
    for made in (result.best, result.final):
        learned = set(made.configuration["songs"])
        assert learned == rated | {song.sha256 for song in songs[1:]}
    none = tuple(SongTask(sha, "", Limits(shortest_s=10_000.0)) for sha in graphs)
    with pytest.raises(UserError, match="no edit"):
        train(request_for(short_ratings, songs=none), graphs, silent())


def test_cuda_that_is_missing_is_told(
    graphs, short_ratings, request_for, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError, match="CUDA"):
        train(request_for(short_ratings, device="cuda"), graphs, silent())


def test_draws_that_become_alike_raise_the_alarm(
    graphs, short_ratings, request_for, brief: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm = brief.result
    assert not calm.metrics["collapsed"]
    monkeypatch.setattr("ml_core.training.fit_policy.fit.COLLAPSE_SHARE", 5.0)
    alarmed = train(request_for(short_ratings, episodes=8), graphs, silent())
    assert alarmed.metrics["collapsed"]
    assert any("alike" in note for note in alarmed.metrics["notes"])


def test_answers_at_random_hardly_move_the_policy(graphs, rated, request_for) -> None:
    rng = np.random.default_rng(5)
    answered = rated.by(lambda graph, edit: 0.0, 48, seed=5, ties=0.1)
    guesses = [
        replace(r, answer=str(rng.choice(["A", "B", "tie"], p=[0.4, 0.4, 0.2]))) for r in answered
    ]
    guessed = train(request_for(guesses), graphs, silent()).metrics
    meant = train(request_for(rated.by(_likes_short, 48)), graphs, silent()).metrics
    assert guessed["reliability"] < 0.5 < meant["reliability"]
    assert guessed["final_kl"] < 0.5 * meant["final_kl"]


def _likes_short(graph, edit) -> float:
    return -3.0 * float(np.log(edit.duration_s / graph.song_s))


def test_training_stops_early_when_nothing_gets_better(
    graphs, short_ratings, request_for, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml_core.training.fit_policy.tuner.LEARNING_RATE", 0.0)
    monkeypatch.setattr("ml_core.training.fit_policy.tuner.PATIENCE", 2)
    result = train(request_for(short_ratings, episodes=400), graphs, silent())
    assert result.metrics["episodes"] < 400
    assert any("Stopped after" in note for note in result.metrics["notes"])


def test_a_length_that_nobody_wished_is_held(graphs, rated, request_for) -> None:
    """Someone who judges the first and last seconds only: long edits are as good as short ones."""

    def starts_and_ends_loud(graph, edit) -> float:
        loud = graph.analysis.bar_feature("energy").astype(float)
        first, last = (
            int(np.clip(np.searchsorted(graph.edges_samples, at, "right") - 1, 0, len(loud) - 1))
            for at in (edit.spans[0][0], edit.spans[-1][1] - 1)
        )
        return 3.0 * float(loud[first] + loud[last])

    request = request_for(rated.by(starts_and_ends_loud, 48), episodes=200)
    metrics = train(request, graphs, silent()).metrics
    assert metrics["length_held"]
    old, new = (metrics["what_changes"][name]["duration_s"] for name in ("old", "new"))
    assert abs(new / old - 1.0) < 0.15


def test_a_wished_length_is_not_held(graphs, short_ratings, request_for) -> None:
    metrics = train(request_for(short_ratings, episodes=200), graphs, silent()).metrics
    assert not metrics["length_held"]
    old, new = (metrics["what_changes"][name]["duration_s"] for name in ("old", "new"))
    assert new < 0.85 * old


@pytest.mark.parametrize("name", ["FEATURES_VERSION", "POLICY_VERSION"])
def test_old_ratings_train_anew_where_the_old_model_is_of_another_version(
    graphs, short_ratings, request_for, brief: Trained, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    request, first = brief
    monkeypatch.setattr(f"ml_core.training.checkpoint.{name}", "another")
    follow = request_for(
        short_ratings,
        episodes=8,
        parent=ModelRef(
            first.best.id,
            str(Path(request.models_dir) / first.best.file_name),
            first.best.sha256,
        ),
    )
    second = train(follow, graphs, silent())
    assert second.best.parent == BASE and second.best.n_ratings == len(short_ratings)
    assert any("another version" in note for note in second.metrics["notes"])
    assert _model(second, follow).reward is not None
