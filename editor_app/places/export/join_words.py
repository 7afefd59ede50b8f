"""How much joins stand out, in words."""

from __future__ import annotations

from editor_app.look.words import counted
from ml_core.domain.audits import AuditedEdit, AuditedJoin
from ml_core.units import clock

_REASONS = {
    "level": "the level jumps",
    "timbre": "the sound changes",
    "click": "there is a click",
    "rhythm": "the rhythm stumbles",
    "harmony": "the harmony changes",
}
# With fewer uncut bar lines there is nothing to compare with, and no join is said to stand out.
_FEWEST_BAR_LINES = 4
_LEAST_TOLD_S = 0.5


def audit_line(found: AuditedEdit) -> str:
    """One line on an edit's joins and silence; what the uncut song does stands beside it."""
    told = [_joins_line(found)]
    n_silent = sum(join.is_silent for join in found.joins)
    if n_silent and n_silent < len(found.joins):
        told.append(f"{n_silent} more {'lies' if n_silent == 1 else 'lie'} in silence")
    if found.kept_silence_s >= _LEAST_TOLD_S:
        told.append(f"it keeps {clock(found.kept_silence_s)} of silence that is no music")
    return "; ".join(told)


def _joins_line(found: AuditedEdit) -> str:
    """On all joins but those in silence, where nothing can stand out."""
    joins = [join for join in found.joins if not join.is_silent]
    n = len(joins)
    if not found.joins:
        return "No join"
    if not n:
        n_silent = len(found.joins)
        return f"{counted(n_silent, 'join')}, in silence"
    if found.n_bar_lines < _FEWEST_BAR_LINES:
        return f"{counted(n, 'join')}; the song has too few bar lines to compare them with"
    out = [join for join in joins if join.stands_out]
    uncut = f"uncut bar lines do in {100 * found.control_share:.0f} %"
    if not out:
        return "1 join, it does not stand out" if n == 1 else f"{n} joins, none stands out"
    named = "; ".join(f"at {clock(join.out_s)} {_REASONS[join.reason]}" for join in out[:2])
    if n == 1:
        return f"1 join, it stands out: {named}"
    verb = "stands" if len(out) == 1 else "stand"
    more = " and more" if len(out) > 2 else ""
    return f"{len(out)} of {n} joins {verb} out: {named}{more} ({uncut})"


def join_words(found: AuditedEdit) -> tuple[str, ...]:
    """A sentence on each join, for its tooltip."""
    if found.n_bar_lines < _FEWEST_BAR_LINES:
        return ("",) * len(found.joins)
    return tuple(_join_words(join) for join in found.joins)


def short_join_words(found: AuditedEdit) -> tuple[str, ...]:
    """A few words on each join, after its number; empty where there is nothing to compare with."""
    if found.n_bar_lines < _FEWEST_BAR_LINES:
        return ("",) * len(found.joins)
    return tuple(
        "lies in silence"
        if join.is_silent
        else f"stands out, {_REASONS[join.reason]}"
        if join.stands_out
        else "does not stand out"
        for join in found.joins
    )


def _join_words(join: AuditedJoin) -> str:
    if join.is_silent:
        return "It lies in silence"
    if join.stands_out:
        return (
            f"It stands out: {_REASONS[join.reason]} more than at "
            f"{join.percentile:.0f} % of the song\u2019s bar lines"
        )
    return f"It does not stand out: {100 - join.percentile:.0f} % of the bar lines change more"
