"""What follows an export: it is remembered, a sound tells of it, and its files are at hand."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from editor_app.places.export.after.file_player import FilePlayer
from editor_app.places.export.after.in_folder import show_in_folder
from editor_app.places.export.after.recent_dialog import RecentDialog
from editor_app.places.export.song import ExportSong
from editor_app.sound.chime import chime
from editor_app.workspace import Workspace


class AfterExport(QObject):
    """Remembers what was written, and opens the list of it.

    Args:
        workspace: the window's parts.
        desk: has the player while no file is heard.
        parent: the window that the list belongs to.
    """

    def __init__(self, workspace: Workspace, desk: ExportSong, parent: QWidget) -> None:
        super().__init__()
        self._settings, self._player = workspace.settings, workspace.player
        self._desk, self._parent = desk, parent
        self._sound = FilePlayer(workspace)
        self._dialog: RecentDialog | None = None
        self._chime: object | None = None
        workspace.actions["recent_exports"].triggered.connect(lambda _: self.open())

    def remember(self, files: list[Path]) -> None:
        """Files were written."""
        self._settings.add_recent_exports(reversed(files))

    def tell(self, n_files: int) -> None:
        """A batch has ended that has written so many."""
        if n_files and self._settings.sound_after_export and not self._player.is_playing:
            self._chime = chime(self._player)

    def open(self) -> None:
        """Show the list; what plays falls silent, since the list may play other files."""
        if self._dialog is None:
            self._dialog = RecentDialog(
                self._settings, self._sound, show_in_folder, self._desk.take_back, self._parent
            )
        self._desk.let_go()
        self._dialog.open_on_newest()

    def leave(self) -> None:
        """Another place is shown: the list goes, and no file is heard any more."""
        if self._dialog is not None:
            self._dialog.hide()

    def close(self) -> None:
        """Remove the temporary files."""
        self.leave()
        self._sound.close()
