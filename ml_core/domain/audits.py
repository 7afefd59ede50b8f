"""How much an edit's joins stand out, as the window asks for it and shows it."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.edits import Edit
from ml_core.domain.songs import SongRef


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """Asks how much the joins of one edit stand out.

    Attributes:
        cache_dir: where analyses are kept.
        edit: of the song.
    """

    cache_dir: str
    song: SongRef
    edit: Edit


@dataclass(frozen=True, slots=True)
class AuditedJoin:
    """One join.

    Attributes:
        out_s: centre of its fade in the edit, in seconds.
        percentile: share in percent of the song's uncut bar lines that change less.
        stands_out: whether that is more than nine in ten of them.
        reason: what changes most: level, timbre, click, rhythm or harmony.
    """

    out_s: float
    percentile: float
    stands_out: bool
    reason: str


@dataclass(frozen=True, slots=True)
class AuditedEdit:
    """An edit's joins against the uncut bar lines of its song.

    Attributes:
        joins: in the order of the edit.
        n_bar_lines: uncut bar lines that were listened to.
        control_share: share of them that stand out by the same rule.
    """

    joins: tuple[AuditedJoin, ...]
    n_bar_lines: int
    control_share: float
