"""What an export does, in place of where the next one goes: paused, gone on with, cancelled."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from editor_app.look.foreign import sentence
from editor_app.places.export.batch.batch import ExportBatch
from editor_app.places.export.batch.songs import BatchState
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton

_PAUSE: dict[BatchState, str] = {
    "running": "Pause",
    "pausing": "Go on",
    "paused": "Go on",
    "left": "Go on",
}
_END: dict[BatchState, str] = {"left": "Let it be", "over": "Close"}
_STEPS = 1000


class BatchLine(QWidget):
    """Shows a batch.

    Args:
        batch: that is shown.
        pause: pauses it, or goes on.
        songs: opens the list of its songs.
    """

    def __init__(self, batch: ExportBatch, pause: QAction, songs: QAction) -> None:
        super().__init__()
        self._batch = batch
        self._words, self._more = ElidingLabel(), ElidingLabel()
        self._more.setProperty("role", "small")
        self._bar = QProgressBar()
        self._bar.setProperty("size", "thin")
        self._bar.setFixedHeight(4)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._bar.setAccessibleName("Progress of the export")
        self._songs = KeyButton("Songs…").bind(songs)
        self._pause = KeyButton("Pause", kind="primary").bind(pause)
        self._pause.hold_place("Pause", "Go on")
        self._end = KeyButton("Cancel").hold_place("Cancel", "Let it be", "Close")
        self._end.clicked.connect(self._on_end)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addStretch(1)
        for widget in (self._words, self._bar, self._more):
            left.addWidget(widget)
        left.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(left, 1)
        row.addSpacing(8)
        for button in (self._songs, self._pause, self._end):
            row.addWidget(button)
        batch.changed.connect(self.show_batch)
        self.show_batch()

    def show_batch(self) -> None:
        """Show what the batch does now."""
        state = self._batch.state
        words, more = self._batch.words
        self._words.setText(sentence(words))
        self._more.setText(sentence(more))
        self._bar.setValue(round(_STEPS * self._batch.fraction))
        self._bar.setVisible(state != "over")
        self._songs.setVisible(bool(self._batch.songs))
        self._pause.setVisible(state in _PAUSE)
        self._pause.set_words(_PAUSE.get(state, "Pause"))
        self._end.set_words(_END.get(state, "Cancel"))

    def _on_end(self) -> None:
        if self._batch.state in _END:
            self._batch.put_away()
        else:
            self._batch.cancel()
