"""What comes next on the way from ratings to edits: one button of the place is filled, this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from editor_app.project.project import Project
from editor_app.project.rating_pace import round_size
from ml_core.domain.models import BASE, Verdict

Step = Literal["rate", "train", "compare", "export"]

ENOUGH = 24
"""Ratings that a training pays after: half a round, see `rating_pace.ROUND`."""


@dataclass(frozen=True, slots=True)
class TasteState:
    """Where a taste stands.

    Attributes:
        n_new: ratings that no training has learned from yet, without those of the comparison of
            the newest.
        newest: id of the newest training's checkpoint; empty before any.
        in_use: id of the one in use.
        verdict: of the comparison of the newest; None before it was finished.
        is_taught: whether finished edits enough are there to learn from without ratings.
    """

    n_new: int
    newest: str = ""
    in_use: str = BASE
    verdict: Verdict | None = None
    is_taught: bool = False

    @classmethod
    def of(cls, project: Project) -> TasteState:
        """As the project stands now."""
        newest, active = project.models.newest(), project.models.active()
        in_use = BASE if active is None else active.id
        n_new, _ = round_size(project)
        if newest is None:
            is_taught = bool(project.finished_edits.taught())
            return cls(n_new, in_use=in_use, is_taught=is_taught)
        verdict = None
        for session in project.sessions.all():
            report = project.sessions.report(session.id)
            if session.new == newest.id and report is not None and report.verdict != "unfinished":
                verdict = report.verdict
                # What it was judged by teaches the next training, and is no reason for one.
                n_new = max(0, n_new - report.wins - report.ties - report.losses)
        return cls(n_new, newest.id, in_use, verdict)


def next_step(state: TasteState) -> Step:
    """What a person does next; what was learned is compared, then used, before more is learned."""
    teaches: Step = "train" if state.n_new >= ENOUGH else "rate"
    if not state.newest:
        return "train" if state.is_taught else teaches
    if state.newest != state.in_use:
        # A better one is taken into use where it was compared.
        return "compare" if state.verdict in (None, "better") else teaches
    return "train" if state.n_new >= ENOUGH else "export"
