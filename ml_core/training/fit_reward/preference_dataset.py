"""Ratings as numbers: features of both sides, the answer, and which answers belong together.

A rating holds both edits, not their features, so that it outlives its analyser. The features are
worked out anew here, from the edit graph of the rating's song.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.ratings import ANSWERS, Rating, counts
from ml_core.edits.features.edit_features import FEATURE_NAMES, edit_features
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.training.finished.choices import NO_CHOICES, FinishedChoices, finished_choices
from ml_core.training.finished.others import N_OTHERS

Array = NDArray[np.float64]

N_FOLDS = 5
"""Each fold is held back once; with fewer songs than this, each song is a fold."""

EXACT_WEIGHT = 3.0
"""Of an edit changed by hand against the one proposed. Nobody makes that change by mistake, while
an answer by ear differs in one of six pairs asked twice."""

MIN_SONGS = 2
"""From two songs on, whole songs are held back: edits of one song say much about each other."""


@dataclass(frozen=True, eq=False)
class PreferenceDataset:
    """What counts as a rating (`domain.ratings.counts`).

    Attributes:
        a, b: edit features of both sides, float64 (n, n_features).
        sign: 1 for A, -1 for B, 0 for a tie, (n,).
        strength: 2 for "much better", else 1, (n,).
        weight: how much each answer counts, (n,).
        longer: log of A's duration over B's, (n,).
        song: index into `songs` of each rating's song, (n,).
        pair: a number for each pair, (n,): a repeat has that of the pair it repeats.
        songs: SHA-256 of each song.
        heard: where the answer was not given by eye, (n,): only these say how well a model does.
        counts: answers by name, skips too, and `by_eye`: those left out since they were given so.
        n_without_song: ratings left out because their song can't be reached now.
        hash: SHA-256 that names these very answers, and the finished edits if any teach.
        finished: the finished edits that teach beside the answers; they are none of the n.
    """

    a: Array
    b: Array
    sign: Array
    strength: Array
    weight: Array
    longer: Array
    song: NDArray[np.int64]
    pair: NDArray[np.int64]
    heard: NDArray[np.bool_]
    songs: tuple[str, ...]
    counts: Mapping[str, int]
    n_without_song: int
    hash: str
    finished: FinishedChoices = NO_CHOICES

    def __len__(self) -> int:
        return len(self.sign)

    def newest(self, n: int) -> PreferenceDataset:
        """Only the last `n` answers, in order; counts and hash stay those of all."""
        rows = {name: getattr(self, name)[-n:] for name in _PER_ANSWER}
        return replace(self, **rows)

    def with_room(self, most: int) -> PreferenceDataset:
        """At most so many differences: of finished edits half of them, then the newest answers."""
        finished = self.finished.newest(most // (2 * N_OTHERS))
        n_answers = most - len(finished) * N_OTHERS
        cut = self if len(self) <= n_answers else self.newest(n_answers)
        return replace(cut, finished=finished)

    @property
    def decided(self) -> NDArray[np.bool_]:
        """Where the answer is A or B, (n,)."""
        return np.asarray(self.sign != 0)

    @property
    def judged(self) -> Array:
        """The sign where an answer may judge a model, else 0, (n,): ties and by eye do not."""
        return np.where(self.heard, self.sign, 0.0)


_PER_ANSWER = ("a", "b", "sign", "strength", "weight", "longer", "song", "pair", "heard")


@dataclass(frozen=True, eq=False)
class Folds:
    """Which ratings are held back together.

    Attributes:
        fold: (n,), 0 and up.
        n_folds: how many there are; below 2 nothing can be held back.
        by_song: whether whole songs are held back, else pairs with their repeats.
    """

    fold: NDArray[np.int64]
    n_folds: int
    by_song: bool


def build_dataset(
    ratings: Sequence[Rating],
    graphs: Mapping[str, EditGraph],
    weights: Sequence[float] | None = None,
    by_eye: bool = False,
    edits: Sequence[FinishedEdit] = (),
) -> PreferenceDataset:
    """The data set of current ratings.

    Args:
        ratings: in id order; skips and answers by eye are counted and left out.
        graphs: by the song's SHA-256; ratings of other songs are left out and counted.
        weights: one for each rating, where some should count more than others; changes by hand
            count `EXACT_WEIGHT` times as much besides.
        by_eye: whether answers by eye teach all the same.
        edits: the person's finished edits.
    """
    known = [EXACT_WEIGHT if rating.source == "hand" else 1.0 for rating in ratings]
    known = known if weights is None else [w * own for w, own in zip(weights, known, strict=True)]
    used = [
        (rating, float(weight))
        for rating, weight in zip(ratings, known, strict=True)
        if counts(rating, by_eye) and rating.sha256 in graphs
    ]
    taken = without_by_eye(ratings, by_eye)
    songs = tuple(dict.fromkeys(rating.sha256 for rating, _ in used))
    song = np.array([songs.index(rating.sha256) for rating, _ in used], dtype=np.int64)
    a, b = (np.zeros((len(used), len(FEATURE_NAMES))) for _ in range(2))
    for index, sha256 in enumerate(songs):
        rows = np.flatnonzero(song == index)
        a[rows] = edit_features(graphs[sha256], [used[row][0].a for row in rows])
        b[rows] = edit_features(graphs[sha256], [used[row][0].b for row in rows])
    answers = Counter(rating.answer for rating in taken)
    sign = np.array([rating.sign for rating, _ in used], dtype=np.float64)
    finished = finished_choices(edits, graphs, int(np.count_nonzero(sign)))
    return PreferenceDataset(
        a=a,
        b=b,
        sign=sign,
        strength=np.array([rating.strength for rating, _ in used], dtype=np.float64),
        weight=np.array([weight for _, weight in used]),
        longer=np.array([np.log(r.a.n_samples / r.b.n_samples) for r, _ in used]),
        song=song,
        pair=_pairs(ratings, [rating for rating, _ in used]),
        heard=np.array([not rating.is_by_eye for rating, _ in used], dtype=np.bool_),
        songs=songs,
        counts={name: answers[name] for name in ANSWERS} | {"by_eye": len(ratings) - len(taken)},
        n_without_song=sum(counts(r, by_eye) and r.sha256 not in graphs for r in ratings),
        hash=dataset_hash(taken, finished),
        finished=finished,
    )


def _pairs(ratings: Sequence[Rating], used: Sequence[Rating]) -> NDArray[np.int64]:
    """A number for each pair that was used; all ratings tell which pair is a repeat of which."""
    repeats = {rating.comparison_id: rating.repeat_of for rating in ratings if rating.comparison_id}

    def original(pair: int) -> int:
        met = {pair}
        while (earlier := repeats.get(pair)) is not None and earlier not in met:
            pair = earlier
            met.add(pair)
        return pair

    # A rating that is of no stored pair has no id to share.
    keys = [
        original(rating.comparison_id or rating.repeat_of or 0) or -row
        for row, rating in enumerate(used, start=1)
    ]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], dtype=np.int64)


def without_by_eye(ratings: Sequence[Rating], by_eye: bool = False) -> list[Rating]:
    """The answers that count as ratings, and skips; with `by_eye` all."""
    return [rating for rating in ratings if rating.answer == "skip" or counts(rating, by_eye)]


def ratings_hash(ratings: Sequence[Rating]) -> str:
    """SHA-256 over what was asked and answered, in order."""
    rows = [
        [rating.id, rating.a.to_json(), rating.b.to_json(), rating.answer, rating.strength]
        for rating in ratings
    ]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def dataset_hash(ratings: Sequence[Rating], finished: FinishedChoices) -> str:
    """SHA-256 that names answers, and the finished edits if any teach."""
    answers = ratings_hash(ratings)
    if not finished.hash:
        return answers
    return hashlib.sha256(f"{answers}{finished.hash}".encode()).hexdigest()


def folds(dataset: PreferenceDataset, rng: np.random.Generator) -> Folds:
    """Ratings that are held back together: whole songs, or pairs with their repeats of a lone one.

    A repeat shows the same edits as its original: whoever knows one of both answers knows both.
    """
    songs, song = np.unique(dataset.song, return_inverse=True)
    by_song = len(songs) >= MIN_SONGS
    together = song if by_song else np.unique(dataset.pair, return_inverse=True)[1]
    sizes = np.bincount(together)
    return Folds(_balanced(sizes, rng)[together], min(N_FOLDS, len(sizes)), by_song)


def _balanced(sizes: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Songs or pairs dealt to folds, largest first, each to the fold with the fewest ratings."""
    held = np.zeros(min(N_FOLDS, len(sizes)))
    fold = np.zeros(len(sizes), dtype=np.int64)
    for one in sorted(rng.permutation(len(sizes)).tolist(), key=lambda k: -sizes[k]):
        fold[one] = int(np.argmin(held))
        held[fold[one]] += sizes[one]
    return fold
