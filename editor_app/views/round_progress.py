"""How far the round of ratings is: a count, ticks, and the minutes left."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from editor_app.session import Session
from editor_app.views.place import label
from editor_app.views.rating_pace import minutes_left, round_size
from editor_app.widgets.tick_strip import TickStrip


class RoundProgress(QWidget):
    """Stands at the right of Rate's header."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.count = label("", "heading")
        self._strip = TickStrip()
        self._left = label("", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for widget in (self.count, self._strip, self._left):
            row.addWidget(widget)
        session.changed.connect(self._on_changed)
        self._show()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if changes & {"ratings", "checkpoints"}:
            self._show()

    def _show(self) -> None:
        n_done, n = round_size(self._session)
        self.count.setText(f"{n_done + 1} of {n}" if n_done < n else f"{n_done} rated")
        self._strip.show_count(min(n_done, n), n)
        minutes = minutes_left(self._session, n - n_done)
        self._left.setText(f"about {minutes} min left" if minutes else "enough to learn from")
