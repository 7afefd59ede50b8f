"""The edits to choose from: three alternatives, or the map of many. One of them is shown."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget

from editor_app.look import theme
from editor_app.places.export.alternatives import Alternatives
from editor_app.places.export.map.panel import EditMapPanel
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton

# Of a window.
_LOW_PX = 760
_ANY_PX = 16_777_215  # As Qt has it.
_HEAD_PX = 28


class Proposals(QWidget):
    """A switch over the two, with a line of what the one that is shown says."""

    switched = Signal(bool)
    """Whether the map is shown now."""

    def __init__(self, alternatives: Alternatives, edit_map: EditMapPanel, action: QAction) -> None:
        super().__init__()
        self._map, self._action = edit_map, action
        self._few = KeyButton("Alternatives", height_px=_HEAD_PX)
        self._many = KeyButton("Map", kind="flat", height_px=_HEAD_PX).bind(action)
        self._few.clicked.connect(lambda: self.show_map(False))
        self._said = ElidingLabel()
        self._said.setProperty("role", "secondary")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._few)
        head.addWidget(self._many)
        head.addWidget(self._said, 1)
        head.addWidget(alternatives.hint, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(alternatives)
        self._pages.addWidget(edit_map)
        self._hint = alternatives.hint
        self._said.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        edit_map.said.connect(self._said.setText)
        action.triggered.connect(self.show_map)

    @property
    def shows_map(self) -> bool:
        """Whether the map is shown."""
        return self._pages.currentIndex() == 1

    def show_map(self, is_on: bool) -> None:
        """Show the map, with the keyboard on it, or the alternatives."""
        self._action.setChecked(is_on)
        for button, is_shown in ((self._few, not is_on), (self._many, is_on)):
            button.set_kind("normal" if is_shown else "flat")
        if is_on != self.shows_map:
            self._pages.setCurrentIndex(int(is_on))
            self._said.setVisible(is_on)
            self._hint.setVisible(not is_on)
            if is_on:
                self._map.begin()
            else:
                self._map.end()
            self.switched.emit(is_on)
        if is_on:
            self._map.take_keys()

    def come(self) -> None:
        """The place is shown: go on with the map if it was shown before."""
        if self.shows_map:
            self._map.begin()

    def go(self) -> None:
        """Another place is shown."""
        if self.shows_map:
            self._map.end()


def share_height(page: QVBoxLayout, proposals: QLayout, waveforms: QWidget, is_map: bool) -> None:
    """A map takes half of what a larger window has more; rows of words don't grow.

    In a low window it takes all that the waveforms can spare.

    Args:
        page: the layout that holds both.
        proposals: holds the map or the alternatives.
        waveforms: above them.
        is_map: whether the map is shown.
    """
    page.setStretchFactor(proposals, 1 if is_map else 0)
    spares = is_map and waveforms.window().height() < theme.grown_px(_LOW_PX)
    least_px = waveforms.minimumSizeHint().height()
    waveforms.setMaximumHeight(least_px if spares else _ANY_PX)
