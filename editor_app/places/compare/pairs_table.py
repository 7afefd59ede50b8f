"""The pairs of a finished comparison, row by row: old and new side by side, each to be heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from editor_app.look.foreign import plain_tip
from editor_app.places.compare.pairs_cells import (
    COLUMNS,
    HEAR,
    RIBBONS,
    ROW_ROLE,
    SONG,
    WORDS,
    Cells,
    Header,
    PairRow,
)
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.key_cap import key_of

Which = Literal["old", "new"]

ROW_PX = 36
# Below this width the ribbons would leave no room for titles.
_NARROW_BELOW_PX = 1000
# Two buttons a row: all of 25 rows at once held the window up for 30 ms (measured).
_ROWS_A_TURN = 5


class PairsTable(QTableWidget):
    """Rows of pairs; the selected one shows the keys that play its two edits.

    Args:
        hear_old, hear_new: the actions whose keys are shown.
    """

    wanted = Signal(int, str)
    """(row, "old" or "new"): an edit is to be heard."""

    def __init__(self, hear_old: QAction, hear_new: QAction) -> None:
        super().__init__(0, len(COLUMNS))
        self._actions: dict[Which, QAction] = {"old": hear_old, "new": hear_new}
        self._buttons: list[dict[Which, KeyButton]] = []
        self._titles: list[str] = []
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._make_buttons)
        self._playing: tuple[int, str] | None = None
        self.setHorizontalHeader(Header(self))
        self.setHorizontalHeaderLabels([name for name, _ in COLUMNS])
        self.setItemDelegate(Cells(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.setShowGrid(False)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Pairs of this comparison")
        for column, (_, width) in enumerate(COLUMNS):
            if width:
                self.setColumnWidth(column, width)
        self.currentCellChanged.connect(lambda *_: self._show_keys())
        self.cellActivated.connect(lambda row, _: self.wanted.emit(row, "new"))
        for which, action in self._actions.items():
            action.triggered.connect(lambda _=False, w=which: self._want_current(w))

    def show_rows(self, rows: Sequence[PairRow]) -> None:
        """Show these pairs, the first one selected."""
        self._buttons, self._playing = [], None
        self.setRowCount(0)
        self.setRowCount(len(rows))
        for index, row in enumerate(rows):
            texts = (row.title, "", *row.old, *row.new, WORDS[row.preferred], "")
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setData(ROW_ROLE, row)
                if column == SONG:
                    item.setToolTip(plain_tip(text))
                self.setItem(index, column, item)
        self._titles = [row.title for row in rows]
        if rows:
            self.setCurrentCell(0, SONG)
        self._make_buttons()

    def _make_buttons(self) -> None:
        """Make those of the next rows; between two turns the window answers."""
        done = len(self._buttons)
        for index, title in enumerate(self._titles[done : done + _ROWS_A_TURN], done):
            self.setCellWidget(index, HEAR, self._hear_again(index, title))
        self._show_keys()
        if len(self._buttons) < len(self._titles):
            self._turn.start()

    def show_playing(self, row: int | None, which: str = "") -> None:
        """Show which edit sounds; None for none."""
        self._playing = None if row is None else (row, which)
        self._show_keys()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the ribbons out where room is short."""
        self.setColumnHidden(RIBBONS, self.width() < _NARROW_BELOW_PX)
        super().resizeEvent(event)

    def _hear_again(self, index: int, title: str) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        buttons: dict[Which, KeyButton] = {}
        for which in self._actions:
            button = KeyButton(WORDS[which], "play", height_px=28)
            policy = button.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
            button.setSizePolicy(policy)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAccessibleName(f"Hear the {which} edit of {title}")
            button.clicked.connect(lambda _=False, w=which: self._want(index, w))
            row.addWidget(button, 1)
            buttons[which] = button
        self._buttons.append(buttons)
        return made

    def _want(self, row: int, which: str) -> None:
        self.setCurrentCell(row, SONG)
        self.wanted.emit(row, which)

    def _want_current(self, which: str) -> None:
        if self.isVisible() and self.currentRow() >= 0:
            self.wanted.emit(self.currentRow(), which)

    def _show_keys(self) -> None:
        for index, buttons in enumerate(self._buttons):
            for which, button in buttons.items():
                is_current = index == self.currentRow()
                key = key_of(self._actions[which]) if is_current else ""
                button.set_key(_ARROWS.get(key, key))
                is_playing = self._playing == (index, which)
                button.set_words(WORDS[which], "pause" if is_playing else "play")


_ARROWS = {"Left": "←", "Right": "→"}
