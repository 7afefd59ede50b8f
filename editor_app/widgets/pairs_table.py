"""The pairs of a finished comparison, row by row: old and new side by side, each to be heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from editor_app import theme
from editor_app.widgets import kept_ribbon
from editor_app.widgets.key_button import KeyButton

Which = Literal["old", "new"]

ROW_PX = 36
_HEADER_PX = 44
_PAD_PX = 12
_RIBBON_PX, _RIBBON_GAP_PX = 4, 6
_DOT_PX = 10
_COLUMNS = (
    ("Song", 0),
    ("Kept of the song", 184),
    ("Length", 64),
    ("Kept", 64),
    ("Joins", 56),
    ("Length", 72),
    ("Kept", 64),
    ("Joins", 56),
    ("Preferred", 112),
    ("Hear again", 232),
)
_SONG, _RIBBONS, _PREFERRED, _HEAR = 0, 1, 8, 9
_OLD, _NEW = range(2, 5), range(5, 8)
# Below this width the ribbons would leave no room for titles.
_NARROW_BELOW_PX = 1000
_WORDS = {"old": "Old", "new": "New", "tie": "Tie"}
# Two buttons a row: all of 25 rows at once held the window up for 30 ms (measured).
_ROWS_A_TURN = 5
_ROW_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair as it is shown.

    Attributes:
        kept_old, kept_new: kept spans as shares of the song.
        old, new: length, kept share and joins, as texts.
        preferred: "old", "new" or "tie".
    """

    title: str
    kept_old: tuple[tuple[float, float], ...]
    kept_new: tuple[tuple[float, float], ...]
    old: tuple[str, str, str]
    new: tuple[str, str, str]
    preferred: str


class PairsTable(QTableWidget):
    """Rows of pairs; the selected one shows the keys that play its two edits.

    Args:
        hear_old, hear_new: the actions whose keys are shown.
    """

    wanted = Signal(int, str)
    """(row, "old" or "new"): an edit is to be heard."""

    def __init__(self, hear_old: QAction, hear_new: QAction) -> None:
        super().__init__(0, len(_COLUMNS))
        self._actions: dict[Which, QAction] = {"old": hear_old, "new": hear_new}
        self._buttons: list[dict[Which, KeyButton]] = []
        self._titles: list[str] = []
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._make_buttons)
        self._playing: tuple[int, str] | None = None
        self.setHorizontalHeader(_Header(self))
        self.setHorizontalHeaderLabels([name for name, _ in _COLUMNS])
        self.setItemDelegate(_Cells(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.setShowGrid(False)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Pairs of this comparison")
        for column, (_, width) in enumerate(_COLUMNS):
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
            texts = (row.title, "", *row.old, *row.new, _WORDS[row.preferred], "")
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setData(_ROW_ROLE, row)
                if column == _SONG:
                    item.setToolTip(text)
                self.setItem(index, column, item)
        self._titles = [row.title for row in rows]
        if rows:
            self.setCurrentCell(0, _SONG)
        self._make_buttons()

    def _make_buttons(self) -> None:
        """Make those of the next rows; between two turns the window answers."""
        done = len(self._buttons)
        for index, title in enumerate(self._titles[done : done + _ROWS_A_TURN], done):
            self.setCellWidget(index, _HEAR, self._hear_again(index, title))
        self._show_keys()
        if len(self._buttons) < len(self._titles):
            self._turn.start()

    def show_playing(self, row: int | None, which: str = "") -> None:
        """Show which edit sounds; None for none."""
        self._playing = None if row is None else (row, which)
        self._show_keys()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the ribbons out where room is short."""
        self.setColumnHidden(_RIBBONS, self.width() < _NARROW_BELOW_PX)
        super().resizeEvent(event)

    def _hear_again(self, index: int, title: str) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        buttons: dict[Which, KeyButton] = {}
        for which in self._actions:
            button = KeyButton(_WORDS[which], "play", height_px=28)
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
        self.setCurrentCell(row, _SONG)
        self.wanted.emit(row, which)

    def _want_current(self, which: str) -> None:
        if self.isVisible() and self.currentRow() >= 0:
            self.wanted.emit(self.currentRow(), which)

    def _show_keys(self) -> None:
        for index, buttons in enumerate(self._buttons):
            for which, button in buttons.items():
                is_current = index == self.currentRow()
                key = self._actions[which].shortcut().toString() if is_current else ""
                button.set_key(_ARROWS.get(key, key))
                is_playing = self._playing == (index, which)
                button.set_words(_WORDS[which], "pause" if is_playing else "play")


_ARROWS = {"Left": "←", "Right": "→"}


class _Header(QHeaderView):
    """Names of the columns, those of old and new under a heading each."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)

    def setModel(self, model: object) -> None:  # noqa: N802 - Qt's name
        """Let the titles take what the other columns leave."""
        super().setModel(model)  # type: ignore[arg-type]
        if self.count() > _SONG:
            self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            self.setSectionResizeMode(_SONG, QHeaderView.ResizeMode.Stretch)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Two lines of small type."""
        line = QFontMetrics(theme.font("small")).height()
        return QSize(0, max(_HEADER_PX, 2 * line + 14))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint names and headings."""
        palette = theme.current()
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.color(palette.window))
        height, half = self.height(), self.height() // 2
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color(palette.secondary))
        for column, (name, _) in enumerate(_COLUMNS):
            if not self.isSectionHidden(column):
                painter.drawText(
                    _inner(self._box(column, column, half, height)), *_side(column), name
                )
        painter.setFont(theme.font("small", QFont.Weight.DemiBold))
        for columns, words, text, line in (
            (_OLD, "Old", palette.old_text, palette.old),
            (_NEW, "New", palette.new_text, palette.new),
        ):
            box = _inner(self._box(columns[0], columns[-1], 0, half - 2))
            painter.setPen(theme.color(text))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
            painter.fillRect(box.left(), half - 2, box.width(), 1, theme.color(line))
        painter.fillRect(0, height - 1, self.width(), 1, theme.color(palette.line))

    def _box(self, first: int, last: int, top: int, bottom: int) -> QRect:
        left = self.sectionViewportPosition(first)
        right = self.sectionViewportPosition(last) + self.sectionSize(last)
        return QRect(left, top, right - left, bottom - top)


