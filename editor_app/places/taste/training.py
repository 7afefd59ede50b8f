"""Your taste, while it is learned: two bars for work really done, and the curves as they grow."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.look.words import long_time
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.work.ready_ahead import READY_AHEAD

if TYPE_CHECKING:
    from editor_app.places.taste.training_charts import DistanceChart, LossChart, MatchChart

_COLUMN_GAP_PX = 40
_LOOK_AGAIN_MS = 100
# Fewer episodes say too little of how long the rest will take.
_FORESEEN_AFTER = 12
# Two columns of 400 and the gap: headings and their hints still fit.
_NARROW_BELOW_PX = 840

_SMOOTHING = 0.85
"""Of the shown curves: episodes are of one song each, and songs differ far more than the policy
moves from one to the next."""


class _Bar(QWidget):
    """One of the two bars: what it learns, how far it is, and a line of facts below."""

    def __init__(self, heading: str, technical: str) -> None:
        super().__init__()
        self._count = label("", "heading")
        self._bar = QProgressBar()
        self._bar.setFixedHeight(8)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(heading)
        self._fact, self._time = label("", "small"), label("", "small")
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(heading, "heading"))
        head.addWidget(label(technical, "secondary"))
        head.addStretch(1)
        head.addWidget(self._count)
        foot.addWidget(self._fact)
        foot.addStretch(1)
        foot.addWidget(self._time)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addLayout(foot)

    def begin(self, total: int, words: str) -> None:
        """Set it to nothing done."""
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(0)
        self._count.setText(words)
        self._fact.setText("")
        self._time.setText("")

    def show_done(self, done: int, count: str, fact: str, times: str) -> None:
        """Show how far it is."""
        self._bar.setValue(done)
        self._count.setText(count)
        self._fact.setText(fact)
        self._time.setText(times)


ChartT = TypeVar("ChartT", bound=QWidget)


class _Room(QWidget, Generic[ChartT]):
    """Where a chart will be: making one takes as long as a place without any.

    Args:
        make: the chart.
        least_px: height that it needs.
    """

    def __init__(self, make: Callable[[], ChartT], least_px: int) -> None:
        super().__init__()
        self._make = make
        self.made: ChartT | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setMinimumHeight(least_px)

    @property
    def chart(self) -> ChartT:
        """The chart, made when it is first asked for."""
        if self.made is None:
            self.made = self._make()
            self._column.addWidget(self.made)
        return self.made


def _charts() -> ModuleType:
    """Their module, when the first is made: pyqtgraph takes a quarter of a second to import."""
    from editor_app.places.taste import training_charts  # noqa: PLC0415 - see `ready_ahead`

    return training_charts


class TrainingPanel(QWidget):
    """What training reports, drawn as it comes."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._epochs, self._episodes, self._grid = 150, 300, 0
        self._reward = _Bar("What you like", "reward model")
        self._policy = _Bar("How to cut", "policy")
        self._loss: _Room[LossChart] = _Room(lambda: _charts().LossChart(), 200)
        self._match: _Room[MatchChart] = _Room(lambda: _charts().MatchChart(), 128)
        self._distance: _Room[DistanceChart] = _Room(lambda: _charts().DistanceChart(), 104)
        self._rooms: tuple[_Room[Any], ...] = (self._loss, self._match, self._distance)
        self._clear()
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(8)
        left.addWidget(self._reward)
        left.addSpacing(16)
        left.addLayout(_chart_head("Error on your ratings", "a plain network, lower is better"))
        left.addWidget(self._loss, 1)
        right.addWidget(self._policy)
        right.addSpacing(16)
        right.addLayout(_chart_head("How well the edits match your taste", "higher is better"))
        right.addWidget(self._match, 3)
        right.addLayout(_chart_head("Distance from the old way of cutting", "KL, in nats"))
        right.addWidget(self._distance, 2)
        right.addWidget(_meanwhile(actions))
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._columns.setContentsMargins(0, 8, 0, 0)
        self._columns.setSpacing(_COLUMN_GAP_PX)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """One column over the other where there is no room for two."""
        is_narrow = self.width() < _NARROW_BELOW_PX
        across = QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else across)
        super().resizeEvent(event)

    def make_ready(self) -> None:
        """Make the charts ahead, one at a time: between two of them the window answers."""
        if self._missing():
            READY_AHEAD.start()
            if READY_AHEAD.is_running:
                QTimer.singleShot(_LOOK_AGAIN_MS, self, self.make_ready)
            else:
                self.make_next()
                QTimer.singleShot(0, self, self.make_ready)

    def make_next(self) -> bool:
        """Make one of the charts that are missing; false if there was none."""
        missing = self._missing()
        if missing:
            _ = missing[0].chart
        return bool(missing)

    def _missing(self) -> list[_Room[Any]]:
        return [room for room in self._rooms if room.made is None]

    def begin(self, epochs: int, episodes: int) -> None:
        """A training has been asked for."""
        self._epochs, self._episodes = epochs, episodes
        self._clear()
        self._loss.chart.set_x_end(epochs)
        self._match.chart.set_x_end(episodes)
        self._distance.chart.set_x_end(episodes)
        self._reward.begin(epochs, "Starting")
        self._policy.begin(episodes, f"Episode 0 of {episodes}")
        self._draw()

    def _clear(self) -> None:
        self._train: list[float] = []
        self._held: list[float | None] = []
        self._best_epoch: int | None = None
        self._at: list[int] = []
        self._mean: list[float] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._kl: list[float] = []
        self._began_s = time.monotonic()
        self._epochs_began_s = self._policy_began_s = 0.0
        self._reward_s: float | None = None

    def take(self, partial: Mapping[str, Any]) -> None:
        """Take one partial result of the training."""
        if partial.get("stage") == "reward" and "epoch" in partial:
            if not self._train:
                self._epochs_began_s = time.monotonic()
            self._train.append(float(partial["train_loss"]))
            held = partial.get("validation_loss")
            self._held.append(None if held is None else float(held))
            self._best_epoch = int(partial["best_epoch"])
        elif partial.get("stage") == "reward":
            self._grid = int(partial["fit"])
        elif partial.get("stage") == "policy":
            self._take_episode(partial)
        self._draw()

    def _take_episode(self, partial: Mapping[str, Any]) -> None:
        if not self._at:
            self._policy_began_s = time.monotonic()
        keep = _SMOOTHING if self._at else 0.0
        self._at.append(int(partial["episode"]))
        for curve, name in (
            (self._mean, "reward"),
            (self._low, "reward_low"),
            (self._high, "reward_high"),
            (self._kl, "kl"),
        ):
            last = curve[-1] if curve else 0.0
            curve.append(keep * last + (1 - keep) * float(partial[name]))

    def _draw(self) -> None:
        self._draw_reward_bar()
        self._draw_policy_bar()
        self._loss.chart.show_losses(self._train, self._held, self._best_epoch)
        self._match.chart.show_reward(self._at, self._mean, self._low, self._high)
        self._distance.chart.show_kl(self._at, self._kl)

    def _draw_reward_bar(self) -> None:
        n_epochs = len(self._train)
        if n_epochs == 0:
            if self._grid:
                self._reward.show_done(0, f"Fit {self._grid}", "Fitting your taste", "")
            return
        if n_epochs >= self._epochs and self._reward_s is None:
            self._reward_s = time.monotonic() - self._began_s
        fact = f"Best epoch {self._best_epoch}" if self._best_epoch else ""
        if self._reward_s is not None:
            times = f"done in {self._reward_s:.1f} s"
        else:
            since_s = time.monotonic() - self._epochs_began_s
            times = _times(since_s, n_epochs, self._epochs)
        words = f"Epoch {n_epochs} of {self._epochs}"
        self._reward.show_done(n_epochs, words, fact, times)

    def _draw_policy_bar(self) -> None:
        n_episodes = self._at[-1] if self._at else 0
        if n_episodes == 0:
            return
        spent_s = time.monotonic() - self._policy_began_s
        times = _times(spent_s, n_episodes, self._episodes)
        words = f"Episode {n_episodes} of {self._episodes}"
        self._policy.show_done(n_episodes, words, "The best edits so far are kept", times)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow light, dark and the type size."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            made = [room.made for room in self._rooms if room.made is not None]
            for chart in made:
                chart.follow_theme()
            if len(made) == len(self._rooms):
                self._draw()
        super().changeEvent(event)


def _times(spent_s: float, n_done: int, n: int) -> str:
    """How long it has taken, and about how long still once that can be foreseen."""
    left_s = spent_s * (n - n_done) / max(1, n_done)
    times = f"{long_time(spent_s)} so far"
    if n_done >= _FORESEEN_AFTER and left_s >= 1:
        times += f", about {long_time(left_s)} left"
    return times


def _chart_head(words: str, hint: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(label(words, "heading"))
    row.addStretch(1)
    row.addWidget(label(hint, "secondary"))
    return row


def _meanwhile(actions: Actions) -> QFrame:
    panel = QFrame()
    panel.setObjectName("panel")
    column = QVBoxLayout(panel)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(6)
    column.addWidget(label("Meanwhile", "heading"))
    words = label(
        "Go on rating: new answers are saved and count from the next cycle. The new edits are "
        "used only once you say so, best after a blind comparison.",
        "secondary",
    )
    words.setWordWrap(True)
    column.addWidget(words)
    row = QHBoxLayout()
    row.addWidget(KeyButton("Go on rating", kind="primary").bind(actions["rate_pairs"]))
    row.addStretch(1)
    column.addLayout(row)
    return panel
