"""A push button whose key stands under its words: a row of them has room for all its words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from editor_app.look import theme
from editor_app.widgets.key_button import KeyButton

_CAP_PAD_PX = 3
# Between the words' line and the cap's; their own air is above and below.
_BETWEEN_PX = 1
_NOTE_GAP_PX = 6


class StackedButton(KeyButton):
    """Icon, words, and under the words a light cap; one beside the other where type is large."""

    padding_px = 10
    _note = ""

    def set_note(self, note: str) -> None:
        """Say a few words beside the key, where the key stands under the words."""
        if note != self._note:
            self._note = note
            self.updateGeometry()
            self.update()

    def _paint_text(self, painter: QPainter, left: float, ink: str, strength: float) -> None:
        if not (self._has_words and self._words and self._key and self._is_stacked):
            super()._paint_text(painter, left, ink, strength)
            return
        words_px, cap_px = _lines_px()
        top = (self.height() - words_px - cap_px - _BETWEEN_PX) / 2
        self._paint_words(painter, QRectF(left, top, self.width(), words_px), ink, strength)
        box = QRectF(left, top + words_px + _BETWEEN_PX, self._cap_width(), cap_px)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color(theme.current().key_edge, strength), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(theme.color(theme.current().secondary, strength))
        painter.setFont(theme.font("small"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)
        beside = QRectF(box.right() + _NOTE_GAP_PX, box.top(), self.width(), cap_px)
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, self._note)
        painter.restore()

    def _text_widths(self, has_words: bool) -> list[float]:
        parts = super()._text_widths(has_words)
        if len(parts) == 2 and self._is_stacked:
            note = theme.words_px(self._note, "small") + _NOTE_GAP_PX if self._note else 0.0
            return [max(parts[0], self._cap_width() + note)]
        return parts

    @property
    def _is_stacked(self) -> bool:
        """Whether both lines fit one above the other."""
        return sum(_lines_px()) + _BETWEEN_PX <= self._height_px - 2

    def _cap_width(self) -> float:
        width = theme.words_px(self._key, "small") + 2 * _CAP_PAD_PX
        return max(_lines_px()[1], width)


def _lines_px() -> tuple[float, float]:
    """Heights of the words' line and of the cap's."""
    words = QFontMetricsF(theme.font("body", QFont.Weight.Medium)).height()
    return words, QFontMetricsF(theme.font("small")).height() + 2
