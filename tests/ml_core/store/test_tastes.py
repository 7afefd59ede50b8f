"""Several tastes in one project: kept apart, duplicated, reset, and nothing ever deleted."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store_builder import answered, fill, pair, sha_of, song

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
    assert [taste.name for taste in store.tastes()] == ["My taste"]
    assert store.taste == store.tastes()[0]


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
    store.add_song(song(0), "ready")
    mine = fill(store, 3)
    store.set_brief(Brief("reel", 20.0, 40.0))
    store.add_checkpoint(checkpoint("c1"))
    store.activate("c1")
    store.add_session(ComparisonSession("base", "c1", 1, False, 0))
    first = store.taste
    _, other = store.add_taste("Radio edit")
    assert store.taste == first, "adding a taste does not choose it"

    store.use_taste(other.id)
    assert store.ratings() == store.last_ratings(9) == store.asked_comparisons() == []
    assert store.rating_count() == 0 and store.brief() == Brief()
    assert store.checkpoints() == store.sessions() == store.history() == []
    assert store.active_checkpoint() is None
    theirs = fill(store, 2, seed=5)
    store.add_checkpoint(checkpoint("c2"))
    store.activate("c2")
    store.set_brief(Brief("radio", 173.0, 187.0))
    assert store.ratings() == theirs
    assert [taste.n_ratings for taste in store.tastes()] == [3, 2]

    store.use_taste(first.id)
    assert store.ratings() == mine and store.rating_count() == 3
    assert store.brief().name == "reel"
    assert [one.id for one in store.checkpoints()] == ["c1"]
    assert [step.checkpoint_id for step in store.history()] == ["c1"]
    active = store.active_checkpoint()
    assert active is not None and active.id == "c1" and len(store.sessions()) == 1
    with pytest.raises(UserError, match="no checkpoint c2"):
        store.activate("c2")
    assert all(check.ok for check in store.check()), store.check()


def test_an_answer_belongs_to_the_taste_of_its_pair(store: Store) -> None:
    store.add_song(song(0), "ready")
    _, (asked,) = store.add_comparisons([pair(random.Random(1))])
    first = store.taste
    _, other = store.add_taste("Reel")
    store.use_taste(other.id)
    store.add_rating(answered(asked, "B"))
    assert store.ratings() == [] and store.open_comparisons() == []
    store.use_taste(first.id)
    assert [rating.answer for rating in store.ratings()] == ["B"]


def test_the_chosen_taste_is_chosen_after_opening_again(project: Path) -> None:
    with Store.open(project) as store:
        _, other = store.add_taste("Reel")
        store.use_taste(other.id)
    with Store.open(project, write=False) as store:
        assert store.taste.name == "Reel"
        store.work_in(store.find_taste(" my TASTE "))
        assert store.taste.name == "My taste"
    with Store.open(project) as store:
        assert store.taste.name == "Reel", "working in another taste does not choose it"


def test_names_are_unique_and_say_something(store: Store) -> None:
    _, reel = store.add_taste("  Reel \n two ")
    assert reel.name == "Reel two"
    for name in ("REEL TWO", "my taste"):
        with pytest.raises(UserError, match="already"):
            store.add_taste(name)
    for name in ("", "  ", "x" * 61, "a\x00b"):
        with pytest.raises(UserError):
            store.add_taste(name)
    store.rename_taste(reel.id, "REEL TWO")
    with pytest.raises(UserError, match="already"):
        store.rename_taste(reel.id, "My Taste")
    with pytest.raises(UserError, match="no taste"):
        store.find_taste("Radio")
    assert [taste.name for taste in store.tastes()] == ["My taste", "REEL TWO"]


def test_a_duplicate_begins_with_the_ratings_and_goes_its_own_way(store: Store) -> None:
    store.add_song(song(0), "ready")
    rng = random.Random(2)
    asked = pair(rng)
    _, pairs = store.add_comparisons([asked, pair(rng, repeat_of=-1), pair(rng)])
    first = [store.add_rating(answered(p, a))[1] for p, a in zip(pairs, "ABB", strict=True)]
    _, changed = store.add_rating(answered(pairs[2], "A", 2))
    store.add_checkpoint(checkpoint("c1"))
    store.activate("c1")
    store.set_brief(Brief("reel", 20.0, 40.0))
    _, session = store.add_session(ComparisonSession("base", "c1", 1, False, 0), [pair(rng)])
    (compared,) = store.session_comparisons(session.id)
    store.add_rating(answered(compared, "B"))
    before = store.ratings()
    old, (_, copy) = store.taste, store.duplicate_taste(store.taste.id, "Copy")

    store.use_taste(copy.id)
    copied = store.ratings()
    assert [(r.a, r.b, r.answer, r.strength, r.utc) for r in copied] == [
        (r.a, r.b, r.answer, r.strength, r.utc) for r in before
    ]
    assert copied[1].repeat_of == copied[0].comparison_id != pairs[0].id
    assert store.brief().name == "reel" and store.active_checkpoint() is not None
    assert [one.id for one in store.checkpoints()] == ["c1"]
    store.withdraw_rating(copied[0].id)
    fill(store, 2, seed=9)
    assert store.rating_count() == len(before) + 1
    store.use_taste(old.id)
    assert store.ratings() == before and first[0] in before and changed in before
    assert store.damaged_ratings() == []
    assert all(check.ok for check in store.check()), store.check()


def test_a_duplicate_that_is_cut_short_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, 3)
    before = list(store._database.connection.iterdump())

    def cut_short(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(tastes, "_copy_models", cut_short)
    with pytest.raises(OSError):
        store.duplicate_taste(store.taste.id, "Copy")
    monkeypatch.undo()
    assert list(store._database.connection.iterdump()) == before


def test_a_reset_puts_everything_aside_and_can_be_undone(store: Store, project: Path) -> None:
    store.add_song(song(0), "ready")
    ratings = fill(store, 4)
    store.set_song_use(sha_of(0), "out")
    store.set_brief(Brief("reel", 20.0, 40.0))
    store.add_checkpoint(checkpoint("c1"))
    store.activate("c1")
    _, mark = store.add_mark(Mark(1, sha_of(0), "bad_join", "A", 1000, 2000))
    old = store.taste
    store.use_taste(old.id)
    changes, new = store.reset_taste(old.id)
    assert "ratings" in changes and store.taste == new and new.name == old.name
    assert new.replaces == old.id
    assert store.ratings() == store.checkpoints() == store.open_comparisons() == []
    assert store.brief().name == "reel" and store.songs()[0].use == "out"
    assert store.marks() == [mark], "a bad join is bad for every taste"
    with closing(sqlite3.connect(database_path(project))) as raw:
        assert raw.execute("SELECT count(*) FROM ratings").fetchone() == (4,), "nothing is deleted"
    store.bring_back_taste(old.id)
    assert store.taste == old and store.ratings() == ratings
    assert len(store.tastes()) == 1 and store.active_checkpoint() is not None
    assert all(check.ok for check in store.check()), store.check()


def test_a_reset_taste_stays_chosen_when_the_project_is_opened_again(project: Path) -> None:
    with Store.open(project) as store:
        store.add_taste("Another")
        _, reel = store.add_taste("Reel")
        store.use_taste(reel.id)
        _, anew = store.reset_taste(reel.id)
    with Store.open(project) as store:
        assert store.taste == anew


def test_a_removed_taste_is_no_more_in_use_when_the_project_is_opened_again(store: Store) -> None:
    first = store.taste
    _, reel = store.add_taste("Reel")
    store.use_taste(reel.id)
    store.remove_taste(reel.id)
    store.bring_back_taste(reel.id)
    project = store.project_dir
    store.close()
    with Store.open(project) as again:
        assert again.taste == first


def test_the_last_taste_stays(store: Store) -> None:
    first = store.taste
    with pytest.raises(UserError, match="one taste"):
        store.remove_taste(first.id)
    ratings = fill(store, 2)
    _, reel = store.add_taste("Reel")
    store.remove_taste(first.id)
    assert store.taste == reel and store.tastes() == [reel]
    store.add_taste("My taste")
    with pytest.raises(UserError, match="already"):
        store.bring_back_taste(first.id)
    store.rename_taste(store.find_taste("My taste").id, "Other")
    store.bring_back_taste(first.id)
    store.work_in(store.find_taste("My taste"))
    assert store.ratings() == ratings


def test_the_one_removed_last_comes_back_whatever_was_reset_before(store: Store) -> None:
    first = store.taste
    ratings = fill(store, 3)
    store.add_taste("Other")
    _, anew = store.reset_taste(first.id)
    with pytest.raises(UserError, match="No taste"):
        store.find_removed_taste(first.name)
    store.bring_back_taste(first.id)
    with pytest.raises(UserError, match="No taste"):
        store.find_removed_taste(first.name)
    store.remove_taste(first.id)
    assert store.find_removed_taste("my  TASTE") == first.id, "not what the undone reset began"
    store.bring_back_taste(first.id)
    store.work_in(store.find_taste(first.name))
    assert store.ratings() == ratings
    # The reset is done again, and now its taste is the one that goes.
    store.bring_back_taste(anew.id)
    store.remove_taste(anew.id)
    assert store.find_removed_taste(first.name) == anew.id


def test_each_taste_keeps_songs_of_its_own_aside(store: Store) -> None:
    for number in range(12):
        store.add_song(song(number), "ready")
    kept = {entry.id for entry in store.songs() if entry.use == "compare"}
    assert len(kept) == 3
    rng = random.Random(3)
    rated = [number for number in range(12) if store.songs()[number].use == "rate"]
    _, pairs = store.add_comparisons([pair(rng, number) for number in rated])
    for asked in pairs:
        store.add_rating(answered(asked))
    store.set_song_use(sha_of(rated[0]), "out")
    _, session = store.add_session(
        ComparisonSession("base", "c1", 1, True, 0),
        [pair(rng, next(at for at, e in enumerate(store.songs()) if e.id in kept))],
    )
    store.add_rating(answered(store.session_comparisons(session.id)[0]))
    assert {e.id for e in store.songs() if e.use == "compare"} < kept, "one was compared"

    _, reel = store.add_taste("Reel")
    store.work_in(reel)
    entries = store.songs()
    assert {e.id for e in entries if e.use == "compare"}, "it has a reserve of its own"
    assert sum(e.use == "compare" for e in entries) == 3
    assert entries[rated[0]].use == "out", "a song left out by hand stays out"
    assert len(store.reserve_songs()) == 3, "what another taste rated is unheard by this one"
    for number in range(12, 16):
        store.add_song(song(number), "ready")
    assert sum(e.use == "compare" for e in store.songs()) == 3


def test_a_removed_song_teaches_unless_that_was_refused(store: Store) -> None:
    for number in range(2):
        store.add_song(song(number), "ready")
    rng = random.Random(4)
    _, pairs = store.add_comparisons([pair(rng, 0), pair(rng, 1)])
    for asked in pairs:
        store.add_rating(answered(asked))
    store.remove_song(sha_of(0))
    request = train_request(store)
    assert {one.sha256 for one in request.songs} == {sha_of(0), sha_of(1)}
    assert len(request.ratings) == len(taste_request(store).ratings) == 2
    store.add_song(song(0), "ready")
    store.remove_song(sha_of(0), still_teaches=False)
    request = train_request(store)
    assert {one.sha256 for one in request.songs} == {sha_of(1)}
    assert [r.sha256 for r in request.ratings] == [sha_of(1)]
    assert store.rating_count() == 2, "no rating is lost"
    store.add_song(song(0), "ready")
    assert len(train_request(store).ratings) == 2


def test_ratings_of_two_tastes_are_rescued_into_their_tastes(project: Path) -> None:
    with Store.open(project) as store:
        store.add_song(song(0), "ready")
        mine = fill(store, 3)
        _, reel = store.add_taste("Reel")
        store.work_in(reel)
        theirs = fill(store, 2, seed=8)
    path = database_path(project)
    path.write_bytes(bytes(100) + path.read_bytes()[100:])
    Store.restore(path, project)
    with Store.open(project) as store:
        assert store.ratings() == mine
        (rescued,) = [taste for taste in store.tastes() if taste.id == reel.id]
        store.work_in(rescued)
        assert [(r.a, r.b, r.answer) for r in store.ratings()] == [
            (r.a, r.b, r.answer) for r in theirs
        ]


def test_a_rating_moved_to_another_taste_by_damage_is_noticed(store: Store, project: Path) -> None:
    fill(store, 2)
    _, reel = store.add_taste("Reel")
    store.work_in(reel)
    fill(store, 1, seed=3)
    with closing(sqlite3.connect(database_path(project))) as raw:
        raw.execute("DROP TRIGGER ratings_no_update")
        raw.execute("UPDATE ratings SET taste = NULL WHERE id = 3")
        raw.commit()
    assert [one.id for one in store.damaged_ratings()] == [3]
    assert {check.name for check in store.check() if not check.ok} == {"ratings", "queue"}


def test_a_duplicate_does_not_ask_pairs_of_a_grid_that_is_gone(store: Store) -> None:
    store.add_song(song(0), "ready")
    fill(store, 3)
    old_pairs = [rating.comparison_id for rating in store.ratings()]
    store.set_song_grid(sha_of(0), SongGrid(NO_CORRECTIONS.doubled(), 240.0, 4, ""))
    newer = fill(store, 1, seed=5)
    store.use_taste(store.duplicate_taste(store.taste.id, "Copy")[1].id)
    copied = store.ratings()
    assert len(copied) == len(old_pairs) + len(newer)
    for rating in copied:
        store.withdraw_rating(rating.id)
    # Only the pair that was made for the present grid can be asked again.
    assert [pair.a for pair in store.open_comparisons()] == [newer[-1].a]
