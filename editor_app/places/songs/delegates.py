"""How the cells of the library are painted: waveform, title, parts, use and state."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from editor_app.listening import small_wave
from editor_app.look import icons, theme
from editor_app.look.foreign import song_artist, song_title
from editor_app.look.parts import part_color
from editor_app.places.songs import model
from editor_app.places.songs.model import ROW_ROLE, Row, status_words
from editor_app.widgets.model_index import Index

ROW_PX = 36
_PAD_PX = 8
_WAITING = 0.45
"""Strength of a song that waits, or does not fit: it recedes as a whole."""


class SongDelegate(QStyledItemDelegate):
    """Paints every column of a row."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Rows are of one height, so that thousands of them lay out at once."""
        return QSize(64, theme.grown_px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell."""
        palette = theme.current()
        row: Row = index.data(ROW_ROLE)
        box = option.rect
        painter.save()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(box, QColor(palette.hover))
            if index.column() == 0:
                painter.fillRect(box.left(), box.top(), 2, box.height(), QColor(palette.text))
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, QColor(palette.row_line))
        match index.column():
            case model.PLAY:
                ink = palette.text if is_selected or row.is_sounding else palette.secondary
                strength = 1.0 if row.entry.status == "ready" else 0.3 if row.is_read else 0.0
                icon = "pause" if row.is_sounding else "play"
                left, top = box.left() + 10, box.center().y() - 7
                icons.paint(painter, icon, left, top, ink, opacity=strength)
            case model.WAVE:
                _paint_wave(painter, box, row)
            case model.TITLE:
                _paint_title(painter, box, row)
            case model.PARTS:
                _paint_parts(painter, box, row)
            case model.STATUS:
                _paint_status(painter, box, row)
            case column:
                is_dim = column == model.USE or bool(row.misfit)
                ink = palette.secondary if is_dim else palette.text
                _paint_text(painter, box, index, ink)
        painter.restore()


def _paint_text(painter: QPainter, box: QRect, index: Index, ink: str) -> None:
    alignment = index.data(Qt.ItemDataRole.TextAlignmentRole)
    painter.setFont(theme.font("body"))
    painter.setPen(QColor(ink))
    text = str(index.data(Qt.ItemDataRole.DisplayRole))
    painter.drawText(box.adjusted(_PAD_PX, 0, -_PAD_PX, 0), alignment, text)


def _paint_title(painter: QPainter, box: QRect, row: Row) -> None:
    palette = theme.current()
    inner = box.adjusted(_PAD_PX, 0, -_PAD_PX, 0)
    strong = theme.font("body", QFont.Weight.Medium)
    metrics = QFontMetrics(strong)
    song = row.entry.song
    title = metrics.elidedText(song_title(song), Qt.TextElideMode.ElideRight, inner.width())
    is_dim = row.entry.status == "failed" or not row.is_read or bool(row.misfit)
    painter.setFont(strong)
    painter.setPen(QColor(palette.secondary if is_dim else palette.text))
    painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, title)
    rest = inner.adjusted(metrics.horizontalAdvance(title) + _PAD_PX, 0, 0, 0)
    if song.artist and rest.width() > 3 * _PAD_PX:
        font = theme.font("body")
        artist = QFontMetrics(font).elidedText(
            song_artist(song), Qt.TextElideMode.ElideRight, rest.width()
        )
        painter.setFont(font)
        painter.setPen(QColor(palette.secondary))
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, artist)


def _paint_wave(painter: QPainter, box: QRect, row: Row) -> None:
    is_dim = row.entry.status != "ready" or bool(row.misfit)
    inner = QRect(box).adjusted(_PAD_PX, 4, -_PAD_PX, -5)
    small_wave.paint(painter, inner, row.overview, _WAITING if is_dim else 1.0)


def _paint_parts(painter: QPainter, box: QRect, row: Row) -> None:
    layout = None if row.overview is None else row.overview.layout
    if layout is None or layout.n_samples <= 0:
        return
    inner = QRectF(box).adjusted(_PAD_PX, (box.height() - 8) / 2, -_PAD_PX, 0)
    for start, end, name in layout.sections:
        left = inner.left() + inner.width() * start / layout.n_samples
        width = inner.width() * (end - start) / layout.n_samples
        part = QRectF(left, inner.top(), max(1.0, width - 1), 8)
        painter.fillRect(part, part_color(name))


def _paint_status(painter: QPainter, box: QRect, row: Row) -> None:
    palette = theme.current()
    inner = box.adjusted(_PAD_PX, 0, 0, 0)
    words = status_words(row)
    painter.setFont(theme.font("body"))
    if row.share_done is not None and (row.is_read or row.share_done < 1):
        bar = QRectF(inner.left(), box.center().y() - 2, 48, 4)
        painter.fillRect(bar, QColor(palette.track))
        bar.setWidth(48 * row.share_done)
        painter.fillRect(bar, QColor(palette.text))
        painter.setPen(QColor(palette.text))
        painter.drawText(inner.adjusted(56, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
        return
    is_doubtful = row.entry.status == "ready" and bool(row.entry.message)
    is_misfit = row.entry.status == "ready" and bool(row.misfit)
    state = "doubtful" if is_doubtful else "misfit" if is_misfit else row.entry.status
    icon, icon_ink, ink = {
        "ready": ("tick", palette.good, palette.secondary),
        "doubtful": ("triangle", palette.doubtful, palette.doubtful),
        "misfit": ("crossed_circle", palette.secondary, palette.secondary),
        "waiting": ("clock", palette.secondary, palette.secondary),
        "failed": ("crossed_circle", palette.failed, palette.failed),
        "gone": ("crossed_circle", palette.failed, palette.failed),
        "changed": ("crossed_circle", palette.failed, palette.failed),
    }[state]
    icons.paint(painter, icon, inner.left(), box.center().y() - 7, icon_ink)
    painter.setPen(QColor(ink))
    painter.drawText(inner.adjusted(24, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
