"""The line at the foot: what is being done at the left, on what machine and device at the right."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from editor_app.frame.sound_corner import SoundCorner
from editor_app.look import theme
from editor_app.look.foreign import plain_tip, sentence, shown
from editor_app.widgets.glyph import Glyph
from editor_app.widgets.key_button import KeyButton
from ml_core.units import clock

HEIGHT_PX = 32
_BAR_PX = 160
_TASTE_PX = 140
# A time left is told once this share is done: before that it jumps about.
_SURE_FROM = 0.05


class StatusLine(QWidget):
    """Progress with a way to stop, else the last thing saved; then machine, output and volume.

    Attributes:
        sound: the corner with output and volume.
    """

    def __init__(self, stop: QAction) -> None:
        super().__init__()
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT_PX)
        self._started_s = 0.0
        self._tick = Glyph("tick", "good")
        self._words = _small(elides=True)
        self._bar = QProgressBar()
        self._bar.setProperty("size", "thin")
        self._bar.setFixedSize(_BAR_PX, 4)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName("Progress")
        self._left = _small()
        self._stop = KeyButton("Stop", kind="flat", height_px=24).bind(stop)
        self._taste_icon = Glyph("sliders", "secondary")
        self._taste = _small()
        self._machine_icon = Glyph("chip", "secondary")
        self._machine = _small()
        self.sound = SoundCorner()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 16, 0)
        row.setSpacing(8)
        for widget in (self._tick, self._words, self._bar, self._left, self._stop):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._taste_icon)
        row.addWidget(self._taste)
        row.addSpacing(16)
        row.addWidget(self._machine_icon)
        row.addWidget(self._machine)
        row.addSpacing(8)
        row.addWidget(self.sound)
        self.set_machine("")
        self.set_taste("")
        self.say("")

    def say(self, text: str, is_good: bool = True) -> None:
        """Show the last thing that was done; used while no job runs."""
        self._tick.setVisible(bool(text) and is_good)
        self._words.setText(sentence(text))
        for widget in (self._bar, self._left, self._stop):
            widget.hide()

    def start_job(self, words: str) -> None:
        """A job has started: show what, and a way to stop."""
        self._started_s = time.monotonic()
        self._tick.hide()
        self._words.setText(sentence(words))
        self._bar.setValue(0)
        self._left.setText("")
        for widget in (self._bar, self._left, self._stop):
            widget.show()

    def show_progress(self, fraction: float, words: str) -> None:
        """How far the job is."""
        self._bar.setValue(round(1000 * fraction))
        if words:
            self._words.setText(sentence(words))
        if fraction >= _SURE_FROM:
            spent_s = time.monotonic() - self._started_s
            left_s = spent_s * (1 - fraction) / fraction
            self._left.setText(f"{clock(left_s)} left" if left_s >= 1 else "")

    @property
    def text(self) -> str:
        """What the line says at its left."""
        return self._words.text()

    def take_focus_last(self) -> None:
        """Have the focus come here after all else that is in the window now.

        Places are made late, so the order is set anew with each of them.
        """
        # What is added to a window comes last. Qt could be asked for the last one, but PySide 6.11
        # then takes each widget on the way for the next one's child, and collects what is in use.
        end = QWidget(self.window())
        end.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        QWidget.setTabOrder(end, self._stop)
        QWidget.setTabOrder(self._stop, self.sound.output)
        QWidget.setTabOrder(self.sound.output, self.sound.volume)
        end.setParent(None)

    def set_machine(self, text: str) -> None:
        """Name what training runs on; empty while that is not known."""
        self._machine.setText(text)
        self._machine.setVisible(bool(text))
        self._machine_icon.setVisible(bool(text))

    def set_taste(self, name: str) -> None:
        """Name the taste in use where nothing else does; empty hides it."""
        name = shown(name)
        metrics = self._taste.fontMetrics()
        fitting = metrics.elidedText(name, Qt.TextElideMode.ElideRight, theme.grown_px(_TASTE_PX))
        self._taste.setText(fitting)
        self._taste.setToolTip(plain_tip(f"Taste in use: {name}"))
        self._taste.setAccessibleName(f"Taste in use: {name}")
        self._taste.setVisible(bool(name))
        self._taste_icon.setVisible(bool(name))


def _small(elides: bool = False) -> QLabel:
    made = QLabel()
    made.setProperty("role", "small")
    made.setTextFormat(Qt.TextFormat.PlainText)
    if elides:
        made.setMinimumWidth(0)
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    return made
