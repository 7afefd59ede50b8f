"""The map with all that belongs to it: its axes, what is said of a dot, how far it is made."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from editor_app.look import theme
from editor_app.look.words import counted
from editor_app.places.export.map.axes import (
    AT_FIRST,
    Axis,
    axes_of,
    facts,
)
from editor_app.places.export.map.hearing import MapHearing
from editor_app.places.export.map.key_line import KeyLine
from editor_app.places.export.map.maps import EditMaps
from editor_app.places.export.model import ExportModel
from editor_app.settings import Settings
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from ml_core.domain.mapping import MappedEdit

if TYPE_CHECKING:
    from editor_app.places.export.map.chart import EditChart


_PLAYS, _PLAYS_SHORT = "Hear by pointing", "Hear"
_NARROW_BELOW_PX = 440


def _chart() -> ModuleType:
    """Its module, when it is first shown: pyqtgraph takes a quarter of a second to import."""
    from editor_app.places.export.map import chart  # noqa: PLC0415 - see `ready_ahead`

    return chart


class EditMapPanel(QWidget):
    """Made whole when it is first shown."""

    taken = Signal(object)
    """MappedEdit: it is to be the edit."""

    said = Signal(str)
    """What is to be said of the dot that is pointed at, or of the map."""

    def __init__(
        self, maps: EditMaps, hearing: MapHearing, model: ExportModel, settings: Settings
    ) -> None:
        super().__init__()
        self._maps, self._hearing, self._model = maps, hearing, model
        self._settings = settings
        self._chart: EditChart | None = None
        self._across, self._up = QComboBox(), QComboBox()
        self._plays = QCheckBox(_PLAYS)
        self._plays.setAccessibleName(_PLAYS)
        self._key = KeyLine()
        self._state = ElidingLabel()
        self._stop = KeyButton("Stop", height_px=28)
        self._stop.clicked.connect(self._on_stop)
        self._pages = QStackedWidget()
        self._axes: tuple[Axis, ...] = ()
        self._focus_before: QWidget | None = None
        self._build()
        maps.changed.connect(self.show_map)
        settings.changed.connect(self._on_setting)

    def _build(self) -> None:
        for combo, name, words in (
            (self._across, "Left to right", "From left to right"),
            (self._up, "Bottom to top", "From bottom to top"),
        ):
            combo.setAccessibleName(name)
            combo.setToolTip(words)
            combo.activated.connect(lambda _: self._draw())
        self._plays.setToolTip("Play two seconds of the edit that the mouse points at")
        self._plays.setChecked(self._settings.map_plays)
        self._plays.toggled.connect(self._on_plays)
        waiting, row = QWidget(), QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._state, 1)
        row.addWidget(self._stop)
        outer = QVBoxLayout(waiting)
        outer.setContentsMargins(0, 8, 0, 0)
        outer.addLayout(row)
        outer.addStretch(1)
        self._pages.addWidget(waiting)
        foot, middle = QHBoxLayout(), QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self._key, 1)
        middle.addWidget(self._plays)
        foot.setSpacing(8)
        for words, combo in (("Across", self._across), ("Up", self._up)):
            foot.addWidget(label(words, "secondary"))
            foot.addWidget(combo, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._pages, 1)
        column.addLayout(middle)
        column.addLayout(foot)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Short words where room is short."""
        is_narrow = self.width() < theme.grown_px(_NARROW_BELOW_PX)
        self._plays.setText(_PLAYS_SHORT if is_narrow else _PLAYS)
        super().resizeEvent(event)

    # What is shown

    def begin(self) -> None:
        """It is shown: make the chart, and have the map made."""
        if self._chart is None:
            self._chart = _chart().EditChart()
            self._chart.pointed.connect(self._on_pointed)
            self._chart.moved.connect(self._on_moved)
            self._chart.taken.connect(self._on_taken)
            self._chart.heard.connect(lambda index: self._hearing.hear(self._maps.edits[index]))
            self._pages.addWidget(self._chart)
        self._maps.want(True)

    def end(self) -> None:
        """It is hidden: fall silent, have no more maps made."""
        self._hearing.stop()
        self._focus_before = None
        self._maps.want(False)

    def take_keys(self) -> None:
        """Take the keyboard, as soon as there are dots."""
        self._focus_before = QApplication.focusWidget()
        if self._chart is not None and self._maps.edits:
            self._chart.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._focus_before = None

    def show_map(self) -> None:
        """Show the map as it is now, or how far it is."""
        if self._chart is None or not self._maps.is_wanted:
            return
        edits = self._maps.edits
        self._pages.setCurrentIndex(1 if edits else 0)
        for part in (self._across, self._up, self._plays):
            part.setEnabled(bool(edits))
        self._show_state()
        if not edits:
            self._hearing.stop()
            self._key.show_words("")
            self.said.emit("")
            return
        axes = axes_of(edits)
        if axes != self._axes:
            self._axes = axes
            self._offer(axes)
        self._draw()
        # Not where the person has gone on elsewhere meanwhile.
        if self._focus_before is not None and self._focus_before is QApplication.focusWidget():
            self.take_keys()
        self._focus_before = None

    def _show_state(self) -> None:
        maps, plan = self._maps, self._model.plan
        self._stop.setVisible(maps.is_busy or maps.is_stopped)
        self._stop.set_words("Stop" if maps.is_busy else "Look again")
        if maps.is_busy:
            words = f"Looking for edits, {maps.fraction:.0%}"
        elif maps.is_stopped:
            words = maps.refusal or "Stopped."
        else:
            words = plan.refusal if plan is not None else "Making the edit…"
        self._state.setText(words if self._model.entry is not None else "")

    def _offer(self, axes: tuple[Axis, ...]) -> None:
        for combo, first in zip((self._across, self._up), AT_FIRST, strict=True):
            chosen = combo.currentData() or first
            combo.clear()
            for axis in axes:
                combo.addItem(axis.words, axis.id)
            at = combo.findData(chosen)
            combo.setCurrentIndex(at if at >= 0 else max(0, combo.findData(first)))

    def _draw(self) -> None:
        edits, chart = self._maps.edits, self._chart
        if not edits or chart is None:
            return
        by_id = {axis.id: axis for axis in self._axes}
        across, up = (by_id[str(combo.currentData())] for combo in (self._across, self._up))
        chart.show_edits(edits, (across, up))
        self._key.show_map(edits)
        edit = self._model.edit
        spans = None if edit is None else edit.spans
        found = (k for k, one in enumerate(edits) if one.delivered.edit.spans == spans)
        chart.mark(next(found, -1))
        self._say(chart.now)

    def _say(self, index: int) -> None:
        edits = self._maps.edits
        if 0 <= index < len(edits):
            self.said.emit(facts(edits[index]))
        else:
            self.said.emit(counted(len(edits), "possible edit"))

    # What is done

    def _on_pointed(self, index: int) -> None:
        mapped = self._maps.edits[index] if 0 <= index < len(self._maps.edits) else None
        if self._settings.map_plays or mapped is None:
            self._hearing.point(mapped)
        if mapped is not None:
            self._say(index)

    def _on_moved(self, index: int) -> None:
        self._hearing.point(None)
        self._say(index)

    def _on_taken(self, index: int) -> None:
        mapped: MappedEdit = self._maps.edits[index]
        self._hearing.stop()
        self.taken.emit(mapped)

    def _on_stop(self) -> None:
        if self._maps.is_busy:
            self._maps.stop()
        else:
            self._maps.want(True)

    def _on_plays(self, is_on: bool) -> None:
        self._settings.map_plays = is_on
        if not is_on:
            self._hearing.stop()

    def _on_setting(self, name: str) -> None:
        if name == "map_plays":
            self._plays.setChecked(self._settings.map_plays)
