"""Below the song: where the next export goes, or what the one does that is under way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QWidget

from editor_app.keys.actions import Actions
from editor_app.places.export.batch.batch import ExportBatch
from editor_app.places.export.batch.dialog import BatchDialog
from editor_app.places.export.batch.line import BatchLine

_NONE = "No export is under way"
_BUSY = "An export is under way"


class BatchCorner(QStackedWidget):
    """While there is a batch, it stands in the foot's place.

    Args:
        batch: that is shown.
        foot: where the next one is prepared.
        actions: of the window.
        has_songs: whether there is anything to export.
    """

    def __init__(
        self, batch: ExportBatch, foot: QWidget, actions: Actions, has_songs: Callable[[], bool]
    ) -> None:
        super().__init__()
        self._batch, self._foot, self._actions = batch, foot, actions
        self._has_songs = has_songs
        self._line = BatchLine(batch, actions["pause_export"], actions["export_songs"])
        self._dialog: BatchDialog | None = None
        self.addWidget(foot)
        self.addWidget(self._line)
        actions["pause_export"].triggered.connect(lambda _: self._pause_or_go_on())
        actions["export_songs"].triggered.connect(lambda _: self._show_songs())
        batch.changed.connect(self.show_batch)
        self.show_batch()

    def show_batch(self) -> None:
        """Show the one or the other, and allow what can be done."""
        batch = self._batch
        self.setCurrentWidget(self._foot if batch.state == "none" else self._line)
        reason = "" if self._has_songs() else "No song is ready yet"
        self._actions.allow(["export"], _BUSY if batch.is_busy else reason)
        can_pause = batch.state in ("running", "pausing", "paused", "left")
        self._actions.allow(["pause_export"], "" if can_pause else _NONE)
        self._actions.allow(["export_songs"], "" if batch.songs else _NONE)

    def _pause_or_go_on(self) -> None:
        if self._batch.state == "running":
            self._batch.pause()
        else:
            self._batch.go_on()

    def _show_songs(self) -> None:
        if self._dialog is None:
            self._dialog = BatchDialog(self._batch, self._line.window())
        self._dialog.come_up()
