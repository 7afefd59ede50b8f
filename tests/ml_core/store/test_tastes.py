"""Several tastes in one project: kept apart, duplicated, reset, and nothing ever deleted."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ml_core.domain.corrections import NO_CORRECTIONS
from ml_core.domain.edits import Brief
from ml_core.domain.models import Checkpoint, ComparisonSession
from ml_core.domain.ratings import Mark
from ml_core.errors import UserError
from ml_core.paths import database_path
from ml_core.store import Store
from ml_core.store.records import tastes
from ml_core.store.records.corrections import SongGrid
from ml_core.store.requests import taste_request, train_request
from ml_core.store.sqlite import schema
from ml_core.store.sqlite.migrations import migrate
from ml_core.store.sqlite.schema import append_only_triggers
from tests.faults.store.store_builder import answered, fill, pair, sha_of, song

RELEASED = Path(__file__).with_name("released")


def checkpoint(name: str) -> Checkpoint:
    return Checkpoint(name, f"{name}.st", "ab" * 32, "best", "base", {}, 3, "h", 2, "2026-01-02")


def columns(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        table: connection.execute(f"PRAGMA table_info({table})").fetchall()
        for (table,) in sorted(tables)
    }


def test_a_new_project_has_one_taste(store: Store) -> None:
    assert [taste.name for taste in store.tastes.listed()] == ["My taste"]
    assert store.tastes.in_use() == store.tastes.listed()[0]


def test_a_migrated_project_has_the_tables_of_a_new_one() -> None:
    with (
        closing(sqlite3.connect(":memory:", isolation_level=None)) as old,
        closing(sqlite3.connect(":memory:", isolation_level=None)) as new,
    ):
        old.executescript((RELEASED / "version-1.sql").read_text(encoding="utf-8"))
        migrate(old)
        new.executescript(schema.creation_sql())
        assert columns(old) == columns(new)
        indices = "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name"
        assert old.execute(indices).fetchall() == new.execute(indices).fetchall()


def test_each_taste_has_pairs_ratings_models_and_brief_of_its_own(store: Store) -> None:
    store.songs.add(song(0), "ready")
    mine = fill(store, 3)
    store.settings.set_brief(Brief("reel", 20.0, 40.0))
    store.models.add(checkpoint("c1"))
    store.models.activate("c1")
    store.sessions.add(ComparisonSession("base", "c1", 1, False, 0))
    first = store.tastes.in_use()
    _, other = store.tastes.add("Radio edit")
    assert store.tastes.in_use() == first, "adding a taste does not choose it"

    store.tastes.use(other.id)
    assert store.ratings.current() == store.ratings.last(9) == store.pairs.asked() == []
    assert store.ratings.count() == 0 and store.settings.brief() == Brief()
    assert store.models.all() == store.sessions.all() == store.models.history() == []
    assert store.models.active() is None
    theirs = fill(store, 2, seed=5)
    store.models.add(checkpoint("c2"))
    store.models.activate("c2")
    store.settings.set_brief(Brief("radio", 173.0, 187.0))
    assert store.ratings.current() == theirs
    assert [taste.n_ratings for taste in store.tastes.listed()] == [3, 2]

    store.tastes.use(first.id)
    assert store.ratings.current() == mine and store.ratings.count() == 3
    assert store.settings.brief().name == "reel"
    assert [one.id for one in store.models.all()] == ["c1"]
    assert [step.checkpoint_id for step in store.models.history()] == ["c1"]
    active = store.models.active()
    assert active is not None and active.id == "c1" and len(store.sessions.all()) == 1
    with pytest.raises(UserError, match="no checkpoint c2"):
        store.models.activate("c2")
    assert all(check.ok for check in store.check()), store.check()


def test_an_answer_belongs_to_the_taste_of_its_pair(store: Store) -> None:
    store.songs.add(song(0), "ready")
    _, (asked,) = store.pairs.add([pair(random.Random(1))])
    first = store.tastes.in_use()
    _, other = store.tastes.add("Reel")
    store.tastes.use(other.id)
    store.ratings.add(answered(asked, "B"))
    assert store.ratings.current() == [] and store.pairs.waiting() == []
    store.tastes.use(first.id)
    assert [rating.answer for rating in store.ratings.current()] == ["B"]


def test_the_chosen_taste_is_chosen_after_opening_again(project: Path) -> None:
    with Store.open(project) as store:
        _, other = store.tastes.add("Reel")
        store.tastes.use(other.id)
    with Store.open(project, write=False) as store:
        assert store.tastes.in_use().name == "Reel"
        store.tastes.work_in(store.tastes.find(" my TASTE "))
        assert store.tastes.in_use().name == "My taste"
    with Store.open(project) as store:
        assert store.tastes.in_use().name == "Reel", "working in another taste does not choose it"


def test_names_are_unique_and_say_something(store: Store) -> None:
    _, reel = store.tastes.add("  Reel \n two ")
    assert reel.name == "Reel two"
    for name in ("REEL TWO", "my taste"):
        with pytest.raises(UserError, match="already"):
            store.tastes.add(name)
    for name in ("", "  ", "x" * 61, "a\x00b"):
        with pytest.raises(UserError):
            store.tastes.add(name)
    store.tastes.rename(reel.id, "REEL TWO")
    with pytest.raises(UserError, match="already"):
        store.tastes.rename(reel.id, "My Taste")
    with pytest.raises(UserError, match="no taste"):
        store.tastes.find("Radio")
    assert [taste.name for taste in store.tastes.listed()] == ["My taste", "REEL TWO"]


def test_a_duplicate_begins_with_the_ratings_and_goes_its_own_way(store: Store) -> None:
    store.songs.add(song(0), "ready")
    rng = random.Random(2)
    asked = pair(rng)
    _, pairs = store.pairs.add([asked, pair(rng, repeat_of=-1), pair(rng)])
    first = [store.ratings.add(answered(p, a))[1] for p, a in zip(pairs, "ABB", strict=True)]
    _, changed = store.ratings.add(answered(pairs[2], "A", 2))
    store.models.add(checkpoint("c1"))
    store.models.activate("c1")
    store.settings.set_brief(Brief("reel", 20.0, 40.0))
    _, session = store.sessions.add(ComparisonSession("base", "c1", 1, False, 0), [pair(rng)])
    (compared,) = store.pairs.of_session(session.id)
    store.ratings.add(answered(compared, "B"))
    before = store.ratings.current()
    old, (_, copy) = store.tastes.in_use(), store.tastes.duplicate(store.tastes.in_use().id, "Copy")

    store.tastes.use(copy.id)
    copied = store.ratings.current()
    assert [(r.a, r.b, r.answer, r.strength, r.utc) for r in copied] == [
        (r.a, r.b, r.answer, r.strength, r.utc) for r in before
    ]
    assert copied[1].repeat_of == copied[0].comparison_id != pairs[0].id
    assert store.settings.brief().name == "reel" and store.models.active() is not None
    assert [one.id for one in store.models.all()] == ["c1"]
    store.ratings.withdraw(copied[0].id)
    fill(store, 2, seed=9)
    assert store.ratings.count() == len(before) + 1
    store.tastes.use(old.id)
    assert store.ratings.current() == before and first[0] in before and changed in before
    assert store.ratings.damaged() == []
    assert all(check.ok for check in store.check()), store.check()


def test_a_duplicate_that_is_cut_short_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, 3)
    before = list(store._database.connection.iterdump())

    def cut_short(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(tastes, "copy_models", cut_short)
    with pytest.raises(OSError):
        store.tastes.duplicate(store.tastes.in_use().id, "Copy")
    monkeypatch.undo()
    assert list(store._database.connection.iterdump()) == before


def test_a_reset_puts_everything_aside_and_can_be_undone(store: Store, project: Path) -> None:
    store.songs.add(song(0), "ready")
    ratings = fill(store, 4)
    store.songs.set_use(sha_of(0), "out")
    store.settings.set_brief(Brief("reel", 20.0, 40.0))
    store.models.add(checkpoint("c1"))
    store.models.activate("c1")
    _, mark = store.marks.add(Mark(1, sha_of(0), "bad_join", "A", 1000, 2000))
    old = store.tastes.in_use()
    store.tastes.use(old.id)
    changes, new = store.tastes.reset(old.id)
    assert "ratings" in changes and store.tastes.in_use() == new and new.name == old.name
    assert new.replaces == old.id
    assert store.ratings.current() == store.models.all() == store.pairs.waiting() == []
    assert store.settings.brief().name == "reel" and store.songs.listed()[0].use == "out"
    assert store.marks.current() == [mark], "a bad join is bad for every taste"
    with closing(sqlite3.connect(database_path(project))) as raw:
        assert raw.execute("SELECT count(*) FROM ratings").fetchone() == (4,), "nothing is deleted"
    store.tastes.bring_back(old.id)
    assert store.tastes.in_use() == old and store.ratings.current() == ratings
    assert len(store.tastes.listed()) == 1 and store.models.active() is not None
    assert all(check.ok for check in store.check()), store.check()


def test_a_reset_taste_stays_chosen_when_the_project_is_opened_again(project: Path) -> None:
    with Store.open(project) as store:
        store.tastes.add("Another")
        _, reel = store.tastes.add("Reel")
        store.tastes.use(reel.id)
        _, anew = store.tastes.reset(reel.id)
    with Store.open(project) as store:
        assert store.tastes.in_use() == anew


def test_a_removed_taste_is_no_more_in_use_when_the_project_is_opened_again(store: Store) -> None:
    first = store.tastes.in_use()
    _, reel = store.tastes.add("Reel")
    store.tastes.use(reel.id)
    store.tastes.remove(reel.id)
    store.tastes.bring_back(reel.id)
    project = store.project_dir
    store.close()
    with Store.open(project) as again:
        assert again.tastes.in_use() == first


def test_the_last_taste_stays(store: Store) -> None:
    first = store.tastes.in_use()
    with pytest.raises(UserError, match="one taste"):
        store.tastes.remove(first.id)
    ratings = fill(store, 2)
    _, reel = store.tastes.add("Reel")
    store.tastes.remove(first.id)
    assert store.tastes.in_use() == reel and store.tastes.listed() == [reel]
    store.tastes.add("My taste")
    with pytest.raises(UserError, match="already"):
        store.tastes.bring_back(first.id)
    store.tastes.rename(store.tastes.find("My taste").id, "Other")
    store.tastes.bring_back(first.id)
    store.tastes.work_in(store.tastes.find("My taste"))
    assert store.ratings.current() == ratings


def test_the_one_removed_last_comes_back_whatever_was_reset_before(store: Store) -> None:
    first = store.tastes.in_use()
    ratings = fill(store, 3)
    store.tastes.add("Other")
    _, anew = store.tastes.reset(first.id)
    with pytest.raises(UserError, match="No taste"):
        store.tastes.find_removed(first.name)
    store.tastes.bring_back(first.id)
    with pytest.raises(UserError, match="No taste"):
        store.tastes.find_removed(first.name)
    store.tastes.remove(first.id)
    assert store.tastes.find_removed("my  TASTE") == first.id, "not what the undone reset began"
    store.tastes.bring_back(first.id)
    store.tastes.work_in(store.tastes.find(first.name))
    assert store.ratings.current() == ratings
    # The reset is done again, and now its taste is the one that goes.
    store.tastes.bring_back(anew.id)
    store.tastes.remove(anew.id)
    assert store.tastes.find_removed(first.name) == anew.id


def test_each_taste_keeps_songs_of_its_own_aside(store: Store) -> None:
    for number in range(12):
        store.songs.add(song(number), "ready")
    kept = {entry.id for entry in store.songs.listed() if entry.use == "compare"}
    assert len(kept) == 3
    rng = random.Random(3)
    rated = [number for number in range(12) if store.songs.listed()[number].use == "rate"]
    _, pairs = store.pairs.add([pair(rng, number) for number in rated])
    for asked in pairs:
        store.ratings.add(answered(asked))
    store.songs.set_use(sha_of(rated[0]), "out")
    _, session = store.sessions.add(
        ComparisonSession("base", "c1", 1, True, 0),
        [pair(rng, next(at for at, e in enumerate(store.songs.listed()) if e.id in kept))],
    )
    store.ratings.add(answered(store.pairs.of_session(session.id)[0]))
    assert {e.id for e in store.songs.listed() if e.use == "compare"} < kept, "one was compared"

    _, reel = store.tastes.add("Reel")
    store.tastes.work_in(reel)
    entries = store.songs.listed()
    assert {e.id for e in entries if e.use == "compare"}, "it has a reserve of its own"
    assert sum(e.use == "compare" for e in entries) == 3
    assert entries[rated[0]].use == "out", "a song left out by hand stays out"
    assert len(store.songs.reserved()) == 3, "what another taste rated is unheard by this one"
    for number in range(12, 16):
        store.songs.add(song(number), "ready")
    assert sum(e.use == "compare" for e in store.songs.listed()) == 3


def test_a_removed_song_teaches_unless_that_was_refused(store: Store) -> None:
    for number in range(2):
        store.songs.add(song(number), "ready")
    rng = random.Random(4)
    _, pairs = store.pairs.add([pair(rng, 0), pair(rng, 1)])
    for asked in pairs:
        store.ratings.add(answered(asked))
    store.songs.remove(sha_of(0))
    request = train_request(store)
    assert {one.sha256 for one in request.songs} == {sha_of(0), sha_of(1)}
    assert len(request.ratings) == len(taste_request(store).ratings) == 2
    store.songs.add(song(0), "ready")
    store.songs.remove(sha_of(0), still_teaches=False)
    request = train_request(store)
    assert {one.sha256 for one in request.songs} == {sha_of(1)}
    assert [r.sha256 for r in request.ratings] == [sha_of(1)]
    assert store.ratings.count() == 2, "no rating is lost"
    store.songs.add(song(0), "ready")
    assert len(train_request(store).ratings) == 2


def test_ratings_of_two_tastes_are_rescued_into_their_tastes(project: Path) -> None:
    with Store.open(project) as store:
        store.songs.add(song(0), "ready")
        mine = fill(store, 3)
        _, reel = store.tastes.add("Reel")
        store.tastes.work_in(reel)
        theirs = fill(store, 2, seed=8)
    path = database_path(project)
    path.write_bytes(bytes(100) + path.read_bytes()[100:])
    Store.restore(path, project)
    with Store.open(project) as store:
        assert store.ratings.current() == mine
        (rescued,) = [taste for taste in store.tastes.listed() if taste.id == reel.id]
        store.tastes.work_in(rescued)
        assert [(r.a, r.b, r.answer) for r in store.ratings.current()] == [
            (r.a, r.b, r.answer) for r in theirs
        ]


def test_a_rating_moved_to_another_taste_by_damage_is_noticed(store: Store, project: Path) -> None:
    fill(store, 2)
    _, reel = store.tastes.add("Reel")
    store.tastes.work_in(reel)
    fill(store, 1, seed=3)
    with closing(sqlite3.connect(database_path(project))) as raw:
        raw.execute("DROP TRIGGER ratings_no_update")
        raw.execute("UPDATE ratings SET taste = NULL WHERE id = 3")
        raw.execute(append_only_triggers("ratings").splitlines()[0])
        raw.commit()
    assert [one.id for one in store.ratings.damaged()] == [3]
    assert {check.name for check in store.check() if not check.ok} == {"ratings", "queue"}


def test_a_duplicate_does_not_ask_pairs_of_a_grid_that_is_gone(store: Store) -> None:
    store.songs.add(song(0), "ready")
    fill(store, 3)
    old_pairs = [rating.comparison_id for rating in store.ratings.current()]
    store.corrections.set_grid(sha_of(0), SongGrid(NO_CORRECTIONS.doubled(), 240.0, 4, ""))
    newer = fill(store, 1, seed=5)
    store.tastes.use(store.tastes.duplicate(store.tastes.in_use().id, "Copy")[1].id)
    copied = store.ratings.current()
    assert len(copied) == len(old_pairs) + len(newer)
    for rating in copied:
        store.ratings.withdraw(rating.id)
    # Only the pair that was made for the present grid can be asked again.
    assert [pair.a for pair in store.pairs.waiting()] == [newer[-1].a]
