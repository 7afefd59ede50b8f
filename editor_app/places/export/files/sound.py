"""The sound of files: its depth or its bit rate, sample rate and channels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout

from editor_app.places.export.files.section import FilesSection
from editor_app.widgets.labels import label
from ml_core.domain.files.choices import FileChoices
from ml_core.domain.files.encodings import DEPTHS
from ml_core.domain.files.formats import WRITE_FORMATS

_DEPTH_WORDS = {"16": "16 bits", "24": "24 bits", "32": "32 bits", "float": "32 bits, float"}
_KBPS = {
    "mp3": (320, 256, 192, 160, 128, 96),
    "opus": (256, 192, 160, 128, 96, 64),
    "m4a": (320, 256, 192, 160, 128, 96),
}
_USUAL = {
    "mp3": "Variable, the best (about 260 kbit/s)",
    "opus": "160 kbit/s in stereo",
    "m4a": "256 kbit/s in stereo",
    "ogg": "7 (about 225 kbit/s)",
}
_OGG_QUALITIES = (10, 9, 8, 6, 5, 4, 3, 2)
_RATES_HZ = (44_100, 48_000, 96_000)


class SoundSection(FilesSection):
    """What can be chosen follows the format; the rest is kept for when it is chosen again."""

    heading = "Sound"

    def __init__(self) -> None:
        super().__init__()
        self._format = "wav"
        self.first, self.rate, self.channels = QComboBox(), QComboBox(), QComboBox()
        names = {"Depth": self.first, "Sample rate": self.rate, "Channels": self.channels}
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._first_name = label("Depth", "secondary")
        for name, box in names.items():
            box.setAccessibleName(name)
            box.activated.connect(lambda _: self.changed.emit())
            form.addRow(self._first_name if box is self.first else label(name, "secondary"), box)
        for words, n_channels in (("As the song", 0), ("Stereo", 2), ("Mono", 1)):
            self.channels.addItem(words, n_channels)
        self.column.addLayout(form)
        self.show_format(self._format)

    def show_format(self, file_format: str) -> None:
        """Offer what the format can do."""
        form = WRITE_FORMATS.get(file_format, WRITE_FORMATS["wav"])
        self._format = form.name
        words = "Depth" if form.is_lossless else "Quality"
        words = "Bit rate" if form.name in _KBPS else words
        self._first_name.setText(words)
        self.first.setAccessibleName(words)
        _fill(self.first, self._first_choices())
        rates = [rate for rate in _RATES_HZ if not form.rates_hz or rate in form.rates_hz]
        usual = "As the song" if not form.rates_hz else "As the song, or the nearest"
        _fill(self.rate, [(usual, 0), *((f"{rate:,} Hz", rate) for rate in rates)])

    def _first_choices(self) -> list[tuple[str, Any]]:
        form = WRITE_FORMATS[self._format]
        if form.is_lossless:
            known = [depth for depth, coding in DEPTHS.items() if coding in form.codings]
            return [("As the song", ""), *((_DEPTH_WORDS[depth], depth) for depth in known)]
        usual = _USUAL[self._format]
        if self._format == "ogg":
            return [(usual, -1), *((str(quality), quality) for quality in _OGG_QUALITIES)]
        return [(usual, 0), *((f"{kbps} kbit/s", kbps) for kbps in _KBPS[self._format])]

    def show_choices(self, choices: FileChoices) -> None:
        """Show what is chosen, as far as the format can do it."""
        can = choices.as_far_as(WRITE_FORMATS[self._format])
        _choose(self.first, getattr(can, self._field))
        _choose(self.rate, can.rate_hz)
        _choose(self.channels, can.n_channels)

    @property
    def _field(self) -> str:
        """Which of the choices stands first."""
        if WRITE_FORMATS[self._format].is_lossless:
            return "depth"
        return "quality" if self._format == "ogg" else "kbps"

    def taken(self, choices: FileChoices) -> FileChoices:
        """The choices with what is shown."""
        first: dict[str, Any] = {self._field: self.first.currentData()}
        return replace(
            choices,
            rate_hz=self.rate.currentData(),
            n_channels=self.channels.currentData(),
            **first,
        )


def _fill(box: QComboBox, choices: list[tuple[str, Any]]) -> None:
    """Offer these; what was chosen stays where it is still there."""
    chosen = box.currentData()
    box.clear()
    for words, value in choices:
        box.addItem(words, value)
    _choose(box, chosen)


def _choose(box: QComboBox, value: Any) -> None:
    """Show a value; one that only the command can ask for gets a row of its own."""
    index = box.findData(value)
    if index < 0 and isinstance(value, int) and value > 0:
        box.addItem(f"{value:,}", value)
        index = box.count() - 1
    box.setCurrentIndex(max(0, index))
