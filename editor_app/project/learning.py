"""What training and blind comparing keep in the project."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from editor_app.project.project import Project
from ml_core.domain.models import Checkpoint, ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison
from ml_core.domain.requests import TrainResult


class Learning(Project):
    """Checkpoints, and comparing sessions with their reports.

    Attributes:
        forecast: (ratings there were, how many more would do) as the taste was last read; None
            before, and where nothing can be foreseen.
    """

    forecast: tuple[int, int] | None = None

    def add_training(self, result: TrainResult) -> None:
        """Keep what training made; it is used only once it is activated."""
        self._tell(self.store.models.add(result.final))
        self._tell(self.store.models.add(result.best))

    def checkpoints(self) -> list[Checkpoint]:
        """All of them, oldest first."""
        if self._checkpoints is None:  # each holds its configuration: reading them takes a while
            self._checkpoints = self.store.models.all()
        return list(self._checkpoints)

    def active_checkpoint(self) -> Checkpoint | None:
        """The one in use; None for the base policy."""
        return self.store.models.active()

    def activate(self, checkpoint_id: str) -> None:
        """Use a checkpoint, or "base", from now on; can be taken back."""
        active = self.active_checkpoint()
        before = active.id if active is not None else "base"

        def work() -> Callable[[], None]:
            self._tell(self.store.models.activate(checkpoint_id))
            return lambda: self._tell(self.store.models.activate(before))

        self.history.do("“use another taste”", work)

    def add_session(
        self, session: ComparisonSession, comparisons: Sequence[Comparison]
    ) -> ComparisonSession:
        """Keep a blind comparison with its pairs."""
        changes, kept = self.store.sessions.add(session, list(comparisons))
        self._tell(changes)
        return kept

    def sessions(self) -> list[ComparisonSession]:
        """All blind comparisons, oldest first."""
        return self.store.sessions.all()

    def session_comparisons(self, session_id: int) -> list[Comparison]:
        """A comparing session's pairs, in order."""
        return self.store.pairs.of_session(session_id)

    def open_session_comparisons(self, session_id: int) -> list[Comparison]:
        """A comparing session's pairs that wait for an answer, in order."""
        return self.store.pairs.of_session(session_id, only_open=True)

    def save_report(self, session_id: int, report: ComparisonReport) -> None:
        """Keep what a comparison showed."""
        self._tell(self.store.sessions.save_report(session_id, report))

    def report(self, session_id: int) -> ComparisonReport | None:
        """What a comparison showed; None before it is finished."""
        return self.store.sessions.report(session_id)
