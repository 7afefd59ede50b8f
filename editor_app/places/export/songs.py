"""The songs to export: a list with boxes to tick, filtered as one types."""

from __future__ import annotations

from collections.abc import Container, Iterable

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPen,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor_app.keys.actions import Actions
from editor_app.look import icons, theme
from editor_app.look.foreign import plain_tip, song_title
from editor_app.widgets.fields import FilterField
from ml_core.domain.songs import SongEntry

Index = QModelIndex | QPersistentModelIndex

_SHA_ROLE = Qt.ItemDataRole.UserRole + 1
_FACT_ROLE = Qt.ItemDataRole.UserRole + 2
_REFUSED_ROLE = Qt.ItemDataRole.UserRole + 3
_ROW_PX = 32
_BOX_PX = 16
_BOX_LEFT_PX = 8
_TITLE_LEFT_PX = 32


class ExportSongs(QWidget):
    """What is ticked is exported, the current one is shown."""

    ticked = Signal(str, bool)
    """SHA-256 of a song, and whether its box is ticked."""

    current_changed = Signal(str)
    """SHA-256 of the song to show; empty without one."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._model = QStandardItemModel(self)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self._model)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._filter = FilterField("Filter", actions["find"])
        self._filter.textChanged.connect(self._shown.setFilterFixedString)
        self._list = QListView()
        self._list.setModel(self._shown)
        self._list.setItemDelegate(_Rows(self._list))
        self._list.setObjectName("exportSongs")
        self._list.setUniformItemSizes(True)
        self._list.setAccessibleName("Songs to export")
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.selectionModel().currentChanged.connect(
            lambda index, _: self.current_changed.emit(str(index.data(_SHA_ROLE) or ""))
        )
        self._list.activated.connect(lambda _: self.tick_current())
        self._model.itemChanged.connect(self._on_item)
        actions["tick_song"].triggered.connect(self.tick_current)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._filter)
        column.addWidget(self._list, 1)

    def show_songs(
        self, entries: Iterable[SongEntry], ticked: Container[str], current: str
    ) -> None:
        """Show these songs, by hash which of them are ticked, and which is the current one."""
        self._model.clear()
        for entry in entries:
            self._model.appendRow(_item(entry, entry.song.sha256 in ticked))
        self.show_song(current)
        if self.current != current:  # The filter hides it.
            self.current_changed.emit(self.current)

    @property
    def current(self) -> str:
        """SHA-256 of the song that is shown; empty without one."""
        return str(self._list.currentIndex().data(_SHA_ROLE) or "")

    def show_song(self, sha256: str) -> None:
        """Make a song the current one."""
        row = self._row(sha256)
        if row >= 0:
            self._list.setCurrentIndex(self._shown.mapFromSource(self._model.index(row, 0)))

    def reveal(self, sha256: str) -> None:
        """Make a song the current one, also where the filter hides it."""
        self.show_song(sha256)
        if self.current != sha256:
            self._filter.clear()
            self.show_song(sha256)

    def show_fact(self, sha256: str, fact: str, refusal: str = "") -> None:
        """Say the length of a song's edit, or why there is none."""
        row = self._row(sha256)
        if row >= 0:
            item = self._model.item(row)
            item.setData(fact, _FACT_ROLE)
            item.setData(refusal, _REFUSED_ROLE)

    def clear_facts(self) -> None:
        """All lengths are to be found out anew."""
        for row in range(self._model.rowCount()):
            self.show_fact(self._sha(row), "")

    def tick_current(self) -> None:
        """Choose the current song, or leave it out again."""
        row = self._row(self.current)
        if row >= 0:
            item = self._model.item(row)
            is_ticked = item.checkState() == Qt.CheckState.Checked
            item.setCheckState(Qt.CheckState.Unchecked if is_ticked else Qt.CheckState.Checked)

    def take_keys(self) -> None:
        """Take the keyboard."""
        self._list.setFocus()

    def _on_item(self, item: QStandardItem) -> None:
        is_ticked = item.checkState() == Qt.CheckState.Checked
        self.ticked.emit(str(item.data(_SHA_ROLE)), is_ticked)

    def _row(self, sha256: str) -> int:
        rows = range(self._model.rowCount())
        return next((row for row in rows if self._sha(row) == sha256), -1)

    def _sha(self, row: int) -> str:
        return str(self._model.item(row).data(_SHA_ROLE))


class _Rows(QStyledItemDelegate):
    """A box, a title, and the length of what will be written."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Rows of one height."""
        return QSize(_TITLE_LEFT_PX, _ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        palette = theme.current()
        box = QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.color(palette.hover))
            painter.fillRect(
                QRectF(box.left(), box.top(), 2, box.height()), theme.color(palette.text)
            )
        is_ticked = index.data(Qt.ItemDataRole.CheckStateRole) in (2, Qt.CheckState.Checked)
        _paint_box(painter, box, is_ticked)
        painter.setFont(theme.font("body"))
        metrics = QFontMetricsF(painter.font())
        right = box.right() - 8
        fact = str(index.data(_FACT_ROLE) or "")
        if index.data(_REFUSED_ROLE):
            icons.paint(painter, "crossed_circle", right - 16, box.center().y() - 8, palette.failed)
            right -= 24
        elif is_ticked and fact:
            width = metrics.horizontalAdvance(fact) + 1
            painter.setPen(theme.color(palette.text))
            facts = QRectF(right - width, box.top(), width, box.height())
            painter.drawText(facts, Qt.AlignmentFlag.AlignVCenter, fact)
            right -= width + 8
        room = right - box.left() - _TITLE_LEFT_PX
        title = str(index.data(Qt.ItemDataRole.DisplayRole))
        title = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)
        painter.setPen(theme.color(palette.text if is_ticked else palette.secondary))
        words = QRectF(box.left() + _TITLE_LEFT_PX, box.top(), room, box.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()

    def editorEvent(  # noqa: N802 - Qt's name
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """A click on the box ticks; elsewhere it only shows the song."""
        if event.type() != QEvent.Type.MouseButtonRelease or not isinstance(event, QMouseEvent):
            return False
        if event.position().x() - option.rect.left() >= _TITLE_LEFT_PX:
            return False
        is_ticked = index.data(Qt.ItemDataRole.CheckStateRole) in (2, Qt.CheckState.Checked)
        state = Qt.CheckState.Unchecked if is_ticked else Qt.CheckState.Checked
        return model.setData(index, state.value, Qt.ItemDataRole.CheckStateRole)


def _paint_box(painter: QPainter, row: QRectF, is_ticked: bool) -> None:
    palette = theme.current()
    top = round(row.center().y() - _BOX_PX / 2)
    box = QRectF(row.left() + _BOX_LEFT_PX, top, _BOX_PX, _BOX_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color(palette.text if is_ticked else palette.secondary), 1))
    painter.setBrush(theme.color(palette.text) if is_ticked else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    if is_ticked:
        icons.paint(painter, "tick", box.left(), box.top(), palette.window)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _item(entry: SongEntry, is_ticked: bool) -> QStandardItem:
    made = QStandardItem(song_title(entry.song))
    made.setData(entry.song.sha256, _SHA_ROLE)
    made.setCheckable(True)
    made.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
    made.setToolTip(plain_tip(entry.song.path))
    return made
