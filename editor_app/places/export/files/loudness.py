"""How loud files are: as the song is, or brought to a loudness by one gain."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout

from editor_app.places.export.files.section import FilesSection
from editor_app.widgets.labels import label
from ml_core.domain.files.choices import LOUDNESS_RANGE_LUFS, TRUE_PEAK_RANGE_DB, FileChoices

AS_IT_IS, ANOTHER = 0.0, 1.0
_TARGETS = (
    ("As the song is", AS_IT_IS),
    ("-14 LUFS, music online", -14.0),
    ("-16 LUFS, talk and podcasts", -16.0),
    ("-23 LUFS, television and radio in Europe", -23.0),
    ("Another", ANOTHER),
)
_FIRST_OTHER = -18.0
SAID = (
    "The whole edit gets one gain, so nothing but its level changes. An edit whose peaks don't let "
    "it be as loud is written as loud as they do, and that is said."
)


class LoudnessSection(FilesSection):
    """Usual targets, and any other."""

    heading = "Loudness"

    def __init__(self) -> None:
        super().__init__()
        self.target = QComboBox()
        self.target.setAccessibleName("Loudness")
        for words, lufs in _TARGETS:
            self.target.addItem(words, lufs)
        self.other = QDoubleSpinBox()
        self.other.setAccessibleName("Another loudness, LUFS")
        self.other.setRange(*LOUDNESS_RANGE_LUFS)
        self.other.setDecimals(1)
        self.other.setSuffix(" LUFS")
        self.other.setValue(_FIRST_OTHER)
        self.peak = QDoubleSpinBox()
        self.peak.setAccessibleName("Highest true peak, dBTP")
        self.peak.setRange(*TRUE_PEAK_RANGE_DB)
        self.peak.setDecimals(1)
        self.peak.setSingleStep(0.5)
        self.peak.setSuffix(" dBTP")
        self.peak.setToolTip("The highest peak that an edit may have, also between samples")
        self._peaks = label("peaks to", "secondary")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.target)
        row.addWidget(self.other)
        row.addStretch(1)
        row.addWidget(self._peaks)
        row.addWidget(self.peak)
        self.column.addLayout(row)
        said = label(SAID, "small")
        said.setWordWrap(True)
        self.column.addWidget(said)
        self.target.activated.connect(lambda _: self._on_changed())
        for box in (self.other, self.peak):
            box.valueChanged.connect(lambda _: self.changed.emit())

    def show_choices(self, choices: FileChoices) -> None:
        """Show the target; one that is none of the usual ones as another."""
        lufs = choices.loudness_lufs
        is_another = self.target.currentData() == ANOTHER and self.other.value() == lufs
        at = self.target.findData(lufs)
        self.target.setCurrentIndex(self.target.findData(ANOTHER) if is_another or at < 0 else at)
        if at < 0:
            self.other.blockSignals(True)
            self.other.setValue(lufs)
            self.other.blockSignals(False)
        self.peak.blockSignals(True)
        self.peak.setValue(choices.true_peak_db)
        self.peak.blockSignals(False)
        self._show_what_counts()

    def taken(self, choices: FileChoices) -> FileChoices:
        """The choices with the target."""
        chosen = float(self.target.currentData())
        lufs = round(self.other.value(), 1) if chosen == ANOTHER else chosen
        return replace(choices, loudness_lufs=lufs, true_peak_db=round(self.peak.value(), 1))

    def _on_changed(self) -> None:
        self._show_what_counts()
        self.changed.emit()

    def _show_what_counts(self) -> None:
        """An edit whose level stays has its song's peaks."""
        self.other.setVisible(self.target.currentData() == ANOTHER)
        for part in (self._peaks, self.peak):
            part.setVisible(self.target.currentData() != AS_IT_IS)
