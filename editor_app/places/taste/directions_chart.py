"""What a person likes, one row a direction: a sentence, a scale between two ends, an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme
from editor_app.widgets.key_button import KeyButton

ROW_PX = 48
_HEAD_PX = 24
_MOST_SENTENCE_SHARE = 0.46
_LEAST_ENDS_PX = 88
_GAP_PX = 12
_FAR_PX = 400
_WAITING_ROWS = 7
_DOT_PX = 11
_OLD_DOT_PX = 7
_BAR_PX = 7
_PLAY_PX, _PLAY_ROOM_PX = 28, 40.0


def _play_words(is_heard: bool) -> str:
    return "Next" if is_heard else "Hear it"


_SOURCES = {
    "ratings": "from ratings",
    "edits": "from finished edits",
    "both": "from ratings and finished edits",
}


def sureness(row: Mapping[str, Any]) -> str:
    """How sure a direction is, in words; of an unknown one what keeps it so."""
    if row["sure"] != "unknown":
        source = _SOURCES.get(row.get("from", ""), "")
        return f"{row['sure']}, {source}" if source else str(row["sure"])
    if row.get("goes_along", False):
        return "may go along with another wish"
    return "more ratings would help"


class DirectionsChart(QWidget):
    """Painted rows; each row is a mapping with `sentence`, `sure`, `less`, `more`, `wish`
    (-1..1), `interval`, `before` (a wish or None), `goes_along` and, where it can be heard, an
    `example`.
    """

    asked = Signal(object)
    """The row whose example is to be heard."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Mapping[str, Any]] = ()
        self._is_waiting = False
        self._plays: dict[str, KeyButton] = {}
        self._heard, self._heard_words = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Show these directions, in their order."""
        self._rows, self._is_waiting = rows, False
        self.setFixedHeight(_HEAD_PX + ROW_PX * len(rows))
        self.setAccessibleName(
            "; ".join(f"{row['sentence']}, {sureness(row)}" for row in rows)
            or "Nothing learned yet"
        )
        self._make_plays()
        self.updateGeometry()
        self.update()

    def show_heard(self, feature: str, words: str) -> None:
        """Say what is heard of a direction's example; nothing of an empty feature."""
        self._heard, self._heard_words = feature, words
        for name, button in self._plays.items():
            is_heard = name == feature
            button.set_words(_play_words(is_heard), "pause" if is_heard else "play")
        self.update()

    def _make_plays(self) -> None:
        """A small button for each direction whose example can be heard."""
        for button in self._plays.values():
            button.deleteLater()
        self._plays = {}
        for index, row in enumerate(self._rows):
            if "example" in row:
                button = KeyButton(_play_words(False), "play", kind="flat", height_px=_PLAY_PX)
                button.setParent(self)
                button.show_words(False)
                button.setAccessibleName(f"Hear it: {row['sentence']}")
                button.setToolTip("Hear an edit like that, then one the other way")
                button.clicked.connect(lambda _=False, told=row: self.asked.emit(told))
                button.move(0, round(_HEAD_PX + index * ROW_PX + 10))
                button.show()
                self._plays[row["feature"]] = button

    def show_waiting(self) -> None:
        """Keep the room of the rows that will come."""
        self.show_rows(())
        self._is_waiting = True
        self.setFixedHeight(_HEAD_PX + ROW_PX * _WAITING_ROWS)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough to read."""
        return QSize(672, _HEAD_PX + ROW_PX * len(self._rows))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Sentences, ends and a short scale."""
        return QSize(520, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the scale's middle, then each row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = theme.current()
        if self._is_waiting:
            self._paint_waiting(painter)
            return
        sentence_px, ends_px = self._columns()
        left = sentence_px + _GAP_PX + ends_px
        right = float(self.width() - ends_px)
        middle = (left + right) / 2
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color(palette.secondary))
        box = QRectF(middle - 60, 0, 120, 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "no wish")
        painter.setPen(QPen(theme.color(palette.line), 1))
        painter.drawLine(QPointF(middle, 20), QPointF(middle, self.height()))
        for index, row in enumerate(self._rows):
            top = _HEAD_PX + index * ROW_PX
            self._paint_sentence(painter, row, top, sentence_px)
            self._paint_row(painter, row, top + ROW_PX / 2, left, right)

    def _columns(self) -> tuple[float, float]:
        """Widths that the sentences and the ends' words need."""
        body = QFontMetricsF(theme.font("body", QFont.Weight.Medium))
        small = QFontMetricsF(theme.font("small", QFont.Weight.DemiBold))
        sentences = [body.horizontalAdvance(row["sentence"]) for row in self._rows]
        ends = [small.horizontalAdvance(row[end]) for row in self._rows for end in ("less", "more")]
        needed = self._inset_px + max(sentences, default=0.0) + 4
        sentence_px = min(_MOST_SENTENCE_SHARE * self.width(), needed)
        return sentence_px, max(float(_LEAST_ENDS_PX), *ends) + 10

    @property
    def _inset_px(self) -> float:
        """Of the sentences, where buttons stand before them."""
        return _PLAY_ROOM_PX if self._plays else 0.0

    def _paint_waiting(self, painter: QPainter) -> None:
        """Faint rows where directions will stand."""
        track = theme.color(theme.current().track, 0.5)
        for index in range(_WAITING_ROWS):
            top = _HEAD_PX + index * ROW_PX + 10
            painter.fillRect(QRectF(0, top, 0.24 * self.width(), 10), track)
            painter.fillRect(QRectF(0, top + 16, 0.08 * self.width(), 8), track)
            painter.fillRect(QRectF(0.42 * self.width(), top + 12, 0.5 * self.width(), 1), track)

    def _paint_sentence(
        self, painter: QPainter, row: Mapping[str, Any], top: float, width: float
    ) -> None:
        palette = theme.current()
        known = row["sure"] != "unknown"
        painter.setFont(theme.font("body", QFont.Weight.Medium if known else QFont.Weight.Normal))
        painter.setPen(theme.color(palette.text if known else palette.secondary))
        left = self._inset_px
        _draw_elided(painter, QRectF(left, top + 4, width - left, 20), row["sentence"])
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color(palette.secondary))
        words = self._heard_words if row["feature"] == self._heard else sureness(row)
        _draw_elided(painter, QRectF(left, top + 24, width - left, 16), words)

    def _paint_row(
        self, painter: QPainter, row: Mapping[str, Any], centre: float, left: float, right: float
    ) -> None:
        palette = theme.current()
        known = row["sure"] != "unknown"
        painter.setPen(QPen(theme.color(palette.line), 1))
        painter.drawLine(QPointF(left, centre), QPointF(right, centre))
        self._paint_ends(painter, row, centre, left, right)
        half = (right - left) / 2
        zero = left + half

        def x(wish: float) -> float:
            return zero + half * max(-1.0, min(1.0, wish))

        colour = palette.new if known else palette.old
        low, high = row["interval"]
        bar = QRectF(x(low), centre - _BAR_PX / 2, x(high) - x(low), _BAR_PX)
        painter.fillRect(bar, theme.color(colour, 0.55))
        painter.setPen(Qt.PenStyle.NoPen)
        if row["before"] is not None:
            painter.setBrush(theme.color(palette.old))
            painter.drawEllipse(QPointF(x(row["before"]), centre), _OLD_DOT_PX / 2, _OLD_DOT_PX / 2)
        painter.setBrush(theme.color(colour))
        painter.drawEllipse(QPointF(x(row["wish"]), centre), _DOT_PX / 2, _DOT_PX / 2)

    def _paint_ends(
        self, painter: QPainter, row: Mapping[str, Any], centre: float, left: float, right: float
    ) -> None:
        palette = theme.current()
        known = row["sure"] != "unknown"
        middle_line = Qt.AlignmentFlag.AlignVCenter
        for words, is_wished, box, side in (
            (
                row["less"],
                known and row["wish"] < 0,
                QRectF(left - _FAR_PX - 8, centre - 8, _FAR_PX, 16),
                Qt.AlignmentFlag.AlignRight,
            ),
            (
                row["more"],
                known and row["wish"] > 0,
                QRectF(right + 8, centre - 8, _FAR_PX, 16),
                Qt.AlignmentFlag.AlignLeft,
            ),
        ):
            weight = QFont.Weight.DemiBold if is_wished else QFont.Weight.Normal
            painter.setFont(theme.font("small", weight))
            painter.setPen(theme.color(palette.text if is_wished else palette.secondary))
            painter.drawText(box, side | middle_line, words)


def _draw_elided(painter: QPainter, box: QRectF, words: str) -> None:
    metrics = QFontMetricsF(painter.font())
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
