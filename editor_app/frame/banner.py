"""One line that says what went wrong and what helps, until it is closed or untrue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from editor_app.look import icons, theme
from editor_app.look.foreign import sentence
from editor_app.widgets.key_button import KeyButton

_ICONS = {"good": "tick", "doubtful": "triangle", "failed": "triangle"}


@dataclass(frozen=True, slots=True)
class _Said:
    """What a banner says."""

    kind: str
    text: str
    remedy: str
    action: QAction | None
    about: str
    in_turn: bool

    @property
    def lasts(self) -> bool:
        """Whether it stands for more than what the person did last."""
        return self.in_turn or bool(self.about)


class _StateIcon(QWidget):
    """The state's icon in the state's colour."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(16, 16)
        self.kind = "failed"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the icon."""
        painter = QPainter(self)
        icons.paint(painter, _ICONS[self.kind], 0, 0, getattr(theme.current(), self.kind))


class Banner(QFrame):
    """A line with an icon, a sentence, its remedy and a way to close it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setAccessibleName("Message")
        self._said: _Said | None = None
        self._waiting: list[_Said] = []
        self._icon = _StateIcon()
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._remedy = KeyButton("", height_px=28)
        close = KeyButton("", "cross", kind="flat", height_px=28)
        close.setAccessibleName("Close the message")
        close.setToolTip("Close the message")
        close.clicked.connect(self.close_message)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._remedy)
        row.addWidget(close)
        self.hide()

    @property
    def text(self) -> str:
        """What the banner says now."""
        return self._text.text()

    def say(
        self, kind: str, text: str, remedy: str, action: QAction | None = None, about: str = ""
    ) -> None:
        """Show a sentence and what helps; `action` does it at once.

        Of one state only the last sentence stands. What lasts and is not closed yet comes back
        after it.
        """
        said = self._said
        if about:
            self._waiting = [one for one in self._waiting if one.about != about]
        if said is not None and said.lasts and not (about and said.about == about):
            self._waiting.insert(0, said)
        self._show(_Said(kind, text, remedy, action, about, in_turn=False))

    def say_in_turn(
        self, kind: str, text: str, remedy: str, action: QAction | None = None, about: str = ""
    ) -> None:
        """Show a sentence once those before it are closed; one that is there is not said again.

        Of one state only the last sentence stands, in the place of the one before.
        """
        said = _Said(kind, text, remedy, action, about, in_turn=True)
        if about:
            self._waiting = [one for one in self._waiting if one.about != about or one == said]
        if self._said is None or (about and self._said.about == about and self._said != said):
            self._show(said)
        elif said not in (self._said, *self._waiting):
            self._waiting.append(said)

    def _show(self, said: _Said) -> None:
        self._said, action = said, said.action
        self._remedy.setVisible(action is not None)
        if action is not None:
            self._remedy.bind(action)
            self._remedy.set_words(action.text())
        self.setProperty("kind", said.kind)
        self._icon.kind = said.kind
        self._icon.update()
        self._text.setText(sentence(f"{said.text} {said.remedy}".strip()))
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
        # The banner never takes the focus, so a screen reader has to be told of it.
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def close_message(self) -> None:
        """Take the line away; the next that waits comes."""
        if self._waiting:
            self._show(self._waiting.pop(0))
        else:
            self._said = None
            self.hide()

    def withdraw(self, about: str) -> None:
        """Take away what was said about a state that is over."""
        self._drop(lambda said: said.about == about)

    def clear(self) -> None:
        """Something was done well: what was said of the thing before is over."""
        self._drop(lambda said: not said.lasts)

    def leave_place(self) -> None:
        """Another place comes: what was said of no state stays behind."""
        self._drop(lambda said: not said.about)

    def _drop(self, is_over: Callable[[_Said], bool]) -> None:
        self._waiting = [said for said in self._waiting if not is_over(said)]
        if self._said is not None and is_over(self._said):
            self.close_message()
