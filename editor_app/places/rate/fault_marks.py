"""Faults that are heard in a pair: kept apart from taste, told in the status line."""

from __future__ import annotations

from editor_app.workspace import Workspace
from ml_core.domain.ratings import Comparison, MarkKind
from ml_core.errors import UserError
from ml_core.units import clock


class FaultMarks:
    """Marks a bad join, or both edits as bad; each can be undone by name."""

    def __init__(self, workspace: Workspace) -> None:
        self._project, self._notifier = workspace.project, workspace.notifier
        self._actions = workspace.actions

    def mark_join(self, pair: Comparison, meant: tuple[str, int] | None) -> None:
        """Mark the join that is meant, by (lane, index)."""
        if meant is None:
            keys = " and ".join(self._actions.key_texts("join_back", "join_on"))
            how = f": {keys} go to one" if keys else ""
            self._notifier.status(f"No join is near the play head{how}.", False)
            return
        lane, at = meant
        edit = pair.a if lane == "A" else pair.b
        place = (edit.spans[at][1], edit.spans[at + 1][0])
        if self._mark(pair, "bad_join", lane, place):
            heard_at = clock(edit.join_samples[at] / edit.sample_rate_hz)
            self._notifier.status(
                f"Join {at + 1} of {edit.n_joins} in {lane}, at {heard_at}, is marked as bad."
            )

    def mark_both(self, pair: Comparison) -> None:
        """Mark both edits; the answer is asked all the same."""
        if self._mark(pair, "both_bad", "", (-1, -1)):
            self._notifier.status("Both are marked as bad. Your answer is asked all the same.")

    def _mark(self, pair: Comparison, kind: MarkKind, side: str, place: tuple[int, int]) -> bool:
        try:
            self._project.marks.add(pair, kind, side, place)
        except UserError as error:
            self._notifier.user_error(error)
            return False
        return True
