"""Under the list: the selected song with cover and tags, and what is still needed, in numbers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QColor

from editor_app.places.songs.library_words import advice
from ml_core.domain.tags import CoverPicture, SongTags
from tests.editor_app.conftest import add_songs, make_pair, make_song


def picture(width: int, height: int) -> CoverPicture:
    return CoverPicture(width, height, b"\xff\x00\x00\xff" * (width * height))


@pytest.fixture
def view(open_window, filled):
    filled(3)
    return open_window("songs").main._places["songs"]


def select(view, *rows):
    view._table.clearSelection()
    flags = QItemSelectionModel.SelectionFlag
    for row in rows:
        index = view._shown.index(row, 0)
        view._table.selectionModel().select(index, flags.Select | flags.Rows)


def test_the_selected_song_shows_its_cover_and_tags(view, jobs, qtbot):
    card = view._card
    assert not card.isVisible()
    select(view, 1)
    assert card.isVisible() and card.title.text() == "Song 2" and not card.cover.isVisible()
    qtbot.waitUntil(lambda: len(jobs.asked("song_tags")) == 1)
    (job,) = jobs.asked("song_tags")
    edge = round(56 * card.devicePixelRatioF())
    assert job.request.cover_px == edge
    cover = picture(edge, edge // 2)
    job.finish(SongTags(job.request.song.sha256, ("An album", "2012"), cover))
    assert card.facts.text().endswith("An album  ·  2012")
    shown = card.cover.pixmap()
    assert card.cover.isVisible() and (shown.width(), shown.height()) == (edge, edge // 2)
    assert shown.toImage().pixelColor(3, 3) == QColor("red")
    select(view, 0, 1)
    assert not card.isVisible(), "of several songs none is shown"


def test_tags_that_come_too_late_are_not_shown(view, jobs, qtbot):
    card = view._card
    select(view, 0)
    qtbot.waitUntil(lambda: len(jobs.asked("song_tags")) == 1)
    (late,) = jobs.asked("song_tags")
    select(view, 2)
    late.finish(SongTags(late.request.song.sha256, ("Another album",), picture(10, 10)))
    assert "album" not in card.facts.text() and not card.cover.isVisible()
    qtbot.waitUntil(lambda: len(jobs.asked("song_tags")) == 1)
    (job,) = jobs.asked("song_tags")
    job.finish(SongTags(job.request.song.sha256))
    assert not card.cover.isVisible()


def test_keys_held_down_ask_for_one_song_only(view, jobs, qtbot):
    for row in (0, 1, 2, 1, 0, 2):
        select(view, row)
    qtbot.wait(250)
    (job,) = jobs.asked("song_tags")
    assert job.request.song.sha256 == view._selected()[0].song.sha256


def test_the_advice_counts_songs_and_minutes(project):
    assert advice([], 48, 25) == "10 more songs and about 25 min of rating will do."
    add_songs(project, 9)
    entries = project.songs.all()
    assert advice(entries, 4, 2) == "1 more song and about 2 min of rating will do."
    assert advice(entries, 0, 0).startswith("1 more song would")
    project.songs.add(make_song(10))
    assert advice(project.songs.all(), 1, 1) == "About 1 min of rating will do: 1 more pair."
    assert advice(project.songs.all(), 0, 0).startswith("There are enough")
    project.songs.set_use(project.songs.all()[:2], "out")
    assert advice(project.songs.all(), 0, 0).startswith("2 more songs")


def test_the_advice_follows_ratings_and_the_forecast_of_the_taste(view, open_window):
    project = view._project
    pairs = project.pairs.add([make_pair(project.songs.all()[0].song, 10 + n) for n in range(3)])
    assert "7 more songs and about 25 min" in view._advice.text()
    project.models.forecast = (0, 2)
    project.ratings.add(pairs[0], "A")
    assert "about 1 min" in view._advice.text()
    project.ratings.add(pairs[1], "B")
    assert view._advice.text().startswith("7 more songs would")


def test_a_song_is_removed_with_or_without_its_ratings_and_comes_back(view):
    project, actions = view._project, view._actions
    (pair,) = project.pairs.add([make_pair(project.songs.all()[0].song)])
    project.ratings.add(pair, "A")
    uses = [entry.use for entry in project.songs.all()]
    for action, teaches in (("remove_song", True), ("remove_song_and_ratings", False)):
        select(view, 0)
        actions[action].trigger()
        assert len(project.songs.all()) == 2
        assert len(project._store.songs.removed(still_teach=teaches)) == 1
        assert project.ratings.count() == 1, "no rating is lost"
        project.history.undo()
        assert [entry.use for entry in project.songs.all()] == uses
        assert project._store.songs.removed(still_teach=teaches) == []
