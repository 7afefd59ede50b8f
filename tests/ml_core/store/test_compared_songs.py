"""On which songs a comparison is: never on one that the taste has learned from and called new."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ml_core.domain.models import Checkpoint, ComparisonSession
from ml_core.domain.requests import SongFit
from ml_core.errors import UserError
from ml_core.store import Store
from ml_core.store.compare_requests import compare_request
from ml_core.store.compared_songs import ComparedSongs, learned_in_session, songs_to_compare
from ml_core.store.fit_words import FitCount
from tests.faults.store.store_builder import answered, pair, sha_of, song
from tests.ml_core.store.test_checkpoints import checkpoint


def add(store: Store, *numbers: int) -> None:
    store.songs.add_all([song(number) for number in numbers], "ready")


def rate(store: Store, rng: random.Random, number: int) -> int:
    _, (asked,) = store.pairs.add([pair(rng, number)])
    _, rating = store.ratings.add(answered(asked))
    return rating.id


def trained(name: str, *numbers: int) -> Checkpoint:
    songs = sorted(map(sha_of, numbers))
    return replace(checkpoint(name), configuration={"songs": songs})


def chosen(store: Store) -> ComparedSongs:
    return songs_to_compare(store, is_there=lambda _: True)


def numbers_of(found: ComparedSongs) -> set[int]:
    return {entry.id - 1 for entry in found.entries}


def test_songs_never_learned_from_are_compared_on_whatever_they_are_used_for(store, rng):
    add(store, *range(4))
    rate(store, rng, 0)
    store.models.add(trained("c1", 0, 1))
    store.songs.set_use(sha_of(0), "compare")
    store.songs.set_use(sha_of(1), "compare")
    found = chosen(store)
    assert numbers_of(found) == {2, 3} and found.never_learned_from and found.reasons == {}
    assert [(entry.id - 1, why) for entry, why in found.left_out] == [
        (0, "rated"),
        (1, "the taste was trained on it"),
    ]


def test_a_song_that_was_left_out_stays_out(store, rng):
    add(store, 0, 1)
    rate(store, rng, 0)
    store.songs.set_use(sha_of(1), "out")
    assert numbers_of(chosen(store)) == {0}


def test_where_all_were_learned_from_it_is_said_of_each_how(store, rng):
    add(store, 0, 1)
    rate(store, rng, 0)
    store.models.add(trained("c1", 0, 1))
    found = chosen(store)
    assert not found.never_learned_from and numbers_of(found) == {0, 1}
    assert {sha: how.how for sha, how in found.reasons.items()} == {
        sha_of(0): "rated",
        sha_of(1): "trained",
    }


def test_what_another_taste_rated_is_new_to_this_one(store, rng):
    add(store, 0, 1)
    rate(store, rng, 0)
    store.models.add(trained("c1", 0, 1))
    _, other = store.tastes.add("Other")
    store.tastes.use(other.id)
    assert numbers_of(chosen(store)) == {0, 1} and chosen(store).never_learned_from


@pytest.mark.parametrize("how", ["rated", "trained"])
def test_fault_60_another_file_of_the_recording_is_learned_from_as_well(store, rng, how):
    songs = [replace(song(n), sound=f"{n:064x}", fingerprint=b"x") for n in range(3)]
    store.songs.add_all(songs, "ready")
    if how == "rated":
        rate(store, rng, 0)
    else:
        store.models.add(trained("c1", 0))
    store.sounds.set_recordings({1: 1, 2: 1, 3: 3})
    assert numbers_of(chosen(store)) == {2}
    learned = store.learned.songs()[sha_of(1)]
    assert (learned.how, learned.as_song) == (how, 1) and "another file" in learned.words


def test_a_rating_that_was_taken_back_was_given_and_its_model_has_learned(store, rng):
    add(store, 0, 1, 2)
    rating = rate(store, rng, 0)
    store.models.add(trained("c1", 0, 1))
    store.models.activate("c1")
    store.ratings.withdraw(rating)
    assert numbers_of(chosen(store)) == {2}
    _, copy = store.tastes.duplicate(store.tastes.in_use().id, "Copy")
    store.tastes.use(copy.id)
    assert store.ratings.current() == []
    assert numbers_of(chosen(store)) == {2}, "the copy's model learned from both"


def test_an_older_model_that_is_in_use_counts_as_the_newest_does(store):
    add(store, 0, 1, 2)
    store.models.add(trained("c1", 0))
    store.models.activate("c1")
    store.models.add(trained("c2", 1))
    assert numbers_of(chosen(store)) == {2}


def test_a_model_that_does_not_tell_may_have_learned_from_all_that_was_for_rating_then(store):
    add(store, *range(9))
    aside = {e.id - 1 for e in store.songs.listed() if e.use == "compare"}
    earlier = replace(checkpoint("c1"), configuration={}, utc="2000-01-01T00:00:00+00:00")
    store.models.add(earlier)
    assert numbers_of(chosen(store)) == set(range(9)), "none of them was there yet"
    time.sleep(0.002)
    utc = datetime.now(UTC).isoformat()
    time.sleep(0.002)
    store.models.add(replace(checkpoint("c2"), configuration={}, utc=utc))
    moved = min(set(range(9)) - aside)
    store.songs.set_use(sha_of(moved), "compare")
    assert numbers_of(chosen(store)) == aside and len(aside) == 3


def test_the_reserve_takes_no_song_that_a_model_was_trained_on(store, rng):
    add(store, *range(8))
    before = {e.song.sha256 for e in store.songs.listed() if e.use == "compare"}
    rate(store, rng, next(n for n in range(8) if sha_of(n) not in before))
    store.models.add(trained("c1", *(n for n in range(8) if sha_of(n) not in before)))
    add(store, *range(8, 16))
    after = {e.song.sha256 for e in store.songs.listed() if e.use == "compare"}
    assert before <= after and len(after) == 4
    assert after - before <= {sha_of(n) for n in range(8, 16)}


def test_a_session_of_before_is_believed_only_where_its_songs_were_new(store, rng):
    add(store, *range(3))
    rate(store, rng, 0)
    store.models.add(trained("c1", 0))
    for number in (0, 1):
        _, session = store.sessions.add(
            ComparisonSession("base", "c1", 1, True, 5), [pair(rng, number)]
        )
        store.ratings.add(answered(store.pairs.of_session(session.id)[0]))
    known, new = store.sessions.all()
    assert not known.on_reserved and learned_in_session(store, known) == {sha_of(0): "rated"}
    assert new.on_reserved and learned_in_session(store, new) == {}, "its own answers came after"
    assert store.learned.songs()[sha_of(1)].how == "rated", "they teach from now on"


def test_what_leaves_the_reserve_after_a_comparison_is_named(store, rng):
    add(store, *range(8))
    store.models.add(trained("c1"))
    aside = [n for n in range(8) if store.songs.listed()[n].use == "compare"]
    wanted = ComparisonSession("base", "c1", 2, True, 5)
    _, session = store.sessions.add(wanted, [pair(rng, n) for n in aside[:2]])
    for asked in store.pairs.of_session(session.id):
        assert store.sessions.released(session.id) == []
        store.ratings.add(answered(asked))
    assert store.sessions.released(session.id) == [sha_of(n) for n in aside[:2]]


# Which songs fit


def note(store: Store, misfits: set[int], numbers: range) -> None:
    why = "It is too short."
    fits = [SongFit(sha_of(n), "9/9+", why if n in misfits else "") for n in numbers]
    store.fits.note(store.settings.brief(), fits)


def aside(store: Store) -> set[int]:
    return {e.id - 1 for e in store.songs.listed() if e.use == "compare"}


def test_the_reserve_is_of_songs_that_fit_and_looked_at_again(store):
    add(store, *range(14))
    before = aside(store)
    note(store, before, range(14))
    assert len(aside(store)) == 3 and not aside(store) & before
    assert store.fits.misfits() == {sha_of(n): "It is too short." for n in before}
    usual = store.settings.brief()
    store.settings.set_brief(replace(usual, name="Reel", shortest_s=20.0, longest_s=40.0))
    assert aside(store) == before and store.fits.known() == {}, "another brief, nothing known yet"
    note(store, set(range(7)), range(14))
    assert aside(store) == set(), "seven that fit are too few"
    store.settings.set_brief(usual)
    assert store.fits.misfits() and len(aside(store)) == 3 and not aside(store) & before


def test_a_brief_that_changes_after_rating_moves_only_songs_that_nobody_heard(store, rng):
    add(store, *range(16))
    first = aside(store)
    rated = min(set(range(16)) - first)
    rate(store, rng, rated)
    gone = min(first)
    note(store, {gone}, range(16))
    now = aside(store)
    assert gone not in now and rated not in now and first - {gone} <= now and len(now) == 3
    assert store.songs.use_notes(sha_of(gone))[-1][2].startswith("no edit of it fits")


def test_songs_of_a_comparison_under_way_stay_aside(store, rng):
    add(store, *range(16))
    store.models.add(trained("c1"))
    first = aside(store)
    wanted = ComparisonSession("base", "c1", 3, True, 5)
    store.sessions.add(wanted, [pair(rng, n) for n in sorted(first)])
    note(store, first, range(16))
    assert first <= aside(store)


def test_a_correction_of_bars_makes_what_was_found_unknown(store):
    add(store, 0, 1)
    note(store, {0, 1}, range(2))
    grid = store.corrections.grid(sha_of(0))
    changed = replace(grid, corrections=grid.corrections.doubled(), pairs_after=None)
    store.corrections.set_grid(sha_of(0), changed)
    assert set(store.fits.misfits()) == {sha_of(1)}


def test_a_removed_song_of_the_reserve_is_replaced_at_once(store):
    add(store, *range(13))
    store.songs.remove(sha_of(min(aside(store))))
    assert len(aside(store)) == 3


def test_comparing_is_on_songs_that_fit(store, rng, monkeypatch):
    monkeypatch.setattr("ml_core.store.compared_songs.is_file", lambda _: True)
    add(store, *range(3))
    rate(store, rng, 0)
    store.models.add(trained("c1", 0))
    note(store, {1}, range(3))
    request, session = compare_request(store)
    assert [one.sha256 for one in request.songs] == [sha_of(2)] and session.on_reserved
    note(store, {1, 2}, range(3))
    request, session = compare_request(store)
    assert [one.sha256 for one in request.songs] == [sha_of(0)] and not session.on_reserved
    note(store, {0, 1, 2}, range(3))
    with pytest.raises(UserError, match="No song fits"):
        compare_request(store)


def counted(store: Store) -> FitCount:
    return FitCount.of(store.songs.listed(), store.fits.known(), store.learned.songs())


def test_too_few_songs_that_fit_are_said_at_once_and_only_what_is_so(store, rng):
    add(store, *range(14))
    assert counted(store).warning == "" and "14 to be checked" in counted(store).words
    note(store, set(range(5)), range(14))
    assert counted(store).words == "Fits 9 of 14 songs" and counted(store).warning == ""
    note(store, set(range(12)), range(14))
    assert counted(store).warning.startswith("Only 2 songs fit")
    assert "No song that fits is kept aside" in counted(store).warning
    note(store, set(range(14)), range(14))
    assert counted(store).warning.startswith("No song fits")
    note(store, set(), range(14))
    for number in aside(store):
        store.songs.set_use(sha_of(number), "rate")
    assert counted(store).remedy == "Keep some aside for comparing."
    rate(store, rng, 0)
    store.models.add(trained("c1", *range(14)))
    store.songs.set_use(sha_of(0), "compare")
    assert "kept aside" in counted(store).warning, "one that was learned from is no reserve"
    assert counted(store).remedy == "Add songs to compare on."
    add(store, 14)
    note(store, set(), range(15))
    assert counted(store).warning == "", "a song that the model does not know is one to compare on"


def test_only_songs_that_fit_can_be_too_few(store):
    nothing_aside = FitCount(10, 10, 0, 10, 0)
    assert nothing_aside.warning and not nothing_aside.are_few
    assert FitCount(9, 2, 0, 2, 0).are_few and not FitCount(9, 2, 1, 2, 0).are_few
