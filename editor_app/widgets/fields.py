"""Line edits of our own: a filter with its key, and lengths written as m:ss."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from editor_app.look import icons, theme
from editor_app.widgets import key_cap
from ml_core.domain.corrections import TEMPO_RANGE_BPM
from ml_core.units import clock, parse_clock


class FilterField(QLineEdit):
    """A field that filters as one types; Esc empties it."""

    def __init__(self, placeholder: str, action: QAction) -> None:
        super().__init__()
        self._action = action
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setTextMargins(24, 0, 0, 0)
        action.triggered.connect(self._take_keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc empties the field."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Esc for the field while there is something to empty."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.text()
        ):
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the field, its icon, and the key while it is empty."""
        super().paintEvent(event)
        painter = QPainter(self)
        middle = self.height() / 2
        icons.paint(painter, "magnifier", 10, middle - 8, theme.current().secondary)
        key = key_cap.key_of(self._action)
        if not self.text() and key:
            left = self.width() - 8 - key_cap.width(key)
            key_cap.paint(painter, key, left, middle)

    def _take_keys(self) -> None:
        if self.isVisible():
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.selectAll()


class TempoField(QLineEdit):
    """A tempo in beats a minute. Words that are none are put back."""

    typed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Tempo, beats a minute")
        self.setToolTip("The tempo. Type another for the bars that are chosen, else for all.")
        self.setFixedWidth(76)
        self._bpm: float | None = None
        self.returnPressed.connect(self._take)
        self.editingFinished.connect(lambda: self.show_bpm(self._bpm))

    def show_bpm(self, bpm: float | None) -> None:
        """Show a tempo; none where there is no beat."""
        self._bpm = bpm
        self.setText("" if bpm is None else f"{bpm:.0f} bpm")

    def _take(self) -> None:
        try:
            bpm = float(self.text().casefold().replace("bpm", "").replace(",", ".").strip())
        except ValueError:
            bpm = float("nan")
        self.clearFocus()
        low, high = TEMPO_RANGE_BPM
        if low <= bpm <= high:
            self.typed.emit(bpm)


class LengthField(QLineEdit):
    """A length as m:ss; empty means open. Words that are no length are put back."""

    length_changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText("any")
        self.setFixedWidth(72)
        self._length_s: float | None = None
        self.editingFinished.connect(self._take)

    @property
    def length_s(self) -> float | None:
        """The length in seconds; None if open."""
        return self._length_s

    def set_length_s(self, length_s: float | None) -> None:
        """Show a length."""
        self._length_s = length_s
        self.setText("" if length_s is None else clock(length_s))

    def _take(self) -> None:
        text = self.text().strip()
        try:
            length_s = parse_clock(text) if text else None
        except ValueError:
            length_s = self._length_s
        if length_s is not None and length_s < 1:
            length_s = self._length_s
        is_new = length_s != self._length_s
        self.set_length_s(length_s)
        if is_new:
            self.length_changed.emit()


class LengthsField(LengthField):
    """A length, or a range of them such as 0:30-1:00; empty means open."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lengths_s: tuple[float, float] | None = None
        self.setFixedWidth(104)
        self.setToolTip("A length such as 0:30, or from one to another: 0:30-1:00")

    @property
    def lengths_s(self) -> tuple[float, float] | None:
        """(shortest, longest) in seconds, the same twice for one length; None if open."""
        return self._lengths_s

    def show_lengths(self, lengths_s: tuple[float, float] | None) -> None:
        """Show a length or a range."""
        self._lengths_s = lengths_s
        self.setText(_lengths_text(lengths_s))

    def _take(self) -> None:
        text = self.text().strip().replace("–", "-")
        lengths_s = self._lengths_s
        if text == _lengths_text(lengths_s):
            return  # Shown to the second; what is not touched stays as it is.
        try:
            ends = [parse_clock(part) for part in text.split("-")] if text else []
            if not ends:
                lengths_s = None
            elif len(ends) <= 2 and 1 <= ends[0] <= ends[-1]:
                lengths_s = ends[0], ends[-1]
        except ValueError:
            pass  # Words that are none are put back.
        is_new = lengths_s != self._lengths_s
        self.show_lengths(lengths_s)
        if is_new:
            self.length_changed.emit()


def _lengths_text(lengths_s: tuple[float, float] | None) -> str:
    if lengths_s is None:
        return ""
    low, high = map(clock, lengths_s)
    return low if lengths_s[0] == lengths_s[1] else f"{low}-{high}"
