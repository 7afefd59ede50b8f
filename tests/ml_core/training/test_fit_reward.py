"""Fitting the reward model beside its baselines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.reward.device import DeviceRun
from ml_core.training.fit_reward import fit as fitting
from ml_core.training.fit_reward import ours
from ml_core.training.fit_reward.evidence import GRID
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset
from tests.faults.learning.trainer import BrokenCard

BASELINES = {"ours", "always_shorter", "length_only", "network", "random"}


def test_a_taste_for_short_is_seen_by_length_too(graphs, short_ratings) -> None:
    fit = fit_reward(build_dataset(short_ratings, graphs), epochs=10)
    accuracy = fit.held_out_accuracy
    assert set(accuracy) == BASELINES
    assert accuracy["always_shorter"] > 0.9
    assert accuracy["length_only"] > 0.9
    assert accuracy["ours"] > 0.85
    assert accuracy["random"] == 0.5
    assert fit.metrics["length_explains"] > 0.9
    assert fit.metrics["held_out_by"] == "songs"


def test_a_taste_that_length_does_not_explain(graphs, energy_ratings) -> None:
    accuracy = fit_reward(build_dataset(energy_ratings, graphs), epochs=10).held_out_accuracy
    assert accuracy["ours"] > 0.68
    assert accuracy["always_shorter"] < 0.6
    assert accuracy["ours"] > accuracy["length_only"] + 0.15


def test_every_fit_and_epoch_is_reported(graphs, short_ratings) -> None:
    seen: list[dict] = []
    fractions: list[float] = []

    def watch(fraction: float, words: str, partial: dict | None) -> None:
        fractions.append(fraction)
        if partial:
            seen.append(partial)

    fit = fit_reward(build_dataset(short_ratings, graphs), epochs=6, progress=Progress(watch))
    assert [p["fit"] for p in seen if "fit" in p] == list(range(1, len(GRID) + 1))
    epochs = [p for p in seen if "epoch" in p]
    assert [p["epoch"] for p in epochs] == list(range(1, 7))
    assert all(p["stage"] == "reward" and p["validation_loss"] > 0 for p in seen)
    assert epochs[-1]["best_epoch"] == fit.metrics["best_epoch"]
    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1.0)
    assert fit.metrics["train_loss"] == [p["train_loss"] for p in epochs]


def test_the_same_ratings_and_seed_give_the_same_model(graphs, short_ratings) -> None:
    data = build_dataset(short_ratings, graphs)
    one, other = (fit_reward(data, epochs=2, seed=3) for _ in range(2))
    assert torch.equal(one.model.weights, other.model.weights)
    assert one.held_out_accuracy == other.held_out_accuracy


@pytest.mark.parametrize(("n", "words"), [(0, "no ratings"), (1, "ties")])
def test_fault_53_too_few_ratings_are_told(graphs, short_ratings, n: int, words: str) -> None:
    ties = [replace(r, answer="tie", strength=1) for r in short_ratings[: n and 10]]
    with pytest.raises(UserError, match=words) as told:
        fit_reward(build_dataset(ties, graphs), epochs=1)
    assert told.value.remedy


def test_ratings_whose_songs_are_gone_are_told(short_ratings) -> None:
    with pytest.raises(UserError, match="missing"):
        fit_reward(build_dataset(short_ratings, {}), epochs=1)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_fault_53_one_to_three_ratings_lean_the_model(graphs, short_ratings, n: int) -> None:
    decided = [r for r in short_ratings if r.answer in ("A", "B")][:n]
    data = build_dataset(decided, graphs)
    fit = fit_reward(data, epochs=2)
    mean, variance = fit.model.difference(data.a, data.b)
    assert np.all(mean * data.sign > 0)
    assert np.all(np.isfinite(variance)) and np.all(variance > 0)
    if n == 1:
        assert fit.held_out_accuracy["ours"] is None
        assert fit.metrics["held_out_by"] == "none"


def test_fault_53_contradictory_ratings_give_no_direction(graphs, short_ratings) -> None:
    opposite = {"A": "B", "B": "A", "tie": "tie"}
    both = [
        one
        for rating in short_ratings
        for one in (rating, replace(rating, answer=opposite[rating.answer]))
    ]
    data = build_dataset(both, graphs)
    fit = fit_reward(data, epochs=2)
    assert np.abs(fit.model.difference(data.a, data.b)[0]).max() < 0.05
    assert fit.held_out_accuracy["ours"] < 0.7


def test_features_that_are_no_numbers_do_no_harm(graphs, short_ratings) -> None:
    data = build_dataset(short_ratings, graphs)
    data.a[3, 5], data.b[4, 2] = np.nan, np.inf
    fit = fit_reward(data, epochs=2)
    assert np.all(np.isfinite(fit.model.difference(data.a, data.b)[0]))
    assert fit.held_out_accuracy["ours"] > 0.8


def test_fault_53_a_model_of_no_numbers_is_refused(graphs, short_ratings) -> None:
    data = build_dataset(short_ratings, graphs)
    with pytest.raises(UserError, match="no numbers") as told:
        fit_reward(data, epochs=1, run=BrokenCard(torch.device("cpu")))
    assert "cpu" in told.value.remedy


def test_the_form_for_many_ratings_is_taken_beyond_its_bound(
    graphs, short_ratings, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = build_dataset(short_ratings, graphs)
    exact = fit_reward(data, epochs=0)
    monkeypatch.setattr(ours, "EXACT_PAIRS", 10)
    monkeypatch.setattr(ours, "GRID_PAIRS", 30)
    many = fit_reward(data, epochs=0)
    agree = np.sign(exact.model.difference(data.a, data.b)[0]) == np.sign(
        many.model.difference(data.a, data.b)[0]
    )
    assert agree.mean() > 0.9
    assert many.held_out_accuracy["ours"] > 0.8


def test_fault_48_memory_runs_out_while_fitting(
    graphs, short_ratings, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = build_dataset(short_ratings, graphs)
    expected = fit_reward(data, epochs=2)
    real, calls = fitting.fit_ours, []

    def full_once(*arguments, **options):
        calls.append(1)
        if len(calls) == 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(*arguments, **options)

    monkeypatch.setattr(fitting, "fit_ours", full_once)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    run = DeviceRun(torch.device("cuda"))
    fit = fit_reward(data, epochs=2, run=run)
    assert run.note and run.device.type == "cpu"
    assert torch.equal(fit.model.weights, expected.model.weights)


def _reversed(ratings):
    opposite = {"A": "B", "B": "A", "tie": "tie"}
    return [replace(r, answer=opposite[r.answer]) for r in ratings]


def test_a_reversed_taste_is_followed_within_forty_ratings(graphs, rated, energy_liking) -> None:
    before = rated.by(energy_liking, 48, seed=1)
    after = _reversed(rated.by(energy_liking, 40, seed=2))
    unseen = build_dataset(_reversed(rated.by(energy_liking, 80, seed=3, ties=0.0)), graphs)
    fit = fit_reward(build_dataset([*before, *after], graphs), epochs=0)
    assert fit.metrics["memory"] == 40  # when the taste changed, and by no means longer ago
    right = np.sign(fit.model.difference(unseen.a, unseen.b)[0]) == unseen.sign
    assert right.mean() > 0.7  # the draws matter: six seeds gave .75 to .90


def test_a_steady_taste_forgets_nothing(graphs, rated, energy_liking) -> None:
    for seed in range(3):
        data = build_dataset(rated.by(energy_liking, 88, seed=seed), graphs)
        assert fit_reward(data, epochs=0).metrics["memory"] is None


def test_thousands_of_ratings_of_a_drifting_taste_are_bounded(
    graphs, rated, energy_liking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "EXACT_PAIRS", 64)
    ratings = [*rated.by(energy_liking, 60, seed=1), *_reversed(rated.by(energy_liking, 40))]
    fit = fit_reward(build_dataset(ratings, graphs), epochs=0)
    assert fit.metrics["memory"] is not None and fit.model.n_ratings == 64


def test_a_taste_that_depends_on_the_song_is_learned(graphs, rated, energy_liking) -> None:
    lengths = {sha: graph.song_s for sha, graph in graphs.items()}
    middle = float(np.median(list(lengths.values())))

    def liking(graph, edit) -> float:
        """The loud parts of long songs, the calm parts of short ones."""
        return (1.0 if graph.song_s > middle else -1.0) * energy_liking(graph, edit)

    right = []
    # Which pairs are drawn matters: the mean is judged.
    for seed in (1, 11, 21):
        unseen = build_dataset(rated.by(liking, 80, seed=seed + 2, ties=0.0), graphs)
        fit = fit_reward(build_dataset(rated.by(liking, 64, seed=seed), graphs), epochs=0)
        assert fit.metrics["depends_on"]
        foreseen = np.sign(fit.model.difference(unseen.a, unseen.b)[0])
        right.append((foreseen == unseen.sign).mean())
    assert np.mean(right) > 0.63
    steady = fit_reward(build_dataset(rated.by(energy_liking, 64, seed=1), graphs), epochs=0)
    assert steady.metrics["depends_on"] == ""


def test_two_songs_alone_are_no_two_kinds(graphs, rated, energy_liking) -> None:
    """One song wants what the other does not, but any aspect would tell the two apart."""
    one, other = list(graphs)[:2]

    def liking(graph, edit) -> float:
        return (1.0 if graph.analysis.sha256 == one else -1.0) * energy_liking(graph, edit)

    ratings = [r for r in rated.by(liking, 300, seed=1, ties=0.0) if r.sha256 in (one, other)]
    assert len(ratings) >= 30
    fit = fit_reward(build_dataset(ratings[:64], graphs), epochs=0)
    assert fit.metrics["depends_on"] == ""


def test_all_answers_alike_say_nothing_of_the_sides(graphs, short_ratings) -> None:
    """A finger that always presses A: a model comes of it, and it does not favour A as such."""
    data = build_dataset([replace(r, answer="A", strength=1) for r in short_ratings], graphs)
    fit = fit_reward(data, epochs=0)
    forward, backward = (
        fit.model.probabilities(*sides) for sides in ((data.a, data.b), (data.b, data.a))
    )
    assert np.all(np.isfinite(forward))
    assert forward[:, 0] == pytest.approx(backward[:, 1], abs=1e-9)
