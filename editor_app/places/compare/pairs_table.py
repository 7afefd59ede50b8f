"""The pairs of a finished comparison by song: old and new side by side, each to be heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from editor_app.look import theme
from editor_app.look.foreign import plain_tip
from editor_app.look.words import counted
from editor_app.places.compare.pairs_cells import (
    COLUMNS,
    HEAR,
    PAIR,
    RIBBONS,
    ROW_ROLE,
    WORDS,
    Cells,
    Header,
    PairRow,
    SongRow,
)
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.key_cap import key_of

Which = Literal["old", "new"]

ROW_PX = 36
# Below this width nothing would be seen of the ribbons.
_NARROW_BELOW_PX = 880
# Two buttons a row: all of 25 rows at once held the window up for 30 ms (measured).
_ROWS_A_TURN = 5


class PairsTable(QTableWidget):
    """Pairs under their songs; the selected one shows the keys that play its two edits.

    Args:
        hear_old, hear_new: the actions whose keys are shown.
    """

    wanted = Signal(int, str)
    """(pair, "old" or "new"): an edit is to be heard; pairs are counted as they were shown."""

    def __init__(self, hear_old: QAction, hear_new: QAction) -> None:
        super().__init__(0, len(COLUMNS))
        self._actions: dict[Which, QAction] = {"old": hear_old, "new": hear_new}
        self._buttons: list[dict[Which, KeyButton]] = []
        self._titles: list[str] = []
        self._pairs: list[int] = []
        self._rows: list[int] = []
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
        self._grow()
        self.currentCellChanged.connect(lambda *_: self._show_keys())
        self.cellActivated.connect(lambda *_: self._want_current("new"))
        for which, action in self._actions.items():
            action.triggered.connect(lambda _=False, w=which: self._want_current(w))

    def show_rows(self, rows: Sequence[PairRow], known: Mapping[str, str] | None = None) -> None:
        """Show these pairs under their songs, the first one selected.

        Args:
            rows: the pairs, in the order in which they were asked.
            known: how the taste had learned from a song before, by the song's key.
        """
        groups = by_song(rows)
        self._buttons, self._playing = [], None
        self._pairs, self._rows, self._titles = [], [], []
        self.clearSpans()
        self.setRowCount(0)
        self.setRowCount(len(rows) + len(groups))
        at = 0
        for pairs in groups:
            first = rows[pairs[0]]
            learned = (known or {}).get(first.song, "")
            told = ", ".join(filter(None, (learned, answered([rows[k].preferred for k in pairs]))))
            self._put_song(at, SongRow(first.title, first.artist, told))
            for index in pairs:
                at += 1
                self._put_pair(at, index, rows[index])
            at += 1
        if self._rows:
            self.setCurrentCell(self._rows[0], PAIR)
        self._make_buttons()

    def _put_song(self, at: int, row: SongRow) -> None:
        item = QTableWidgetItem(f"{row.title}: {row.words}")
        item.setData(ROW_ROLE, row)
        item.setToolTip(plain_tip(row.title))
        item.setFlags(Qt.ItemFlag.NoItemFlags)  # Keys pass it over.
        self.setItem(at, PAIR, item)
        self.setSpan(at, PAIR, 1, len(COLUMNS))

    def _put_pair(self, at: int, index: int, row: PairRow) -> None:
        texts = (f"{index + 1}", "", *row.old, *row.new, WORDS[row.preferred], "")
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setData(ROW_ROLE, row)
            self.setItem(at, column, item)
        self._pairs.append(index)
        self._rows.append(at)
        self._titles.append(row.title)

    def _make_buttons(self) -> None:
        """Make those of the next rows; between two turns the window answers."""
        done = len(self._buttons)
        for index, title in enumerate(self._titles[done : done + _ROWS_A_TURN], done):
            self.setCellWidget(self._rows[index], HEAR, self._hear_again(index, title))
        self._show_keys()
        if len(self._buttons) < len(self._titles):
            self._turn.start()

    def show_playing(self, pair: int | None, which: str = "") -> None:
        """Show which edit of which pair sounds; None for none."""
        self._playing = None if pair is None else (pair, which)
        self._show_keys()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the ribbons out where room is short."""
        self.setColumnHidden(RIBBONS, self.width() < theme.grown_px(_NARROW_BELOW_PX))
        self._grow()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the size of the text."""
        if event.type() == QEvent.Type.StyleChange:
            self._grow()
        super().changeEvent(event)

    def _grow(self) -> None:
        """Make columns as wide as larger text needs, as far as there is room."""
        widths = [width for _, width in COLUMNS]
        room = max(1.0, self.width() / sum(widths))
        for column, width in enumerate(widths):
            if width:
                self.setColumnWidth(column, int(min(theme.grown_px(width), width * room)))

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

    def _want(self, index: int, which: str) -> None:
        self.setCurrentCell(self._rows[index], PAIR)
        self.wanted.emit(self._pairs[index], which)

    def _want_current(self, which: str) -> None:
        if self.isVisible() and self.currentRow() in self._rows:
            self.wanted.emit(self._pairs[self._rows.index(self.currentRow())], which)

    def _show_keys(self) -> None:
        for index, buttons in enumerate(self._buttons):
            is_current = self._rows[index] == self.currentRow()
            for which, button in buttons.items():
                key = key_of(self._actions[which]) if is_current else ""
                button.set_key(_ARROWS.get(key, key))
                is_playing = self._playing == (self._pairs[index], which)
                button.set_words(WORDS[which], "pause" if is_playing else "play")


def by_song(rows: Sequence[PairRow]) -> list[list[int]]:
    """Pairs of each song, songs by title, pairs in the order in which they were asked."""
    groups: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(row.song, []).append(index)
    return sorted(groups.values(), key=lambda pairs: rows[pairs[0]].title.casefold())


def answered(preferred: Sequence[str]) -> str:
    """How often which was preferred: "2 for the new, 1 tie"."""
    parts = []
    for which, words in (("new", "for the new"), ("old", "for the old"), ("by eye", "by eye")):
        if which in preferred:
            parts.append(f"{preferred.count(which)} {words}")
    if "tie" in preferred:
        parts.append(counted(preferred.count("tie"), "tie"))
    return ", ".join(parts)


_ARROWS = {"Left": "←", "Right": "→"}
