"""A ring around the widget that has the keyboard's focus, shown once the keyboard moved it."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from editor_app.look import theme

_WIDTH_PX = 2
_OUTSIDE_PX = 2
_MARGIN_PX = _WIDTH_PX + _OUTSIDE_PX
_MOVES = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.ParentChange,
}


class FocusRing(QWidget):
    """Lives on top of one window and follows its focused widget."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._window = window
        self._watched: list[QWidget] = []
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay with the focused widget as it or what holds it moves."""
        if event.type() in _MOVES:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color(theme.current().text), _WIDTH_PX))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, 6, 6)

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        for widget in self._watched:
            with contextlib.suppress(RuntimeError):  # gone with its window
                widget.removeEventFilter(self)
        self._watched = []
        try:
            # Qt sets this on the window when a key, not the mouse, moved the focus.
            by_key = self._window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        except RuntimeError:  # it is being destroyed, and the focus leaves it
            return
        if now is None or now.window() is not self._window or not by_key:
            self.hide()
            return
        holder: QWidget | None = now
        while holder is not None and holder is not self._window:
            self._watched.append(holder)
            holder.installEventFilter(self)
            holder = holder.parentWidget()
        self._place()

    def _place(self) -> None:
        target = self._watched[0] if self._watched else None
        if target is None or not target.isVisible() or isinstance(target, _OwnFocus):
            self.hide()
            return
        corner = target.mapTo(self._window, QPoint(0, 0))
        box = QRect(corner, target.size()).adjusted(*_outwards(_MARGIN_PX))
        self.setGeometry(box)
        inner = QRect(QPoint(0, 0), box.size()).adjusted(*_outwards(-_WIDTH_PX - 1))
        self.setMask(QRegion(QRect(QPoint(0, 0), box.size())) - QRegion(inner))
        self.raise_()
        self.show()


# A line edit shows its focus by its cursor and edge.
_OwnFocus = (QLineEdit,)


def _outwards(by_px: int) -> tuple[int, int, int, int]:
    return -by_px, -by_px, by_px, by_px
