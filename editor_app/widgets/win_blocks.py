"""Wins, ties and losses as a row of blocks: what a comparison showed, at a glance."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor_app.look import theme

_WORDS_GAP_PX = 8
_WORDS_APART_PX = 16


class WinBlocks(QWidget):
    """One block a pair: wins of the new, ties, losses, then what is still to come.

    Args:
        block: width and height of a block at most; blocks shrink to fit.
        gap_px: between blocks.
        has_words: whether each kind's number stands under its blocks.
    """

    def __init__(
        self,
        block: QSize = QSize(20, 32),  # noqa: B008
        gap_px: int = 4,
        *,
        has_words: bool = False,
    ) -> None:
        super().__init__()
        self._block, self._gap_px, self._has_words = block, gap_px, has_words
        self._counts = (0, 0, 0, 0)
        self._words: tuple[str, ...] = ()
        self.setFixedHeight(self._height_px())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, wins: int, ties: int, losses: int, to_come: int = 0) -> None:
        """Show how many of each."""
        self._counts = (wins, ties, losses, to_come)
        self._words = wins_words(wins, ties, losses)
        self.setAccessibleName(", ".join(self._words))
        self.setFixedHeight(self._height_px())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as all blocks at full width."""
        n = sum(self._counts)
        width = n * self._block.width() + max(0, n - 1) * self._gap_px
        return QSize(width, self._height_px())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Blocks may shrink to a third."""
        return QSize(self.sizeHint().width() // 3, self._height_px())

    def _height_px(self) -> int:
        if not self._has_words:
            return self._block.height()
        return self._block.height() + _WORDS_GAP_PX + round(_words_metrics().height() + 0.5)

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
        starts = []
        for count, colour in zip(self._counts, colours, strict=True):
            starts.append(at)
            for _ in range(count):
                block = QRectF(at, 0, pitch - self._gap_px, self._block.height())
                painter.fillRect(block, colour)
                at += pitch
        if self._has_words:
            self._paint_words(painter, starts)

    def _paint_words(self, painter: QPainter, starts: list[float]) -> None:
        """Each number under its first block, moved aside where its neighbours need the room."""
        palette, metrics = theme.current(), _words_metrics()
        painter.setFont(theme.font("body", QFont.Weight.DemiBold))
        widths = [metrics.horizontalAdvance(words) + 1 for words in self._words]
        lefts, right = [0.0] * len(widths), float(self.width())
        for at in reversed(range(len(widths))):
            lefts[at] = min(starts[at], right - widths[at])
            right = lefts[at] - _WORDS_APART_PX
        inks = (palette.new_text, palette.text, palette.old_text)
        free = 0.0
        for left, width, words, ink in zip(lefts, widths, self._words, inks, strict=True):
            left_px = max(left, free)
            box = QRectF(left_px, self._block.height() + _WORDS_GAP_PX, width, metrics.height())
            painter.setPen(theme.color(ink))
            painter.drawText(box, Qt.TextFlag.TextDontClip, words)
            free = left_px + width + _WORDS_APART_PX


def wins_words(wins: int, ties: int, losses: int) -> tuple[str, str, str]:
    """Numbers with their nouns: "14 wins", "4 ties", "1 loss"."""
    return (
        f"{wins} win" if wins == 1 else f"{wins} wins",
        f"{ties} tie" if ties == 1 else f"{ties} ties",
        f"{losses} loss" if losses == 1 else f"{losses} losses",
    )


def _words_metrics() -> QFontMetricsF:
    return QFontMetricsF(theme.font("body", QFont.Weight.DemiBold))
