"""The selected song: its bars, cover and tags under the list, and what is still needed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QColor

from editor_app.places.songs.bars.head import COVER_PX
from editor_app.places.songs.library_words import advice, reserve_note
from ml_core.domain.files.tags import CoverPicture, SongTags
from tests.editor_app.conftest import add_songs, make_pair, make_song
from tests.screenshots.widget_faults import faults


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


def test_the_head_of_the_bar_check_shows_cover_and_tags(view, jobs, qtbot):
    head = view._bars.head
    assert not head.isVisible()
    select(view, 1)
    assert (
        head.isVisible() and head.facts.text().startswith("Song 2") and not head.cover.isVisible()
    )
    qtbot.waitUntil(lambda: len(jobs.asked("song_tags")) == 1)
    (job,) = jobs.asked("song_tags")
    edge = round(COVER_PX * head.devicePixelRatioF())
    assert job.request.cover_px == edge
    cover = picture(edge, edge // 2)
    job.finish(SongTags(job.request.song.sha256, ("An album", "2012"), cover))
    assert head.facts.text().endswith("  ·  An album  ·  2012")
    shown = head.cover.pixmap()
    assert head.cover.isVisible() and (shown.width(), shown.height()) == (edge, edge // 2)
    assert shown.toImage().pixelColor(3, 3) == QColor("red")
    select(view, 0, 1)
    assert not head.isVisible(), "of several songs none is checked"


def test_tags_that_come_too_late_are_not_shown(view, jobs, qtbot):
    head = view._bars.head
    select(view, 0)
    qtbot.waitUntil(lambda: len(jobs.asked("song_tags")) == 1)
    (late,) = jobs.asked("song_tags")
    select(view, 2)
    late.finish(SongTags(late.request.song.sha256, ("Another album",), picture(10, 10)))
    assert "album" not in head.facts.text() and not head.cover.isVisible()
    qtbot.waitUntil(lambda: len(jobs.asked("song_tags")) == 1)
    (job,) = jobs.asked("song_tags")
    job.finish(SongTags(job.request.song.sha256))
    assert not head.cover.isVisible()


def test_keys_held_down_ask_for_one_song_only(view, jobs, qtbot):
    for row in (0, 1, 2, 1, 0, 2):
        select(view, row)
    qtbot.wait(250)
    (job,) = jobs.asked("song_tags")
    assert job.request.song.sha256 == view._selected()[0].song.sha256


def test_a_song_that_cannot_be_used_says_why_where_the_eye_is(view):
    sha256 = view._row(1).entry.song.sha256
    view._project.songs.set_status(sha256, "failed", "Song 2 can't be read. Copy it anew.")
    select(view, 1)
    assert not view._bars.isVisible()
    assert view._foot.note.text() == "Song 2 can't be read. Copy it anew."
    select(view, 0)
    assert "can't be read" not in view._foot.note.text()


def rows_in_sight(view):
    port = view._table.viewport().rect()
    last = view._table.rowAt(port.bottom())
    height = view._table.rowHeight(0)
    return port.height() // height if last >= 0 else 0


@pytest.mark.parametrize(("size", "least"), [((1280, 800), 9), ((1024, 700), 6)])
def test_rows_stay_in_sight_beside_the_bar_check(open_window, filled, size, least):
    filled(19)
    main = open_window("songs").main
    view = main._places["songs"]
    main.resize(*size)
    select(view, 3)
    QCoreApplication.processEvents()
    assert view._bars.isVisible() and (main.width(), main.height()) == size
    assert rows_in_sight(view) >= least
    assert faults(view) == []


def test_the_bar_check_closes_stays_closed_and_opens_again(qtbot, open_window, filled, settings):
    filled(3)
    window = open_window("songs")
    view, actions = window.main._places["songs"], window.main.actions_by_id
    select(view, 1)
    view._bars.head._close.click()
    assert not view._bars.isVisible() and view._foot._check.isVisible()
    assert not actions["tempo_double"].isEnabled()
    assert "Open the bar check first" in actions.tip("tempo_double")
    select(view, 2)
    assert not view._bars.isVisible(), "it stays closed"
    view._foot._check.click()
    assert view._bars.isVisible() and not view._foot._check.isVisible()
    view._table.setFocus()
    qtbot.keyClick(view._table, Qt.Key.Key_Escape)
    assert not view._bars.isVisible() and not settings.bar_check_open
    qtbot.keyClick(window.main, Qt.Key.Key_B)
    assert view._bars.isVisible() and settings.bar_check_open


def test_the_divider_is_dragged_and_remembered(qtbot, open_window, filled, settings):
    filled(12)
    main = open_window("songs").main
    main.resize(1280, 800)
    view = main._places["songs"]
    select(view, 0)
    QCoreApplication.processEvents()
    before, handle = view._bars.height(), view._split.handle(1)
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton)
    qtbot.mouseMove(handle, handle.rect().center() - QPoint(0, 80))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton)
    assert view._bars.height() > before + 40
    assert settings.bar_check_px == view._bars.height()


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
    assert "7 more songs and about 25 min" in view._foot.advice.text()
    project.models.forecast = (0, 2)
    project.ratings.add(pairs[0], "A")
    assert "about 1 min" in view._foot.advice.text()
    project.ratings.add(pairs[1], "B")
    assert view._foot.advice.text().startswith("7 more songs would")


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


def test_where_none_is_kept_aside_it_is_said_what_a_comparison_would_be_on(project):
    add_songs(project, 9)
    entries = [replace(entry, use="rate") for entry in project.songs.all()]
    assert reserve_note(entries).endswith("would be on songs it has learned from.")
    assert reserve_note(entries, n_to_compare=2).endswith("on 2 songs it has never learned from.")
