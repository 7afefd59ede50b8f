"""The window as a whole: closing, one instance, faults, colours, what it imports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from editor_app.app import App
from editor_app.frame import single_instance
from editor_app.frame.faults import catch_faults
from editor_app.frame.main_window import MainWindow
from editor_app.frame.single_instance import SingleInstance
from editor_app.keys.place_table import PLACES
from editor_app.look.palette import DARK, LIGHT
from editor_app.notifier import About
from ml_core.domain.tasks import TRAIN
from ml_core.errors import Cancelled, UserError
from tests.editor_app.conftest import words_of

ROOT = Path(__file__).parents[3]


@pytest.fixture
def hooks(notifier, monkeypatch):
    """Faults are caught as in the app, and the interpreter's own hooks come back."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    catch_faults(notifier)


def test_places_open_by_key_and_the_last_one_comes_back(qtbot, open_window, filled):
    filled(2)
    window = open_window()
    for number, place in enumerate(("songs", "rate", "taste", "compare", "export"), start=1):
        qtbot.keyClick(
            window.main, Qt.Key.Key_0.value + number, Qt.KeyboardModifier.ControlModifier
        )
        assert window.main.place == place
    window.main.close()
    assert open_window().main.place == "export"


def test_what_is_said_before_the_first_place_is_seen_in_it(
    open_window, filled, notifier, monkeypatch
):
    filled(2)
    show_place, said = MainWindow.show_place, []

    def show_after_words(main, place):
        if not said:
            said.append(main)
            notifier.banner("doubtful", "Said early")
        show_place(main, place)

    monkeypatch.setattr(MainWindow, "show_place", show_after_words)
    main = open_window("songs").main
    assert said == [main]
    assert not main._banner.isWindow() and main._banner.isVisibleTo(main)


def test_no_place_comes_up_as_a_window_of_its_own(qapp, open_window, filled):
    """A part that is shown before it has a place in the window flashes, and takes the keys."""
    filled(2, 6)
    shown = set()

    class Watch(QObject):
        def eventFilter(self, target, event):
            if event.type() == QEvent.Type.Show and isinstance(target, QWidget):
                shown.update([target] if target.isWindow() else [])
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    try:
        window = open_window("rate")
        for place in PLACES:
            window.main.show_place(place)
    finally:
        qapp.removeEventFilter(watch)
    assert shown == {window.main}
    assert window.main.isActiveWindow()


def test_fault_44_closing_while_jobs_run_ends_them_and_the_project(open_window, filled, jobs):
    filled(2, status="waiting")
    window = open_window()
    jobs.start(TRAIN, None, "Learning")
    window.main.close()
    assert jobs.is_shut_down and jobs.open == []
    # The project is free again: another writer may have it.
    open_window()


def test_a_closed_window_is_gone_before_its_work_has_stopped(
    qtbot, open_window, filled, jobs, monkeypatch
):
    filled(2)
    window = open_window()
    qtbot.waitUntil(lambda: window._instance is not None)
    seen = []

    def stop_slowly():
        address = window._instance._server.serverName()
        seen.append((window.main.isVisible(), address.endswith("-leaving")))

    monkeypatch.setattr(jobs, "shutdown", stop_slowly)
    window.main.close()
    assert seen == [(False, True)], "a second start waits for it, and is not refused"
    assert not window._instance._server.isListening()


def test_fault_45_an_exception_in_a_slot_shows_one_dialog_with_details(
    qtbot, open_window, hooks, capsys
):
    window = open_window()

    def broken():
        raise RuntimeError("a fault of ours")

    window.main.actions_by_id["about"].triggered.disconnect()
    window.main.actions_by_id["about"].triggered.connect(broken)
    window.main.actions_by_id["about"].trigger()
    dialog = window.main._fault_dialog
    assert dialog.isVisible()
    assert "a fault of ours" in dialog.details and "Traceback" in dialog.details
    dialog.accept()


def test_fault_45_an_exception_in_a_thread_reaches_the_window(qtbot, open_window, hooks, capsys):
    window = open_window()

    def broken():
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: window.main._fault_dialog is not None)
    assert "in a thread" in window.main._fault_dialog.details
    window.main._fault_dialog.accept()


