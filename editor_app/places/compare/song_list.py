"""The songs that a comparison is on, each with its waveform, before it is begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from editor_app.listening import small_wave
from editor_app.listening.song_overviews import SongOverviews
from editor_app.look import theme
from editor_app.look.foreign import heading, plain_tip, song_artist, song_title
from editor_app.widgets.model_index import Index
from ml_core.domain.playing import SongOverview
from ml_core.domain.songs import SongEntry
from ml_core.units import clock

ROW_PX, _TALLEST_ROW_PX = 36, 96
"""Few songs share the room that many would take."""
_WAVE_PX, _AROUND_WAVE_PX = 240, 8
# Where room is short the waveform is the first to give way, then the reason.
_NARROW_BELOW_PX, _NARROW_WAVE_PX = 560, 144
_PAD_PX = 8
_ROW_ROLE = Qt.ItemDataRole.UserRole
_LOOK_AFTER_MS = 60


@dataclass(slots=True)
class SongRow:
    """A song, its small waveform once it is there, and what there is to say of it."""

    entry: SongEntry
    words: str = ""
    overview: SongOverview | None = None


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[SongRow] = []
        # Each is asked for once; its song may come back to the list.
        self._known: dict[str, SongOverview] = {}

    def show(self, rows: Sequence[SongRow]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        for row in self.rows:
            row.overview = self._known.get(row.entry.song.sha256)
        self.endResetModel()

    def set_overview(self, overview: SongOverview) -> None:
        self._known[overview.sha256] = overview
        for at, row in enumerate(self.rows):
            if row.entry.song.sha256 == overview.sha256:
                row.overview = overview
                self.dataChanged.emit(self.index(at), self.index(at))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == _ROW_ROLE:
            return row
        said = ", ".join(filter(None, (heading(row.entry.song), row.words)))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return said
        return plain_tip(said) if role == Qt.ItemDataRole.ToolTipRole else None


class _Delegate(QStyledItemDelegate):
    row_px = ROW_PX

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        return QSize(64, theme.grown_px(self.row_px))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: SongRow = index.data(_ROW_ROLE)
        palette, box = theme.current(), option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.color(palette.hover))
            painter.fillRect(box.left(), box.top(), 2, box.height(), theme.color(palette.text))
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, theme.color(palette.row_line))
        wave_px = _NARROW_WAVE_PX if box.width() < _NARROW_BELOW_PX else _WAVE_PX
        wave = QRect(
            box.left() + _PAD_PX,
            box.top() + _AROUND_WAVE_PX // 2,
            wave_px,
            box.height() - _AROUND_WAVE_PX,
        )
        small_wave.paint(painter, wave, row.overview)
        _write(painter, box.adjusted(wave_px + 3 * _PAD_PX, 0, -_PAD_PX, 0), row)
        painter.restore()


def _write(painter: QPainter, box: QRect, row: SongRow) -> None:
    """Title and artist from the left, length and what is to be said at the right."""
    palette, song = theme.current(), row.entry.song
    middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
    font, strong = theme.font("body"), theme.font("body", QFont.Weight.Medium)
    length = "  ·  ".join(filter(None, (row.words, clock(song.duration_s))))
    metrics = QFontMetrics(font)
    painter.setFont(font)
    painter.setPen(theme.color(palette.secondary))
    painter.drawText(box, middle | right, length)
    room = box.adjusted(0, 0, -metrics.horizontalAdvance(length) - 2 * _PAD_PX, 0)
    side = Qt.TextElideMode.ElideRight
    title = QFontMetrics(strong).elidedText(song_title(song), side, room.width())
    rest = room.adjusted(QFontMetrics(strong).horizontalAdvance(title) + _PAD_PX, 0, 0, 0)
    if song.artist and rest.width() > 3 * _PAD_PX:
        painter.drawText(rest, middle, metrics.elidedText(song_artist(song), side, rest.width()))
    painter.setFont(strong)
    painter.setPen(theme.color(palette.text))
    painter.drawText(room, middle, title)


class SongList(QListView):
    """Asks for the waveforms of the rows that show.

    Args:
        overviews: makes small waveforms, behind all else.
    """

    def __init__(self, overviews: SongOverviews) -> None:
        super().__init__()
        self._overviews = overviews
        self._model, self._delegate = _Model(), _Delegate(self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setAccessibleName("Songs to compare on")
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(_LOOK_AFTER_MS)
        self._look.timeout.connect(self._ask)
        overviews.ready.connect(self._model.set_overview)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._look.start())

    def show_songs(self, rows: Sequence[SongRow]) -> None:
        """Show these songs; where they stand there already, nothing moves."""
        shown = [(row.entry, row.words) for row in self._model.rows]
        if shown != [(row.entry, row.words) for row in rows]:
            self._model.show(rows)
            self._share_room()
        self._look.start()

    def _share_room(self) -> None:
        share_px = self.viewport().height() // max(1, len(self._model.rows))
        row_px = max(ROW_PX, min(_TALLEST_ROW_PX, share_px))
        if row_px != self._delegate.row_px:
            self._delegate.row_px = row_px
            self.scheduleDelayedItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Other rows may show."""
        super().resizeEvent(event)
        self._share_room()
        self._look.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Rows show that were not asked for."""
        super().showEvent(event)
        self._look.start()

    def _ask(self) -> None:
        if not self.isVisible():
            return
        port = self.viewport().rect()
        first, last = self.indexAt(port.topLeft()).row(), self.indexAt(port.bottomLeft()).row()
        rows = self._model.rows
        if first >= 0:
            self._overviews.want(rows[first : (len(rows) if last < 0 else last + 1)])
