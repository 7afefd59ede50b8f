"""One command with its key. Chosen by mouse or Enter, the row waits for a new key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from editor_app.keys.keyboard import Keyboard
from editor_app.look import theme
from editor_app.widgets import key_cap

_HEIGHT_PX = 28
_PAD_PX = 8
_PORTABLE = QKeySequence.SequenceFormat.PortableText
_MODIFIERS = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta,
)  # fmt: skip


class KeyRow(QAbstractButton):
    """Words at the left, keys at the right.

    Signals:
        key_pressed: the key that was pressed while the row waited, in Qt's portable text.
        default_wanted: the command's own key is wanted back.
        waiting_changed: whether the row waits for a key.
    """

    key_pressed = Signal(str)
    default_wanted = Signal()
    waiting_changed = Signal(bool)

    def __init__(self, words: str, action: QAction, keyboard: Keyboard, where: str = "") -> None:
        super().__init__()
        self._words, self._action, self._where = words, action, where
        self._keyboard = keyboard
        self._is_waiting = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(lambda: self.wait(True))
        action.changed.connect(self._follow)
        self._follow()

    @property
    def is_waiting(self) -> bool:
        """Whether the next key becomes this command's."""
        return self._is_waiting

    def wait(self, is_waiting: bool) -> None:
        """Begin or stop to wait for a key."""
        if is_waiting != self._is_waiting:
            self._is_waiting = is_waiting
            self.waiting_changed.emit(is_waiting)
            self.update()

    def shown_keys(self) -> list[str]:
        """The first key and other letters or digits; not what Shift makes on some layouts."""
        texts = key_cap.keys_of(self._action)
        return texts[:1] + [text for text in texts[1:] if len(text) == 1 and text.isalnum()]

    def event(self, event: QEvent) -> bool:
        """Take every key while the row waits, even one that means something elsewhere."""
        if self._is_waiting and isinstance(event, QKeyEvent):
            event.accept()
            if event.type() == QEvent.Type.KeyPress and event.key() not in _MODIFIERS:
                self._take(event)
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        self.wait(False)
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            return
        self._keyboard.saw(event)
        meant = self._keyboard.meanings(event)
        if meant:  # in the table's terms: "1" for the key under it, whatever it types
            self.key_pressed.emit(QKeySequence(meant[0]).toString(_PORTABLE))
            return
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.text().strip() and not event.text().isalnum():
            # What Shift makes of a key is a key of its own: "?" is not Shift and "?".
            modifiers &= ~Qt.KeyboardModifier.ShiftModifier
        sequence = QKeySequence(event.key() | modifiers.value)
        text = sequence.toString(_PORTABLE)
        if text:
            self.key_pressed.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Wait for a key at Enter, and ask for the command's default key at Backspace."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wait(True)
        elif event.key() == Qt.Key.Key_Backspace:
            self.default_wanted.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Stop waiting for a key."""
        self.wait(False)
        super().focusOutEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as words and keys, and as high as the type needs."""
        metrics = QFontMetricsF(theme.font("body"))
        caps = sum(key_cap.width(text) + 4 for text in self.shown_keys())
        where_px = QFontMetricsF(theme.font("small")).horizontalAdvance(self._where)
        width = metrics.horizontalAdvance(self._words) + where_px + caps + 4 * _PAD_PX
        return QSize(round(width), max(_HEIGHT_PX, round(metrics.height()) + 8))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same: nothing is clipped."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the words, then the keys. A row that waits says so in place of the keys."""
        palette = theme.current()
        painter = QPainter(self)
        box = QRectF(self.rect())
        if self._is_waiting or self.hasFocus() or self.underMouse():
            painter.fillRect(box, theme.color(palette.hover))
        if self.hasFocus():
            painter.fillRect(QRectF(0, 0, 2, self.height()), theme.color(palette.text))
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color(palette.text))
        inner = box.adjusted(_PAD_PX, 0, -_PAD_PX, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, middle, self._words)
        if self._where:
            left = painter.fontMetrics().horizontalAdvance(self._words) + _PAD_PX
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color(palette.secondary))
            painter.drawText(inner.adjusted(left, 0, 0, 0), middle, self._where)
            painter.setFont(theme.font("body"))
        if self._is_waiting:
            painter.setPen(theme.color(palette.secondary))
            painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, "Press a key")
            return
        right = inner.right()
        for text in reversed(self.shown_keys()):
            right -= key_cap.width(text)
            key_cap.paint(painter, text, right, box.center().y())
            right -= 4

    def _follow(self) -> None:
        keys = " or ".join(self.shown_keys()) or "no key"
        where = f", in {self._where}" if self._where else ""
        self.setAccessibleName(f"{self._words}{where}: {keys}")
        self.updateGeometry()
        self.update()
