"""Keeps the pairs of one blind comparison ready: the queue is fixed, nothing is proposed."""

from __future__ import annotations

from collections.abc import Callable

from editor_app.listening.pair_supply import PairSupply
from editor_app.project.project import Project
from editor_app.work.jobs import Jobs
from ml_core.domain.ratings import Comparison


class ComparisonSupply(PairSupply):
    """The unanswered pairs of a comparing session, in their order.

    Args:
        session_id: the session's id.
    """

    def __init__(
        self,
        project: Project,
        jobs: Jobs,
        sample_rate_hz: Callable[[], int],
        session_id: int,
    ) -> None:
        super().__init__(project, jobs, sample_rate_hz)
        self._session_id = session_id

    def _open_pairs(self) -> list[Comparison]:
        return self._project.sessions.open_pairs(self._session_id)

    def _propose(self) -> None:
        """A comparison's pairs were all made beforehand."""
