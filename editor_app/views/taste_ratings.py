"""The ratings over time: how many each sitting brought."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor_app.session import Session
from editor_app.views.place import label
from editor_app.widgets.ratings_chart import RatingsChart
from ml_core.domain.ratings import Rating

# A longer pause begins another sitting.
_PAUSE = timedelta(minutes=30)


class RatingsOverTime(QWidget):
    """A heading and the bars; read anew when it is seen and ratings have come."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._is_stale = session, True
        self._chart = RatingsChart()
        head = QHBoxLayout()
        head.addWidget(label("Ratings over time", "heading"))
        head.addStretch(1)
        head.addWidget(label("each bar a sitting", "small"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._chart)
        session.changed.connect(self._on_changed)

    def _on_changed(self, changes: frozenset[str]) -> None:
        if "ratings" in changes:
            self._is_stale = True
            self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Read what came meanwhile."""
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        if self._is_stale and self.isVisible():
            self._is_stale = False
            self._chart.show_sittings(sittings(self._session.store.ratings()))


def sittings(ratings: Iterable[Rating]) -> list[tuple[str, int]]:
    """(day, number of ratings) of each sitting, in the order of the ratings.

    By order, not by time: a clock may have been set back. A time that can't be read goes with
    the sitting before.
    """
    found: list[tuple[str, int]] = []
    last: datetime | None = None
    for rating in ratings:
        try:
            at = datetime.fromisoformat(rating.utc).astimezone()
        except ValueError:
            at = last or datetime.fromtimestamp(0).astimezone()
        if last is None or abs(at - last) > _PAUSE:
            found.append((f"{at.day} {at:%b}", 0))
        day, n = found[-1]
        found[-1] = (day, n + 1)
        last = at
    return found
