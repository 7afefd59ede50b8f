"""Edits from other tools, dropped on the window: taken, asked about, told, and taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from editor_app.work.dropped_kinds import EDIT_ENDINGS
from ml_core.audio_file.tagging.own_edits import EDIT_SUFFIX
from ml_core.domain.files.own_edits import EditedSongs, OwnEditRead
from ml_core.errors import NotSavedError
from ml_core.pipeline.own_edits.reading import PROJECT_ENDINGS
from tests.editor_app.conftest import make_song
from tests.editor_app.places.export.test_export import Exporter, delivered, exporter

__all__ = ["exporter"]

FIRST, SECOND = make_song(1).sha256, make_song(2).sha256


def read_of(index: int, file: str, left_out: tuple[str, ...] = ()) -> OwnEditRead:
    """What a file holds of a song: what was proposed, without its last piece's last second."""
    proposed = delivered(index)[0].edit
    *spans, (start, end) = proposed.spans
    edit = replace(proposed, spans=(*spans, (start, end - proposed.sample_rate_hz)))
    return OwnEditRead(file, proposed, edit, ((0.0, 1.0),), left_out, 1.0)


def drop(desk: Exporter, *paths: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(5, 5), copy, data, left, Qt.KeyboardModifier.NoModifier)
    desk.main.dropEvent(event)


def answer(desk: Exporter, *found: EditedSongs, **left_out: tuple[str, ...]) -> None:
    """Say which songs the files are of, then read each of the first song that is named."""
    desk.jobs.asked("edited_songs")[0].finish(list(found))
    while jobs := desk.jobs.asked("read_own_edits"):
        (request,) = jobs[0].request
        index = int(request.song.sha256, 16)
        jobs[0].finish([read_of(index, request.file, left_out.get("left_out", ()))])


def sure(file: str, sha256: str) -> EditedSongs:
    return EditedSongs(file, (sha256,), is_sure=True)


def test_the_window_takes_what_the_core_can_read():
    assert set(EDIT_ENDINGS) == {*PROJECT_ENDINGS, EDIT_SUFFIX}


def test_an_edit_dropped_on_a_song_is_its_edit_counts_and_is_taken_back_in_one_step(exporter):
    desk = exporter()
    desk.answer()
    drop(desk, "/x/cut.rpp")
    (asked,) = desk.jobs.asked("edited_songs")
    assert asked.request.looked_at == FIRST and len(asked.request.songs) == 3
    answer(desk, sure("/x/cut.rpp", FIRST), left_out=("The item Kick is muted.",))
    own = desk.view._model.own
    assert own is not None and own.came_from == "cut.rpp"
    assert "From cut.rpp: 0:49, was 0:50" in desk.words
    assert "Left out of cut.rpp: The item Kick is muted." in desk.main._banner.text
    (rating,) = desk.project.ratings.all()
    assert rating.a.spans == own.changed.spans and rating.source == "hand"
    assert desk.project.history.undo_name == "“take cut.rpp”"
    desk.project.history.undo()
    assert desk.project.ratings.all() == [] and desk.view._model.own is None
    desk.project.history.redo()
    assert len(desk.project.ratings.all()) == 1 and desk.view._model.own == own


def test_in_another_place_the_songs_are_found_and_the_first_is_shown(exporter):
    desk = exporter()
    desk.main.show_place("songs")
    drop(desk, "/x/a.otio", "/x/b.dawproject")
    assert desk.main.place == "export"
    assert desk.jobs.asked("edited_songs")[0].request.looked_at == ""
    answer(desk, sure("/x/a.otio", SECOND), sure("/x/b.dawproject", FIRST))
    assert desk.view._model.current == SECOND and len(desk.project.ratings.all()) == 2
    desk.answer()
    assert "From a.otio" in desk.words


def test_it_asks_which_song_is_meant_and_can_be_left_out(exporter):
    desk = exporter()
    desk.answer()
    for take in (False, True):
        drop(desk, "/x/cut.rpp")
        desk.jobs.asked("edited_songs")[0].finish([EditedSongs("/x/cut.rpp", (SECOND, FIRST))])
        dialog = desk.view._bringing.asked
        assert dialog is not None and dialog.isVisible() and dialog.list.count() == 2
        if not take:
            dialog.reject()
            assert desk.project.ratings.all() == []
            assert not desk.view._bringing.reading.is_busy
    dialog.list.setCurrentRow(1)
    dialog.accept()
    (job,) = desk.jobs.asked("read_own_edits")
    job.finish([read_of(1, "/x/cut.rpp")])
    assert [rating.sha256 for rating in desk.project.ratings.all()] == [FIRST]


def test_what_can_not_be_read_is_one_sentence_and_the_others_are_taken(exporter):
    desk = exporter()
    desk.answer()
    drop(desk, "/x/bad.rpp", "/x/good.rpp")
    bad = EditedSongs("/x/bad.rpp", refusal="Nothing in bad.rpp is of one of your songs.")
    answer(desk, bad, sure("/x/good.rpp", FIRST), left_out=("One.", "Two."))
    told = desk.main._banner.text
    assert told.startswith("Nothing in bad.rpp is of one of your songs.")
    assert "Left out of good.rpp: One. And 1 more." in told
    desk.main.actions_by_id["left_out"].trigger()
    dialog = desk.view._bringing.left_out
    assert dialog is not None and dialog.list.count() == 2
    dialog.accept()
    desk.view._model.look_at(SECOND)
    desk.answer()
    assert not desk.main.actions_by_id["left_out"].isEnabled()


def test_what_was_not_changed_is_no_rating(exporter):
    desk = exporter()
    desk.answer()
    drop(desk, "/x/cut.rpp")
    desk.jobs.asked("edited_songs")[0].finish([sure("/x/cut.rpp", FIRST)])
    (job,) = desk.jobs.asked("read_own_edits")
    same = delivered(1)[0].edit
    job.finish([OwnEditRead("/x/cut.rpp", same, same, found_share=1.0)])
    assert desk.project.ratings.all() == [] and desk.view._model.own is None
    assert "nothing was changed" in desk.main._banner.text


def test_where_the_disk_refuses_nothing_is_taken(exporter, monkeypatch: pytest.MonkeyPatch):
    desk = exporter()
    desk.answer()

    def refuse(*_: object) -> None:
        raise NotSavedError("The disk is full.")

    monkeypatch.setattr(desk.project.ratings, "keep", refuse)
    drop(desk, "/x/cut.rpp")
    answer(desk, sure("/x/cut.rpp", FIRST))
    assert desk.view._model.own is None and desk.project.history.undo_name == ""
    assert not desk.view._bringing.reading.is_busy


def test_songs_dropped_beside_edits_are_added(exporter):
    desk = exporter()
    drop(desk, "/x/new.flac", "/x/cut.rpp")
    assert desk.jobs.asked("read_songs")[0].request.paths == ("/x/new.flac",)
    assert desk.jobs.asked("edited_songs")[0].request.files == ("/x/cut.rpp",)


def test_without_its_song_an_edit_is_told_to_need_it(qtbot, jobs, open_window, filled):
    filled(0)
    window = open_window("songs")
    window.main._take_dropped(["/x/cut.rpp"])
    assert "cut.rpp" in window.main._banner.text and "Add its song" in window.main._banner.text
