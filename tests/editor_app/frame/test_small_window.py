"""At 1024x700: the library keeps its rows, and what the folded side bar hid is named elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from editor_app.look import theme
from editor_app.places.export.alternatives import AlternativeRow
from tests.editor_app.places.songs.test_bar_check import desk  # noqa: F401 - the fixture
from tests.editor_app.sound.fake_output import FakeOutput


def n_whole_rows(view: QWidget) -> int:
    """Rows of the library that are seen whole."""
    table = view._table
    return int(table.viewport().height() // table.rowHeight(0))


def test_five_rows_are_left_beside_the_bar_check(desk):  # noqa: F811
    desk.main.resize(1024, 700)
    desk.choose()
    QApplication.processEvents()
    assert desk.panel.isVisible()
    assert n_whole_rows(desk.view) >= 5
    desk.main.resize(1280, 800)
    QApplication.processEvents()
    assert n_whole_rows(desk.view) >= 9


@pytest.mark.parametrize(("width", "is_named"), [(1024, True), (1280, False)])
def test_the_taste_is_named_at_the_foot_where_the_side_bar_is_folded(
    open_window, filled, width, is_named
):
    filled(2)
    window = open_window("songs", FakeOutput())
    main = window.main
    main.resize(width, 700)
    QApplication.processEvents()
    assert main._side_bar.taste_box.isVisible() is not is_named
    assert main._status._taste.isVisible() is is_named
    taste = window.project._store.tastes.in_use()
    window.project._store.tastes.rename(taste.id, "A name that is far too long for the foot of it")
    window.project.changed.emit(frozenset({"tastes"}))
    QApplication.processEvents()
    if is_named:
        assert "far too long for the foot" in main._status._taste.accessibleName()
        assert main._status._taste.text().endswith("…")
        assert main._status._taste.geometry().right() <= main.width()


def test_a_window_that_opens_small_names_the_taste_as_well(open_window, filled):
    filled(2)
    first = open_window("songs", FakeOutput()).main
    first.resize(1024, 700)
    first.close()
    again = open_window("songs", FakeOutput()).main
    assert not again._side_bar.taste_box.isVisible()
    assert again._status._taste.text() == "My taste" and again._status._taste.isVisible()


class Layout:
    """Lays words out as a painter does, and notes what was to be drawn."""

    def __init__(self, painter: QPainter) -> None:
        self._painter = painter
        self.drawn: list[tuple[QRectF, str]] = []

    def boundingRect(self, box: QRectF, flags: Qt.TextFlag, text: str) -> QRectF:
        return self._painter.boundingRect(box, flags, text)

    def drawText(self, box: QRectF, _flags: Qt.TextFlag, text: str) -> None:
        self.drawn.append((box, text))


def test_the_words_of_an_alternative_stay_within_its_row(qtbot, open_window):
    row = AlternativeRow(open_window().main.actions_by_id["alternative_1"])
    qtbot.addWidget(row)
    row.resize(360, 60)
    words = "The longest. Begins with the whole intro and has the song's own ending. Skips 0:33. "
    for sentence, is_whole in (("Short.", True), (words, True), (4 * words, False)):
        row._sentence = sentence
        image = QImage(360, 60, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.setFont(theme.font("body"))
        layout = Layout(painter)
        row._paint_sentence(layout, 27.0)
        ((box, drawn),) = layout.drawn
        height = painter.boundingRect(box, Qt.TextFlag.TextWordWrap, drawn).height()
        painter.end()
        assert box.top() + height <= row.height() + 4
        assert (drawn == sentence) is is_whole
        assert is_whole or drawn.endswith("…")
