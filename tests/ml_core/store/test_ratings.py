"""Ratings: append-only, undone and changed by new rows, taught from only when they may."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.domain.models import Checkpoint, ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison, Rating, changed_by_hand
from ml_core.errors import NotSavedError, UserError
from ml_core.paths import database_path
from ml_core.store import Store
from tests.faults.store.store_builder import answered, edit, fill, pair, sha_of, song

REPORT = ComparisonReport(2, 2, 0, 0, (0.2, 1.0), 0.5, "no difference shown")


def ask(store: Store, rng: random.Random, n_pairs: int) -> list[Comparison]:
    return store.pairs.add([pair(rng) for _ in range(n_pairs)])[1]


def rows(project: Path) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(database_path(project))) as raw:
        raw.row_factory = sqlite3.Row
        return raw.execute("SELECT * FROM ratings ORDER BY id").fetchall()


def test_pairs_come_back_in_order_as_they_were(store: Store, rng: random.Random) -> None:
    given = [pair(rng, number % 3) for number in range(5)]
    changes, kept = store.pairs.add(given)
    assert changes == {"comparisons"}
    assert [c.id for c in kept] == [1, 2, 3, 4, 5]
    assert [replace(c, id=0) for c in kept] == given
    assert store.pairs.waiting() == kept == store.pairs.asked()
    assert store.pairs.find("3") == kept[2] == store.pairs.by_id(3)
    for unknown in ("6", "-1", "x", "", "9" * 30, "1.0"):
        assert store.pairs.find(unknown) is None, unknown
    with pytest.raises(KeyError):
        store.pairs.by_id(6)


def test_a_pair_may_repeat_one_of_its_own_batch(store: Store, rng: random.Random) -> None:
    ask(store, rng, 3)
    first = pair(rng)
    repeated = replace(first.swapped(), reason="repeat", repeat_of=-1)
    _, kept = store.pairs.add([first, pair(rng), repeated])
    assert kept[2].repeat_of == kept[0].id == 4


def test_a_rating_is_what_was_given(store: Store, rng: random.Random) -> None:
    (asked,) = ask(store, rng, 1)
    changes, rating = store.ratings.add(answered(asked, "B", 2, "2026-01-02T03:04:05.678+00:00"))
    assert changes == {"ratings", "comparisons"}
    assert rating == replace(answered(asked, "B", 2, "2026-01-02T03:04:05.678+00:00"), id=1)
    assert store.ratings.current() == [rating] == store.ratings.last(5)
    assert store.ratings.of_pair(asked.id) == rating and store.ratings.is_answered(asked.id)
    assert store.pairs.waiting() == []


def test_ratings_are_on_the_disk_when_the_call_returns(
    store: Store, project: Path, rng: random.Random
) -> None:
    given = fill(store, 5)
    assert [row["answer"] for row in rows(project)] == [rating.answer for rating in given]


def test_the_main_file_alone_holds_every_rating(
    store: Store, project: Path, tmp_path: Path
) -> None:
    given = fill(store, 5)
    copy = tmp_path / "copied" / "project"
    copy.mkdir(parents=True)
    database_path(copy).write_bytes(database_path(project).read_bytes())
    with Store.open(copy) as copied:
        assert copied.ratings.current() == given


def test_taking_back_opens_the_pair_in_its_old_place(
    store: Store, project: Path, rng: random.Random
) -> None:
    first, second = ask(store, rng, 2)
    _, rating = store.ratings.add(answered(first))
    assert store.ratings.withdraw(rating.id) == {"ratings", "comparisons"}
    assert store.pairs.waiting() == [first, second]
    assert store.ratings.current() == [] and store.ratings.count() == 0
    assert not store.ratings.is_answered(first.id) and store.ratings.of_pair(first.id) is None
    assert [row["answer"] for row in rows(project)] == ["A", "withdrawn"]
    assert store.ratings.withdraw(rating.id) == frozenset(), "a second time changes nothing"
    _, again = store.ratings.add(answered(first, "B"))
    assert store.ratings.current() == [again]
    with pytest.raises(UserError):
        store.ratings.withdraw(99)


def test_rating_again_replaces_the_answer_and_keeps_the_row(
    store: Store, project: Path, rng: random.Random
) -> None:
    (asked,) = ask(store, rng, 1)
    _, first = store.ratings.add(answered(asked, "A"))
    _, second = store.ratings.add(answered(asked, "B"))
    assert store.ratings.current() == [second]
    assert len(rows(project)) == 2
    assert store.ratings.withdraw(first.id) == frozenset(), "it no longer counts"
    store.ratings.withdraw(second.id)
    assert store.pairs.waiting() == [asked], "not the first answer again"


def test_skips_close_a_pair_but_do_not_count(store: Store, rng: random.Random) -> None:
    asked = ask(store, rng, 2)
    store.ratings.add(answered(asked[0], "skip"))
    assert store.pairs.waiting() == asked[1:]
    assert store.ratings.current() == [] and store.ratings.count() == 0
    assert (
        len(store.ratings.current(include_skips=True))
        == 1
        == store.ratings.count(include_skips=True)
    )
    assert len(store.ratings.last(3)) == 1


def test_last_ratings_are_newest_first(store: Store) -> None:
    given = fill(store, 5)
    assert store.ratings.last(2) == [given[4], given[3]]
    assert store.ratings.last(0) == []


def test_an_import_is_kept_whole_or_not_at_all(store: Store, rng: random.Random) -> None:
    asked = ask(store, rng, 2)
    wrong = replace(answered(asked[1]), comparison_id=99)
    with pytest.raises(UserError):
        store.ratings.add_all([answered(asked[0]), wrong])
    assert store.ratings.current() == [] and store.pairs.waiting() == asked
    changes, kept = store.ratings.add_all([answered(p, "tie") for p in asked])
    assert changes and store.ratings.current() == kept
    assert store.ratings.add_all([]) == (frozenset(), [])


def test_a_rating_can_bring_its_own_pair(store: Store, rng: random.Random) -> None:
    made = Rating(0, edit(rng, 3), edit(rng, 3), "A", source="hand", reason="import")
    _, rating = store.ratings.add(made)
    assert rating.comparison_id == 1 and store.ratings.current() == [rating]
    assert store.pairs.waiting() == []


def test_a_rating_must_hold_the_edits_of_its_pair(store: Store, rng: random.Random) -> None:
    (asked,) = ask(store, rng, 1)
    with pytest.raises(ValueError, match="sides"):
        store.ratings.add(replace(answered(asked), a=asked.b, b=asked.a))
    assert store.pairs.waiting() == [asked]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ratings SET answer = 'B'",
        "DELETE FROM ratings",
        "INSERT OR REPLACE INTO ratings SELECT * FROM ratings",
    ],
)
def test_the_database_itself_refuses_changes(store: Store, project: Path, sql: str) -> None:
    fill(store, 3)
    before = [tuple(row) for row in rows(project)]
    with closing(sqlite3.connect(database_path(project))) as raw:
        raw.execute("PRAGMA recursive_triggers = ON")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(sql)
    assert [tuple(row) for row in rows(project)] == before


def test_pairs_of_removed_or_reserved_songs_are_not_offered(
    store: Store, rng: random.Random
) -> None:
    for number in (0, 1):
        store.songs.add(song(number), "ready")
    _, (zero, one) = store.pairs.add([pair(rng, 0), pair(rng, 1)])
    store.songs.remove(sha_of(0))
    assert store.pairs.waiting() == [one]
    store.songs.set_use(sha_of(1), "compare")
    assert store.pairs.waiting() == []
    store.songs.add(song(0), "ready")
    assert store.pairs.waiting() == [zero]


def test_ratings_outlive_their_song(store: Store) -> None:
    store.songs.add(song(0), "ready")
    given = fill(store, 3)
    store.songs.remove(sha_of(0))
    assert store.ratings.current() == given


def start_session(store: Store, rng: random.Random, n_pairs: int) -> list[Comparison]:
    wanted = ComparisonSession("base", "c1", n_pairs, True, 5)
    changes, session = store.sessions.add(wanted, [pair(rng, n) for n in range(n_pairs)])
    assert changes == {"reports", "comparisons"}
    assert store.sessions.all() == [session] and session.utc
    pairs = store.pairs.of_session(session.id)
    assert [(p.session, p.position) for p in pairs] == [(session.id, n) for n in range(n_pairs)]
    return pairs


def test_answers_of_a_comparison_teach_once_it_is_complete(
    store: Store, rng: random.Random
) -> None:
    given = fill(store, 2)
    first, second = start_session(store, rng, 2)
    assert store.pairs.waiting() == [], "its pairs are not for rating"
    _, one = store.ratings.add(answered(first))
    assert store.ratings.current() == given and store.ratings.count() == 2
    assert store.ratings.current(for_training=False) == [*given, one]
    assert store.ratings.count(for_training=False) == 3
    assert store.ratings.of_session(1) == [one]
    assert store.pairs.of_session(1, only_open=True) == [second]
    assert not store.sessions.is_complete(1)
    _, two = store.ratings.add(answered(second, "tie"))
    assert store.sessions.is_complete(1)
    assert store.ratings.current() == [*given, one, two] and store.ratings.count() == 4
    store.ratings.withdraw(two.id)
    assert not store.sessions.is_complete(1) and store.ratings.current() == given


def test_answers_stay_once_the_verdict_was_given(store: Store, rng: random.Random) -> None:
    first, second = start_session(store, rng, 2)
    _, one = store.ratings.add(answered(first))
    store.sessions.save_report(1, replace(REPORT, verdict="unfinished"))
    store.ratings.withdraw(one.id)
    _, one = store.ratings.add(answered(first))
    store.ratings.add(answered(second))
    store.sessions.save_report(1, REPORT)
    with pytest.raises(UserError, match="finished"):
        store.ratings.withdraw(one.id)
    with pytest.raises(UserError, match="finished"):
        store.ratings.add(answered(first, "B"))
    assert len(store.ratings.current()) == 2


def test_rows_say_which_cycle_they_belong_to(
    store: Store, project: Path, rng: random.Random
) -> None:
    first, second = ask(store, rng, 2)
    store.ratings.add(answered(first))
    store.models.add(
        Checkpoint("c1", "c1.safetensors", "0" * 64, "best", "base", {}, 0, "h", 1, "2026")
    )
    store.models.activate("c1")
    store.ratings.add(answered(second))
    assert [row["cycle"] for row in rows(project)] == ["base", "c1"]


def test_reading_beside_the_writer(store: Store, project: Path, rng: random.Random) -> None:
    given = fill(store, 2)
    with Store.open(project, write=False) as reader:
        assert reader.ratings.current() == given
        given += fill(store, 1)
        assert reader.ratings.current() == given, "what is committed meanwhile is seen"
        with pytest.raises(NotSavedError, match="reading"):
            fill(reader, 1)
        assert not reader.is_writer and store.is_writer


def test_a_change_by_hand_counts_until_it_is_taken_back_and_is_never_asked(
    store: Store, rng: random.Random
) -> None:
    proposed, changed = (pair(rng, 1).a for _ in range(2))
    _, kept = store.ratings.add(changed_by_hand(proposed, changed))
    assert (kept.source, kept.reason, kept.answer, kept.a) == ("hand", "hand", "A", changed)
    assert store.ratings.by_hand() == [kept] == store.ratings.current()
    store.ratings.withdraw(kept.id)
    assert store.ratings.by_hand() == [] == store.ratings.current()
    assert store.pairs.waiting() == []
    _, again = store.ratings.add(kept)
    assert store.ratings.by_hand() == [again] and again.comparison_id == kept.comparison_id
    assert all(check.ok for check in store.check() if check.name != "backups")
