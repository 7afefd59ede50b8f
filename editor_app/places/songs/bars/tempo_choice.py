"""Two tempi of which either may be meant: hear each with its clicks, then say that it fits."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.widgets.key_button import KeyButton

_HEIGHT_PX = 24
# Tempi are one octave apart: what is within a fifth of one is that one.
_SAME_SHARE = 0.2
_KEYS = ("tempo_halve", "tempo_double")


class TempoChoice(QWidget):
    """A button for each tempo; hidden where there is no doubt.

    Signals:
        wanted: "slower", "faster" or "same": which tempo is to be heard, from the one shown.
    """

    wanted = Signal(str)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._actions = actions
        self._words = ("", "")
        self._shown = 0
        self.buttons = tuple(KeyButton("", "play", height_px=_HEIGHT_PX) for _ in _KEYS)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for at, button in enumerate(self.buttons):
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, at=at: self._ask(at))
            row.addWidget(button)
        for action_id in _KEYS:
            actions[action_id].changed.connect(self._show)
        self.hide()

    def show_tempi(self, tempi_bpm: tuple[float, ...], now_bpm: float) -> None:
        """Offer two tempi, of which one is shown and heard now; none hides the choice."""
        self.setVisible(len(tempi_bpm) == 2)
        if len(tempi_bpm) == 2:
            slow_bpm, fast_bpm = tempi_bpm
            self._words = (f"{slow_bpm:.0f} bpm", f"{fast_bpm:.0f} bpm")
            self._shown = int(now_bpm > (1 + _SAME_SHARE) * slow_bpm)
            self._show()

    def _show(self) -> None:
        for at, button in enumerate(self.buttons):
            is_shown = at == self._shown
            button.set_words(self._words[at])
            button.setChecked(is_shown)
            button.set_key("" if is_shown else self._actions.key_text(_KEYS[at]))
            button.setToolTip(f"Hear {self._words[at]} with clicks")

    def _ask(self, at: int) -> None:
        self._show()
        self.wanted.emit("same" if at == self._shown else ("slower", "faster")[at])
