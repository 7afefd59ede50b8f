"""The places at the left; the taste and what the project holds at its foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from editor_app.frame.taste_box import TasteBox
from editor_app.keys.place_table import PlaceSpec
from editor_app.look import icons, theme
from editor_app.widgets.key_cap import key_of
from editor_app.widgets.labels import label

_WIDE_PX = 168
NARROW_PX = 56
# Below this width of the window the bar shows icons alone.
_NARROW_BELOW_PX = 1180
_ITEM_HEIGHT_PX = 40


class _Item(QAbstractButton):
    """One place: its icon, its name and its key."""

    def __init__(self, action: QAction, icon: str) -> None:
        super().__init__()
        self._action, self._icon = action, icon
        self.is_narrow = False
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFixedHeight(_ITEM_HEIGHT_PX)
        self.setText(action.text())
        self.setAccessibleName(action.text())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The item's place in the bar."""
        name = QFontMetrics(theme.font("body", QFont.Weight.DemiBold))
        key = QFontMetrics(theme.font("small"))
        needed = name.horizontalAdvance(self.text()) + key.horizontalAdvance(self._key())
        return QSize(max(_WIDE_PX - 16, needed + 40 + 12 + 8), _ITEM_HEIGHT_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens the focused place."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint icon, name and key; the place in front with a bar at its left."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        is_here = self.isChecked()
        if is_here or (self.underMouse() and self.isEnabled()):
            painter.setPen(Qt.PenStyle.NoPen)
            light_here = palette.hover if not palette.is_dark else palette.raised
            painter.setBrush(theme.color(light_here if is_here else palette.hover))
            painter.drawRoundedRect(box, 4, 4)
        if is_here:
            painter.fillRect(QRectF(0, 4, 2, box.height() - 8), theme.color(palette.text))
        strength = 1.0 if self.isEnabled() else 0.45
        ink = palette.text if is_here else palette.secondary
        middle = box.height() / 2
        left = (box.width() - 16) / 2 if self.is_narrow else 12
        icons.paint(painter, self._icon, left, middle - 8, ink, opacity=strength)
        if self.is_narrow:
            return
        weight = QFont.Weight.DemiBold if is_here else QFont.Weight.Normal
        painter.setPen(theme.color(ink, strength))
        painter.setFont(theme.font("body", weight))
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(40, 0, 0, 0), flags, self.text())
        painter.setPen(theme.color(palette.secondary, strength))
        painter.setFont(theme.font("small"))
        right = box.adjusted(0, 0, -8, 0)
        painter.drawText(right, flags | Qt.AlignmentFlag.AlignRight, self._key())

    def _key(self) -> str:
        return key_of(self._action)

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())
        self.update()


class SideBar(QWidget):
    """The places, and at the foot the taste, what its edits are for and how much there is.

    Attributes:
        taste_box: where the taste is chosen.
    """

    def __init__(self, places: Sequence[tuple[PlaceSpec, QAction]]) -> None:
        """Make a bar of (place, the action that opens it)."""
        super().__init__()
        self.setObjectName("sideBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._items: dict[str, _Item] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 14)
        column.setSpacing(4)
        for spec, action in places:
            item = _Item(action, spec.icon)
            self._items[spec.name] = item
            column.addWidget(item)
        column.addStretch(1)
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(8, 0, 8, 0)
        foot.setSpacing(4)
        self.taste_box = TasteBox()
        self._purpose = label("", "small")
        self._count = label("", "small")
        foot.addWidget(self.taste_box)
        foot.addSpacing(4)
        for line in (self._purpose, self._count):
            line.setWordWrap(True)
            line.setContentsMargins(4, 0, 0, 0)
            foot.addWidget(line)
        column.addWidget(self._foot)
        self._window_px = _NARROW_BELOW_PX
        self.set_narrow(False)

    def follow(self, window_px: int) -> None:
        """Be as wide as a window of this width allows, the system's font considered."""
        self._window_px = window_px
        self.set_narrow(window_px < theme.grown_px(_NARROW_BELOW_PX))

    def set_narrow(self, is_narrow: bool) -> None:
        """Show icons alone where the window is small."""
        # As wide as the system's font needs, so that a name never runs into its key.
        wide_px = 16 + max(item.sizeHint().width() for item in self._items.values())
        self.setFixedWidth(NARROW_PX if is_narrow else wide_px)
        self._foot.setVisible(not is_narrow)
        self.taste_box.tell()
        for item in self._items.values():
            item.is_narrow = is_narrow
            item.update()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the system's font."""
        if event.type() == QEvent.Type.StyleChange:
            self.follow(self._window_px)
        super().changeEvent(event)

    def select(self, place: str) -> None:
        """Mark the place in front."""
        self._items[place].setChecked(True)

    def set_foot(self, purpose: str, count: str) -> None:
        """Say what the edits are for, and how many songs and ratings there are."""
        self._purpose.setVisible(bool(purpose))
        self._purpose.setText(purpose)
        self._count.setText(count)
