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


def audit_line(found: AuditedEdit) -> str:
    """One line on all joins of an edit; what the uncut song does stands beside it."""
    n = len(found.joins)
    if not n:
        return "No join"
    if found.n_bar_lines < _FEWEST_BAR_LINES:
        return f"{counted(n, 'join')}; the song has too few bar lines to compare them with"
    out = [join for join in found.joins if join.stands_out]
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


def _join_words(join: AuditedJoin) -> str:
    if join.stands_out:
        return (
            f"It stands out: {_REASONS[join.reason]} more than at "
            f"{join.percentile:.0f} % of the song\u2019s bar lines"
        )
    return f"It does not stand out: {100 - join.percentile:.0f} % of the bar lines change more"
