"""A push button that shows its icon, its words and the key that presses it."""

from __future__ import annotations

from typing import Literal, Self

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from editor_app.look import icons, theme
from editor_app.widgets import key_cap, letter_badge

Kind = Literal["normal", "primary", "flat"]

_GAP_PX = 8
_BADGE_PX = 24
_EDGE_PX = 4


class KeyButton(QPushButton):
    """A button painted from its parts, so that the key cap keeps its place when words go.

    Args:
        words: what it does.
        icon: name of one of our icons; empty for none.
        key: the key that presses it, as people read it; empty for none.
        kind: primary for the one filled button of a screen; flat without an edge.
        letter: "A" or "B" for an answer's button; it gets that letter's edge and badge.
    """

    padding_px = 12

    def __init__(
        self,
        words: str,
        icon: str = "",
        key: str = "",
        kind: Kind = "normal",
        *,
        height_px: int = 32,
        letter: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._icon, self._key = words, icon, key
        self._letter, self._height_px = letter, height_px
        self._has_words = True
        self._all_words: tuple[str, ...] = (words,)
        self._action: QAction | None = None
        self.setProperty("kind", kind)
        self._is_primary = kind == "primary"
        self._padding_px = 8 if kind == "flat" else self.padding_px
        self.setFixedHeight(height_px)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def bind(self, action: QAction) -> Self:
        """Press `action`, show its key, be enabled as it is. Returns the button."""
        if self._action is not None:
            self.clicked.disconnect(self._action.trigger)
            self._action.changed.disconnect(self._follow)
        self._action = action
        self.setCheckable(action.isCheckable())
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()
        return self

    @property
    def words(self) -> str:
        """What the button says it does."""
        return self._words

    def hold_place(self, *words: str) -> Self:
        """Have room for all the words it will ever say: nothing moves when they change."""
        self._all_words = words
        self.updateGeometry()
        return self

    def set_words(self, words: str, icon: str | None = None) -> None:
        """Say something else, with another icon if one is given."""
        if len(self._all_words) < 2:
            self._all_words = (words,)
        if (words, icon if icon is not None else self._icon) == (self._words, self._icon):
            return
        self._words = words
        self._icon = self._icon if icon is None else icon
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def show_on(self, is_on: bool) -> None:
        """Look switched on, on a button whose action is no switch."""
        self.setCheckable(True)
        self.setChecked(is_on)

    def set_key(self, key: str) -> None:
        """Show another key, or none, on a button that is bound to no action."""
        if key != self._key:
            self._key = key
            self.updateGeometry()
            self.update()

    def set_kind(self, kind: Kind) -> None:
        """Become the filled button of the screen, or an ordinary one."""
        if kind != self.property("kind"):
            self._is_primary = kind == "primary"
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
            self.updateGeometry()
            self.update()

    def show_words(self, has_words: bool) -> None:
        """Leave the words out where room is short; icon and key stay."""
        if has_words != self._has_words:
            self._has_words = has_words
            self.updateGeometry()
            self.update()

    def width_with_words(self, has_words: bool) -> int:
        """Width the button wants with or without its words."""
        parts = self._widths(has_words)
        return round(sum(parts) + _GAP_PX * max(0, len(parts) - 1) + 2 * self._padding_px + 0.5)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as its parts need."""
        return QSize(self.width_with_words(self._has_words), self._height_px)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same: nothing is clipped."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter presses the focused button, as people expect."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def nextCheckState(self) -> None:  # noqa: N802 - Qt's name
        """A bound button shows its action's state and does not keep one of its own."""
        if self._action is None:
            super().nextCheckState()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow a new type size."""
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the style's box, then icon, badge, words and cap."""
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        self._paint_parts(painter)

    def _paint_parts(self, painter: QPainter) -> None:
        palette = theme.current()
        ink = palette.window if self._is_primary and self.isEnabled() else palette.text
        strength = 1.0 if self.isEnabled() else 0.45
        middle = self.height() / 2
        if self._letter:
            edge = palette.a if self._letter == "A" else palette.b
            painter.fillRect(QRectF(0, 0, _EDGE_PX, self.height()), theme.color(edge, strength))
        widths = self._widths(self._has_words)
        left = (self.width() - sum(widths) - _GAP_PX * max(0, len(widths) - 1)) / 2
        if self._letter:
            box = QRectF(left, middle - _BADGE_PX / 2, _BADGE_PX, _BADGE_PX)
            letter_badge.paint(painter, self._letter, box, strength=strength)
            left += _BADGE_PX + _GAP_PX
        if self._icon:
            icons.paint(painter, self._icon, left, middle - 8, ink, opacity=strength)
            left += icons.GRID_PX + _GAP_PX
        self._paint_text(painter, left, ink, strength)

    def _paint_text(self, painter: QPainter, left: float, ink: str, strength: float) -> None:
        """Paint words and cap, from `left` on."""
        middle = self.height() / 2
        if self._has_words and self._words:
            width = self._words_width()
            self._paint_words(painter, QRectF(left, 0, width + 1, self.height()), ink, strength)
            left += width + _GAP_PX
        if self._key:
            key_cap.paint(
                painter,
                self._key,
                left,
                middle,
                self._cap_px(),
                is_filled=self._is_primary and self.isEnabled(),
                is_faint=not self.isEnabled(),
            )

    def _paint_words(self, painter: QPainter, box: QRectF, ink: str, strength: float) -> None:
        painter.setFont(theme.font("body", self._weight()))
        painter.setPen(theme.color(ink, strength))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        painter.drawText(box, flags, self._words)

    def _widths(self, has_words: bool) -> list[float]:
        """Of the parts, from the left."""
        parts: list[float] = []
        if self._letter:
            parts.append(_BADGE_PX)
        if self._icon:
            parts.append(icons.GRID_PX)
        return parts + self._text_widths(has_words)

    def _text_widths(self, has_words: bool) -> list[float]:
        parts: list[float] = []
        if has_words and self._words:
            parts.append(self._words_width())
        if self._key:
            parts.append(key_cap.width(self._key, self._cap_px()))
        return parts

    def _cap_px(self) -> int:
        return key_cap.LARGE_HEIGHT_PX if self._height_px >= 60 else key_cap.HEIGHT_PX

    def _weight(self) -> QFont.Weight:
        is_strong = self._height_px >= 48 or self._is_primary
        return QFont.Weight.DemiBold if is_strong else QFont.Weight.Medium

    def _words_width(self) -> float:
        return max(theme.words_px(words, "body", self._weight()) for words in self._all_words)

    def _follow(self) -> None:
        action = self._action
        if action is None:
            return
        key = key_cap.key_of(action)
        if key != self._key:
            self._key = key
            self.updateGeometry()
        self.setEnabled(action.isEnabled())
        if action.isCheckable():
            self.setChecked(action.isChecked())
        self.setToolTip(action.toolTip())
        self.update()
