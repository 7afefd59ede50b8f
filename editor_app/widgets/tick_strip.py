"""How far a round of ratings is: one tick for each."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme

_TICK_PX, _STEP_PX, _HEIGHT_PX = 3, 4, 8


class TickStrip(QWidget):
    """Done ticks in the text's colour, the present one taller, those to come as track."""

    def __init__(self) -> None:
        super().__init__()
        self._n_done, self._n = 0, 1
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def n_done(self) -> int:
        """How many are done."""
        return self._n_done

    def show_count(self, n_done: int, n: int) -> None:
        """Show `n_done` of `n`."""
        self._n_done, self._n = n_done, max(1, n)
        self.setAccessibleName(f"{n_done} of {n} rated")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Four pixels a tick."""
        return QSize(self._n * _STEP_PX, _HEIGHT_PX + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the ticks."""
        palette = theme.current()
        painter = QPainter(self)
        for at in range(self._n):
            is_present = at == self._n_done
            height = _HEIGHT_PX + (4 if is_present else 0)
            top = (self.height() - height) / 2
            ink = palette.text if at < self._n_done else palette.track
            ink = palette.secondary if is_present else ink
            painter.fillRect(QRectF(at * _STEP_PX, top, _TICK_PX, height), theme.color(ink))