class _Cells(QStyledItemDelegate):
    """Paints every cell but the buttons."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a cell."""
        palette = theme.current()
        row: PairRow = index.data(_ROW_ROLE)
        box: QRect = option.rect
        column = index.column()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.color(palette.hover))
            if column == _SONG:
                painter.fillRect(box.left(), box.top(), 2, box.height(), theme.color(palette.text))
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, theme.color(palette.row_line))
        if column == _RIBBONS:
            _paint_ribbons(painter, box, row)
        elif column == _PREFERRED:
            _paint_preferred(painter, _inner(box), row.preferred)
        elif column != _HEAR:
            is_name = column == _SONG
            weight = QFont.Weight.Medium if is_name else QFont.Weight.Normal
            font = theme.font("body", weight)
            painter.setFont(font)
            painter.setPen(theme.color(palette.secondary if column in _OLD else palette.text))
            text = str(index.data(Qt.ItemDataRole.DisplayRole))
            inner = _inner(box)
            if is_name:
                metrics = QFontMetrics(font)
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, *_side(column), text)
        painter.restore()


def _paint_ribbons(painter: QPainter, box: QRect, row: PairRow) -> None:
    palette = theme.current()
    inner = _inner(box)
    top = box.center().y() - _RIBBON_PX - _RIBBON_GAP_PX // 2 + 1
    for kept, ink in ((row.kept_old, palette.old), (row.kept_new, palette.new)):
        ribbon = QRectF(inner.left(), top, inner.width(), _RIBBON_PX)
        kept_ribbon.paint(painter, ribbon, kept, ink)
        top += _RIBBON_PX + _RIBBON_GAP_PX - 2


def _paint_preferred(painter: QPainter, box: QRect, preferred: str) -> None:
    palette = theme.current()
    is_tie = preferred == "tie"
    middle = box.center().y() + 0.5
    if is_tie:
        painter.setPen(theme.color(palette.secondary))
        painter.setFont(theme.font("body"))
        painter.drawText(QRectF(box.left(), box.top(), _DOT_PX, box.height()), 0x84, "=")
    else:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(palette.new if preferred == "new" else palette.old))
        painter.drawEllipse(QRectF(box.left(), middle - _DOT_PX / 2, _DOT_PX, _DOT_PX))
    weight = QFont.Weight.Normal if is_tie else QFont.Weight.DemiBold
    painter.setFont(theme.font("body", weight))
    painter.setPen(theme.color(palette.secondary if is_tie else palette.text))
    words = box.adjusted(_DOT_PX + 8, 0, 0, 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, _WORDS[preferred])


def _inner(box: QRect) -> QRect:
    return box.adjusted(_PAD_PX, 0, 0, 0)


def _side(column: int) -> tuple[Qt.AlignmentFlag]:
    side = Qt.AlignmentFlag.AlignLeft
    if column in _OLD or column in _NEW:
        side = Qt.AlignmentFlag.AlignRight
    return (side | Qt.AlignmentFlag.AlignVCenter,)
