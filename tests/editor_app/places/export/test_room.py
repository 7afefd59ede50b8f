"""Export has room for everything at every size, and what a window has more goes to the song."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget

from editor_app.places.export.foot import chosen_words
from tests.editor_app.places.export.test_export import Exporter
from tests.editor_app.sound.fake_output import FakeOutput
from tests.screenshots.widget_faults import faults

SIZES = ((1024, 700), (1280, 800), (1920, 1080))


@pytest.fixture
def desk(qtbot, jobs, open_window, filled, settings, tmp_path) -> Exporter:
    filled(3)
    settings.export_folder = str(tmp_path / "out")
    made = Exporter(qtbot, jobs, open_window("export", FakeOutput()))
    made.answer()
    return made


def resized(desk: Exporter, width: int, height: int) -> None:
    desk.main.resize(width, height)
    for _ in range(3):  # Sizes follow with the event loop.
        QApplication.processEvents()


def bottom(widget: QWidget, page: QWidget) -> int:
    return widget.mapTo(page, widget.rect().bottomLeft()).y()


def test_the_waveforms_grow_with_the_window_and_nothing_is_cut(desk):
    heights = []
    for size in SIZES:
        resized(desk, *size)
        view = desk.view
        assert faults(view) == [], size
        heights.append((view._desk.song.height(), view._desk.edit.height()))
        buttons = view._toolbar.buttons.values()
        assert all(button._has_words for button in buttons), size
        assert max(b.mapTo(view, b.rect().topRight()).x() for b in buttons) < view.width()
        # Each stands under the one before: song, edit, tools, alternatives, foot.
        parts = [view._desk.song, view._desk.edit, view._toolbar, view._alternatives, view._foot]
        assert [bottom(one, view) for one in parts] == sorted(bottom(one, view) for one in parts)
        assert bottom(view._foot, view) >= view.height() - 24, "the foot of the window is empty"
    (song_1, edit_1), (song_2, edit_2), (song_3, edit_3) = heights
    assert song_1 < song_2 < song_3 and edit_1 <= edit_2 < edit_3
    assert song_1 >= 76 and edit_1 >= 54
    # What a window of 1080 has more than one of 800 goes to the waveforms.
    assert song_3 + edit_3 - song_2 - edit_2 >= 0.9 * (1080 - 800)


def test_no_third_of_a_large_window_is_empty(desk):
    resized(desk, 1920, 1080)
    page = desk.view.height()
    assert desk.view._desk.height() >= page / 3
    assert desk.view._desk.song.width() >= 0.6 * desk.view.width()


@pytest.mark.parametrize(
    ("n_chosen", "n_songs", "words"),
    [
        (0, 0, ("", "Export")),
        (0, 1, ("1 song", "Export this edit")),
        (0, 19, ("19 songs", "Export this edit")),
        (1, 1, ("1 of 1 chosen", "Export 1 edit")),
        (1, 19, ("1 of 19 chosen", "Export 1 edit")),
        (19, 19, ("19 of 19 chosen", "Export 19 edits")),
    ],
)
def test_what_is_chosen_and_what_is_written_are_one(n_chosen, n_songs, words):
    assert chosen_words(n_chosen, n_songs) == words


def test_both_texts_are_shown_together(desk):
    view = desk.view
    for n_ticked in range(4):
        beside_title, on_button = chosen_words(n_ticked, 3)
        assert view.facts.text() == beside_title
        assert view._foot._export.words == on_button
        if n_ticked < 3:
            view._model.tick(view._model.songs[n_ticked].song.sha256, True)


def test_the_keyboard_is_seen_on_exactly_beside_the_length(desk):
    resized(desk, 1024, 700)
    rules, ring = desk.view._rules, desk.main._ring
    rules._length.setFocus(Qt.FocusReason.TabFocusReason)
    desk.qtbot.keyClick(rules._length, Qt.Key.Key_Tab)
    assert rules._exact.hasFocus() and ring.isVisible()
    box = QRect(rules._exact.mapTo(desk.main, QPoint(0, 0)), rules._exact.size())
    assert ring.geometry().contains(box) and desk.main.rect().contains(ring.geometry())
