"""Whether what was found makes an edit of a song, and how sure that is; in words where not."""

from __future__ import annotations

from ml_core.edits.found.finding import Found
from ml_core.edits.found.placing import LONG_S
from ml_core.edits.found.segments import Segment

LEAST_SHARE = 1.0 / 3.0
LEAST_FOUND_S = 2.0
CERTAIN_SHARE = 0.98
_CERTAIN_FIT = 0.5
_CHANGED = 0.006
_CLEARLY_LIKE = 0.85


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
    clear_s = sum(one.length_s for one in known if one.length_s >= LONG_S or _is_like(one))
    is_clear = clear_s >= LEAST_SHARE * found.segments[-1].end_s
    if found.found_share >= LEAST_SHARE and known_s >= LEAST_FOUND_S and is_clear:
        return ""
    if change is not None and change.words:
        return f"{change.words}, so its places can't be told"
    if change is not None:
        return "it is like this song, but another recording or mix of it"
    return "this edit is not of this song"


def _is_like(one: Segment) -> bool:
    return one.likeness >= _CLEARLY_LIKE


def is_certain(found: Found) -> bool:
    """Whether nothing of it is in doubt: all is found, fits, and could be nowhere else."""
    known = [one for one in found.segments if one.offset is not None]
    fits = all(one.fit >= _CERTAIN_FIT for one in known)
    return bool(known) and fits and found.found_share >= CERTAIN_SHARE and not found.either
