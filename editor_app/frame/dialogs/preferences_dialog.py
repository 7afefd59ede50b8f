"""All that the person may set, on one page; each change counts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from editor_app.frame.preference_table import SWITCHES
from editor_app.look.foreign import plain_tip, sentence, shown
from editor_app.look.theme import Choice
from editor_app.settings import TEXT_SCALES, Settings
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.focus_ring import FocusRing
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label

_COLOURS: tuple[tuple[str, Choice], ...] = (
    ("As the system", "system"),
    ("Dark", "dark"),
    ("Light", "light"),
)
_TEXT = tuple(zip(("As the system", "Larger", "Large", "Very large"), TEXT_SCALES, strict=True))
_DEVICES = (("Best there is", "auto"), ("Graphics card", "cuda"), ("Processor", "cpu"))
_FOLDERS = (
    ("Edits go to", "export_folder", "Where to put the edits"),
    ("Songs are looked for in", "songs_folder", "Where your songs are"),
)


class PreferencesDialog(QDialog):
    """Stays open beside the window.

    Args:
        outputs: what sound can be heard on, (name, words), read whenever the page is shown.
    """

    def __init__(
        self,
        settings: Settings,
        outputs: Callable[[], Sequence[tuple[str, str]]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._settings, self._outputs = settings, outputs
        self.setWindowTitle("Preferences")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.switches: dict[str, QCheckBox] = {}
        self.folders: dict[str, ElidingLabel] = {}
        self._begin("Sound")
        self.output = self._choice("Output", "audio_device")
        self._begin("Look")
        self.colours = self._choice("Colours", "theme", _COLOURS)
        self.text = self._choice("Text", "text_scale", _TEXT)
        self._begin("Folders")
        for words, name, question in _FOLDERS:
            self._folder(words, name, question)
        for heading in dict.fromkeys(switch.heading for switch in SWITCHES):
            self._begin(heading)
            self._switches(heading)
        self._begin("Learning")
        self.device = self._choice("Runs on", "training_device", _DEVICES)
        self._finish()
        settings.changed.connect(self.show_settings)
        self.show_settings()

    def show_settings(self, _name: str = "") -> None:
        """Show what is set now, wherever it was set."""
        settings = self._settings
        for box, value in (
            (self.colours, settings.theme),
            (self.text, settings.text_scale),
            (self.device, settings.training_device),
            (self.output, settings.audio_device),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        for name, check in self.switches.items():
            check.setChecked(getattr(settings, name))
        for name, path in self.folders.items():
            folder = str(getattr(settings, name))
            path.setText(sentence(folder) if folder else "Where you last chose some")
            path.setToolTip(plain_tip(folder))

    def come_up(self) -> None:
        """Show what is set, and the outputs that there are now."""
        self.show_outputs()
        self.show()
        self.raise_()
        self.activateWindow()

    def show_outputs(self) -> None:
        """Offer the outputs as they were seen last."""
        self.output.clear()
        for name, words in self._outputs():
            self.output.addItem(shown(words), name)
        self.show_settings()

    def _begin(self, heading: str) -> None:
        row = self._grid.rowCount()
        if row > 1:
            self._grid.setRowMinimumHeight(row, 8)
            row += 1
        self._grid.addWidget(label(heading, "heading"), row, 0, 1, 3)

    def _choice(
        self,
        words: str,
        name: str,
        choices: Iterable[tuple[str, object]] = (),
    ) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(words)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(24)
        for choice, value in choices:
            made.addItem(choice, value)
        made.activated.connect(lambda at: self._set(name, made.itemData(at)))
        row = self._grid.rowCount()
        self._grid.addWidget(label(words, "secondary"), row, 0)
        self._grid.addWidget(made, row, 1, 1, 2)
        return made

    def _folder(self, words: str, name: str, question: str) -> None:
        path = self.folders[name] = ElidingLabel("")
        change = KeyButton("Choose…", height_px=28)
        change.setAccessibleName(f"{words}: choose another folder")
        change.clicked.connect(lambda: self._choose_folder(name, question))
        row = self._grid.rowCount()
        self._grid.addWidget(label(words, "secondary"), row, 0)
        self._grid.addWidget(path, row, 1)
        self._grid.addWidget(change, row, 2)

    def _switches(self, heading: str) -> None:
        for switch in SWITCHES:
            if switch.heading == heading:
                made = self.switches[switch.setting] = QCheckBox(switch.words)
                made.setToolTip(switch.tip)
                made.toggled.connect(lambda on, name=switch.setting: self._set(name, on))
                self._grid.addWidget(made, self._grid.rowCount(), 0, 1, 3)

    def _finish(self) -> None:
        done = KeyButton("Done", kind="primary")
        done.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(20)
        column.addLayout(self._grid)
        column.addStretch(1)
        column.addLayout(foot)
        # As high as larger text needs, at once: a dialog does not grow by itself.
        column.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        self._grid.setColumnMinimumWidth(1, 280)
        self.output.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ring = FocusRing(self)

    def _set(self, name: str, value: object) -> None:
        # Asked first, since a setting that is set tells everybody.
        if getattr(self._settings, name) != value:
            setattr(self._settings, name, value)

    def _choose_folder(self, name: str, question: str) -> None:
        chosen = QFileDialog.getExistingDirectory(self, question, getattr(self._settings, name))
        if chosen:
            self._set(name, chosen)
