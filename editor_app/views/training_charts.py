"""The three curves of training. The one user of pyqtgraph: imported when the place is shown."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QSizePolicy

from editor_app import theme

_AXIS_PX = 32


class _Chart(pg.PlotWidget):
    """A quiet plot: a few horizontal lines, no frame, no menu, no mouse.

    Args:
        x_end: right end of the horizontal axis.
        y_range: of the vertical axis at first; it grows with the curves.
    """

    def __init__(self, x_end: int, y_range: tuple[float, float]) -> None:
        super().__init__()
        self._y_range = y_range
        self._labels: dict[str, pg.TextItem] = {}
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(False, False)
        plot.showAxis("top", False)
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setStyle(tickLength=0)
            axis.enableAutoSIPrefix(False)
        plot.getAxis("left").setWidth(_AXIS_PX)
        plot.showGrid(x=False, y=True, alpha=0.25)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_x_end(x_end)
        self.setYRange(*y_range, padding=0.02)
        self.follow_theme()

    def set_x_end(self, x_end: int) -> None:
        """Let the horizontal axis end there."""
        self._x_end = max(1, x_end)
        self.setXRange(0, self._x_end, padding=0.01)

    def follow_theme(self) -> None:
        """Take the colours and type in use now."""
        palette = theme.current()
        self.setBackground(palette.window)
        for side in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(theme.color(palette.line, 0.0)))
            axis.setTextPen(pg.mkPen(palette.secondary))
            axis.setStyle(tickFont=theme.font("small"))
            axis.setTickPen(pg.mkPen(theme.color(palette.line, 0.55)))

    def say(self, name: str, text: str, at: tuple[float, float], colour: str, left: bool) -> None:
        """Put words at a point of a curve: beside it, on the side that has room."""
        item = self._labels.get(name)
        if item is None:
            item = pg.TextItem()
            self.addItem(item, ignoreBounds=True)
            self._labels[name] = item
        item.setFont(theme.font("small", QFont.Weight.DemiBold))
        item.setText(text, colour)
        item.setAnchor((1.05, 1.1) if left else (-0.05, 0.5))
        item.setPos(*at)

    def grow_to(self, values: Sequence[float]) -> None:
        """Widen the vertical axis where the values leave it."""
        low, high = self._y_range
        if values:
            low, high = min(low, *values), max(high, *values)
        self.setYRange(low, high, padding=0.06)


class LossChart(_Chart):
    """Error on the ratings by epoch: learned from and held back, the best epoch marked."""

    def __init__(self, epochs: int) -> None:
        super().__init__(epochs, (0.0, 1.1))
        self._guess = pg.InfiniteLine(angle=0)
        self._best_line = pg.InfiniteLine(angle=90)
        self._train, self._held = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._best_dot = pg.ScatterPlotItem(size=8)
        for item in (self._guess, self._best_line, self._train, self._held, self._best_dot):
            self.addItem(item, ignoreBounds=True)
        self._best_line.hide()
        self.follow_theme()

    def follow_theme(self) -> None:
        """Take the colours in use now."""
        super().follow_theme()
        if not hasattr(self, "_held"):
            return
        palette = theme.current()
        dashed = Qt.PenStyle.DashLine
        self._guess.setPen(pg.mkPen(palette.secondary, width=1, style=dashed))
        self._best_line.setPen(pg.mkPen(palette.secondary, width=1, style=dashed))
        self._train.setPen(pg.mkPen(palette.old, width=1.5))
        self._held.setPen(pg.mkPen(palette.text, width=1.5))
        self._best_dot.setBrush(pg.mkBrush(palette.text))
        self._best_dot.setPen(pg.mkPen(None))

    def show_losses(
        self, train: Sequence[float], held: Sequence[float | None], best: int | None
    ) -> None:
        """Show the curves so far.

        Args:
            train: mean loss of each epoch on what is learned from.
            held: on what is held back; None where nothing is.
            best: epoch (from 1) with the lowest held-back loss.
        """
        palette = theme.current()
        epochs = list(range(1, len(train) + 1))
        self._train.setData(epochs, list(train))
        known = [(e, v) for e, v in zip(epochs, held, strict=False) if v is not None]
        self._held.setData([e for e, _ in known], [v for _, v in known])
        self.grow_to([*train, *(v for _, v in known)])
        if train:
            self._guess.setValue(max(train[0], known[0][1] if known else train[0]))
            at = (self._x_end, self._guess.value())
            self.say("guess", "guessing", at, palette.secondary, True)
            self.say("train", "learned from", (epochs[-1], train[-1]), palette.secondary, True)
        if known:
            self.say("held", "songs held back", known[-1], palette.text, True)
            if best is not None and 1 <= best <= len(held) and held[best - 1] is not None:
                value = float(held[best - 1] or 0.0)
                self._best_line.setValue(best)
                self._best_line.show()
                self._best_dot.setData([best], [value])
                words = f"best, epoch {best}: {value:.2f}"
                self.say("best", words, (best, 0.08), palette.text, best > 0.6 * self._x_end)


class MatchChart(_Chart):
    """How well the edits match the taste by episode, with its spread; the old edits are 0."""

    def __init__(self, episodes: int) -> None:
        super().__init__(episodes, (-0.5, 1.0))
        self._low, self._high = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._band = pg.FillBetweenItem(self._low, self._high)
        self._old = pg.InfiniteLine(angle=0, pos=0)
        self._mean = pg.PlotCurveItem()
        for item in (self._low, self._high, self._band, self._old, self._mean):
            self.addItem(item, ignoreBounds=True)
        self.follow_theme()

    def follow_theme(self) -> None:
        """Take the colours in use now."""
        super().follow_theme()
        if not hasattr(self, "_mean"):
            return
        palette = theme.current()
        self._band.setBrush(pg.mkBrush(theme.color(palette.new, 0.3)))
        for edge in (self._low, self._high):
            edge.setPen(pg.mkPen(None))
        self._old.setPen(pg.mkPen(palette.old, width=1.5))
        self._mean.setPen(pg.mkPen(palette.new, width=2))

    def show_reward(
        self,
        episodes: Sequence[int],
        mean: Sequence[float],
        low: Sequence[float],
        high: Sequence[float],
    ) -> None:
        """Show the mean reward and its band by episode."""
        palette = theme.current()
        self._low.setData(list(episodes), list(low))
        self._high.setData(list(episodes), list(high))
        self._mean.setData(list(episodes), list(mean))
        self.grow_to([*low, *high])
        if episodes:
            is_late = episodes[-1] > 0.6 * self._x_end
            at = (episodes[-1], mean[-1])
            self.say("new", f"new edits {mean[-1]:+.2f}", at, palette.new_text, is_late)
            self.say("old", "old edits 0", (self._x_end, 0.0), palette.old_text, True)


class DistanceChart(_Chart):
    """How far the policy has moved from the one it started from, in nats of KL."""

    def __init__(self, episodes: int) -> None:
        super().__init__(episodes, (0.0, 3.0))
        self._kl = pg.PlotCurveItem()
        self.addItem(self._kl, ignoreBounds=True)
        self.follow_theme()

    def follow_theme(self) -> None:
        """Take the colours in use now."""
        super().follow_theme()
        if hasattr(self, "_kl"):
            self._kl.setPen(pg.mkPen(theme.current().new, width=2))

    def show_kl(self, episodes: Sequence[int], kl: Sequence[float]) -> None:
        """Show the distance by episode."""
        self._kl.setData(list(episodes), list(kl))
        self.grow_to(kl)
        if episodes:
            is_late = episodes[-1] > 0.6 * self._x_end
            colour = theme.current().new_text
            self.say("kl", f"{kl[-1]:.1f}", (episodes[-1], kl[-1]), colour, is_late)
