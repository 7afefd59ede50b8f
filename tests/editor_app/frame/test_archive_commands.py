"""Saving the project as one file and opening such a file, from the menu."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog

from editor_app.app import App
from editor_app.frame.archive_commands import size_words
from editor_app.sound.device import SoundDevice
from editor_app.sound.player import Player
from ml_core.audio_file import file_sha256
from ml_core.pipeline.archive.opening import open_archive
from ml_core.pipeline.archive.saving import save_archive
from ml_core.progress import silent
from ml_core.store import Store
from tests.editor_app.conftest import make_song
from tests.editor_app.sound.fake_output import FakeOutput


@pytest.fixture
def chosen(monkeypatch, tmp_path):
    """What the person chooses in the system's own dialogs."""
    answers = {"save": tmp_path / "mine.tastecut", "open": None, "folder": tmp_path / "room"}
    (tmp_path / "room").mkdir()
    for name, key in (
        ("getSaveFileName", "save"),
        ("getOpenFileName", "open"),
    ):
        monkeypatch.setattr(
            QFileDialog, name, lambda *_, key=key: (str(answers[key] or ""), "filter")
        )
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(answers["folder"]))
    return answers


@pytest.fixture
def window(open_window, tmp_path):
    """A window on a project of two songs whose files are what the project knows."""
    with Store.open(tmp_path / "project") as store:
        for index in (1, 2):
            song = make_song(index, f"Song {index} & <b>co</b>")
            Path(song.path).write_bytes(bytes([index]) * 1_500_000)
            store.songs.add(replace(song, sha256=file_sha256(song.path)), "ready")
    return open_window()


def said(notifier):
    heard = []
    notifier.message.connect(lambda *words: heard.append(words[:4]))
    return heard


def start_saving(window, with_songs):
    window.main.actions_by_id["save_archive"].trigger()
    dialog = window.main.archives.dialog
    assert "2 songs, 3.0 MB" in dialog.choice.text() and dialog.choice.isVisible()
    assert not dialog.choice.isChecked()
    dialog.choice.setChecked(with_songs)
    dialog.do.click()


@pytest.mark.parametrize("with_songs", [False, True])
def test_the_project_is_saved_and_the_person_told(
    window, jobs, notifier, chosen, tmp_path, with_songs
):
    heard = said(notifier)
    start_saving(window, with_songs)
    (job,) = jobs.asked("save_archive")
    assert job.request.with_songs == with_songs
    # The copy takes a second in a large project: the window does not wait for it.
    assert not Path(job.request.database).exists()
    window.project.values.set("later", 1)  # The project stays usable.
    job.finish(save_archive(job.request, silent()))
    assert not Path(job.request.database).exists()
    kind, text, remedy, _ = heard[-1]
    assert (kind, remedy) == ("good", "")
    assert str(tmp_path / "mine.tastecut") in text and ("2 songs" in text) == with_songs


def test_songs_that_could_not_be_saved_are_named(window, jobs, notifier, chosen):
    heard = said(notifier)
    Path(window.project.songs.all()[0].song.path).unlink()
    window.main.actions_by_id["save_archive"].trigger()
    dialog = window.main.archives.dialog
    dialog.choice.setChecked(True)
    dialog.do.click()
    (job,) = jobs.asked("save_archive")
    job.finish(save_archive(job.request, silent()))
    kind, _, remedy, _ = heard[-1]
    assert kind == "doubtful" and "Song 1 & <b>co</b>" in remedy


@pytest.mark.parametrize("end", ["cancel", "fail", "leave"])
def test_nothing_is_left_where_saving_ends_otherwise(window, jobs, chosen, tmp_path, end):
    if end == "leave":
        chosen["save"] = None
    start_saving(window, True)
    if end == "leave":
        assert not jobs.asked("save_archive")
    else:
        (job,) = jobs.asked("save_archive")
        job.cancel() if end == "cancel" else job.fail("There is no room left.", "Free some.")
    assert not list((tmp_path / "project").rglob("saving-*"))


def test_a_file_that_the_dialog_did_not_ask_about_is_not_replaced(window, jobs, chosen, tmp_path):
    """Without the ending it has asked about another name."""
    chosen["save"] = tmp_path / "mine"
    start_saving(window, False)
    (job,) = jobs.asked("save_archive")
    assert job.request.target == str(tmp_path / "mine.tastecut") and not job.request.overwrite
    job.cancel()


def opener(wanted, opens=True):
    """In the app's place: hears what is to be opened, and says whether it is."""

    def open_project(folder):
        wanted.append(folder)
        return opens

    return open_project


def saved(window, jobs, tmp_path):
    start_saving(window, True)
    (job,) = jobs.asked("save_archive")
    job.finish(save_archive(job.request, silent()))
    return tmp_path / "mine.tastecut"


