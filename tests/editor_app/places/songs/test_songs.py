"""The place "Songs": first run, adding, states, what songs are used for, the brief."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QTableView

from editor_app.places.songs import changing
from editor_app.places.songs.filter import SongFilter
from editor_app.places.songs.first_run import FirstRun
from editor_app.places.songs.menus import song_menu
from editor_app.places.songs.model import PLAY, ROW_ROLE, STATUS, TEMPO, TITLE, SongModel
from editor_app.places.songs.progress import LibraryProgress
from editor_app.work.library import Library
from ml_core.domain.adding import AnalyseOutcome, ReadOutcome
from ml_core.domain.edits import Brief
from ml_core.domain.playing import SongOverview
from tests.editor_app.conftest import add_songs, make_song, prepared, words_of
from tests.editor_app.sound.fake_output import FakeOutput


@pytest.fixture
def songs_view(open_window):
    window = open_window()
    return window.main._places["songs"]


def cells(view, column):
    model = view._shown
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_an_empty_project_says_how_to_start_and_closes_the_other_places(qtbot, open_window):
    main = open_window(place="rate").main
    assert main.place == "songs"
    assert main.findChild(FirstRun).isVisible()
    words = words_of(main)
    assert "Start with some songs" in words and "No songs yet" in words
    qtbot.keyClick(main, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert main.place == "songs"
    assert "Add songs first" in main.actions_by_id["place_rate"].toolTip()


def test_demo_songs_by_key_end_in_the_library(qtbot, open_window, jobs):
    window = open_window()
    qtbot.keyClick(window.main, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    (demo,) = jobs.asked("demo_songs")
    assert window.main._status.text == "Making the demo songs"
    demo.finish(["/demo/one.wav", "/demo/two.wav"])
    (read,) = jobs.asked("read_songs")
    assert read.request.paths == ("/demo/one.wav", "/demo/two.wav")
    songs = [make_song(1), make_song(2)]
    read.finish([ReadOutcome(song.path, song) for song in songs])
    assert not window.main.findChild(FirstRun).isVisible()
    view = window.main._places["songs"]
    assert cells(view, STATUS) == ["0 %", "Waiting"]
    (analysis,) = jobs.asked("analyse_song")
    assert analysis.words == "Analysing Song 1, 1 of 2"
    analysis.progress.emit(0.5, "", None)
    assert cells(view, STATUS) == ["50 %", "Waiting"]
    analysis.finish(AnalyseOutcome(songs[0].sha256, 117.2, 3, 0.9))
    assert cells(view, STATUS) == ["Ready", "0 %"]
    (second,) = jobs.asked("analyse_song")
    assert second.words == "Analysing Song 2, 2 of 2"
    second.fail("Song 2 can't be read.", "Copy it anew.")
    assert cells(view, STATUS) == ["Ready", "Can't be used"]
    assert (
        window.project.songs.get(songs[1].sha256).message == "Song 2 can't be read. Copy it anew."
    )
    assert window.main._status.text == "1 of 2 songs are ready."


def test_files_stand_in_the_list_while_they_are_read(qtbot, open_window, jobs):
    window = open_window()
    view = window.main._places["songs"]
    progress = view.findChild(LibraryProgress)
    assert not progress.isVisible()
    window.library.add_paths(["/music"])
    (read,) = jobs.asked("read_songs")
    assert progress.isVisible() and cells(view, STATUS) == ["To be read…"]
    names = [f"{k:03}.wav" for k in range(300)]
    files = [f"/music/{name}" for name in names]
    read.progress.emit(0.0, "", {"files": files})
    assert not window.main.findChild(FirstRun).isVisible()
    assert cells(view, TITLE) == names and set(cells(view, STATUS)) == {"To be read…"}
    assert view.facts.text() == view._foot.advice.text() == "", "nothing is known of them yet"
    read.progress.emit(0.0, "Reading 000.wav", {"reading": files[0]})
    assert cells(view, STATUS)[:2] == ["Reading…", "To be read…"]
    read.progress.emit(0.5 / 300, "Reading 000.wav", None)
    assert view._row(0).share_done == pytest.approx(0.5)
    read.progress.emit(1 / 300, "", {"read": files[0]})
    read.progress.emit(1 / 300, "", {"reading": files[1]})
    read.progress.emit(2 / 300, "", {"refused": files[1]})
    assert cells(view, TITLE)[:2] == ["000.wav", "002.wav"], "what was refused has no row"
    assert cells(view, STATUS)[:2] == ["Read", "To be read…"]
    assert progress.words.text() == "Reading songs: 2 of 300"
    view._table.selectRow(1)
    assert view._selected() == [], "what is no song yet can't be chosen"
    song = replace(make_song(1), paths=(files[0],))
    outcomes = [ReadOutcome(files[0], song), ReadOutcome(files[1], None, "001.wav is text.")]
    read.finish(outcomes)
    assert cells(view, TITLE) == ["Song 1, Nobody"]
    assert window.main._banner.text == "001.wav is text. The others were added."
    assert progress.words.text() == "Finding beats and bars: 0 of 1 songs done"
    (analysis,) = jobs.asked("analyse_song")
    analysis.finish(AnalyseOutcome(song.sha256, 117.2, 3, 0.9))
    assert not progress.isVisible()


def test_reading_that_ends_with_no_song_leaves_no_row(open_window, jobs):
    window = open_window()
    view = window.main._places["songs"]
    for end in ("fail", "cancel"):
        window.library.add_paths(["/music/a.wav"])
        (read,) = jobs.asked("read_songs")
        read.progress.emit(0.0, "", {"files": ["/music/a.wav"]})
        assert cells(view, TITLE) == ["a.wav"]
        read.fail("a.wav can't be read.") if end == "fail" else read.cancel()
        assert cells(view, TITLE) == [] and window.main.findChild(FirstRun).isVisible()


def test_files_that_cannot_be_used_are_named_and_the_others_are_added(open_window, jobs):
    window = open_window()
    window.library.add_paths(["/a.wav", "/b.wav"])
    song = make_song(1)
    jobs.asked("read_songs")[0].finish(
        [ReadOutcome(song.path, song), ReadOutcome("/b.wav", None, "b.wav is no audio file.")]
    )
    assert window.main._banner.text == "b.wav is no audio file. The others were added."
    assert len(window.project.songs.all()) == 1


def test_fault_62_edits_that_were_passed_over_are_told(open_window, jobs):
    window = open_window()
    song = make_song(1)
    own = [ReadOutcome(f"/{k}.wav", None, f"{k}.wav is an edit.", True) for k in range(3)]
    window.library.add_paths(["/music"])
    jobs.asked("read_songs")[0].finish([ReadOutcome(song.path, song), *own])
    assert window.main._banner.text == (
        "3 edits that Tastecut made were passed over. Choose them one by one to add them."
    )
    assert len(window.project.songs.all()) == 1
    window.library.add_paths(["/music"])
    jobs.asked("read_songs")[0].finish([ReadOutcome("/b.wav", None, "b.wav is text."), own[0]])
    assert window.main._banner.text == ("b.wav is text. 1 edit that Tastecut made was passed over.")


def test_what_takes_more_than_usual_is_added_if_the_person_says_so(open_window, jobs):
    window = open_window()
    action = window.main.actions_by_id["add_anyway"]
    assert not action.isEnabled() and "No song was left out" in action.toolTip()
    window.library.add_paths(["/a.wav", "/long.flac"])
    song, long = make_song(1), "long.flac says that it lasts 10:00:00."
    jobs.asked("read_songs")[0].finish(
        [ReadOutcome(song.path, song), ReadOutcome("/long.flac", None, long, can_go_on=True)]
    )
    assert window.main._banner.text == f"{long} The others were added."
    button = window.main._banner._remedy
    assert button.isVisible() and button.accessibleName() == "Add what was left out"
    button.click()
    assert long not in window.main._banner.text and not action.isEnabled()
    request = jobs.asked("read_songs")[0].request
    assert request.paths == ("/long.flac",) and request.goes_on


def test_stopping_leaves_songs_waiting_and_reopening_goes_on(qtbot, open_window, filled, jobs):
    filled(3, status="waiting")
    window = open_window()
    (first,) = jobs.asked("analyse_song")
    qtbot.keyClick(window.main, Qt.Key.Key_Escape)
    assert first.state == "cancelled" and jobs.asked("analyse_song") == []
    assert [entry.status for entry in window.project.songs.all()] == ["waiting"] * 3
    window.main.actions_by_id["analyse"].trigger()
    assert jobs.asked("analyse_song")[0].words.endswith("1 of 3")
    window.main.close()
    assert jobs.is_shut_down
    open_window()
    assert len(jobs.asked("analyse_song")) == 1


def test_songs_are_analysed_side_by_side_with_the_progress_of_each_and_of_all(
    open_window, filled, jobs
):
    filled(5, status="waiting")
    jobs.n_spread = 3
    window = open_window()
    running = jobs.asked("analyse_song")
    assert len(running) == 3, "as many as there are workers"
    running[0].progress.emit(0.5, "", None)
    running[2].progress.emit(0.25, "", None)
    shares = [row.share_done for row in window.main._places["songs"]._model.rows()]
    assert shares == [0.5, 0.0, 0.25, None, None]
    assert window.library.batch == (pytest.approx(0.75 / 5), "Analysing Song 3, 3 of 5")
    running[1].finish(AnalyseOutcome(make_song(2).sha256, 120.0, 4, 1.0))
    assert len(jobs.asked("analyse_song")) == 3
    assert window.library.batch == (pytest.approx(1.75 / 5), "Analysing Song 4, 4 of 5")
    window.main.actions_by_id["stop_job"].trigger()
    assert jobs.asked("analyse_song") == [] and window.library.batch is None
    assert jobs.n_released == 1, "workers that have nothing to do are let go"
    assert [entry.status for entry in window.project.songs.all()].count("waiting") == 4


def test_a_dropped_file_is_added_in_any_place_but_export_that_asks(
    qtbot, open_window, filled, jobs
):
    filled(1)
    window = open_window(place="compare")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/music/ü b.ogg"), QUrl("http://example.org/c.ogg")])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.main.dropEvent(event)
    assert jobs.asked("read_songs")[0].request.paths == ("/music/ü b.ogg",)


def test_the_reserve_is_shown_and_can_be_changed_and_taken_back(qtbot, open_window, filled):
    filled(8)
    window = open_window()
    view = window.main._places["songs"]
    assert "5 for rating, 3 for comparing" in view.facts.text()
    kept = [entry for entry in window.project.songs.all() if entry.use == "compare"]
    view._select({kept[0].song.sha256})
    window.main.actions_by_id["use_rate"].trigger()
    assert "6 for rating, 2 for comparing" in view.facts.text()
    qtbot.keyClick(window.main, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "5 for rating, 3 for comparing" in view.facts.text()


def test_songs_that_are_no_one_recording_are_parted_and_joined_again(open_window):
    window = open_window()
    songs = [replace(make_song(n), sound=f"{n:064d}", fingerprint=b"print") for n in (1, 2, 3)]
    window.project.songs.add_all(songs)
    window.project.songs.set_recordings({1: 1, 2: 1, 3: 3})
    view, actions = window.main._places["songs"], window.main.actions_by_id

    def offered(row: int) -> bool:
        view._table.selectRow(row)
        menu = song_menu(view, view._actions, bool(changing.twins(view._selected())))
        return actions["not_same"] in menu.actions()

    assert [offered(row) for row in (0, 2, 1)] == [False, False, True]
    actions["not_same"].trigger()
    assert [entry.same_as for entry in window.project.songs.all()] == [None] * 3
    assert "another recording from now on" in window.main._status.text
    assert not offered(1)
    actions["undo"].trigger()
    assert [entry.same_as for entry in window.project.songs.all()] == [None, 1, None]


def test_a_removed_song_comes_back_by_undo(qtbot, open_window, filled):
    filled(2)
    window = open_window()
    view = window.main._places["songs"]
    view._table.selectRow(0)
    qtbot.keyClick(view._table, Qt.Key.Key_Delete)
    assert cells(view, TITLE) == ["Song 2, Nobody"]
    assert window.main.actions_by_id["undo"].text() == "Undo “remove”, Song 1"
    qtbot.keyClick(window.main, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert cells(view, TITLE) == ["Song 1, Nobody", "Song 2, Nobody"]


def test_the_brief_is_stored_said_and_undone(qtbot, open_window, filled):
    filled(1)
    window = open_window()
    chooser = window.main._places["songs"]._brief
    chooser._presets.setCurrentIndex(1)
    chooser._presets.activated.emit(1)
    assert window.project.brief.get() == Brief("Radio, about 3:00", 173.0, 187.0)
    assert "Each lasts 2:53 to 3:07." in words_of(chooser)
    chooser._longest.setText("4:00")
    chooser._longest.editingFinished.emit()
    assert (window.project.brief.get().shortest_s, window.project.brief.get().longest_s) == (
        173.0,
        240.0,
    )
    window.project.history.undo()
    window.project.history.undo()
    assert window.project.brief.get() == Brief()
    assert "15 to 90 % of each" in words_of(chooser)


@pytest.mark.parametrize("text", ["abc", "-3", "1:x", "nan", "1:2:3:4"])
def test_words_that_are_no_length_are_put_back(open_window, filled, text):
    filled(1)
    window = open_window()
    field = window.main._places["songs"]._brief._shortest
    field.setText(text)
    field.editingFinished.emit()
    assert field.text() == "" and window.project.brief.get() == Brief()


def test_filtering_keeps_rows_with_every_word(qtbot, project):
    add_songs(project, 3)
    project.songs.add(make_song(9, "Grüße aus Köln"))
    model = SongModel()
    shown = SongFilter(model)
    model.show(project.songs.all())
    shown.set_words("köln grüße")
    assert shown.rowCount() == 1
    shown.set_words("song nobody")
    assert shown.rowCount() == 3
    shown.set_words("")
    assert shown.rowCount() == 4


def test_sorting_and_filtering_keep_what_is_selected(qtbot, project):
    songs = add_songs(project, 6)
    for song, tempo in zip(songs, (120.0, 90.0, 140.0, 100.0, 90.0, 70.0), strict=True):
        project.songs.set_status(song.sha256, "ready", "", tempo, 4)
    model = SongModel()
    shown = SongFilter(model)
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(shown)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    model.show(project.songs.all())

    def titles() -> list[str]:
        rows = range(shown.rowCount())
        return [shown.index(at, TITLE).data(ROW_ROLE).entry.song.title for at in rows]

    def selected() -> list[str]:
        chosen = table.selectionModel().selectedRows()
        return [index.data(ROW_ROLE).entry.song.title for index in chosen]

    table.selectRow(3)
    assert selected() == ["Song 4"]
    table.sortByColumn(TEMPO, Qt.SortOrder.DescendingOrder)
    assert titles() == ["Song 3", "Song 1", "Song 4", "Song 2", "Song 5", "Song 6"]
    assert selected() == ["Song 4"]
    shown.set_words("4")
    assert titles() == selected() == ["Song 4"]
    shown.set_words("")
    assert selected() == ["Song 4"] and shown.rowCount() == 6
    shown.set_words("5")
    assert titles() == ["Song 5"] and selected() == []
    # What is learned of a song later moves it to where it belongs.
    shown.set_words("")
    project.songs.set_status(songs[5].sha256, "ready", "", 200.0, 4)
    model.show(project.songs.all())
    assert titles()[0] == "Song 6"


def test_only_rows_on_the_screen_ask_for_a_waveform(qtbot, open_window, filled, jobs):
    filled(60)
    window = open_window()
    qtbot.waitUntil(lambda: bool(jobs.asked("song_overview")))
    asked = set()
    while jobs.asked("song_overview"):
        (job,) = jobs.asked("song_overview")
        asked.add(job.request.song.sha256)
        job.finish(SongOverview(job.request.song.sha256, ((-0.5, 0.5, 0.2),) * 10, None))
    assert 5 < len(asked) < 40
    window.main.grab()


def test_many_songs_are_one_piece_of_work_in_the_status_line(open_window, filled, jobs):
    filled(4, status="waiting")
    window = open_window()
    jobs.asked("analyse_song")[0].progress.emit(0.5, "Reading", None)
    assert window.main._status.text == "Analysing Song 1, 1 of 4"
    jobs.asked("analyse_song")[0].finish(AnalyseOutcome(make_song(1).sha256, 120.0, 4, 1.0))
    jobs.asked("analyse_song")[0].progress.emit(0.5, "Reading", None)
    assert window.main._status.text == "Analysing Song 2, 2 of 4"
    assert window.main._status._bar.value() == 375


def test_a_song_is_heard_by_key_and_stops_with_its_place(qtbot, open_window, filled, jobs):
    filled(2)
    window = open_window("songs", FakeOutput())
    view = window.main._places["songs"]
    view._table.selectRow(0)
    qtbot.keyClick(view._table, Qt.Key.Key_Space)
    (job,) = jobs.asked("prepare_pair")
    assert job.request.edits == ()
    job.finish(prepared(job.request))
    assert window.player.is_playing and window.player.heads.lane == "song"
    assert cells(view, PLAY) == ["Playing", ""]
    qtbot.keyClick(view._table, Qt.Key.Key_Space)
    assert not window.player.is_playing
    qtbot.keyClick(view._table, Qt.Key.Key_Space)
    qtbot.keyClick(window.main, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert not window.player.is_playing and window.player.heads.lanes == ()
    assert not view._preview._folder.exists()


def test_songs_read_together_are_added_together(project, jobs, notifier):
    library, told = Library(project, jobs, notifier), []
    project.changed.connect(told.append)
    outcomes = [ReadOutcome(song.path, song) for song in (make_song(k) for k in range(1, 5))]
    outcomes.append(ReadOutcome("/odd.wav", None, "odd.wav is no song."))
    library.add_paths(["/folder"])
    jobs.asked("read_songs")[0].finish(outcomes)
    assert len(told) == 1 and len(project.songs.all()) == 4
    library.add_paths(["/odd.wav"])
    jobs.asked("read_songs")[0].finish(outcomes[4:])
    assert len(told) == 1, "nothing was added, so nothing is told"
