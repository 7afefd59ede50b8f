"""The last ratings, newest first; each can be heard again and changed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor_app.look import icons, theme
from editor_app.look.foreign import plain_tip
from editor_app.look.words import answer_words, said_of
from editor_app.project.project import Project
from editor_app.widgets import letter_badge
from editor_app.widgets.labels import label
from editor_app.widgets.model_index import Index
from ml_core.domain.ratings import Rating

ROW_PX = 24
_N_ROWS = 40
_BADGE_PX = 16
_ANSWER_PX = 128
_RATING_ROLE = Qt.ItemDataRole.UserRole
_BY_EYE = "by eye"
_LETTERS = {"A": "A", "B": "B", "tie": "=", "skip": "–"}


class _Model(QAbstractListModel):
    """(number, title, rating) of each row. It says nothing of why a pair was asked.

    What does not count as a rating, such as a skip, has no number.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[int | None, str, Rating]] = []

    def show(self, rows: list[tuple[int | None, str, Rating]]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """Number of ratings listed."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A row as text, or as it is painted."""
        number, title, rating = self.rows[index.row()]
        if role == _RATING_ROLE:
            return number, title, rating
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            first = title if number is None else f"{number}, {title}"
            return f"{first}: {answer_words(rating)}{_by_eye(rating)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            said = f"{answer_words(rating)}{_by_eye(rating)}"
            return plain_tip(f"{title}: {said}. Enter hears the pair again.")
        return None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = theme.current()
        number, title, rating = index.data(_RATING_ROLE)
        box: QRect = option.rect
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.fillRect(box, QColor(palette.hover))
        painter.save()
        painter.setFont(theme.font("body"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(palette.secondary))
        painter.drawText(box.adjusted(8, 0, 0, 0), middle, "" if number is None else str(number))
        left = box.right() - _ANSWER_PX
        badge = QRectF(left, box.top() + (box.height() - _BADGE_PX) / 2, _BADGE_PX, _BADGE_PX)
        letter_badge.paint(painter, _LETTERS[rating.answer], badge)
        painter.drawText(box.adjusted(left - box.left() + 24, 0, 0, 0), middle, said_of(rating))
        metrics = QFontMetrics(painter.font())
        room = QRect(box.left() + 40, box.top(), left - box.left() - 48, box.height())
        if _is_by_eye(rating):
            at = badge.left() - _BADGE_PX - 8
            icons.paint(painter, "eye", at, badge.top(), palette.secondary, _BADGE_PX)
            room.setWidth(max(0, room.width() - _BADGE_PX - 8))
        painter.setPen(QColor(palette.text))
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle, shown)
        painter.restore()


def _is_by_eye(rating: Rating) -> bool:
    return rating.answer != "skip" and rating.is_by_eye


def _by_eye(rating: Rating) -> str:
    return f", {_BY_EYE}" if _is_by_eye(rating) else ""


class _List(QListView):
    chosen = Signal(object)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Five rows; more where there is room."""
        return QSize(240, 5 * ROW_PX)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Four rows."""
        return QSize(160, 4 * ROW_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter hears a rating again."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.chosen.emit(index.data(_RATING_ROLE)[2])
        else:
            super().keyPressEvent(event)


class LastRatings(QWidget):
    """A heading and the list."""

    wanted = Signal(object)
    """A Rating that is to be heard again."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self._model = _Model()
        self._list = _List()
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Delegate(self._list))
        self._list.setAccessibleName("Last ratings")
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.chosen.connect(self.wanted)
        self._list.doubleClicked.connect(lambda at: self.wanted.emit(at.data(_RATING_ROLE)[2]))
        head = QHBoxLayout()
        head.addWidget(label("Last ratings", "heading"))
        head.addStretch(1)
        self._tip = label("Enter hears a pair again, to change it", "small")
        head.addWidget(self._tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._list, 1)

    def show_ratings(self) -> None:
        """Read the last ratings again."""
        # Answers of a blind comparison are not told before its verdict, nor changed after it.
        last = self._project.ratings.last(_N_ROWS, with_sessions=False)
        numbers = self._project.ratings.numbers(last)
        rows = [
            (numbers.get(rating.id), self._project.songs.title(rating), rating) for rating in last
        ]
        self._model.show(rows)
        self._tip.setVisible(bool(rows) and self.width() >= 340)
