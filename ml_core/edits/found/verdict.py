"""Whether what was found makes an edit of a song, and how sure that is; in words where not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml_core.edits.found.finding import Found
from ml_core.edits.found.segments import Segment

LEAST_SHARE = 1.0 / 3.0
LEAST_FOUND_S = 2.0
CERTAIN_SHARE = 0.98
_CERTAIN_FIT = 0.5
_CHANGED = 0.006
_LONG_PIECE_S = 3.0
_EVEN_FIT = 0.78
_LIKE = 0.65


def misfit(found: Found) -> str:
    """Why it is no edit of the song, one clause without its subject; "" if it is one."""
    if found.is_silent:
        return "it is silent"
    change = found.change
    is_changed = change is not None and abs(change.speed - found.speed) > _CHANGED
    if is_changed and change is not None and change.words:
        return f"{change.words}, so its places can't be told"
    known = [one for one in found.segments if one.offset is not None]
    known_s = sum(one.length_s for one in known)
    if found.found_share >= LEAST_SHARE and known_s >= LEAST_FOUND_S and _is_even(known):
        return ""
    if change is not None and change.words:
        return f"{change.words}, so its places can't be told"
    if change is not None:
        return "it is like this song, but another recording or mix of it"
    return "this edit is not of this song"


def _is_even(known: Sequence[Segment]) -> bool:
    """Whether the pieces are long, or fit about equally well.

    What was done to an edit was done to all of it. Of another song by the same synthesizer or
    with the same loops, short pieces are found that fit well and badly by turns.
    """
    lengths = [one.length_s for one in known]
    if _share_at(lengths, lengths, 0.5) >= _LONG_PIECE_S:
        return True
    least_fit = _share_at([one.fit for one in known], lengths, 0.1)
    likeness = _share_at([one.likeness for one in known], lengths, 0.5)
    return least_fit >= _EVEN_FIT and likeness >= _LIKE


def _share_at(values: Sequence[float], lengths: Sequence[float], share: float) -> float:
    """The value that pieces of this share of the whole length do not exceed."""
    order = np.argsort(values)
    reached = np.cumsum(np.asarray(lengths)[order])
    return float(np.asarray(values)[order][np.searchsorted(reached, share * reached[-1])])


def is_certain(found: Found) -> bool:
    """Whether nothing of it is in doubt: all is found, fits, and could be nowhere else."""
    known = [one for one in found.segments if one.offset is not None]
    fits = all(one.fit >= _CERTAIN_FIT for one in known)
    return bool(known) and fits and found.found_share >= CERTAIN_SHARE and not found.either
