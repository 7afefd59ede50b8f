"""How the pairs of a finished comparison are painted: the columns, their names, and each cell."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from editor_app.listening import kept_ribbon
from editor_app.look import theme

COLUMNS = (
    ("Pair", 80),
    ("Kept of the song", 0),
    ("Length", 64),
    ("Kept", 64),
    ("Joins", 56),
    ("Length", 72),
    ("Kept", 64),
    ("Joins", 56),
    ("Preferred", 112),
    ("Hear again", 232),
)
"""Name and width in pixels; what is kept of the song takes what the others leave."""

PAIR, RIBBONS, _PREFERRED, HEAR = 0, 1, 8, 9
_OLD, _NEW = range(2, 5), range(5, 8)
WORDS = {"old": "Old", "new": "New", "tie": "Tie", "by eye": "By eye"}
ROW_ROLE = Qt.ItemDataRole.UserRole + 1

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_FLAGS = [_RIGHT if column in _OLD or column in _NEW else _LEFT for column in range(len(COLUMNS))]
_HEADER_PX = 44
_PAD_PX = 12
_RIBBON_PX, _RIBBON_GAP_PX = 4, 6
_DOT_PX = 10


@dataclass(frozen=True, slots=True)
class SongRow:
    """Stands above the pairs of a song.

    Attributes:
        words: how they were answered, and how the taste had learned from the song if it had.
    """

    title: str
    artist: str
    words: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair as it is shown.

    Attributes:
        song: key of the song, the same for all of its pairs.
        title, artist: of the song.
        kept_old, kept_new: kept spans as shares of the song.
        old, new: length, kept share and joins, as texts.
        preferred: "old", "new", "tie", or "by eye" for an answer that is left out.
    """

    song: str
    title: str
    artist: str
    kept_old: tuple[tuple[float, float], ...]
    kept_new: tuple[tuple[float, float], ...]
    old: tuple[str, str, str]
    new: tuple[str, str, str]
    preferred: str


class Header(QHeaderView):
    """Names of the columns, those of old and new under a heading each."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)

    def setModel(self, model: object) -> None:  # noqa: N802 - Qt's name
        """Let the ribbons take what the other columns leave."""
        super().setModel(model)  # type: ignore[arg-type]
        if self.count() > RIBBONS:
            self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            self.setSectionResizeMode(RIBBONS, QHeaderView.ResizeMode.Stretch)

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
        for column, (name, _) in enumerate(COLUMNS):
            if not self.isSectionHidden(column):
                box = _inner(self._box(column, column, half, height))
                painter.drawText(box, _FLAGS[column], name)
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


class Cells(QStyledItemDelegate):
    """Paints every cell but the buttons."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a cell."""
        palette = theme.current()
        row: PairRow | SongRow = index.data(ROW_ROLE)
        box: QRect = option.rect
        column = index.column()
        if isinstance(row, SongRow):
            _paint_song(painter, box, row)
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.color(palette.hover))
            if column == PAIR:
                painter.fillRect(box.left(), box.top(), 2, box.height(), theme.color(palette.text))
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, theme.color(palette.row_line))
        if column == RIBBONS:
            _paint_ribbons(painter, box, row)
        elif column == _PREFERRED:
            painter.save()
            _paint_preferred(painter, _inner(box), row.preferred)
            painter.restore()
        elif column == PAIR:
            words = str(index.data(Qt.ItemDataRole.DisplayRole))
            inner = _inner(box).adjusted(_PAD_PX, 0, 0, 0)
            _write(painter, inner, column, words, theme.font("body"), palette.secondary)
        elif column != HEAR:
            is_old = column in _OLD
            words = row.old[column - _OLD[0]] if is_old else row.new[column - _NEW[0]]
            ink = palette.secondary if is_old else palette.text
            _write(painter, _inner(box), column, words, theme.font("body"), ink)


def _write(
    painter: QPainter, box: QRect, column: int, words: str, font: QFont, hex_rgb: str
) -> None:
    """No other cell relies on the painter's font and pen: saving them took as long as drawing."""
    painter.setFont(font)
    painter.setPen(theme.color(hex_rgb))
    painter.drawText(box, _FLAGS[column], words)


def _paint_song(painter: QPainter, box: QRect, row: SongRow) -> None:
    """Title and artist over the whole row, and how the pairs below were answered at the right."""
    palette = theme.current()
    painter.fillRect(box, theme.color(palette.panel))
    inner = _inner(box).adjusted(0, 0, -_PAD_PX, 0)
    font, strong = theme.font("body"), theme.font("body", QFont.Weight.DemiBold)
    side = Qt.TextElideMode.ElideRight
    painter.setFont(font)
    painter.setPen(theme.color(palette.secondary))
    painter.drawText(inner, _RIGHT, row.words)
    room = inner.adjusted(0, 0, -QFontMetrics(font).horizontalAdvance(row.words) - 2 * _PAD_PX, 0)
    title = QFontMetrics(strong).elidedText(row.title, side, room.width())
    rest = room.adjusted(QFontMetrics(strong).horizontalAdvance(title) + 8, 0, 0, 0)
    if row.artist and rest.width() > 2 * _PAD_PX:
        painter.drawText(rest, _LEFT, QFontMetrics(font).elidedText(row.artist, side, rest.width()))
    _write(painter, room, PAIR, title, strong, palette.text)


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
    is_tie = preferred not in ("old", "new")
    middle = box.center().y() + 0.5
    if is_tie:
        painter.setPen(theme.color(palette.secondary))
        painter.setFont(theme.font("body"))
        sign = "=" if preferred == "tie" else "\N{EN DASH}"
        painter.drawText(QRectF(box.left(), box.top(), _DOT_PX, box.height()), 0x84, sign)
    else:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(palette.new if preferred == "new" else palette.old))
        painter.drawEllipse(QRectF(box.left(), middle - _DOT_PX / 2, _DOT_PX, _DOT_PX))
    weight = QFont.Weight.Normal if is_tie else QFont.Weight.DemiBold
    painter.setFont(theme.font("body", weight))
    painter.setPen(theme.color(palette.secondary if is_tie else palette.text))
    words = box.adjusted(_DOT_PX + 8, 0, 0, 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, WORDS[preferred])


def _inner(box: QRect) -> QRect:
    return box.adjusted(_PAD_PX, 0, 0, 0)
