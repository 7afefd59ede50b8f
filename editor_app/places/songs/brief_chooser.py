"""What the edits are for, on one line: a length range that every candidate keeps."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.fields import LengthField
from editor_app.widgets.labels import label
from ml_core.domain.edits import Brief
from ml_core.store.fit_words import FitCount, brief_rule

# 3:00 give or take 7 s, which is two bars of 4/4 at the slowest usual tempo (70 bpm: 3.4 s each).
PRESETS = (
    Brief(),
    Brief("Radio, about 3:00", 173.0, 187.0),
    Brief("Short version, 1:30 to 2:30", 90.0, 150.0),
    Brief("Reel, 0:20 to 0:40", 20.0, 40.0),
)
OWN = "A length of my own"


class BriefChooser(QWidget):
    """Presets, and two fields for a length of one's own.

    Attributes:
        beside: layout at the end of the line, for what follows from the brief.
        fits: says how many songs fit.
    """

    chosen = Signal(object)
    """A Brief."""

    def __init__(self) -> None:
        super().__init__()
        self._brief = Brief()
        self._presets = QComboBox()
        self._presets.setAccessibleName("What are the edits for?")
        self._presets.addItems([brief.name for brief in PRESETS])
        self._presets.addItem(OWN)
        self._presets.activated.connect(self._on_preset)
        self._shortest = LengthField("Shortest")
        self._longest = LengthField("Longest")
        for field in (self._shortest, self._longest):
            field.length_changed.connect(self._on_length)
        self._rule = ElidingLabel()
        self._rule.setProperty("role", "secondary")
        self.beside = QHBoxLayout()
        self.beside.setSpacing(8)
        self.fits = label("", "name")
        self.beside.addWidget(self.fits)

        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(label("What are the edits for?", "name"))
        line.addWidget(self._presets)
        line.addWidget(label("from", "secondary"))
        line.addWidget(self._shortest)
        line.addWidget(label("to", "secondary"))
        line.addWidget(self._longest)
        line.addSpacing(8)
        line.addWidget(self._rule, 1)
        line.addLayout(self.beside)
        self.show_brief(Brief())

    def show_brief(self, brief: Brief) -> None:
        """Show the project's brief."""
        self._brief = brief
        known = next((at for at, one in enumerate(PRESETS) if one == brief), len(PRESETS))
        self._presets.setCurrentIndex(known)
        self._shortest.set_length_s(brief.shortest_s)
        self._longest.set_length_s(brief.longest_s)
        self._rule.setText(brief_rule(brief))

    def show_fits(self, count: FitCount) -> None:
        """Say how many songs fit, marked as doubtful where that is too few."""
        self.fits.setText(count.words)
        self.fits.setToolTip(f"{count.warning} {count.remedy}".strip())
        role = "doubtful" if count.are_few else "name"
        if self.fits.property("role") != role:
            self.fits.setProperty("role", role)
            self.fits.style().polish(self.fits)

    def _on_preset(self, at: int) -> None:
        if at < len(PRESETS):
            self._choose(PRESETS[at])
        else:
            self._shortest.setFocus()

    def _on_length(self) -> None:
        low, high = self._shortest.length_s, self._longest.length_s
        if low is not None and high is not None and low > high:
            low, high = high, low
        known = next((p for p in PRESETS if (p.shortest_s, p.longest_s) == (low, high)), None)
        self._choose(known or Brief(OWN, low, high))

    def _choose(self, brief: Brief) -> None:
        if brief != self._brief:
            self.show_brief(brief)
            self.chosen.emit(brief)