def test_what_the_person_can_mend_is_a_banner_and_cancelling_is_silent(open_window, hooks):
    window = open_window()
    sys.excepthook(Cancelled, Cancelled(), None)
    assert window.main._fault_dialog is None
    error = UserError("The disk is full.", "Make room.")
    sys.excepthook(UserError, error, None)
    assert window.main._fault_dialog is None
    assert window.main._banner.text == "The disk is full. Make room."
    assert window.main._banner.isVisible()


def test_without_a_device_a_banner_offers_to_try_again(open_window):
    window = open_window()
    assert "No sound device" in window.main._banner.text
    assert "No sound" in words_of(window.main._status)


def test_fault_9_a_second_start_raises_the_first_window_and_ends(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(single_instance, "_TRY_S", 0.3)
    first = SingleInstance(tmp_path / "p")
    assert SingleInstance(tmp_path / "p").meet_other() == "nobody"
    first.listen()
    with qtbot.waitSignal(first.raised):
        assert SingleInstance(tmp_path / "p").meet_other() == "raised"
    assert SingleInstance(tmp_path / "q").meet_other() == "nobody"
    first.close()
    assert SingleInstance(tmp_path / "p").meet_other() == "nobody"


def test_fault_9_the_app_raises_the_window_that_has_the_project(qtbot, qapp, open_window, tmp_path):
    window = open_window()
    qtbot.waitUntil(lambda: window._instance is not None)
    with qtbot.waitSignal(window._instance.raised):
        assert not App(qapp).start(tmp_path / "project")


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_text_can_be_read_on_what_it_stands_on(palette):
    surfaces = (palette.window, palette.panel, palette.raised, palette.hover)
    for surface in surfaces:
        assert contrast(palette.text, surface) >= 4.5
        assert contrast(palette.secondary, surface) >= 4.5
    for ink in (palette.good, palette.doubtful, palette.failed, palette.new_text, palette.old_text):
        assert contrast(ink, palette.panel) >= 4.5
    for fill in (palette.a, palette.b):
        assert contrast(palette.letter_on_ab, fill) >= 4.5


def contrast(one: str, other: str) -> float:
    """WCAG 2.1's contrast ratio of two colours."""

    def luminance(hex_rgb: str) -> float:
        parts = [int(hex_rgb[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PROBE = """
import sys, threading
import editor_app.app as app
def look():
    loaded = {name.split(".")[0] for name in sys.modules}
    heavy = {"torch", "scipy", "librosa"} & loaded
    print("heavy:", sorted(heavy), flush=True)
watch = threading.Timer(float(sys.argv.pop(1)), look)
watch.daemon = True
watch.start()
sys.exit(app.main(sys.argv[1:]))
"""


def start_app(tmp_path: Path) -> subprocess.Popen[str]:
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen(
        [sys.executable, "-c", PROBE, "3", "--project", str(tmp_path / "project")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def test_fault_46_sigterm_closes_cleanly_and_the_window_never_imports_torch(tmp_path):
    process = start_app(tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "heavy: []\n"
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    # The lock is free and the store whole.
    again = start_app(tmp_path)
    assert again.stdout is not None
    assert again.stdout.readline() == "heavy: []\n"
    again.send_signal(signal.SIGINT)
    _, errors = again.communicate(timeout=60)
    assert (again.returncode, errors) == (0, "")


def test_a_taste_of_another_version_is_told_until_another_is_in_use(
    qtbot, open_window, filled, tmp_path, notifier, monkeypatch
):
    filled(3)
    said = []
    notifier.message_in_turn.connect(lambda *words: said.append(words))
    cleared = []
    notifier.withdrawn.connect(cleared.append)
    monkeypatch.setattr("editor_app.project.models.is_outdated", lambda store: True)
    window = open_window("rate")
    qtbot.waitUntil(lambda: any("another version" in words[1] for words in said))
    words = next(words for words in said if "another version" in words[1])
    assert (words[0], words[3]) == ("doubtful", "train")
    monkeypatch.setattr("editor_app.project.models.is_outdated", lambda store: False)
    del cleared[:]
    window.project.changed.emit(frozenset({"checkpoints"}))
    assert About.VERSION in cleared
