"""The rules of an export: how long, and what must stay."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
)

from editor_app.look import theme
from editor_app.look.words import counted
from editor_app.places.export.set_rules import SetRules
from editor_app.places.export.spans import SongSpans
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.fields import LengthField
from editor_app.widgets.glyph import Glyph
from editor_app.widgets.labels import label

_SHORTEST_BARS = (1, 2, 4, 8)
_WIDTH_PX = 288

EXACT_TIP = (
    "Files last this length to a hundredth of a second. Where no edit does, one is made up to 2 % "
    "longer or shorter at the same pitch."
)
"""What is told of the box beside the length."""


class ExportRules(QFrame):
    """Hard limits that the person sets; every edit keeps them or says that it can't."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(theme.grown_px(_WIDTH_PX))
        self._by_taste = QRadioButton("Length as your taste says")
        self._by_length = QRadioButton("Length")
        self._by_taste.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self._by_taste)
        group.addButton(self._by_length)
        self._length = LengthField("Length of the edit")
        self._length.setPlaceholderText("m:ss")
        self._exact = QCheckBox("exactly")
        self._exact.setAccessibleName("Exactly this length")
        self._exact.setToolTip(EXACT_TIP)
        self._intro = QCheckBox("Keep the intro")
        self._ending = QCheckBox("Keep the ending")
        self._shortest = QComboBox()
        self._shortest.setAccessibleName("Shortest piece")
        for bars in _SHORTEST_BARS:
            self._shortest.addItem(counted(bars, "bar"), bars)
        self._rough = QCheckBox("Allow joins that stand out")
        self._rough.setToolTip("Only where no edit keeps the other rules without one")
        self._glyph, self._met = Glyph("tick", "good"), label("", "secondary")
        self._spans = label("", "secondary")
        self._broken = ElidingLabel()
        self._broken.setProperty("role", "small")
        self._broken.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(_row(label("Rules", "heading"), None, self._glyph, self._met))
        column.addWidget(self._by_taste)
        column.addLayout(_row(self._by_length, None, self._length, self._exact))
        column.addLayout(_row(self._intro, self._ending, None))
        column.addLayout(_row(label("Shortest piece"), None, self._shortest))
        column.addWidget(self._rough)
        column.addWidget(self._spans)
        column.addWidget(self._broken)
        column.addStretch(1)
        self._length.length_changed.connect(self._on_length)
        self._exact.toggled.connect(lambda _: self._on_length())
        for button in (self._by_taste, self._intro, self._ending, self._rough):
            button.toggled.connect(lambda _: self.changed.emit())
        self._shortest.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.show_spans(SongSpans())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the system's font."""
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedWidth(theme.grown_px(_WIDTH_PX))
        super().changeEvent(event)

    @property
    def rules(self) -> SetRules:
        """What is set now."""
        return SetRules(
            self._length.length_s if self._by_length.isChecked() else None,
            self._intro.isChecked(),
            self._ending.isChecked(),
            int(self._shortest.currentData()),
            rough_joins=self._rough.isChecked(),
            is_exact=self._exact.isChecked(),
        )

    def show_spans(self, spans: SongSpans) -> None:
        """Show how many spans of the song are set."""
        words = f"{len(spans.locked)} locked  ·  {len(spans.forbidden)} forbidden"
        self._spans.setText(words)

    def say(self, refusal: str | None, is_by_hand: bool = False) -> None:
        """Say whether all rules are met.

        Args:
            refusal: why they are not; empty if they are, None while it is not known.
            is_by_hand: whether it is of an edit changed by hand; then which rule is said here.
        """
        is_met = not refusal
        self._broken.setText(refusal if refusal and is_by_hand else "")
        is_said = bool(refusal) and is_by_hand
        self._broken.setVisible(is_said)
        self._spans.setHidden(is_said)  # In its place, so that nothing moves.
        self._glyph.set_icon(*(("tick", "good") if is_met else ("crossed_circle", "failed")))
        self._glyph.setVisible(refusal is not None)
        self._met.setText("" if refusal is None else "all met" if is_met else "not all met")

    def _on_length(self) -> None:
        if self._by_length.isChecked():
            self.changed.emit()
        else:
            self._by_length.setChecked(True)


def _row(*widgets: object) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)  # type: ignore[arg-type]
    return row
