"""The table and the bar check under it, with a line between them that can be dragged."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QTableView, QWidget

from editor_app.look import theme
from editor_app.settings import Settings

_HANDLE_PX = 9
_GRIP_PX = 32
# Rows that stay in sight however low the window is.
_LEAST_ROWS = 3


class _Handle(QSplitterHandle):
    """A short line that says: this can be dragged."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the grip, brighter under the mouse."""
        palette = theme.current()
        painter = QPainter(self)
        ink = palette.text if self.underMouse() else palette.button_edge
        left, top = (self.width() - _GRIP_PX) // 2, self.height() // 2
        painter.fillRect(left, top, _GRIP_PX, 2, theme.color(ink))


class TableAndCheck(QSplitter):
    """Keeps the height of the bar check that the person gave it."""

    def __init__(self, table: QTableView, check: QWidget, settings: Settings) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._settings = settings
        self.setHandleWidth(_HANDLE_PX)
        self.setChildrenCollapsible(False)
        least = table.verticalHeader().defaultSectionSize() * (_LEAST_ROWS + 1)
        table.setMinimumHeight(least)
        self.addWidget(table)
        self.addWidget(check)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.handle(1).setToolTip("Drag to give the bar check more or less room")
        self.setSizes([10_000, settings.bar_check_px])
        self.splitterMoved.connect(lambda *_: self._keep())

    def createHandle(self) -> QSplitterHandle:  # noqa: N802 - Qt's name
        """A handle that shows itself."""
        return _Handle(self.orientation(), self)

    def _keep(self) -> None:
        self._settings.bar_check_px = self.sizes()[1]
