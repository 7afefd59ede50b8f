"""A key that is held down is one press, also where the system tells its repeats as new ones."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QTextEdit

# An X server releases and presses a held key within the same millisecond. Qt tells such a press
# as a repeat only if both have arrived when it looks. On a busy machine they have not: a held key
# was seen to answer four pairs. No finger comes back within 5 ms.
SHORTEST_GAP_MS = 5
_PRESSES = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
_TYPED_IN = (QLineEdit, QTextEdit, QAbstractSpinBox)


class HeldKeys(QObject):
    """Swallows presses that follow a release of the same key at once; typing stays as it is."""

    def __init__(self, window: QWindow) -> None:
        super().__init__(window)
        self._released_ms: dict[int, int] = {}
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See keys before their shortcuts do."""
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyRelease:
            self._released_ms[event.key()] = event.timestamp()
        elif event.type() in _PRESSES and not event.isAutoRepeat():
            released_ms = self._released_ms.get(event.key())
            is_held = released_ms is not None and event.timestamp() - released_ms < SHORTEST_GAP_MS
            if is_held and not isinstance(QApplication.focusWidget(), _TYPED_IN):
                event.accept()  # so that no shortcut takes it
                return True
        return False
