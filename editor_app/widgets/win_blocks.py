"""Wins, ties and losses as a row of blocks: what a comparison showed, at a glance."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app import theme


class WinBlocks(QWidget):
    """One block a pair: wins of the new, ties, losses, then what is still to come.

    Args:
        block: width and height of a block at most; blocks shrink to fit.
        gap_px: between blocks.
    """

    def __init__(self, block: QSize = QSize(20, 32), gap_px: int = 4) -> None:  # noqa: B008
        super().__init__()
        self._block, self._gap_px = block, gap_px
        self._counts = (0, 0, 0, 0)
        self.setFixedHeight(block.height())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, wins: int, ties: int, losses: int, to_come: int = 0) -> None:
        """Show how many of each."""
        self._counts = (wins, ties, losses, to_come)
        self.setAccessibleName(f"{wins} wins, {ties} ties, {losses} losses")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as all blocks at full width."""
        n = sum(self._counts)
        width = n * self._block.width() + max(0, n - 1) * self._gap_px
        return QSize(width, self._block.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Blocks may shrink to a third."""
        return QSize(self.sizeHint().width() // 3, self._block.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the blocks."""
        n = sum(self._counts)
        if not n:
            return
        painter = QPainter(self)
        palette = theme.current()
        pitch = min(self._block.width() + self._gap_px, (self.width() + self._gap_px) / n)
        colours = [
            theme.color(palette.new),
            theme.color(palette.track),
            theme.color(palette.old),
            theme.color(palette.track, 0.4),
        ]
        at = 0.0
        for count, colour in zip(self._counts, colours, strict=True):
            for _ in range(count):
                painter.fillRect(QRectF(at, 0, pitch - self._gap_px, self.height()), colour)
                at += pitch
