"""The rules of an export: how long, and what must stay."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
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
from editor_app.places.export.set_rules import SetLength, SetRules
from editor_app.places.export.spans import SongSpans
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.fields import LengthsField
from editor_app.widgets.glyph import Glyph
from editor_app.widgets.labels import label
from ml_core.units import clock

_SHORTEST_BARS = (1, 2, 4, 8)
_LONGEST_BARS = (4, 8, 16, 32)
_AS_IT_IS = "not all met; exported as it is"
_ROUGH_TIP = (
    "Only where no edit keeps the other rules without one; where only what is forbidden is cut, "
    "also where less goes with it."
)
_WIDTH_PX = 288
# Eight rows have to fit beside three alternatives in the smallest window.
_SPACING_PX = 4

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
        self._by_least = QRadioButton("Cut only what is forbidden")
        self._by_least.setToolTip("And as little else as can be; no length counts then")
        self._by_taste.setChecked(True)
        group = QButtonGroup(self)
        for button in (self._by_taste, self._by_length, self._by_least):
            group.addButton(button)
        self._length = LengthsField("Length of the edit")
        self._length.setPlaceholderText("m:ss")
        self._exact = QCheckBox("exactly")
        self._exact.setAccessibleName("Exactly this length")
        self._exact.setToolTip(EXACT_TIP)
        self._intro = QCheckBox("Keep the intro")
        self._ending = QCheckBox("Keep the ending")
        self._shortest = QComboBox()
        self._shortest.setAccessibleName("Shortest piece")
        for bars in _SHORTEST_BARS:
            self._shortest.addItem(f"from {counted(bars, 'bar')}", bars)
        self._longest = QComboBox()
        self._longest.setAccessibleName("Longest piece")
        self._longest.addItem("to any", None)
        for bars in _LONGEST_BARS:
            self._longest.addItem(f"to {counted(bars, 'bar')}", bars)
        self._rough = QCheckBox("Allow joins that stand out")
        self._rough.setToolTip(_ROUGH_TIP)
        self._glyph, self._met = Glyph("tick", "good"), label("", "secondary")
        self._spans = label("", "secondary")
        self._broken = ElidingLabel()
        self._broken.setProperty("role", "small")
        self._broken.hide()
        self._build(group)
        self.show_spans(SongSpans())

    def _build(self, ways: QButtonGroup) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING_PX)
        column.addLayout(_row(label("Rules", "heading"), None, self._glyph, self._met))
        column.addWidget(self._by_taste)
        column.addLayout(_row(self._by_length, None, self._length, self._exact))
        column.addWidget(self._by_least)
        column.addLayout(_row(self._intro, self._ending, None))
        column.addLayout(_row(label("Pieces"), None, self._shortest, self._longest))
        column.addWidget(self._rough)
        column.addWidget(self._spans)
        column.addWidget(self._broken)
        column.addStretch(1)
        self._length.length_changed.connect(self._on_length)
        self._exact.toggled.connect(lambda _: self._on_length())
        self._intro.toggled.connect(lambda _: self.changed.emit())
        self._ending.toggled.connect(lambda _: self.changed.emit())
        self._rough.toggled.connect(lambda _: self.changed.emit())
        # One radio button goes off as another comes on: what is set then is one change.
        ways.buttonToggled.connect(self._on_way)
        self._shortest.currentIndexChanged.connect(lambda _: self._on_pieces(self._longest))
        self._longest.currentIndexChanged.connect(lambda _: self._on_pieces(self._shortest))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the system's font."""
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedWidth(theme.grown_px(_WIDTH_PX))
        super().changeEvent(event)

    @property
    def rules(self) -> SetRules:
        """What is set now."""
        lengths_s = self._length.lengths_s if self._by_length.isChecked() else None
        is_one = lengths_s is not None and lengths_s[0] == lengths_s[1]
        return SetRules(
            lengths_s[0] if is_one and lengths_s is not None else None,
            self._intro.isChecked(),
            self._ending.isChecked(),
            int(self._shortest.currentData()),
            rough_joins=self._rough.isChecked(),
            longest_bars=self._longest.currentData(),
            cut_least=self._by_least.isChecked(),
            is_exact=self._exact.isChecked(),
            range_s=None if is_one else lengths_s,
        )

    @property
    def length(self) -> SetLength:
        """How long edits are to be, as it is set now."""
        ways = (self._by_taste, self._by_length, self._by_least)
        way = next(at for at, button in enumerate(ways) if button.isChecked())
        return SetLength(way, self._length.lengths_s)

    def set_length(self, length: SetLength) -> None:
        """Set how long edits are to be, in one step."""
        if length == self.length:
            return
        self.blockSignals(True)
        self._length.show_lengths(length.lengths_s)
        (self._by_taste, self._by_length, self._by_least)[length.way].setChecked(True)
        self._allow_exact()
        self.blockSignals(False)
        self.changed.emit()

    def show_spans(self, spans: SongSpans) -> None:
        """Show how many spans of the song are set."""
        words = f"{len(spans.locked)} locked  ·  {len(spans.forbidden)} forbidden"
        joins = [f"{clock(leave)} to {clock(enter)}" for leave, enter in spans.never_joins]
        if joins:
            words += f"  ·  {counted(len(joins), 'join')} never"
        self._spans.setText(words)
        self._spans.setToolTip(
            f"Never joined: {', '.join(joins)}. Clear allows it again." if joins else ""
        )

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
        # A person's own edit may break a rule: that is a note, not a refusal.
        broken = ("triangle", "doubtful") if is_by_hand else ("crossed_circle", "failed")
        self._glyph.set_icon(*(("tick", "good") if is_met else broken))
        self._glyph.setVisible(refusal is not None)
        unmet = _AS_IT_IS if is_by_hand else "not all met"
        self._met.setText("" if refusal is None else "all met" if is_met else unmet)

    def _on_way(self, _: QAbstractButton, is_on: bool) -> None:
        if is_on:
            self.changed.emit()

    def _on_pieces(self, other: QComboBox) -> None:
        """No piece can be longer than the longest: the bound set last holds, the other follows."""
        shortest, longest = self._shortest.currentData(), self._longest.currentData()
        if longest is not None and longest < shortest:
            set_last = longest if other is self._shortest else shortest
            other.blockSignals(True)
            other.setCurrentIndex(other.findData(set_last))
            other.blockSignals(False)
        self.changed.emit()

    def _allow_exact(self) -> None:
        """One length can be exact, a range can't."""
        lengths_s = self._length.lengths_s
        self._exact.setEnabled(lengths_s is None or lengths_s[0] == lengths_s[1])

    def _on_length(self) -> None:
        self._allow_exact()
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
