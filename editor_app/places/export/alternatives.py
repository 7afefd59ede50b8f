"""The edits to choose from for one song, best match first, each with its facts and a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from editor_app.listening import kept_ribbon
from editor_app.look import theme
from editor_app.look.words import counted
from editor_app.places.export.words import alternative_sentences
from editor_app.widgets import key_cap
from editor_app.widgets.labels import label
from ml_core.domain.playing import SongLayout
from ml_core.domain.requests import MATCH_UNKNOWN, MATCHES, Delivered
from ml_core.units import clock

_ROW_PX, _LEAST_ROW_PX = 64, 50
_SPACING_PX = 8
_INSET_PX = 12
_RADIO_PX = 14
_RIBBON_LEFT_PX = 72
_RIBBON_PX = 8
_MOST_RIBBON_PX = 168
_AIR_PX = 3


class AlternativeRow(QAbstractButton):
    """One edit; chosen by click or by its number key."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action = action
        self._delivered: Delivered | None = None
        self._n_samples, self._sentence, self._note = 1, "", ""
        self.setCheckable(True)
        self.setMinimumHeight(theme.grown_px(_LEAST_ROW_PX))
        self.setMaximumHeight(theme.grown_px(_ROW_PX))
        action.triggered.connect(self._on_key)

    def show_edit(self, delivered: Delivered, n_samples: int, note: str = "") -> None:
        """Show an edit of a song of `n_samples` samples, and a note of what became of it."""
        self._delivered, self._n_samples, self._note = delivered, n_samples, note
        self.say("")

    def say(self, sentence: str) -> None:
        """Show what sets it apart, as it was proposed."""
        sentence = f"{self._note} {sentence}".strip()
        self._sentence = sentence
        words = ", ".join(text for text, _ in self._facts())
        self.setAccessibleName(f"{words}. {sentence}".strip())
        self.setToolTip(sentence)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A line of facts and up to two of words."""
        return QSize(320, theme.grown_px(_ROW_PX))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint choice, key, ribbon, facts and sentence."""
        if self._delivered is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = theme.current()
        if self.isChecked() or self.underMouse():
            painter.fillRect(self.rect(), theme.color(palette.hover))
        if self.isChecked():
            painter.fillRect(0, 0, 2, self.height(), theme.color(palette.text))
        middle = _INSET_PX + theme.grown_px(16) / 2
        self._paint_radio(painter, middle)
        key = key_cap.key_of(self._action)
        key_cap.paint(painter, key, _INSET_PX + _RADIO_PX + 10, middle)
        right = self._paint_facts(painter, middle)
        width = min(_MOST_RIBBON_PX, right - _RIBBON_LEFT_PX - _INSET_PX)
        if width > 0:
            ribbon = QRectF(_RIBBON_LEFT_PX, middle - _RIBBON_PX / 2, width, _RIBBON_PX)
            spans = self._delivered.edit.spans
            kept = [(start / self._n_samples, end / self._n_samples) for start, end in spans]
            ink = palette.new if self.isChecked() else palette.old
            kept_ribbon.paint(painter, ribbon, kept, ink)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color(palette.secondary))
        top = middle + theme.grown_px(18) / 2
        self._paint_sentence(painter, top)

    def _paint_sentence(self, painter: QPainter, top: float) -> None:
        """Write it in the lines that there is room for, under the ribbon or, if need be, from the
        left edge; what does not fit at all ends in dots, and the tooltip has it whole.
        """
        # A line's own air may lie outside.
        height, flags = self.height() - top + _AIR_PX, Qt.TextFlag.TextWordWrap
        for left in (_RIBBON_LEFT_PX, _INSET_PX):
            box = QRectF(left, top, self.width() - left - 8, height)
            if painter.boundingRect(box, flags, self._sentence).height() <= height:
                painter.drawText(box, flags, self._sentence)
                return
        shown = self._sentence
        while " " in shown and painter.boundingRect(box, flags, f"{shown}…").height() > height:
            shown = shown.rpartition(" ")[0]
        painter.drawText(box, flags, f"{shown}…")

    def _paint_radio(self, painter: QPainter, middle: float) -> None:
        palette = theme.current()
        circle = QRectF(_INSET_PX, middle - _RADIO_PX / 2, _RADIO_PX, _RADIO_PX)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ink = palette.text if self.isChecked() else palette.secondary
        painter.setPen(QPen(theme.color(ink), 1))
        painter.drawEllipse(circle)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(palette.text))
            painter.drawEllipse(circle.adjusted(3.5, 3.5, -3.5, -3.5))

    def _paint_facts(self, painter: QPainter, middle: float) -> float:
        """Length, joins and match, from the right; returns where they begin."""
        palette = theme.current()
        right = self.width() - 8.0
        for text, is_strong in reversed(self._facts()):
            weight = QFont.Weight.DemiBold if is_strong else QFont.Weight.Normal
            font = theme.font("body", weight)
            width = QFontMetricsF(font).horizontalAdvance(text) + 1
            painter.setFont(font)
            painter.setPen(theme.color(palette.text if is_strong else palette.secondary))
            box = QRectF(right - width, middle - 10, width, 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
            right -= width + 12
        return right + 12

    def _facts(self) -> list[tuple[str, bool]]:
        if self._delivered is None:
            return []
        edit = self._delivered.edit
        facts = [(clock(edit.duration_s), True), (counted(edit.n_joins, "join"), False)]
        match = self._delivered.match
        return [*facts, (match, False)] if match else facts

    def _on_key(self) -> None:
        if not self.isHidden():  # Also while the map is shown in the rows' place.
            self.click()


class Alternatives(QWidget):
    """Up to three rows; one of them is chosen.

    Attributes:
        hint: in what order they stand; who shows them places it.
    """

    chosen = Signal(int)

    def __init__(self, actions: Sequence[QAction]) -> None:
        super().__init__()
        self.hint = label("", "secondary")
        self._rows = [AlternativeRow(action) for action in actions]
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING_PX)
        self._refusal = label("")
        self._refusal.setWordWrap(True)
        self._refusal.hide()
        column.addWidget(self._refusal)
        for index, row in enumerate(self._rows):
            self._group.addButton(row, index)
            column.addWidget(row, 1)
            row.hide()
        column.addStretch(0)
        self._group.idClicked.connect(self.chosen)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as with all rows, however many there are: nothing beside it moves."""
        return QSize(super().sizeHint().width(), self._height(_ROW_PX))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Likewise."""
        return QSize(super().minimumSizeHint().width(), self._height(_LEAST_ROW_PX))

    def _height(self, row_px: int) -> int:
        n_rows = len(self._rows)
        return theme.grown_px(n_rows * row_px) + (n_rows - 1) * _SPACING_PX

    def show_found(
        self, found: Sequence[Delivered], chosen: int, n_samples: int, note: str = ""
    ) -> None:
        """Show a song's edits, and a note of what became of the chosen one."""
        self.hint.setText(order_words(found))
        if len(found) == 1:
            self.hint.setText("the only one under these rules")
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(found))
            if index < len(found):
                row.show_edit(found[index], n_samples, note if index == chosen else "")
                row.setChecked(index == chosen)

    def say(self, refusal: str) -> None:
        """Say why there is none: the first rule that can't be met."""
        self._refusal.setText(refusal)
        self._refusal.setVisible(bool(refusal))

    def explain(self, found: Sequence[Delivered], layout: SongLayout) -> None:
        """Say what sets each of them apart, once the song's parts are known."""
        for row, sentence in zip(self._rows, alternative_sentences(found, layout), strict=False):
            row.say(sentence)


def order_words(found: Sequence[Delivered]) -> str:
    """In what order the edits stand; empty where there is nothing to order."""
    if len(found) < 2:
        return ""
    steps = [MATCHES.index(one.match) for one in found if one.match]
    if all(one.match in ("", MATCH_UNKNOWN) for one in found):
        return "each another way to cut it"
    in_order = all(one >= other for one, other in pairwise(steps))
    return "best match first" if in_order else "first what match and joins choose together"
