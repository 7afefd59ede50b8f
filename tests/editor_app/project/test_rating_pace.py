"""How long the rest of a round takes: near the truth soon, and never jumping about."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import pytest

from editor_app.places.taste.next_step import ENOUGH, TasteState, next_step
from editor_app.project.project import Project
from editor_app.project.rating_pace import ROUND, minutes_left, pace_s, ratings_wanted, round_size
from ml_core.domain.models import ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Rating
from ml_core.store.store import Store
from tests.editor_app.conftest import add_songs, make_pair
from tests.editor_app.places.taste.test_taste import trained

BEGAN = datetime(2026, 3, 1, 20, tzinfo=UTC)


def times(gaps_s: Sequence[float]) -> list[datetime]:
    return [BEGAN + timedelta(seconds=s) for s in accumulate(gaps_s, initial=0.0)]


def minutes_told(gaps_s: Sequence[float]) -> list[float]:
    """What would be told of a round after each answer."""
    at = times(gaps_s)
    return [(ROUND - n) * pace_s(at[:n]) / 60 for n in range(1, len(at) + 1)]


def test_before_any_pace_is_known_a_round_takes_twenty_five_minutes() -> None:
    assert minutes_told([]) == [pytest.approx(24.3, abs=0.1)]


@pytest.mark.parametrize("first_s", [95.0, 290.0, 3.1])
def test_one_odd_answer_first_does_not_move_it_far(first_s: float) -> None:
    before, after = minutes_told([first_s])
    assert 0.8 < after / before < 1.2


@pytest.mark.parametrize("usual_s", [8.0, 20.0, 45.0, 120.0])
def test_the_own_pace_is_found_and_reached_in_steps(usual_s: float) -> None:
    rng = random.Random(3)
    gaps = [usual_s * rng.uniform(0.7, 1.4) for _ in range(40)]
    paces = [pace_s(times(gaps[:n])) for n in range(41)]
    assert paces[24] == pytest.approx(usual_s, rel=0.2)
    assert all(0.65 < new / old < 1.55 for old, new in pairwise(paces))


def test_pauses_doubled_keys_and_clocks_set_back_are_no_pairs() -> None:
    rng = random.Random(5)
    steady = [rng.uniform(24.0, 36.0) for _ in range(30)]
    odd = list(steady)
    for at, gap in ((6, 1800.0), (9, 0.2), (14, 86_400.0), (20, 700.0), (23, -3600.0)):
        odd[at] = gap
    assert pace_s(times(odd)) == pytest.approx(pace_s(times(steady)), rel=0.1)
    told = minutes_told(odd)
    assert all(abs(new - old) < 4 for old, new in pairwise(told))


def test_a_second_sitting_goes_on_from_the_pace_of_the_first() -> None:
    told = minutes_told([20.0] * 20 + [40_000.0] + [30.0] * 12)
    assert all(abs(new - old) < 3 for old, new in pairwise(told))


def test_answers_that_were_short_and_long_in_turn_take_their_mean() -> None:
    assert pace_s(times([6.0, 90.0] * 15)) == pytest.approx(48.0, rel=0.15)


def rate(project: Project, n: int, gap_s: float, heard_s: float | None = 5.0) -> None:
    """Answers with times of their own, as an earlier sitting left them."""
    (song,) = add_songs(project, 1)
    pairs = project.pairs.add([make_pair(song, 5 + at % 20) for at in range(n)])
    store: Store = project._store
    for at, pair in enumerate(pairs):
        utc = (BEGAN + timedelta(seconds=gap_s * at)).isoformat()
        store.ratings.add(
            Rating(pair.id, pair.a, pair.b, "A", utc=utc, heard_a_s=heard_s, heard_b_s=heard_s)
        )


def test_minutes_are_told_in_fives_while_they_are_many(project: Project) -> None:
    rate(project, 30, 60.0)
    assert minutes_left(project, 48) == 45  # The first guess still counts a little.
    assert minutes_left(project, 10) == 10
    assert minutes_left(project, 1) == 1
    assert minutes_left(project, 0) == 0


def test_a_round_goes_on_where_a_training_had_more_than_count_now(project: Project) -> None:
    rate(project, 20, 30.0, heard_s=0.0)
    model = replace(trained().best, n_ratings=20, utc=(BEGAN + timedelta(hours=1)).isoformat())
    project._store.models.add(model)
    project.models.forget()
    assert round_size(project) == (0, ROUND)
    assert TasteState.of(project).n_new == 0
    (song, *_) = add_songs(project, 1)
    pairs = project.pairs.add([make_pair(song, 6 + at) for at in range(3)])
    for at, pair in enumerate(pairs):
        utc = (BEGAN + timedelta(hours=2, seconds=30 * at)).isoformat()
        project._store.ratings.add(Rating(pair.id, pair.a, pair.b, "A", utc=utc))
        assert round_size(project) == (at + 1, ROUND)
        assert TasteState.of(project).n_new == at + 1


def test_what_a_comparison_was_judged_by_is_no_reason_for_a_training(project: Project) -> None:
    model = replace(trained().best, utc=BEGAN.isoformat())
    store = project._store
    store.models.add(model)
    (song, *_) = add_songs(project, 1)
    n = ENOUGH + 1
    wanted = ComparisonSession("base", model.id, n, True, 1)
    _, session = store.sessions.add(wanted, [make_pair(song) for _ in range(n)])
    for pair in store.pairs.of_session(session.id):
        store.ratings.add(Rating(pair.id, pair.a, pair.b, "A", source="compare"))
    found = ComparisonReport(n, n - 2, 1, 1, (0.8, 1.0), 0.001, "better", ())
    store.sessions.save_report(session.id, found)
    store.models.activate(model.id)
    project.models.forget()
    assert round_size(project)[0] == n, "they teach"
    state = TasteState.of(project)
    assert (state.n_new, next_step(state)) == (0, "export")


def test_quick_answers_by_eye_say_nothing_of_the_pace(project: Project) -> None:
    rate(project, 30, 4.0, heard_s=0.0)
    assert minutes_left(project, 48) == 25


def test_never_more_is_wanted_than_a_round_lacks(project: Project) -> None:
    rate(project, 12, 30.0)
    assert ratings_wanted(project) == ROUND - 12
    project.models.forecast = (12, 48)
    assert ratings_wanted(project) == ROUND - 12
    project.models.forecast = (12, 4)
    assert ratings_wanted(project) == 4
