"""The three curves of training. The one user of pyqtgraph: imported when the place is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QSizePolicy

from editor_app.look import theme

_AXIS_PX = 32
_MOST_Y_LINES = 5
_X_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000)
_MOST_X_TICKS = 4


class _Chart(pg.PlotWidget):
    """A quiet plot: a few horizontal lines, no frame, no menu, no mouse.

    Args:
        x_words: what the horizontal axis counts; `set_x_end` says how far.
        y_range: of the vertical axis at first; it grows with the curves.
    """

    def __init__(self, x_words: str, y_range: tuple[float, float]) -> None:
        super().__init__(viewBox=pg.ViewBox(enableMenu=False))
        self._x_words, self._y_range = x_words, y_range
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
        self.set_x_end(1)
        self.grow_to(())
        self.follow_theme()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Modest: charts take what room there is, and ask for little."""
        return QSize(320, 120)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same."""
        return self.sizeHint()

    def set_x_end(self, x_end: int) -> None:
        """Let the horizontal axis end there."""
        self._x_end = max(1, x_end)
        self.setXRange(0, self._x_end, padding=0.03)
        step = next((s for s in _X_STEPS if s * _MOST_X_TICKS >= self._x_end), self._x_end)
        ticks = [(float(at), str(at)) for at in range(0, self._x_end + 1, step)]
        # What is counted stands between the first two numbers.
        named = [*ticks, (step / 2, self._x_words)]
        self.getPlotItem().getAxis("bottom").setTicks([named])

    def clear_words(self) -> None:
        """Take all words off the curves, as before a training."""
        for item in self._labels.values():
            item.setText("")

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
        item.setAnchor((1.05, 1.3) if left else (-0.05, 0.5))
        item.setPos(*at)

    def grow_to(self, values: Sequence[float]) -> None:
        """Widen the vertical axis where the values leave it."""
        low, high = self._y_range
        if values:
            low, high = min(low, *values), max(high, *values)
        step = _round_step((high - low) / _MOST_Y_LINES)
        lines = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
        ticks = [(index * step, f"{index * step:g}") for index in lines]
        self.getPlotItem().getAxis("left").setTicks([ticks])
        self.setYRange(low, high, padding=0.06)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 3, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(m * power for m in (1, 2, 3, 5, 10) if m * power >= least * (1 - 1e-9))


def _curve() -> pg.PlotCurveItem:
    return pg.PlotCurveItem(antialias=True)


# Of the errors' scale: what a line of words takes, with air.
_LABEL_ROOM = 0.12


class LossChart(_Chart):
    """Error on the ratings by epoch: learned from and held back, the best epoch marked."""

    def __init__(self) -> None:
        super().__init__("epoch", (0.0, 0.9))
        self._guess = pg.InfiniteLine(angle=0)
        self._best_line = pg.PlotCurveItem()
        self._train, self._held = _curve(), _curve()
        self._best_dot = pg.ScatterPlotItem(size=8)
        for item in (self._guess, self._best_line, self._train, self._held, self._best_dot):
            self.addItem(item, ignoreBounds=True)
        self._guess.hide()
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
        self._guess.setVisible(bool(train))
        if not train:
            self._best_line.setData([], [])
            self._best_dot.setData([], [])
            self.clear_words()
        else:
            self._guess.setValue(max(train[0], known[0][1] if known else train[0]))
            at = (self._x_end, self._guess.value())
            self.say("guess", "guessing", at, palette.secondary, True)
            self.say("train", "learned from", (epochs[-1], train[-1]), palette.secondary, True)
        if known:
            self.say("held", "songs held back", known[-1], palette.text, True)
            if best is not None and 1 <= best <= len(held) and held[best - 1] is not None:
                value = float(held[best - 1] or 0.0)
                self._best_line.setData([best, best], [0.0, value])
                self._best_dot.setData([best], [value])
                words = f"best, epoch {best}: {value:.2f}"
                is_late = best > 0.6 * self._x_end
                height = self._free_height(value, train[best - 1], is_late)
                self.say("best", words, (best, height), palette.text, is_late)

    def _free_height(self, held: float, train: float, is_late: bool) -> float:
        """Where words beside the best epoch stand over no curve.

        Args:
            held, train: losses at the best epoch.
            is_late: whether the words stand to its left.
        """
        # To its right what is held back only gets worse, and what is learned from only better.
        if not is_late and held - train > _LABEL_ROOM:
            return (held + train) / 2
        highest = max(held, train)
        room = self._guess.value() - highest
        return highest + room / 2 if room > _LABEL_ROOM else min(held, train) / 3


class MatchChart(_Chart):
    """How well the edits match the taste by episode, with its spread; the old edits are 0."""

    def __init__(self) -> None:
        super().__init__("episode", (-0.5, 1.0))
        self._low, self._high = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._band = pg.FillBetweenItem(self._low, self._high)
        self._old = pg.PlotCurveItem()
        self._mean = _curve()
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
            self._old.setData([0, episodes[-1]], [0.0, 0.0])
            self.say("old", "old edits 0", (episodes[-1], 0.0), palette.old_text, is_late)
        else:
            self._old.setData([], [])
            self.clear_words()


class DistanceChart(_Chart):
    """How far the policy has moved from the one it started from, in nats of KL."""

    def __init__(self) -> None:
        super().__init__("episode", (0.0, 3.0))
        self._kl = _curve()
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
        else:
            self.clear_words()
