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
    return (*_why_none_is_open(supply, project), False)


def _why_none_is_open(supply: PairSupply, project: Project) -> tuple[str, str]:
    """(what is missing, what helps)."""
    count = project.fits.count()
    if count.warning and count.n_usable == 0:
        return count.warning, count.remedy
    if supply.is_proposing:
        return "Looking for pairs…", "The first ones take a few seconds."
    if any(entry.status == "waiting" for entry in project.songs.all()):
        return "Your songs are being analysed.", "The first pair comes by itself."
    if supply.refusal is not None:
        return supply.refusal.message, supply.refusal.remedy
    return "Looking for pairs…", ""
