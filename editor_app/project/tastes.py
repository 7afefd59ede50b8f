"""The project's tastes: chosen, added, renamed, duplicated, begun anew; each can be taken back."""

from __future__ import annotations

from collections.abc import Callable

from editor_app.project.undo import History
from ml_core.domain.models import Taste
from ml_core.errors import UserError
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store


class Tastes:
    """Choosing a taste is a step of the history like any other.

    So whatever is taken back is taken back in the taste in which it was done.

    Args:
        tell: says what was written, after the commit.

    Attributes:
        switch_refusal: why no other taste can be chosen now; empty if one can. Set by who knows
            what runs.
    """

    def __init__(self, store: Store, history: History, tell: Callable[[Changes], None]) -> None:
        self._store, self._history, self._tell = store, history, tell
        self.switch_refusal: Callable[[], str] = lambda: ""

    def all(self) -> list[Taste]:
        """All tastes, oldest first."""
        return self._store.tastes.listed()

    @property
    def current(self) -> Taste:
        """The taste in use."""
        return self._store.tastes.in_use()

    def use(self, taste: Taste) -> None:
        """Work in another taste; can be taken back.

        Raises:
            UserError: while work runs whose result is this taste's.
        """
        before = self.current.id
        if taste.id != before:

            def work() -> Callable[[], None]:
                self._switch(taste.id)
                return lambda: self._switch(before)

            self._history.do(f"“use {taste.name}”", work)

    def add(self, name: str) -> None:
        """Add an empty taste and work in it; can be taken back."""
        self._add(f"“add {name}”", lambda: self._store.tastes.add(name)[1])

    def duplicate(self, name: str) -> None:
        """Add a taste that begins as the one in use, and work in it; can be taken back."""
        before = self.current
        self._add(
            f"“duplicate {before.name}”", lambda: self._store.tastes.duplicate(before.id, name)[1]
        )

    def rename(self, name: str) -> None:
        """Call the taste in use otherwise; can be taken back."""
        before = self.current

        def work() -> Callable[[], None]:
            self._tell(self._store.tastes.rename(before.id, name))
            return lambda: self._tell(self._store.tastes.rename(before.id, before.name))

        self._history.do(f"“rename {before.name}”", work)

    def reset(self) -> None:
        """Begin the taste in use anew; what it had comes back when this is taken back."""
        before = self.current
        made: list[int] = []

        def work() -> Callable[[], None]:
            self._require_switch()
            if made:  # Done again: what was rated in it meanwhile is there.
                self._bring_back(made[0])
            else:
                changes, taste = self._store.tastes.reset(before.id)
                made.append(taste.id)
                self._tell(changes)
            return lambda: self._bring_back(before.id)

        self._history.do(f"“reset {before.name}”", work)

    def remove(self) -> None:
        """Take the taste in use off the list; can be taken back."""
        before = self.current

        def work() -> Callable[[], None]:
            self._require_switch()
            self._tell(self._store.tastes.remove(before.id))
            return lambda: self._bring_back(before.id)

        self._history.do(f"“remove {before.name}”", work)

    def _add(self, name: str, make: Callable[[], Taste]) -> None:
        before = self.current.id
        made: list[int] = []

        def work() -> Callable[[], None]:
            self._require_switch()
            if made:  # Done again: what was rated in it meanwhile is there.
                self._store.tastes.bring_back(made[0])
            else:
                made.append(make().id)
            self._switch(made[0])
            return take_back

        def take_back() -> None:
            self._switch(before)
            self._tell(self._store.tastes.remove(made[0]))

        self._history.do(name, work)

    def _bring_back(self, taste_id: int) -> None:
        self._require_switch()
        changes = self._store.tastes.bring_back(taste_id)
        self._tell(changes | self._store.tastes.use(taste_id))

    def _switch(self, taste_id: int) -> None:
        self._require_switch()
        self._tell(self._store.tastes.use(taste_id))

    def _require_switch(self) -> None:
        refusal = self.switch_refusal()
        if refusal:
            raise UserError(refusal, "Wait until it has ended, or stop it.")
