"""Ratings that a change by hand makes, and how any answer is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from editor_app.project.tastes import Tastes
from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Comparison, Rating, changed_by_hand
from ml_core.domain.songs import SongEntry


def utc_now() -> str:
    """The present time as ratings store it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class HandRatings(Tastes):
    """The songs, the answers, and which edits changed by hand count as one."""

    def song(self, sha256: str) -> SongEntry | None:
        """A song of the library by its content; None if it was removed."""
        return self._by_hash().get(sha256)

    def _by_hash(self) -> dict[str, SongEntry]:
        """Read once after each change: a rating asks for many songs, and must not wait."""
        if self._library is None:
            self._library = {entry.song.sha256: entry for entry in self.store.songs.listed()}
        return self._library

    def title(self, pair: Comparison | Rating) -> str:
        """The title of the song of a pair; a plain word if the song was removed."""
        entry = self.song(pair.sha256)
        return entry.song.title if entry is not None else "a removed song"

    def _keep(self, rating: Rating) -> Rating:
        changes, kept = self.store.ratings.add(replace(rating, id=0, utc=utc_now()))
        self._tell(changes)
        return kept

    def _give_back(self, before: Rating) -> None:
        self._keep(before)

    def rate_by_hand(self, proposed: Edit, changed: Edit) -> None:
        """Count an edit changed by hand as a rating; it is on the disk when this returns.

        Can be taken back.

        Raises:
            NotSavedError: nothing is stored.
        """
        rating = changed_by_hand(proposed, changed)
        before = self._hand_pair(proposed, changed)
        if before is not None:  # Answered otherwise by ear since: the same pair, answered again.
            rating = changed_by_hand(before.b, before.a)
            rating = replace(rating, comparison_id=before.comparison_id)

        def work() -> Callable[[], None]:
            nonlocal rating
            rating = self._keep(rating)  # Done again, it answers the pair it made.
            if before is not None:
                return lambda: self._give_back(before)
            return lambda: self._tell(self.store.ratings.withdraw(rating.id))

        self.history.do(f"“count as a rating”, {self.title(rating)}", work)

    def uncount_by_hand(self, rating: Rating) -> None:
        """Count an edit changed by hand no longer; can be taken back."""

        def work() -> Callable[[], None]:
            nonlocal rating
            self._tell(self.store.ratings.withdraw(rating.id))

            def again() -> None:
                nonlocal rating
                rating = self._keep(rating)

            return again

        self.history.do(f"“don't count as a rating”, {self.title(rating)}", work)

    def rating_by_hand(self, proposed: Edit, changed: Edit) -> Rating | None:
        """The rating that says that this change is better; None if it does not count as one.

        Answered otherwise by ear since, it counts as that answer.
        """
        rating = self._hand_pair(proposed, changed)
        is_by_hand = rating is not None and (rating.answer, rating.source) == ("A", "hand")
        return rating if is_by_hand else None

    def _hand_pair(self, proposed: Edit, changed: Edit) -> Rating | None:
        """The answer that counts for the pair that a change by hand made, whatever it is."""
        wanted = (changed.spans, proposed.spans, changed.sha256)
        by_hand = self.store.ratings.by_hand()
        return next((r for r in by_hand if (r.a.spans, r.b.spans, r.sha256) == wanted), None)
