"""The values of one preset, to be changed: the sections of how files are written, and a length."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from editor_app.places.export.files.loudness import LoudnessSection
from editor_app.places.export.files.names import NamesSection
from editor_app.places.export.files.section import FilesSection
from editor_app.places.export.files.sound import SoundSection
from editor_app.widgets.fields import LengthsField
from editor_app.widgets.labels import label, rule
from ml_core.domain.files.choices import AS_AT_FIRST
from ml_core.domain.files.formats import WRITE_FORMATS
from ml_core.domain.files.presets import LONGEST_NAME, Preset, plain_name


class PresetForm(QWidget):
    """Shows a preset; tells another as soon as a value is changed."""

    changed = Signal(object)
    """Preset: the one that is shown, with what the person changed."""

    def __init__(self) -> None:
        super().__init__()
        self._preset: Preset | None = None
        self.name, self.length, self.format = QLineEdit(), LengthsField("Length"), QComboBox()
        self.name.setAccessibleName("Name of the preset")
        self.name.setMaxLength(LONGEST_NAME)
        self.length.setPlaceholderText("your taste")
        self.format.setAccessibleName("Format of the preset")
        for form in WRITE_FORMATS.values():
            self.format.addItem(form.words, form.name)
        self.sound, self.loudness, self.names = SoundSection(), LoudnessSection(), NamesSection()
        self._sections: tuple[FilesSection, ...] = (self.sound, self.loudness, self.names)
        first = QFormLayout()
        first.setHorizontalSpacing(16)
        first.setVerticalSpacing(8)
        for words, field in (("Name", self.name), ("Length", self.length), ("Format", self.format)):
            first.addRow(label(words, "secondary"), field)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 16, 0)
        column.setSpacing(16)
        column.addLayout(first)
        for section in self._sections:
            column.addWidget(rule())
            column.addWidget(section)
            section.changed.connect(self._tell)
        column.addStretch(1)
        self.name.editingFinished.connect(self._tell)
        self.length.length_changed.connect(self._tell)
        self.format.activated.connect(lambda _: self._on_format())

    def show_preset(self, preset: Preset | None) -> None:
        """Show a preset; nothing can be changed where there is none."""
        self._preset = preset
        self.setEnabled(preset is not None)
        if preset is None:
            self.name.clear()
            return
        self.name.setText(preset.name)
        self.length.show_lengths(preset.length_s)
        self.format.setCurrentIndex(self.format.findData(preset.file_format))
        choices = preset.chosen(AS_AT_FIRST)
        for section in self._sections:
            section.show_format(preset.file_format)
            section.show_choices(choices)

    def _on_format(self) -> None:
        """Another format begins with its own quality."""
        if self._preset is None:
            return
        form = WRITE_FORMATS[self.format.currentData()]
        self.sound.show_format(form.name)
        self.sound.show_choices(AS_AT_FIRST)
        self.names.show_format(form.name)
        self._tell()

    def _tell(self) -> None:
        if self._preset is None:
            return
        choices = self._preset.chosen(AS_AT_FIRST)
        form = WRITE_FORMATS[self.format.currentData()]
        if form.name != self._preset.file_format:
            choices = AS_AT_FIRST
        for section in self._sections:
            choices = section.taken(choices)
        name = plain_name(self.name.text()) or self._preset.name
        self.name.setText(name)
        made = Preset.of(name, self.length.lengths_s, form.name, choices.as_far_as(form))
        if made != self._preset:
            self._preset = made
            self.changed.emit(made)
