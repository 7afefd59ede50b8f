"""The ratings over time: how many each sitting brought."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from editor_app.places.taste.fresh_when_seen import FreshWhenSeen
from editor_app.places.taste.ratings_chart import RatingsChart
from editor_app.project.project import Project
from ml_core.domain.ratings import Rating

# A longer pause begins another sitting.
_PAUSE = timedelta(minutes=30)


class RatingsOverTime(FreshWhenSeen):
    """A heading and the bars."""

    def __init__(self, project: Project) -> None:
        super().__init__(project, "Ratings over time", "each bar a sitting", frozenset({"ratings"}))
        self._chart = RatingsChart()
        self._column.addWidget(self._chart)

    def refresh(self) -> None:
        """Read the ratings."""
        self._chart.show_sittings(sittings(self._project.ratings.all()))


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
