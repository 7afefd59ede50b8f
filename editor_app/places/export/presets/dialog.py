"""Where presets are changed: a list, and the values of the one that is chosen in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from editor_app.look import theme
from editor_app.look.foreign import plain_tip, sentence, shown
from editor_app.notifier import Notifier
from editor_app.places.export.presets.form import PresetForm
from editor_app.places.export.presets.kept import KeptPresets
from editor_app.widgets.focus_ring import FocusRing
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label, rule
from ml_core.domain.files.preset_list import PresetList, file_text, read_presets
from ml_core.domain.files.preset_words import preset_words
from ml_core.domain.files.presets import Preset
from ml_core.errors import UserError

_SIZE_PX = (800, 690)
_LIST_PX, _ROW_PX = 208, 32
_MOST_OF_SCREEN = 0.85
_FILES = "Presets (*.json)"
# Typing is one change, not one for each letter.
_PAUSE_MS = 700


class PresetsDialog(QDialog):
    """Stays open beside the window; every change counts at once and can be taken back.

    Args:
        kept: the presets.
        as_set: gives what is set in Export now, as a preset of a name.
        notifier: told what the disk refuses.
    """

    def __init__(
        self,
        kept: KeptPresets,
        as_set: Callable[[str], Preset],
        notifier: Notifier,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Presets")
        self._kept, self._as_set, self._notifier = kept, as_set, notifier
        self._now = ""  # The name of the preset that is shown.
        self._waiting: Preset | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._save)
        self.list, self.form = QListWidget(), PresetForm()
        self.list.setAccessibleName("Presets")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.installEventFilter(self)
        self.said = label("", "small")
        self.said.setWordWrap(True)
        self.buttons = {
            words: KeyButton(words, height_px=32)
            for words in ("New", "Copy", "Delete", "Bring back shipped", "Import…", "Export…")
        }
        does = (self.add, self.copy, self.delete, self.restore, self._import, self._export)
        for button, done in zip(self.buttons.values(), does, strict=True):
            button.clicked.connect(done)
        self.buttons["New"].setToolTip("A preset of what is set in Export now")
        self._build()
        self.list.currentRowChanged.connect(lambda _: self._on_row())
        self.form.changed.connect(self._on_form)
        kept.changed.connect(self._show)
        self._ring = FocusRing(self)

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        for words in ("New", "Copy", "Delete"):
            row.addWidget(self.buttons[words])
        left.addLayout(row)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.form)
        self.list.setFixedWidth(theme.grown_px(_LIST_PX))
        top = QHBoxLayout()
        top.setContentsMargins(16, 16, 8, 12)
        top.setSpacing(8)
        top.addLayout(left)
        top.addWidget(area, 1)
        done = KeyButton("Done", kind="primary")
        done.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 12, 24, 16)
        foot.setSpacing(8)
        for words in ("Bring back shipped", "Import…", "Export…"):
            foot.addWidget(self.buttons[words])
        foot.addWidget(self.said, 1)
        foot.addWidget(done)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(top, 1)
        outer.addWidget(rule())
        outer.addLayout(foot)

    def come_up(self, now: Preset | None) -> None:
        """Show the presets, the one that is set chosen."""
        if now is not None:
            self._now = now.name
        self.said.setText("")
        self._show()
        width, height = map(theme.grown_px, _SIZE_PX)
        most = self.screen().availableGeometry()
        self.resize(
            min(width, round(most.width() * _MOST_OF_SCREEN)),
            min(height, round(most.height() * _MOST_OF_SCREEN)),
        )
        self.show()
        self.raise_()
        self.activateWindow()
        self.list.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """What was typed last counts too."""
        self._save()
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Del deletes the preset that is chosen in the list."""
        is_key = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if watched is self.list and is_key and event.key() == Qt.Key.Key_Delete:  # type: ignore[attr-defined]
            self.delete()
            return True
        return super().eventFilter(watched, event)

    # What is shown

    def _show(self) -> None:
        """Show the list as it is now; the preset that was shown stays."""
        presets = self._kept.all
        self.list.blockSignals(True)
        self.list.clear()
        for one in presets.presets:
            item = QListWidgetItem(shown(one.name))
            item.setSizeHint(QSize(0, theme.grown_px(_ROW_PX)))
            item.setToolTip(plain_tip(preset_words(one)))
            self.list.addItem(item)
        now = presets.get(self._now)
        row = 0 if now is None else presets.presets.index(now)
        self.list.setCurrentRow(row if presets.presets else -1)
        self.list.blockSignals(False)
        self._on_row()

    def _on_row(self) -> None:
        self._save()
        row, presets = self.list.currentRow(), self._kept.all.presets
        preset = presets[row] if 0 <= row < len(presets) else None
        self._now = "" if preset is None else preset.name
        self.form.show_preset(preset)
        for words in ("Copy", "Delete"):
            self.buttons[words].setEnabled(preset is not None)
        self.buttons["Export…"].setEnabled(bool(presets))

    # What is done

    def _on_form(self, preset: Preset) -> None:
        self._waiting = preset
        self._pause.start()

    def _save(self) -> None:
        """Keep what was changed of the preset that is shown."""
        self._pause.stop()
        preset, self._waiting = self._waiting, None
        if preset is None or self._kept.all.get(self._now) is None:
            return
        before = self._now
        try:
            presets = self._kept.all.changed(before, preset)
        except UserError as error:
            self.said.setText(sentence(str(error)))
            self._show()
            return
        self.said.setText("")
        self._now = preset.name
        self._change(f"“change preset {shown(before)}”", presets)

    def add(self) -> None:
        """Add a preset of what is set in Export now."""
        self._save()
        try:
            preset = self._as_set(self._kept.all.free_name("My preset"))
            presets = self._kept.all.saved(preset)
        except UserError as error:
            self.said.setText(sentence(str(error)))
            return
        self._now = preset.name
        self._change(f"“add preset {shown(preset.name)}”", presets)
        self.form.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.form.name.selectAll()

    def copy(self) -> None:
        """Add a copy of the preset that is shown."""
        self._save()
        try:
            presets, copy = self._kept.all.copied(self._now)
        except UserError as error:
            self.said.setText(sentence(str(error)))
            return
        before, self._now = self._now, copy.name
        self._change(f"“copy preset {shown(before)}”", presets)

    def delete(self) -> None:
        """Delete the preset that is shown; the next one is shown then."""
        self._save()
        gone, row = self._kept.all.get(self._now), self.list.currentRow()
        if gone is None:
            return
        presets = self._kept.all.without(gone.name)
        left = presets.presets
        self._now = left[min(row, len(left) - 1)].name if left else ""
        self._change(f"“delete preset {shown(gone.name)}”", presets)

    def restore(self) -> None:
        """Bring the shipped presets back as they were."""
        self._save()
        self._change("“bring back shipped presets”", self._kept.all.restored())
        self.said.setText("The shipped presets are as they were. Your own stay.")

    def _import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Import presets", "", _FILES)
        if name:
            self.take_file(Path(name))

    def take_file(self, file: Path) -> None:
        """Add the presets of a file; none that is there is changed."""
        self._save()
        try:
            presets, new = self._kept.all.joined(read_presets(file))
        except UserError as error:
            self.said.setText(sentence(str(error)))
            return
        if new:
            self._now = new[0].name
        self._change("“import presets”", presets)
        names = ", ".join(shown(one.name) for one in new)
        words = f"Added: {names}." if new else "They are there already."
        self.said.setText(sentence(words if len(new) <= 3 else f"{len(new)} presets added."))

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export presets", "presets.json", _FILES)
        if name:
            self.write_file(Path(name))

    def write_file(self, file: Path) -> None:
        """Write all presets to a file; the file dialog has asked where there was one."""
        self._save()
        try:
            file.write_text(file_text(self._kept.all.presets), encoding="utf-8")
        except OSError as error:
            self.said.setText(sentence(f"{file.name} can't be written: {error.strerror}."))
            return
        self.said.setText(sentence(f"Written: {file.name}"))

    def _change(self, name: str, presets: PresetList) -> None:
        try:
            self._kept.change(name, presets)
        except UserError as error:
            self._notifier.user_error(error)
        self._show()
