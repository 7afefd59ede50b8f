"""A button that answers, with what is still to be heard before it counts at its foot."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent

from editor_app.look import theme
from editor_app.widgets.key_button import KeyButton

_LINE_PX = 3
# Once and still: it does not blink, which some can't bear.
_PULSE_MS = 350
_FOOT_PX = 3


@dataclass(frozen=True, slots=True)
class Waits:
    """What an answer waits for.

    Attributes:
        left_s: seconds still to be heard of it; 0 where it was heard.
        share: of what is to be heard, how much was; 0..1.
    """

    left_s: float
    share: float

    @classmethod
    def after(cls, heard_s: float, least_s: float) -> Waits:
        """After so many seconds were heard of `least_s`."""
        return cls(max(0.0, least_s - heard_s), min(1.0, heard_s / least_s))

    @property
    def words(self) -> str:
        """In whole seconds: a figure that never says nothing is left while something is."""
        return f"{math.ceil(self.left_s - 1e-6)} s to hear" if self.left_s > 0 else "heard"


class AnswerButton(KeyButton):
    """Shows a line that fills while it is listened to, and how long that still takes."""

    def __init__(self, words: str, height_px: int, letter: str = "") -> None:
        super().__init__(words, height_px=height_px, letter=letter)
        self._of = letter
        self._waits: Waits | None = None
        self._pulse = QTimer(self)
        self._pulse.setSingleShot(True)
        self._pulse.setInterval(_PULSE_MS)
        self._pulse.timeout.connect(self.update)
        self._shown: tuple[str, int] | None = None

    @property
    def waits(self) -> Waits | None:
        """What it waits for; None where it may be given."""
        return self._waits

    def show_waits(self, waits: Waits | None) -> None:
        """Show what it waits for; nothing with None. Paints only what is seen to differ."""
        self._waits = waits
        shown = None if waits is None else (waits.words, round(waits.share * self._line_px))
        if shown == self._shown:
            return
        self._shown = shown
        words = self.words if waits is None else f"{self.words}, {waits.words}"
        self.setAccessibleName(words)
        self.update()

    def pulse(self) -> None:
        """Stand out for a moment: the key came before what it waits for was heard."""
        if self._waits is not None and self._waits.left_s > 0:
            self._pulse.start()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the button, and at its foot what it waits for."""
        super().paintEvent(event)
        if self._waits is not None:
            painter = QPainter(self)
            self._paint_waits(painter, self._waits)

    @property
    def _line_px(self) -> float:
        return float(self.width() - 2)

    def _paint_waits(self, painter: QPainter, waits: Waits) -> None:
        palette = theme.current()
        ink = {"A": palette.a, "B": palette.b}.get(self._of, palette.text)
        if self._pulse.isActive():
            painter.fillRect(QRectF(1, 1, self._line_px, self.height() - 2), theme.color(ink, 0.3))
        track = QRectF(1, self.height() - 1 - _LINE_PX, self._line_px, _LINE_PX)
        painter.fillRect(track, theme.color(palette.line))
        done = QRectF(track.left(), track.top(), round(waits.share * track.width()), _LINE_PX)
        painter.fillRect(done, theme.color(ink))
        font = theme.font("small", QFont.Weight.Medium)
        height = QFontMetricsF(font).height()
        box = QRectF(0, track.top() - _FOOT_PX - height + 2, self.width(), height)
        painter.setFont(font)
        painter.setPen(theme.color(palette.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, waits.words)
