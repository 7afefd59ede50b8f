"""The row of the bar check: play with clicks, and every way to put bars right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.widgets.fields import TempoField
from editor_app.widgets.key_button import KeyButton
from ml_core.domain.corrections import METER_RANGE
from ml_core.domain.playing import SongLayout

_GAP_PX = 8


class BarCheckButtons(QWidget):
    """Buttons of actions, the meter and the tempo.

    Signals:
        meter_chosen: beats a bar.
        tempo_typed: beats a minute.
    """

    meter_chosen = Signal(int)
    tempo_typed = Signal(float)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._play = KeyButton("Play with clicks", "play").bind(actions["play_clicks"])
        double = KeyButton("Tempo ×2").bind(actions["tempo_double"])
        halve = KeyButton("Tempo ÷2").bind(actions["tempo_halve"])
        earlier = KeyButton("Bars earlier", "chevron_left").bind(actions["bars_earlier"])
        later = KeyButton("Bars later", "chevron_right").bind(actions["bars_later"])
        tap = KeyButton("Tap").bind(actions["tap_beat"])
        reset = KeyButton("Reset", "undo").bind(actions["reset_bars"])
        fits = KeyButton("It fits", "tick").bind(actions["bars_fit"])
        follow = KeyButton("Later bars follow", "join_on").bind(actions["later_follow"])
        self._tempo = TempoField()
        self._tempo.typed.connect(self.tempo_typed)
        self._meter = QComboBox()
        self._meter.setAccessibleName("Beats a bar")
        low, high = METER_RANGE
        for meter in range(low, high + 1):
            self._meter.addItem(f"{meter}/4", meter)
        self._meter.activated.connect(lambda at: self.meter_chosen.emit(self._meter.itemData(at)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP_PX)
        for one in (self._play, double, halve, earlier, later, tap, self._meter, self._tempo):
            row.addWidget(one)
        row.addWidget(follow)
        row.addStretch(1)
        row.addWidget(reset)
        row.addWidget(fits)
        self._short = {
            double: ("Tempo ×2", "×2"),
            halve: ("Tempo ÷2", "÷2"),
            follow: ("Later bars follow", "Follow"),
        }
        self._first_to_go = ((reset,), (earlier, later), (self._play,), (follow,), (fits,))
        self._all = (self._play, double, halve, earlier, later, tap, follow, reset, fits)

    def show_grid(self, layout: SongLayout) -> None:
        """Show tempo and meter of a song; without a beat it has neither."""
        self._meter.setVisible(layout.has_beat)
        self._meter.setCurrentIndex(self._meter.findData(layout.meter))
        self._tempo.show_bpm(layout.tempo_bpm if layout.has_beat else None)
        self._fit()

    def show_playing(self, has_clicks: bool) -> None:
        """Show whether the song is heard with clicks now."""
        words, icon = ("Pause", "pause") if has_clicks else ("Play with clicks", "play")
        self._play.set_words(words, icon)

    def allow_meter(self, is_allowed: bool, tip: str) -> None:
        """Let the meter be chosen, or say why not."""
        self._meter.setEnabled(is_allowed)
        self._meter.setToolTip(tip)
        self._tempo.setEnabled(is_allowed)

    def type_tempo(self) -> None:
        """Take the keys for typing a tempo."""
        self._tempo.setFocus()
        self._tempo.selectAll()

    def choose_meter(self) -> None:
        """Open the list of meters, ready for the arrow keys."""
        self._meter.setFocus()
        self._meter.showPopup()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Drop words where room is short."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """Shorten words, then drop them; key caps stay."""
        fixed = self._meter.sizeHint().width() + self._tempo.minimumWidth()
        room = self.width() - fixed - _GAP_PX * (len(self._all) + 2)
        worded = set(self._all)

        def needed() -> int:
            return sum(one.width_with_words(one in worded) for one in self._all)

        for button, (words, _) in self._short.items():
            button.set_words(words)
        for button, (words, short) in self._short.items():
            if needed() > room:
                button.set_words(short)
                button.setAccessibleName(words)
        for buttons in self._first_to_go:
            if needed() > room:
                worded.difference_update(buttons)
        for button in self._all:
            button.show_words(button in worded)
