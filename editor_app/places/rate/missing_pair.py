"""Why there is no pair to hear yet, and what helps."""

from __future__ import annotations

from editor_app.listening.pair_supply import PairSupply
from editor_app.project.project import Project
from ml_core.domain.ratings import Comparison


def why_no_pair(
    pair: Comparison | None, supply: PairSupply, project: Project
) -> tuple[str, str, bool]:
    """(what is missing, what helps, whether trying again may help).

    Args:
        pair: the one that is to be heard; None where none is open.
    """
    if pair is not None:
        failure = supply.failure(pair)
        if failure is None:
            return "Making the edits…", "", False
        return failure.message, failure.remedy, True
    if supply.is_proposing:
        return "Looking for pairs…", "The first ones take a few seconds.", False
    if any(entry.status == "waiting" for entry in project.songs.all()):
        return "Your songs are being analysed.", "The first pair comes by itself.", False
    if supply.refusal is not None:
        return supply.refusal.message, supply.refusal.remedy, False
    return "Looking for pairs…", "", False
