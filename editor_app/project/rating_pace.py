"""How many ratings a round has, how long the rest of it takes, and when ears want a rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from statistics import fmean

from editor_app.project.project import Project
from ml_core.domain.ratings import BY_EAR, counts

ROUND = 48
"""Ratings before training pays: the delivered edit then beats a random one in .93 of cases on
unseen songs, against .90 after 24 (measured with simulated listeners)."""

# A pair takes about this long before the person's own pace is known: 25 min for 48.
_FIRST_GUESS_S = 31.0
# A longer gap between two answers was a break, and a shorter one than the other no pair: nobody
# hears two edits in it, but undo and changed answers leave such times.
_BREAK_S = 300.0
_SHORTEST_S = 3.0
# So many gaps tell the pace; after `_TRUSTED` of them it counts as much as the first guess.
_N_PACE = 24
_TRUSTED = 6
# So many answers are looked at for those since a training.
_MOST_SINCE = 4 * ROUND
# From here on minutes are told in fives: the pace is never known as closely as one of sixty.
_COARSE_MIN = 15

REST_AFTER_S = 25 * 60.0
"""Listening tests end a sitting after 20 to 30 minutes (ITU-R BS.1116): later answers are worse."""


def round_size(project: Project) -> tuple[int, int]:
    """(ratings since the last training, ratings of a round)."""
    newest = project.models.newest()
    if newest is None:
        return project.ratings.count(), ROUND
    # Not the difference of both counts: the training did without songs that were left out, and may
    # have had answers by eye, which do not count now.
    return project.ratings.count_since(newest.utc, _MOST_SINCE), ROUND


def ratings_wanted(project: Project) -> int:
    """How many more ratings would do: what a round lacks, or fewer as foreseen from the taste."""
    n_done, n = round_size(project)
    lacking = max(0, n - n_done)
    if project.models.forecast is None:
        return lacking
    n_before, n_more = project.models.forecast
    return min(lacking, max(0, n_before + n_more - project.ratings.count()))


def minutes_left(project: Project, n_left: int) -> int:
    """Whole minutes for `n_left` more ratings at the person's pace, at least 1; 0 for none."""
    if n_left <= 0:
        return 0
    minutes = n_left * pace_s(_times(project)) / 60
    return 5 * round(minutes / 5) if minutes > _COARSE_MIN else max(1, round(minutes))


def _times(project: Project) -> list[datetime]:
    """When the newest ratings by ear were given, oldest first."""
    times = []
    for rating in reversed(project.ratings.last(2 * _N_PACE, with_sessions=False)):
        if rating.source in BY_EAR and counts(rating):
            with suppress(ValueError):
                times.append(datetime.fromisoformat(rating.utc))
    return times


def pace_s(times: Sequence[datetime]) -> float:
    """Seconds that a rating takes, as its times tell, oldest first.

    It is the mean of the middle half of the newest gaps: a pause is no pair, and neither a slow
    answer nor a quick one moves it far. While there are few gaps it stays near the first guess, so
    that the first answers do not make it jump.
    """
    gaps = [(new - old).total_seconds() for old, new in pairwise(times)]
    usual = sorted([gap for gap in gaps if _SHORTEST_S <= gap < _BREAK_S][-_N_PACE:])
    if not usual:
        return _FIRST_GUESS_S
    quarter = len(usual) // 4
    own_s = fmean(usual[quarter : len(usual) - quarter])
    trust = len(usual) ** 2 / (len(usual) ** 2 + _TRUSTED**2)
    return float(own_s**trust * _FIRST_GUESS_S ** (1 - trust))


class Sitting:
    """Answers in one go: how long since the last break.

    Args:
        now_s: tells a time that only goes on, in seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._began_s: float | None = None
        self._last_s = 0.0

    def note_answer(self) -> None:
        """The person has just answered, or taken an answer back."""
        now_s = self._now_s()
        if self._began_s is None or now_s - self._last_s > _BREAK_S:
            self._began_s = now_s
        self._last_s = now_s

    @property
    def needs_rest(self) -> bool:
        """Whether the sitting has become long, without a break since."""
        now_s = self._now_s()
        if self._began_s is None or now_s - self._last_s > _BREAK_S:
            return False
        return self._last_s - self._began_s >= REST_AFTER_S