def test_a_file_is_opened_in_place_of_the_project_and_the_person_told(
    qtbot, window, jobs, notifier, chosen, tmp_path
):
    chosen["open"] = saved(window, jobs, tmp_path)
    for entry in window.project.songs.all():
        Path(entry.song.path).unlink()
    wanted, heard = [], said(notifier)
    window.main.archives.open_project = opener(wanted)
    window.main.actions_by_id["open_archive"].trigger()
    (job,) = jobs.asked("open_archive")
    assert job.request.project_dir == str(tmp_path / "room"), "an empty folder is taken itself"
    job.finish(open_archive(job.request, silent()))
    qtbot.waitUntil(lambda: bool(heard))
    assert wanted == [str(tmp_path / "room")]
    kind, text, _, _ = heard[-1]
    assert kind == "good" and "0 ratings, 2 songs" in text
    with Store.open(tmp_path / "room") as store:
        assert all(Path(entry.song.path).is_file() for entry in store.songs.listed())


def test_a_project_that_does_not_open_is_not_said_to_be_open(
    qtbot, window, jobs, notifier, chosen, tmp_path
):
    chosen["open"] = saved(window, jobs, tmp_path)
    wanted, heard, statuses = [], said(notifier), []
    notifier.status_changed.connect(lambda text, _: statuses.append(text))
    window.main.archives.open_project = opener(wanted, opens=False)
    window.main.actions_by_id["open_archive"].trigger()
    (job,) = jobs.asked("open_archive")
    job.finish(open_archive(job.request, silent()))
    qtbot.waitUntil(lambda: bool(wanted))
    qtbot.wait(1)
    assert heard == [] and not any("Opened" in text for text in statuses)


def test_a_folder_with_things_in_it_gets_a_folder_for_the_project(window, jobs, chosen, tmp_path):
    (tmp_path / "room" / "mine.txt").touch()
    chosen["open"] = tmp_path / "x" / "Summer set.tastecut"
    window.main.actions_by_id["open_archive"].trigger()
    (job,) = jobs.asked("open_archive")
    assert job.request.project_dir == str(tmp_path / "room" / "Summer set")


def test_songs_that_are_not_found_are_named_with_the_way_to_add_them(
    qtbot, window, jobs, notifier, chosen, tmp_path
):
    start_saving(window, False)
    (job,) = jobs.asked("save_archive")
    job.finish(save_archive(job.request, silent()))
    Path(window.project.songs.all()[1].song.path).unlink()
    chosen["open"], heard = tmp_path / "mine.tastecut", said(notifier)
    window.main.archives.open_project = opener([])
    window.main.actions_by_id["open_archive"].trigger()
    (job,) = jobs.asked("open_archive")
    job.finish(open_archive(job.request, silent()))
    qtbot.waitUntil(lambda: bool(heard))
    kind, _, remedy, action = heard[-1]
    assert (kind, action) == ("doubtful", "add_folder")
    assert "Not found: Song 2 & <b>co</b>." in remedy and "Song 1" not in remedy


def test_a_damaged_file_asks_before_it_opens_the_rest(
    qtbot, window, jobs, notifier, chosen, tmp_path
):
    file = saved(window, jobs, tmp_path)
    data = bytearray(file.read_bytes())
    data[data.index(bytes([2]) * 1000)] ^= 1
    file.write_bytes(bytes(data))
    chosen["open"], wanted, heard = file, [], said(notifier)
    window.main.archives.open_project = opener(wanted)
    window.main.actions_by_id["open_archive"].trigger()
    (job,) = jobs.asked("open_archive")
    job.finish(open_archive(job.request, silent()))
    before = window.main.archives.dialog
    qtbot.waitUntil(lambda: window.main.archives.dialog is not before)
    dialog = window.main.archives.dialog
    assert "songs/song2.wav" in dialog.text.text() and wanted == []
    assert dialog.text.textFormat() == Qt.TextFormat.PlainText
    assert not any((tmp_path / "room").iterdir())
    dialog.do.click()
    (job,) = jobs.asked("open_archive")
    job.finish(open_archive(job.request, silent()))
    qtbot.waitUntil(lambda: bool(heard))
    assert wanted == [str(tmp_path / "room")]
    assert heard[-1][0] == "doubtful" and "Left out since they are damaged" in heard[-1][1]


def test_the_app_goes_on_in_the_opened_project(
    qtbot, qapp, window, jobs, chosen, tmp_path, monkeypatch
):
    file = saved(window, jobs, tmp_path)
    window.main.close()
    monkeypatch.setattr("editor_app.window.Jobs", type(jobs))
    monkeypatch.setattr(
        "editor_app.window.Player",
        lambda: Player(device=SoundDevice(open_stream=lambda *_: FakeOutput())),
    )
    app = App(qapp)
    try:
        assert app.start(tmp_path / "project")
        first, heard = app.window, said(app.notifier)
        chosen["open"] = file
        first.main.actions_by_id["open_archive"].trigger()
        (job,) = first.jobs.asked("open_archive")
        job.finish(open_archive(job.request, silent()))
        qtbot.waitUntil(lambda: app.window is not first)
        assert app.window.project.project_dir == tmp_path / "room"
        qtbot.waitUntil(lambda: bool(heard))
        qtbot.waitUntil(lambda: bool(app.window.main.place))
        assert "is opened as" in app.window.main._banner.text
        assert app.window.main._banner.isVisibleTo(app.window.main)
    finally:
        monkeypatch.setattr(qapp, "quit", lambda: None)
        app.close()
        QCoreApplication.sendPostedEvents(None, 0)


def test_sizes_in_words():
    assert size_words(86_400_000) == "86.4 MB" and size_words(1_440_000_000) == "1.4 GB"
