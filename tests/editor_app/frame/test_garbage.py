"""What is unreachable is collected in the window's thread, whoever allocates."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QLabel
from shiboken6 import isValid

from editor_app.app import App
from editor_app.frame.garbage import Garbage, forget_lasting, spare_lasting


def lost_widget() -> weakref.ref:
    """A widget that only a cycle keeps."""
    widget = QLabel("lost")
    widget.itself = widget
    return weakref.ref(widget)


def test_another_thread_never_destroys_a_widget(qapp):
    owner = QObject()
    garbage = Garbage(owner)
    gc.collect()
    lost = lost_widget()
    thread = threading.Thread(target=lambda: [[[]] for _ in range(200_000)])
    thread.start()
    thread.join()
    assert lost() is not None
    kept = [[[]] for _ in range(200_000)]  # enough for the youngest generation to be due
    garbage.collect()
    assert lost() is None and kept
    garbage._timer.stop()


def test_collecting_is_left_to_python_once_it_stops(qapp):
    owner = QObject()
    garbage = Garbage(owner)
    assert not gc.isenabled()
    garbage.stop()
    assert gc.isenabled()
    gc.disable()  # as for all tests


def test_what_lasts_is_collected_once_its_window_has_closed(qapp):
    lost = lost_widget()
    spare_lasting()
    gc.collect()
    assert lost() is not None
    forget_lasting()
    gc.collect()
    assert lost() is None


def test_a_window_that_another_replaces_is_destroyed_as_a_whole(qtbot, qapp, tmp_path, own_home):
    app = App(qapp)
    try:
        assert app.start(tmp_path / "first")
        first = app.window.main
        qtbot.waitUntil(lambda: bool(first.place))
        assert app.start(tmp_path / "second")
        qtbot.waitUntil(lambda: not isValid(first))
        assert app._leaving == [] and isValid(app.window.main)
        gc.collect()
        app.theme.choose("light")
    finally:
        second = app.window.main
        app.close()
        app._garbage.stop()
        gc.disable()
        second.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.theme.choose("dark")
