"""Ratings that a change by hand makes: the changed edit is better than the proposed one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from editor_app.project.ratings import Ratings
from editor_app.project.songs import Songs
from editor_app.project.undo import History, Operation
from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Rating, changed_by_hand
from ml_core.store.store import Store


class HandRatings:
    """Which edits changed by hand count as a rating.

    Args:
        songs: whose titles name the steps of the history.
        ratings: where these answers are kept with all others.
    """

    def __init__(self, store: Store, history: History, songs: Songs, ratings: Ratings) -> None:
        self._store, self._history = store, history
        self._songs, self._ratings = songs, ratings

    def add(self, proposed: Edit, changed: Edit) -> None:
        """Count an edit changed by hand as a rating; it is on the disk when this returns.

        Can be taken back.

        Raises:
            NotSavedError: nothing is stored.
        """
        name = f"“count as a rating”, {self._songs.title_of(changed.sha256)}"
        self._history.do(name, self.counting(proposed, changed))

    def counting(self, proposed: Edit, changed: Edit) -> Operation:
        """What counts an edit as a rating, as part of a step of the history.

        It does nothing where the edit counts already.
        """
        if self.of(proposed, changed) is not None:
            return lambda: lambda: None
        rating = changed_by_hand(proposed, changed)
        before = self._answer(proposed, changed)
        if before is not None:  # Answered otherwise by ear since: the same pair, answered again.
            rating = changed_by_hand(before.b, before.a)
            rating = replace(rating, comparison_id=before.comparison_id)

        def work() -> Callable[[], None]:
            nonlocal rating
            rating = self._ratings.keep(rating)  # Done again, it answers the pair it made.
            if before is not None:
                return lambda: self._ratings.give_back(before)
            return lambda: self._ratings.withdraw(rating)

        return work

    def withdraw(self, rating: Rating) -> None:
        """Stop counting an edit changed by hand; can be taken back."""

        def work() -> Callable[[], None]:
            nonlocal rating
            self._ratings.withdraw(rating)

            def again() -> None:
                nonlocal rating
                rating = self._ratings.keep(rating)

            return again

        self._history.do(f"“don't count as a rating”, {self._songs.title(rating)}", work)

    def of(self, proposed: Edit, changed: Edit) -> Rating | None:
        """The rating that says that this change is better; None if it does not count as one.

        Nor does it where the pair was answered otherwise by ear since.
        """
        rating = self._answer(proposed, changed)
        is_by_hand = rating is not None and (rating.answer, rating.source) == ("A", "hand")
        return rating if is_by_hand else None

    def _answer(self, proposed: Edit, changed: Edit) -> Rating | None:
        """The answer that counts for the pair that a change by hand made, whatever it is."""
        wanted = (changed.spans, proposed.spans, changed.sha256)
        by_hand = self._store.ratings.by_hand()
        return next((r for r in by_hand if (r.a.spans, r.b.spans, r.sha256) == wanted), None)
