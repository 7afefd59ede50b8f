"""The song, and which pieces of it a finished edit plays."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from editor_app.listening import kept_ribbon, small_wave
from editor_app.look import theme
from ml_core.domain.playing import SongOverview

_RIBBON_PX, _GAP_PX = 10, 4
_MARK_STRENGTH = 0.18

Share = tuple[float, float]


class FoundPicture(QWidget):
    """The waveform of the song, with what was found behind it and as a ribbon below."""

    def __init__(self) -> None:
        super().__init__()
        self._overview: SongOverview | None = None
        self._kept: tuple[Share, ...] = ()
        self._marked: Share | None = None
        self.setMinimumHeight(64)
        self.setAccessibleName("Where the edit lies in the song")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide and low."""
        return QSize(520, 80)

    def show_song(self, overview: SongOverview | None) -> None:
        """Draw this song's waveform; none while it is not there."""
        self._overview = overview
        self.update()

    def show_kept(self, kept: Sequence[Share]) -> None:
        """Draw these pieces, as shares of the song, 0..1."""
        self._kept, self._marked = tuple(kept), None
        self.update()

    def mark(self, piece: Share | None) -> None:
        """Set one piece off against the others."""
        self._marked = piece
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the waveform, the pieces and the ribbon."""
        painter = QPainter(self)
        color = theme.current().a
        wave = QRect(0, 0, self.width(), self.height() - _RIBBON_PX - _GAP_PX)
        for piece in self._kept:
            strength = 2.5 * _MARK_STRENGTH if piece == self._marked else _MARK_STRENGTH
            left, right = (share * self.width() for share in piece)
            box = QRectF(left, 0, max(2.0, right - left), wave.height())
            painter.fillRect(box, theme.color(color, strength))
        small_wave.paint(painter, wave, self._overview)
        ribbon = QRectF(0, self.height() - _RIBBON_PX, self.width(), _RIBBON_PX)
        kept_ribbon.paint(painter, ribbon, self._kept, color)
        painter.end()
