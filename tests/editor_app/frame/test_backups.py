"""Going back to a backup in the window, and the way back where the project's file is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QMessageBox

from editor_app.app import App
from editor_app.frame.dialogs import backups_dialog
from editor_app.frame.dialogs.backups_dialog import (
    BackupsDialog,
    offer_way_back,
    start_or_bring_back,
    words,
)
from editor_app.work.ready_ahead import READY_AHEAD
from ml_core.errors import UserError
from ml_core.paths import backups_dir, database_path
from ml_core.store import DamagedStoreError, Store
from ml_core.store.backup.listing import BackupContents
from tests.editor_app.conftest import words_of
from tests.faults.store.store_builder import fill, filled_project, song


@pytest.fixture
def app(qapp, monkeypatch) -> Iterator[App]:
    """The app, whose end ends nothing else; its windows go at once and as a whole."""
    made = App(qapp)
    monkeypatch.setattr(made._app, "quit", lambda: None, raising=False)
    yield made
    window = made.window
    if window is not None:
        window.main.close()
        window.main.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    READY_AHEAD.wait()


def project_with_two_backups(folder: Path) -> None:
    with Store.open(folder) as store:
        store.songs.add(song(0), "ready")
        fill(store, 3)
        store.backup()
        fill(store, 2, seed=2)
        store.backup()
        fill(store, 4, seed=3)


def test_the_list_is_used_by_keys(qtbot, open_window, tmp_path):
    project_with_two_backups(tmp_path / "project")
    window = open_window()
    wanted = []
    window.main.commands.backup_wanted.connect(wanted.append)
    window.main.commands._actions["go_back"].trigger()
    dialog = window.main.commands.backups
    assert isinstance(dialog, BackupsDialog)
    qtbot.waitUntil(dialog.list.hasFocus)
    qtbot.waitUntil(lambda: dialog.list.count() > 0)
    lines = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert "9 ratings" in lines[0] and "by hand" not in lines[0], "made at this start"
    assert "5 ratings" in lines[1] and "3 ratings" in lines[2]
    assert "1 song," in lines[2] and "made by hand" in lines[2]
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    (chosen,) = wanted
    assert chosen.endswith("-by-hand.sqlite3") and Path(chosen).name.startswith("0001")
    assert not dialog.isVisible()


def test_a_backup_that_can_not_be_read_can_not_be_chosen(qtbot, open_window, tmp_path):
    project = tmp_path / "project"
    project_with_two_backups(project)
    for path in backups_dir(project).iterdir():
        path.write_bytes(b"broken" * 100)
    window = open_window()
    found = window.project.backups()
    broken = [one for one in found if not one.can_be_read]
    dialog = BackupsDialog(lambda: broken, pytest.fail, window.main)
    qtbot.waitUntil(lambda: dialog.list.count() > 0)
    assert not dialog.do.isEnabled() and "can't be read" in words(broken[0])
    dialog._on_done()


def test_the_list_comes_up_before_the_backups_are_read(qtbot, open_window):
    """Many large ones take longer to read than a window may stand still."""
    window, may_read = open_window(), threading.Event()

    def read() -> list[BackupContents]:
        may_read.wait(10)
        return []

    dialog = BackupsDialog(read, pytest.fail, window.main)
    dialog.open()
    assert "Reading the backups…" in words_of(dialog) and not dialog.do.isEnabled()
    may_read.set()
    qtbot.waitUntil(lambda: "There is no backup yet." in words_of(dialog))
    assert "Reading" not in words_of(dialog)


def test_a_list_that_is_gone_takes_no_backups(qtbot, open_window):
    window, may_read, asked = open_window(), threading.Event(), threading.active_count()

    def read() -> list[BackupContents]:
        may_read.wait(10)
        return []

    dialog = BackupsDialog(read, pytest.fail, window.main)
    dialog.open()
    dialog.reject()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)
    may_read.set()
    qtbot.waitUntil(lambda: threading.active_count() == asked)


def test_going_back_opens_the_project_as_it_was(app, tmp_path):
    project = tmp_path / "project"
    project_with_two_backups(project)
    told = []
    app.notifier.message.connect(lambda *words: told.append(words))
    assert app.start(project)
    first = app.window
    oldest = first.project.backups()[-1]
    assert oldest.n_ratings == 3
    app._go_back(str(oldest.path))
    assert app.window is not None and app.window is not first
    assert app.window.project.ratings.count() == 3
    assert any(one.why == "before-restore" for one in app.window.project.backups())
    assert told and told[0][0] == "good"


@pytest.mark.parametrize("how", ["refused", "taken"])
def test_the_app_ends_where_the_project_does_not_open_again(app, tmp_path, monkeypatch, how):
    """Without a window nothing would end it."""
    project = tmp_path / "project"
    project_with_two_backups(project)
    assert app.start(project)
    oldest = app.window.project.backups()[-1]
    ended, told = [], []
    monkeypatch.setattr(app._app, "quit", lambda: ended.append(True), raising=False)
    monkeypatch.setattr("editor_app.app._tell", told.append)

    def start(_folder: Path, _taste: str = "") -> bool:
        if how == "taken":
            return False
        raise UserError("The disk is full.", "Make room.")

    monkeypatch.setattr(app, "start", start)
    app._go_back(str(oldest.path))
    assert ended == [True] and app.window is None
    assert [error.message for error in told] == (["The disk is full."] if how == "refused" else [])


def test_a_damaged_project_is_told_at_once(app, tmp_path, monkeypatch):
    """Only a project that another window has is waited for."""
    project = tmp_path / "project"
    filled_project(project, 5, 3)
    database_path(project).write_bytes(b"")
    monkeypatch.setattr("editor_app.app._meet_other", lambda _: pytest.fail("looked for another"))
    with pytest.raises(DamagedStoreError):
        app.start(project)


@pytest.mark.parametrize("wanted", [True, False])
def test_fault_69_a_lost_file_is_offered_back_at_the_start(app, tmp_path, monkeypatch, wanted):
    project = tmp_path / "project"
    ratings = filled_project(project, 5, 3)
    database_path(project).write_bytes(b"")
    asked = []

    def offer(error: DamagedStoreError) -> bool:
        asked.append(error)
        return wanted

    monkeypatch.setattr(backups_dialog, "offer_way_back", offer)
    assert start_or_bring_back(lambda: app.start(project), project) is wanted
    (error,) = asked
    assert "every rating given since" in error.comes_back and "(5 ratings)" in error.comes_back
    if wanted:
        assert app.window is not None
        assert app.window.project.ratings.count() == len(ratings)
    else:
        assert database_path(project).read_bytes() == b"", "left as it is"


def test_fault_69_the_offer_names_what_comes_back(qtbot, qapp, monkeypatch, tmp_path):
    error = DamagedStoreError("The file is damaged.", "", tmp_path, "312 ratings come back.")
    shown = []

    def choose(box: QMessageBox) -> int:
        shown.append(box.text())
        box.defaultButton().click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", choose)
    assert offer_way_back(error)
    assert "312 ratings come back." in shown[0]
