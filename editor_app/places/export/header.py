"""What stands over the song that is looked at in Export: its title, and what becomes of it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from editor_app.places.place import Place
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.labels import label

_SPACING_PX = 16  # of the row of a place's header


class ExportHeader(QWidget):
    """A row of its own beside the place's title, over what is right of the list."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self._heading, self._becomes = ElidingLabel(), label("", "secondary")
        self._heading.setProperty("role", "title")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING_PX)
        row.addWidget(self._heading, 1)
        row.addWidget(self._becomes)
        place.title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        place.header_right.addWidget(self, 1)
        outer = place.header.layout()
        assert isinstance(outer, QHBoxLayout)
        outer.setStretchFactor(place.header_right, 1)

    def align(self, left_px: int) -> None:
        """Begin so far from the place's left edge, where the list and its gap end."""
        room = left_px - self._place.title.sizeHint().width() - 2 * _SPACING_PX
        self._place.facts.setFixedWidth(max(0, room))

    def show_title(self, title: str) -> None:
        """Show which song it is."""
        self._heading.setText(title)

    def say(self, words: str) -> None:
        """Say what becomes of the song."""
        self._becomes.setText(words)
