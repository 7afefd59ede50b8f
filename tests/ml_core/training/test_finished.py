"""Finished edits: which ones teach, out of which others, and what is learned from them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.requests import ProposeRequest, SongTask
from ml_core.domain.tasting import TasteRequest
from ml_core.edits.features.edit_features import FEATURE_NAMES, edit_features
from ml_core.errors import UserError
from ml_core.progress import silent
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import draw
from ml_core.training.finished.choices import ROUGH_SHARPNESS, finished_choices
from ml_core.training.finished.others import LENGTHS, N_OTHERS, taken_and_others
from ml_core.training.finished.spans import heard_once, moved_by_bars
from ml_core.training.fit_reward import ours
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset
from ml_core.training.pairs.selection import choose_pairs
from ml_core.training.taste import taste
from ml_core.training.train import train
from tests.ml_core.training.conftest import likes_energy

LENGTH = FEATURE_NAMES.index("log_duration")


def _finished(graph, spans, **flags) -> FinishedEdit:
    analysis = graph.analysis
    return FinishedEdit(
        analysis.sha256, analysis.sample_rate_hz, spans, "edit", analysis.n_samples, **flags
    )


@pytest.fixture(scope="session")
def finished(graphs) -> list[FinishedEdit]:
    """Of each song the loudest of many draws."""
    made = []
    for graph in graphs.values():
        drawn = draw(BASE_MODEL, graph, Limits(), 60, np.random.default_rng(5))
        best = max((c.edit for c in drawn), key=lambda edit: likes_energy(graph, edit))
        made.append(_finished(graph, best.spans))
    return made


@pytest.fixture
def graph(graphs):
    return next(iter(graphs.values()))


def test_what_is_heard_again_counts_once(graph) -> None:
    bar = int(np.median(np.diff(graph.edges_samples)))
    chorus, verse = (4 * bar, 8 * bar), (0, 2 * bar)
    assert heard_once((verse, chorus, chorus), graph) == (verse, chorus)
    # A second time that was found 10 ms off leaves no sliver.
    near = (4 * bar - 441, 8 * bar - 441)
    assert heard_once((verse, chorus, near), graph) == (verse, chorus)
    longer = (4 * bar, 12 * bar)
    assert heard_once((chorus, longer), graph) == (chorus, (8 * bar, 12 * bar))
    split = heard_once((chorus, (2 * bar, 10 * bar)), graph)
    assert split == (chorus, (2 * bar, 4 * bar), (8 * bar, 10 * bar))


def test_pieces_move_by_whole_bars_and_keep_how_they_are_cut(graph) -> None:
    edges = graph.edges_samples.astype(float)
    at = lambda bar: round(np.interp(bar, np.arange(len(edges)), edges))  # noqa: E731
    spans = ((at(1.3), at(4.55)), (at(9.5), at(11.0)))
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(40):
        moved = moved_by_bars(spans, graph, rng)
        assert moved is not None
        bars = np.interp(np.array(moved, dtype=float), edges, np.arange(len(edges)))
        places = sorted((round(float(s % 1.0), 2), round(float(e - s), 2)) for s, e in bars)
        assert places == [(0.3, 3.25), (0.5, 1.5)]
        assert all(a[1] <= b[0] for a, b in pairwise(moved))
        seen.add(moved)
    assert len(seen) > 20
    assert moved_by_bars(((0, graph.analysis.n_samples),), graph, rng) is None


def test_half_of_the_others_are_as_long_and_all_where_the_length_was_given(graphs, finished):
    for edit in finished[:3]:
        graph = graphs[edit.sha256]
        own, others = taken_and_others(graph, edit)
        assert others.shape == (N_OTHERS, len(FEATURE_NAMES))
        off = np.abs(others[:, LENGTH] - own[LENGTH])
        assert np.sum(off < 0.1) >= N_OTHERS // 2
        own, others = taken_and_others(graph, replace(edit, is_length_given=True))
        assert np.all(others[:, LENGTHS] == own[list(LENGTHS)])


def test_an_edit_off_the_bars_is_taken_out_of_others_cut_like_it(graph) -> None:
    bar = int(np.median(np.diff(graph.edges_samples)))
    spans = tuple((k * 4 * bar + bar // 3, k * 4 * bar + bar + bar // 2) for k in range(4))
    own, others = taken_and_others(graph, _finished(graph, spans))
    mean = FEATURE_NAMES.index("join_cost_mean")
    usual = draw(BASE_MODEL, graph, Limits(), 50, np.random.default_rng(0))
    rough = edit_features(graph, [c.edit for c in usual])[:, mean]
    assert own[mean] > np.quantile(rough, 0.95)
    # As rough as it is, on both sides of it: roughness tells nothing.
    assert others[:, mean].min() < own[mean] * 1.2
    assert np.median(others[:, mean]) > np.quantile(rough, 0.95)


def test_which_edits_teach(graphs, finished) -> None:
    few = finished_choices(finished[:2], graphs, n_decided=0)
    assert len(few) == 0
    assert few.hash == ""
    assert few.counts["waiting"] == 2
    three = finished_choices(finished[:3], graphs, n_decided=0)
    assert len(three) == 3 == three.counts["taught"]
    twice = finished_choices([*finished[:3], *finished[:3]], graphs, 0)
    assert twice.hash == three.hash
    out = finished_choices([replace(finished[3], is_left_out=True), *finished[:3]], graphs, 0)
    assert out.hash == three.hash
    assert out.counts["left_out"] == 1
    gone = dict(graphs)
    del gone[finished[0].sha256]
    assert finished_choices(finished[:4], gone, 0).counts["without_song"] == 1
    rough = finished_choices([replace(e, is_rough=True) for e in finished[:3]], graphs, 0)
    assert set(rough.sharpness) == {ROUGH_SHARPNESS}
    assert rough.hash != three.hash


def _right(model, data) -> float:
    return float(np.mean(np.sign(model.difference(data.a, data.b)[0]) == data.sign))


def test_finished_edits_teach_a_taste_without_any_rating(graphs, finished, energy_ratings) -> None:
    fit = fit_reward(build_dataset([], graphs, edits=finished[:5]), epochs=3)
    unseen = build_dataset([r for r in energy_ratings if r.answer != "tie"], graphs)
    assert _right(fit.model, unseen) > 0.65
    assert fit.model.n_ratings == 0
    assert set(fit.held_out_accuracy.values()) == {None}
    # A handful of edits does not rule out that a certain length is wanted.
    assert fit.model.hyper.length > 0.0
    assert fit.metrics["chance"] == 1.0
    with pytest.raises(UserError, match="no ratings"):
        fit_reward(build_dataset([], graphs, edits=finished[:2]))


def test_an_edit_left_out_teaches_nothing_to_the_bit(graphs, finished, energy_ratings) -> None:
    alone = build_dataset(energy_ratings[:20], graphs)
    left_out = [replace(edit, is_left_out=True) for edit in finished]
    data = build_dataset(energy_ratings[:20], graphs, edits=left_out)
    assert data.hash == alone.hash
    one, other = fit_reward(alone, epochs=2), fit_reward(data, epochs=2)
    assert np.array_equal(one.model.weights, other.model.weights)
    assert one.metrics | {"seconds": 0} == other.metrics | {"seconds": 0}


def test_edits_stay_out_of_what_judges_and_are_told_apart(graphs, finished, energy_ratings) -> None:
    ratings = energy_ratings[:24]
    alone = fit_reward(build_dataset(ratings, graphs), epochs=2)
    data = build_dataset(ratings, graphs, edits=finished[:3])
    fit = fit_reward(data, epochs=2)
    assert len(data) == len(fit.foreseen) == 24 == fit.model.n_ratings
    for name in ("length_only", "network", "always_shorter"):
        assert fit.held_out_accuracy[name] == pytest.approx(alone.held_out_accuracy[name], abs=0.2)
    # A mean is the part of the ratings and the part of the edits.
    assert fit.from_edits is not None
    whole, part = fit.model.difference(data.a, data.b)[0], fit.from_edits.difference(data.a, data.b)
    rest = replace(fit.model, weights=fit.model.weights - fit.from_edits.weights)
    assert np.allclose(whole, part[0] + rest.difference(data.a, data.b)[0])
    assert 0.0 < np.abs(part[0]).mean() < 2.0 * np.abs(whole).mean()


def test_many_edits_go_the_way_of_many_ratings(
    graphs, finished, energy_ratings, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = build_dataset(energy_ratings[:24], graphs, edits=finished[:3])
    exact = fit_reward(data, epochs=1)
    monkeypatch.setattr(ours, "EXACT_PAIRS", 40)
    many = fit_reward(data, epochs=1)
    assert len(many.model.anchors) < len(exact.model.anchors)
    assert many.model.n_ratings == 24
    a, b = data.a, data.b
    alike = np.corrcoef(many.model.difference(a, b)[0], exact.model.difference(a, b)[0])[0, 1]
    assert alike > 0.9
    assert many.from_edits is not None
    assert exact.from_edits is not None
    of_many, of_exact = (fit.from_edits.difference(a, b)[0] for fit in (many, exact))
    assert np.corrcoef(of_many, of_exact)[0, 1] > 0.8


def test_pairs_are_chosen_given_the_edits(graphs, finished) -> None:
    songs = tuple(SongTask(sha256, "") for sha256 in graphs)
    request = ProposeRequest("", songs, 10, 0)
    plain = choose_pairs(request, graphs, BASE_MODEL, silent())
    given = choose_pairs(replace(request, edits=tuple(finished)), graphs, BASE_MODEL, silent())
    assert plain != given
    assert {pair.reason for pair in given} & {"active"}
    too_few = choose_pairs(
        replace(request, edits=tuple(finished[:2])), graphs, BASE_MODEL, silent()
    )
    assert too_few == plain


def test_training_on_edits_alone_leans_the_policy(graphs, finished, request_for) -> None:
    result = train(request_for([], edits=tuple(finished[:3])), graphs, silent())
    assert result.metrics["finished_edits"]["taught"] == 3
    assert result.best.n_ratings == 0
    assert not result.metrics["told"]["above_guessing"]
    assert {e.sha256 for e in finished[:3]} <= set(result.best.configuration["songs"])


def test_the_report_tells_edits_apart_from_ratings(graphs, finished, energy_ratings) -> None:
    songs = tuple(SongTask(sha256, "") for sha256 in graphs)
    alone = taste(TasteRequest("", songs, (), edits=tuple(finished[:3])), graphs, silent())
    assert alone["counts"]["ratings"] == 0
    assert alone["certainty"] is None
    assert alone["next_ratings"] == 12
    assert alone["lines"][0] == "3 finished edits teach alone: no ratings yet."
    assert "12 ratings help most next" in alone["lines"][1]
    few = taste(TasteRequest("", songs, (), edits=tuple(finished[:1])), graphs, silent())
    assert few["lines"][0].startswith("1 finished edit waits")
    ratings = tuple(energy_ratings)
    both = taste(TasteRequest("", songs, ratings, edits=tuple(finished[:3])), graphs, silent())
    assert "3 finished edits teach besides." in both["lines"]
    assert both["above_guessing"]
    assert {row["from"] for row in both["directions"] if "from" in row} <= {
        "ratings",
        "edits",
        "both",
    }
    told = [row for row in both["directions"] if row["sure"] != "unknown"]
    assert told
    assert all(row["from"] in ("ratings", "edits", "both") for row in told)
