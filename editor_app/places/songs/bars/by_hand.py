"""Bar lines moved by hand, and stretches that get a tempo or meter of their own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from editor_app.keys.actions import Actions
from editor_app.places.songs.bars.corrector import Change
from editor_app.places.songs.bars.going import BarSteps
from editor_app.places.songs.bars.picture import BarPicture
from ml_core.domain.playing import SongLayout

LINE_ACTIONS = ("line_earlier", "line_later", "line_snap", "later_follow")
STRETCH_ACTIONS = ("stretch_more", "stretch_less", "type_tempo")
# A key moves a line by what an ear just tells, or onto an onset that a hand could have missed.
_NUDGE_S, _SNAP_REACH_S = 0.01, 0.08
# A head this near behind a line stands on it.
_AT_S = 1e-3

Correct = Callable[[Change, str], None]


class ByHand(QObject):
    """Makes corrections of what is dragged, typed and pressed.

    Args:
        correct: carries a change out.

    Signals:
        changed: another stretch is chosen, or later bars follow from now on, or no more.
    """

    changed = Signal()

    def __init__(
        self, picture: BarPicture, steps: BarSteps, actions: Actions, correct: Correct
    ) -> None:
        super().__init__()
        self._picture, self._steps, self._correct = picture, steps, correct
        self._later_follow = actions["later_follow"]
        self._later_follow.setChecked(True)
        self._layout: SongLayout | None = None
        self._later_follow.toggled.connect(lambda _: self.changed.emit())
        picture.line_moved.connect(self.move)
        picture.chosen.connect(lambda _: self.changed.emit())

    def show_grid(self, layout: SongLayout | None) -> None:
        """Correct this grid from now on."""
        self._layout = layout

    @property
    def words(self) -> str:
        """What can be done by hand, and what follows from it."""
        chosen = self._picture.chosen_bars
        if chosen is not None:
            first, end = chosen
            bars = f"bars {first + 1}–{end}" if end > first + 1 else f"bar {first + 1}"
            return f"{bars} chosen: set the meter, type the tempo or tap it"
        if self._later_follow.isChecked():
            return "drag a bar line: later bars follow, up to the next line you set"
        return "drag a bar line: it moves alone"

    def move(self, from_s: float, to_s: float) -> None:
        """Move the bar line at a time to another."""
        layout = self._layout
        if layout is None:
            return
        before = self._edge_at(from_s, layout)
        after = round(to_s * layout.sample_rate_hz)
        after = min(max(after, 0), layout.n_samples - 1)
        follows = self._later_follow.isChecked()
        if before != after:
            self._correct(
                lambda now: now.moved(before, after, later_follow=follows), "move a bar line"
            )

    def nudge(self, direction: int) -> None:
        """Move the bar line at the head a little earlier or later."""
        line_s = self._picture.line_near(self._steps.at_s)
        if line_s is not None:
            self.move(line_s, line_s + direction * _NUDGE_S)
            self._steps.seek(max(0.0, line_s + direction * _NUDGE_S))

    def snap(self) -> None:
        """Move the bar line at the head onto the onset near it."""
        line_s = self._picture.line_near(self._steps.at_s)
        if line_s is not None:
            to_s = self._picture.snapped_s(line_s, _SNAP_REACH_S)
            self.move(line_s, to_s)
            self._steps.seek(to_s)

    def grow(self, bars: int) -> None:
        """Choose the bar at the head, or one bar more or less than are chosen."""
        starts_s = self._picture.bar_starts_s()
        chosen = self._picture.chosen_bars
        if not len(starts_s):
            return
        if chosen is None:
            at = int(np.searchsorted(starts_s, self._steps.at_s + _AT_S, side="right")) - 1
            self._picture.choose((max(at, 0), max(at, 0) + 1) if bars > 0 else None)
            return
        first, end = chosen[0], min(chosen[1] + bars, len(starts_s))
        self._picture.choose((first, end) if end > first else None)

    def set_meter(self, meter: int) -> None:
        """Give what is chosen a meter; the whole song where nothing is."""
        stretch = self._stretch
        if stretch is None:
            self._correct(lambda now: now.with_meter(meter), f"{meter} beats a bar")
        else:
            start, end = stretch
            self._correct(
                lambda now: now.stretched(start, end, meter=meter),
                f"{meter} beats a bar in a stretch",
            )

    def set_tempo(self, bpm: float) -> None:
        """Give what is chosen a tempo; the whole song where nothing is."""
        stretch = self._stretch or self._whole
        if stretch is not None:
            start, end = stretch
            self._correct(lambda now: now.stretched(start, end, bpm=bpm), f"{bpm:g} bpm")

    def set_taps(self, taps: tuple[int, ...]) -> None:
        """Give what is chosen the beats that were tapped; the whole song where nothing is."""
        stretch = self._stretch
        if stretch is None:
            self._correct(lambda now: now.tapped(taps), "tap the beat")
        else:
            start, end = stretch
            self._correct(
                lambda now: now.stretched(start, end, taps=taps), "tap the beat of a stretch"
            )

    @property
    def _stretch(self) -> tuple[int, int] | None:
        """What is chosen, in source samples."""
        layout, chosen = self._layout, self._picture.chosen_bars
        if layout is None or chosen is None:
            return None
        first, end = chosen
        return layout.bar_edges_samples[first], layout.bar_edges_samples[end]

    @property
    def _whole(self) -> tuple[int, int] | None:
        layout = self._layout
        return None if layout is None else (layout.bar_edges_samples[0], layout.n_samples)

    def _edge_at(self, at_s: float, layout: SongLayout) -> int:
        edges = layout.bar_edges_samples[:-1]
        return min(edges, key=lambda edge: abs(edge - at_s * layout.sample_rate_hz))
