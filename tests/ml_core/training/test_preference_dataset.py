"""Ratings as numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.training.fit_reward.preference_dataset import build_dataset, folds, ratings_hash


def test_features_answers_and_songs_are_as_rated(graphs, short_ratings) -> None:
    data = build_dataset(short_ratings, graphs)
    assert len(data) == len(short_ratings)
    column = FEATURE_NAMES.index("keep_ratio")
    for row, rating in enumerate(short_ratings):
        kept = rating.a.duration_s / graphs[rating.sha256].song_s
        assert data.a[row, column] == pytest.approx(kept, abs=1e-6)
        assert data.longer[row] == pytest.approx(np.log(rating.a.n_samples / rating.b.n_samples))
        assert data.sign[row] == rating.sign
        assert data.songs[data.song[row]] == rating.sha256


def test_skips_and_missing_songs_are_left_out_and_counted(graphs, short_ratings) -> None:
    some = list(short_ratings)
    some[0] = replace(some[0], answer="skip", strength=1)
    known = {sha: graph for sha, graph in graphs.items() if sha != some[1].sha256}
    data = build_dataset(some, known)
    assert data.counts["skip"] == 1
    missing = sum(r.sha256 == some[1].sha256 and r.answer != "skip" for r in some)
    assert data.n_without_song == missing
    assert len(data) == len(some) - 1 - missing


def test_the_hash_names_these_very_answers(short_ratings) -> None:
    known = ratings_hash(short_ratings)
    assert known == ratings_hash(list(short_ratings))
    first = short_ratings[0]
    changed = replace(first, answer="B" if first.answer == "A" else "A", strength=1)
    assert ratings_hash([changed, *short_ratings[1:]]) != known
    assert ratings_hash(short_ratings[1:]) != known


def test_whole_songs_are_held_back(graphs, short_ratings) -> None:
    data = build_dataset(short_ratings, graphs)
    held = folds(data, np.random.default_rng(0))
    assert held.by_song and held.n_folds == 5
    for song in range(len(data.songs)):
        assert len(set(held.fold[data.song == song])) == 1
    sizes = np.bincount(held.fold)
    assert sizes.max() - sizes.min() <= 5


def test_a_lone_song_is_held_back_by_ratings(graphs, short_ratings) -> None:
    sha256 = short_ratings[0].sha256
    data = build_dataset([r for r in short_ratings if r.sha256 == sha256], graphs)
    held = folds(data, np.random.default_rng(0))
    assert not held.by_song
    assert set(held.fold) == set(range(5))
    single = build_dataset(short_ratings[:1], graphs)
    assert folds(single, np.random.default_rng(0)).n_folds == 1


@pytest.mark.parametrize("n_songs", [1, 3])
def test_a_repeat_is_held_back_with_its_original(graphs, short_ratings, n_songs) -> None:
    songs = [rating.sha256 for rating in short_ratings[:n_songs]]
    asked = [rating for rating in short_ratings if rating.sha256 in songs]
    repeats = [
        replace(r, comparison_id=100 + r.id, id=100 + r.id, a=r.b, b=r.a, repeat_of=r.comparison_id)
        for r in asked
    ]
    # A repeat may be repeated, and an answer that says nothing still links two that do.
    thrice = [replace(r, comparison_id=200 + r.id, repeat_of=r.comparison_id) for r in repeats]
    ratings = [*asked, replace(repeats[0], answer="skip", strength=1), *repeats[1:], *thrice]
    data = build_dataset(ratings, graphs)
    assert len(data) == len(ratings) - 1
    for seed in range(5):
        held = folds(data, np.random.default_rng(seed))
        assert held.by_song == (n_songs > 1)
        answered = [r.comparison_id for r in ratings if r.answer != "skip"]
        fold_of = dict(zip(answered, held.fold, strict=True))
        for rating in ratings:
            if rating.answer != "skip" and rating.repeat_of in fold_of:
                assert fold_of[rating.comparison_id] == fold_of[rating.repeat_of]
        assert fold_of[thrice[0].comparison_id] == fold_of[asked[0].comparison_id]
        sizes = np.bincount(held.fold, minlength=held.n_folds)
        assert len(sizes) == held.n_folds and sizes.min() > 0
        assert n_songs > 1 or sizes.max() - sizes.min() <= 3


def test_one_pair_and_its_repeat_can_t_be_held_back(graphs, short_ratings) -> None:
    first = short_ratings[0]
    repeat = replace(first, comparison_id=2, id=2, a=first.b, b=first.a, repeat_of=1)
    assert folds(build_dataset([first, repeat], graphs), np.random.default_rng(0)).n_folds == 1


def test_ratings_of_no_stored_pair_are_held_back_apart(graphs, short_ratings) -> None:
    sha256 = short_ratings[0].sha256
    ratings = [replace(r, comparison_id=0) for r in short_ratings if r.sha256 == sha256]
    assert len(set(build_dataset(ratings, graphs).pair.tolist())) == len(ratings) > 1


def test_the_newest_answers_of_a_lone_song_are_held_back_by_ratings(graphs, short_ratings) -> None:
    first, last = (short_ratings[k].sha256 for k in (0, 1))
    of_last = [r for r in short_ratings if r.sha256 == last]
    ratings = [next(r for r in short_ratings if r.sha256 == first), *of_last]
    held = folds(build_dataset(ratings, graphs).newest(len(of_last)), np.random.default_rng(0))
    assert not held.by_song and held.n_folds == 5


def test_no_ratings_make_an_empty_set(graphs) -> None:
    data = build_dataset([], graphs)
    assert len(data) == 0
    assert data.a.shape == (0, len(FEATURE_NAMES))


def test_weights_are_kept(graphs, short_ratings) -> None:
    weights = np.linspace(0.1, 1.0, len(short_ratings))
    assert build_dataset(short_ratings, graphs, weights.tolist()).weight == pytest.approx(weights)


def test_a_change_by_hand_counts_more_than_an_answer_by_ear(graphs, short_ratings) -> None:
    ratings = [replace(short_ratings[0], source="hand"), *short_ratings[1:]]
    assert build_dataset(ratings, graphs).weight.tolist() == [3.0] + [1.0] * (len(ratings) - 1)


def test_the_newest_answers_alone(graphs, short_ratings) -> None:
    data = build_dataset(short_ratings, graphs)
    some = data.newest(7)
    assert len(some) == 7 and some.songs == data.songs
    assert np.array_equal(some.a, data.a[-7:]) and np.array_equal(some.song, data.song[-7:])
