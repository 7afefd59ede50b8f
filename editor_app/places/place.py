"""What all places have in common: a header, room for one banner, and being shown or hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.labels import label

HEADER_PX = 32
MARGIN_X_PX = 24
MARGIN_Y_PX = 16


class Place(QWidget):
    """One of the places. Subclasses fill `body` and put their buttons into `header_right`.

    Attributes:
        title: the label at the left of the header.
        facts: the label beside it, in secondary text; it gives way first.
        header_right: layout at the right of the header.
        banner_room: layout under the header; the window puts its banner there.
        body: layout of everything else.
    """

    grown = Signal()
    """Widgets were added after the place was made: they come last in the order of focus."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("workArea")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = label(title, "title")
        self.facts = ElidingLabel()
        self.facts.setProperty("role", "secondary")
        self.header_right = QHBoxLayout()
        self.header_right.setSpacing(8)
        self.banner_room = QVBoxLayout()
        self.banner_room.setContentsMargins(0, 8, 0, 0)
        self.body = QVBoxLayout()
        self.body.setSpacing(0)

        self.header = QWidget()
        self.header.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self.header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        # A strut, not a least height of the widget: that would let a grown title be squeezed.
        row.addStrut(HEADER_PX)
        row.addWidget(self.title)
        row.addWidget(self.facts, 1)
        row.addLayout(self.header_right)

        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN_X_PX, MARGIN_Y_PX, MARGIN_X_PX, MARGIN_Y_PX)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(self.banner_room)
        column.addSpacing(8)
        column.addLayout(self.body, 1)

    def ready(self) -> Iterator[None]:
        """Make, before the place is first opened, what opening it would wait for.

        In turns, each too short to be noticed: between two of them the window answers.
        """
        yield from ()

    def shown(self) -> None:
        """The place has come to the front: read again what may have changed, take the keys."""

    def command(self, action_id: str) -> None:
        """Carry out a command of another place that led here."""

    def take_dropped(self, paths: Sequence[str], *, is_in_front: bool) -> list[str]:
        """Take what was dropped on the window, as far as it is this place's; returns the rest.

        Args:
            paths: of files and folders.
            is_in_front: whether they were dropped on this place; else on another one.
        """
        return list(paths)

    def hidden(self) -> None:
        """Another place has come to the front: stop sound, let go of what costs."""

    def closed(self) -> None:
        """The window closes: leave nothing behind."""
