"""Going back to a backup: the list of them with what each holds, and the way back after a loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from editor_app.look.foreign import plain_tip, sentence, shown
from editor_app.project.project import Project
from editor_app.widgets.do_or_cancel import do_or_cancel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from ml_core.paths import database_path
from ml_core.store.backup.listing import BackupContents
from ml_core.store.sqlite.failures import DamagedStoreError

_ROW_PX = 44
_HOW = (
    "The project becomes what it was then. What it is now is kept as a backup of its own, so you "
    "can come back to it."
)
_READING = "Reading the backups…"
_NONE = "There is no backup yet. One is made at each start and each half hour of rating."


class BackupsDialog(QDialog):
    """A list, newest first, by the arrow keys; Enter or the button goes back.

    Args:
        backups: reads what there is, in a thread: some large ones take longer than a window may
            stand still (172 ms for a few of 40,000 ratings).
        go_back: what is done with the chosen file; the dialog is closed by then.
    """

    _found = Signal(object)

    def __init__(
        self,
        backups: Callable[[], Sequence[BackupContents]],
        go_back: Callable[[Path], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Go back to a backup")
        self.resize(760, 440)
        self._backups: list[BackupContents] = []
        self._read, self._go_back = backups, go_back
        asked = label("Which backup?", "heading")
        self.list = QListWidget()
        self.list.setAccessibleName("Backups, newest first")
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(lambda _: self._on_done())
        self.list.currentRowChanged.connect(self._on_row)
        asked.setBuddy(self.list)
        self._how = label(_READING, "secondary")
        self._how.setWordWrap(True)
        self.do = KeyButton("Go back", kind="primary")
        self.do.clicked.connect(self._on_done)
        buttons = do_or_cancel(self, self.do)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        column.addWidget(asked)
        column.addWidget(self._how)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        self._on_row(-1)
        self.list.setFocus()
        self._found.connect(self._fill, Qt.ConnectionType.QueuedConnection)
        Thread(target=self._look, name="backups", daemon=True).start()

    def _look(self) -> None:
        """Read what there is; in a thread of its own."""
        found = list(self._read())
        with suppress(RuntimeError):  # The dialog may be gone by now.
            self._found.emit(found)

    def _fill(self, backups: list[BackupContents]) -> None:
        self._backups = backups
        self._how.setText(_HOW if backups else _NONE)
        for backup in backups:
            item = QListWidgetItem(words(backup))
            item.setSizeHint(QSize(0, _ROW_PX))
            item.setToolTip(plain_tip(backup.path.name))
            if not backup.can_be_read:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        first = next((row for row, one in enumerate(backups) if one.can_be_read), -1)
        self.list.setCurrentRow(first)
        self._on_row(first)

    def _on_row(self, row: int) -> None:
        self.do.setEnabled(0 <= row < len(self._backups) and self._backups[row].can_be_read)

    def _on_done(self) -> None:
        if self.do.isEnabled():
            chosen = self._backups[self.list.currentRow()].path
            self.accept()
            self._go_back(chosen)


def words(backup: BackupContents) -> str:
    """What stands in a backup's line."""
    when = backup.utc.astimezone().strftime("%Y-%m-%d  %H:%M")
    if not backup.can_be_read:
        return f"{when}    can't be read"
    holds = ", ".join(
        f"{n} {name if n == 1 else name + 's'}"
        for n, name in (
            (backup.n_ratings, "rating"),
            (backup.n_songs, "song"),
            (backup.n_models, "model"),
        )
    )
    if len(backup.tastes) > 1:
        holds += f"; tastes {', '.join(map(shown, backup.tastes))}"
    return f"{when}    {holds}{_why(backup.why)}"


def _why(why: str) -> str:
    if not why:
        return ""
    known = {"by-hand": "made by hand", "before-restore": "before you went back"}
    return f"  ({known.get(why, 'before an update')})"


def offer_way_back(error: DamagedStoreError, parent: QWidget | None = None) -> bool:
    """Say that the project's file is lost, what comes back, and whether the person wants it."""
    box = QMessageBox(parent)
    box.setWindowTitle("Tastecut")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"{sentence(error.message)}\n\n{sentence(error.comes_back)}")
    restore = box.addButton("Bring it back", QMessageBox.ButtonRole.AcceptRole)
    box.addButton("Quit", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(restore)
    box.exec()
    return box.clickedButton() is restore


def start_or_bring_back(start: Callable[[], bool], project_dir: Path) -> bool:
    """Open the project; where its file is lost, offer the way back first.

    Args:
        start: opens it; false if another window has it.

    Returns:
        what `start` returned; false, too, if the person wants nothing brought back.

    Raises:
        UserError: if it can't be opened.
    """
    try:
        return start()
    except DamagedStoreError as error:
        if not offer_way_back(error):
            return False
        Project.restore(error.backup or database_path(project_dir), project_dir)
    return start()
