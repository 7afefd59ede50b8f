"""Answers given by eye: left out of learning unless wanted, and of every judgement always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ml_core.domain.comparing import ReportRequest
from ml_core.domain.edits import Edit, Origin
from ml_core.domain.models import ComparisonSession, ModelRef
from ml_core.domain.ratings import Answer, Comparison, Rating, answer_counts
from ml_core.domain.requests import ProposeRequest, SongTask
from ml_core.domain.tasting import TasteRequest
from ml_core.progress import Progress
from ml_core.training.comparing.compare import report
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset
from ml_core.training.pairs.selection import REPEAT_DISTANCE, _repeat, is_repeat_turn
from ml_core.training.taste import consistency, taste

SHA = "c" * 64
SHORT = Edit(SHA, 100, ((0, 1000),))
LONG = Edit(SHA, 100, ((0, 1000), (2000, 4000)))


def by_eye(rating: Rating) -> Rating:
    return replace(rating, heard_a_s=0.0, heard_b_s=0.0)


def turned(rating: Rating) -> Rating:
    other: Answer = "B" if rating.answer == "A" else "A"
    return replace(rating, answer=other, strength=1)


def test_a_data_set_leaves_them_out_and_counts_them(graphs: Any, short_ratings: Any) -> None:
    some = [by_eye(r) if k % 4 == 0 else r for k, r in enumerate(short_ratings)]
    n = sum(rating.is_by_eye for rating in some)
    data = build_dataset(some, graphs)
    heard = [rating for rating in some if not rating.is_by_eye]
    assert len(data) == len(some) - n == len(heard) and data.heard.all()
    assert data.counts["by_eye"] == n
    assert data.hash == build_dataset(heard, graphs).hash
    every = build_dataset(some, graphs, by_eye=True)
    assert len(every) == len(some) and every.counts["by_eye"] == 0
    assert int(np.count_nonzero(every.judged)) == int(data.decided.sum())


def test_where_they_teach_they_still_do_not_judge(graphs: Any, short_ratings: Any) -> None:
    """Answers by eye that say the opposite throughout: judged by these, nothing would be right."""
    heard = short_ratings[:30]
    nonsense = [by_eye(turned(r)) for r in short_ratings[30:] if r.answer != "tie"]
    data = build_dataset([*heard, *nonsense], graphs, by_eye=True)
    fit = fit_reward(data, epochs=0)
    assert fit.held_out_accuracy["always_shorter"] > 0.9
    assert fit.metrics["n_decided"] == sum(rating.sign != 0 for rating in heard)


def test_what_was_learned_tells_how_many_were_left_out(graphs: Any, short_ratings: Any) -> None:
    some = [*map(by_eye, short_ratings[:3]), *short_ratings[3:12]]
    found = taste(TasteRequest("", (), tuple(some)), graphs, Progress())
    assert (found["counts"]["ratings"], found["counts"]["by_eye_left_out"]) == (9, 3)
    assert "3 given by eye left out" in found["lines"][0]
    found = taste(TasteRequest("", (), tuple(some[:3])), graphs, Progress())
    assert found["lines"][0].startswith("No rating by ear yet, 3 given by eye left out.")
    wanted = taste(TasteRequest("", (), tuple(some), by_eye=True), graphs, Progress())
    counts = wanted["counts"]
    assert (counts["ratings"], counts["by_eye"], counts["by_eye_left_out"]) == (12, 3, 0)


def test_a_repeat_says_nothing_of_consistency_unless_both_were_heard() -> None:
    first = [Rating(k, SHORT, LONG, "A", id=k) for k in range(1, 5)]
    again = [Rating(k + 4, LONG, SHORT, "B", repeat_of=k, id=k + 4) for k in range(1, 5)]
    assert consistency([*first, *again])["repeats"] == 4
    first[0], again[1] = by_eye(first[0]), by_eye(again[1])
    found = consistency([*first, *again])
    assert (found["repeats"], found["same"]) == (2, 2)


def _compared(said: Sequence[tuple[Answer, bool]]) -> ReportRequest:
    pairs, ratings = [], []
    for k, (answer, is_heard) in enumerate(said, start=1):
        pair = Comparison(SHORT, LONG, "check", Origin("new"), Origin("base"), id=k)
        rating = Rating(k, SHORT, LONG, answer, heard_a_s=4.0, heard_b_s=4.0, source="compare")
        pairs.append(pair)
        ratings.append(rating if is_heard else by_eye(rating))
    session = ComparisonSession("base", "new", len(said), True, 0)
    return ReportRequest("", session, tuple(pairs), tuple(ratings))


def test_a_verdict_is_of_what_was_heard() -> None:
    shown = report(_compared([("A", True)] * 3 + [("B", False)] * 4 + [("tie", True)]))
    assert (shown.wins, shown.ties, shown.losses) == (3, 1, 0)
    assert [row["preferred"] for row in shown.per_song] == ["new"] * 3 + ["by eye"] * 4 + ["tie"]
    assert shown.baselines["always_shorter"] == 1.0
    assert report(_compared([("A", False)] * 25)).verdict == "no difference shown"
    assert report(_compared([("A", True)] * 25)).verdict == "better"


def test_pairs_that_were_answered_by_eye_are_not_asked_again() -> None:
    asked = tuple(
        Comparison(SHORT, Edit(SHA, 100, ((0, 2000 + k),)), "random", id=k + 1) for k in range(9)
    )
    ratings = tuple(by_eye(Rating(pair.id, pair.a, pair.b, "A")) for pair in asked)
    rng = np.random.default_rng(0)
    assert is_repeat_turn(9) and len(asked) >= REPEAT_DISTANCE
    request = ProposeRequest("", (SongTask(SHA, "/song.wav"),), 1, 0, ModelRef(), asked=asked)
    assert _repeat(request, [], 9, rng) is not None
    assert _repeat(replace(request, ratings=ratings), [], 9, rng) is None


@pytest.mark.parametrize("wanted", [False, True])
def test_every_answer_is_counted_once(wanted: bool) -> None:
    ratings = [
        Rating(1, SHORT, LONG, "A", strength=2),
        by_eye(Rating(2, SHORT, LONG, "B")),
        by_eye(Rating(3, SHORT, LONG, "skip")),
        Rating(4, SHORT, LONG, "tie", heard_a_s=2.0, heard_b_s=2.0),
        Rating(5, SHORT, LONG, "skip"),
        by_eye(Rating(6, SHORT, LONG, "A", source="hand", reason="hand")),
    ]
    counts = answer_counts(ratings, wanted)
    assert counts["ratings"] == 3 + wanted == counts["A"] + counts["B"] + counts["tie"]
    assert (counts["skip"], counts["by_eye"], counts["by_hand"]) == (2, 1, 1)
    assert counts["by_eye_left_out"] == 1 - wanted
    assert counts["ratings"] + counts["skip"] + counts["by_eye_left_out"] == len(ratings)
