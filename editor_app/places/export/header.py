"""What stands over the song that is looked at in Export: its title, what becomes of it, buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from editor_app.keys.actions import Actions
from editor_app.places.place import Place
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label


class ExportHeader(QWidget):
    """Words of buttons go before the song's title does."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._heading, self._becomes = ElidingLabel(), label("", "secondary")
        self._heading.setProperty("role", "title")
        self._hear = KeyButton("Hear", "play").bind(actions["play"])
        self._lock = KeyButton("Lock", "lock").bind(actions["lock_part"])
        self._forbid = KeyButton("Forbid", "crossed_circle").bind(actions["forbid_part"])
        clear = KeyButton("Clear").bind(actions["clear_part"])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._heading, 1)
        row.addWidget(self._becomes)
        row.addSpacing(8)
        for button in (self._lock, self._forbid, clear, self._hear):
            row.addWidget(button)

    def stand_in(self, place: Place, list_px: int, gap_px: int) -> None:
        """Stand beside a place's own title, over what is right of a list and a gap."""
        place.title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        spacing = 16  # of the header's row
        place.facts.setFixedWidth(max(0, list_px - place.title.sizeHint().width() - spacing))
        place.header_right.addSpacing(gap_px - spacing)
        place.header_right.addWidget(self, 1)
        row = place.header.layout()
        assert isinstance(row, QHBoxLayout)
        row.setStretchFactor(place.header_right, 1)

    def show_title(self, title: str) -> None:
        """Show which song it is."""
        self._heading.setText(title)

    def say(self, words: str) -> None:
        """Say what becomes of the song."""
        self._becomes.setText(words)

    def show_playing(self, is_playing: bool) -> None:
        """Say what the play key does now."""
        self._hear.set_words("Pause" if is_playing else "Hear", "pause" if is_playing else "play")

    def show_words(self, has_words: bool) -> None:
        """Leave the words of the buttons out where room is short."""
        for button in (self._lock, self._forbid):
            button.show_words(has_words)
