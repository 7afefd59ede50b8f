"""Your taste, while it is learned: two bars for work really done, and the curves as they grow."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.look.words import long_time
from editor_app.places.taste.meanwhile import meanwhile_panel
from editor_app.places.taste.stage_bar import StageBar
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
        self._reward = StageBar(
            "Learning your answers",
            "Finds what the edits that you preferred have in common.",
            "reward model",
        )
        self._policy = StageBar(
            "Trying out cuts",
            "Cuts your songs many times, and cuts more often what your answers speak for.",
            "policy",
        )
        self._numbers = KeyButton("Show the numbers", "chevron_right", kind="flat")
        self._numbers.clicked.connect(lambda: self.show_numbers(not self._has_numbers))
        self._meanwhile = meanwhile_panel(actions)
        self._loss: _Room[LossChart] = _Room(lambda: _charts().LossChart(), 200)
        self._match: _Room[MatchChart] = _Room(lambda: _charts().MatchChart(), 128)
        self._distance: _Room[DistanceChart] = _Room(lambda: _charts().DistanceChart(), 104)
        self._rooms: tuple[_Room[Any], ...] = (self._loss, self._match, self._distance)
        self._clear()
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(8)
        left.addWidget(
            _charted("Error on your ratings", "a plain network, lower is better", self._loss)
        )
        match = _charted("How well the edits match your taste", "higher is better", self._match)
        right.addWidget(match, 3)
        distance = _charted("Distance from the old way of cutting", "KL, in nats", self._distance)
        right.addWidget(distance, 2)
        self._charts = QWidget()
        self._columns, self._stages = (
            QBoxLayout(QBoxLayout.Direction.LeftToRight) for _ in range(2)
        )
        self._charts.setLayout(self._columns)
        for row, sides in ((self._stages, (self._reward, self._policy)), (self._columns, ())):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(_COLUMN_GAP_PX)
            for side in sides:
                row.addWidget(side, 1)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(16)
        whole.addLayout(self._stages)
        whole.addWidget(self._meanwhile)
        whole.addWidget(self._numbers, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addWidget(self._charts, 1)
        whole.addStretch(0)
        self.show_numbers(False)

    def show_numbers(self, are_shown: bool) -> None:
        """Show epochs, episodes and curves, or only plain words and bars."""
        self._has_numbers = are_shown
        self._charts.setVisible(are_shown)
        for bar in (self._reward, self._policy):
            bar.show_numbers(are_shown)
        words = "Hide the numbers" if are_shown else "Show the numbers"
        self._numbers.set_words(words, "chevron_down" if are_shown else "chevron_right")

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

    def show_kept(self, metrics: Mapping[str, Any]) -> None:
        """Show the curves of a training that is over, from what its checkpoint keeps."""
        curve, losses = metrics.get("reward_curve", ()), metrics.get("train_loss", ())
        episodes = int(metrics.get("episodes", len(curve)))
        self.begin(len(losses), episodes)
        self._train = [float(value) for value in losses]
        self._held = list(metrics.get("validation_loss", ()))
        self._best_epoch = metrics.get("best_epoch")
        self._at = [round(episodes * (k + 1) / len(curve)) for k in range(len(curve))]
        self._mean, self._low, self._high = (
            [float(row[part]) for row in curve] for part in range(3)
        )
        self._kl = [float(value) for value in metrics.get("kl_curve", ())][: len(self._at)]
        self._stages_shown(False)
        self.show_numbers(True)
        self._draw_charts()

    def _stages_shown(self, are_shown: bool) -> None:
        """What is under way, beside the curves; a training that is over has none."""
        for widget in (self._reward, self._policy, self._meanwhile, self._numbers):
            widget.setVisible(are_shown)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """One column over the other where there is no room for two."""
        is_narrow = self.width() < _NARROW_BELOW_PX
        across = QBoxLayout.Direction.LeftToRight
        for row in (self._columns, self._stages):
            row.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else across)
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
        self._stages_shown(True)
        self._loss.chart.set_x_end(epochs)
        self._match.chart.set_x_end(episodes)
        self._distance.chart.set_x_end(episodes)
        self._reward.begin(epochs, "Starting")
        self._policy.begin(episodes, f"Episode 0 of {episodes}")
        self._draw()

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
        self._draw_charts()

    def _draw_charts(self) -> None:
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


def _charted(words: str, hint: str, room: QWidget) -> QWidget:
    """A chart under its heading."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    row = QHBoxLayout()
    row.addWidget(label(words, "heading"))
    row.addStretch(1)
    row.addWidget(label(hint, "secondary"))
    column.addLayout(row)
    column.addWidget(room, 1)
    return made
