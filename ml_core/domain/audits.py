"""How much an edit's joins stand out, as the window asks for it and shows it."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.checked import is_duration, is_share, require
from ml_core.domain.edits import Edit
from ml_core.domain.songs import SongRef

JOIN_FAULTS = ("level", "timbre", "click", "rhythm", "harmony")


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
        stands_out: whether that is so many that the change is likely to be heard.
        reason: what changes most, one of `JOIN_FAULTS`.
        is_silent: whether both its sides lie in silence that is no music.
    """

    out_s: float
    percentile: float
    stands_out: bool
    reason: str
    is_silent: bool = False

    def __post_init__(self) -> None:
        require(is_duration(self.out_s), "a join lies at some seconds")
        require(0 <= self.percentile <= 100, "a percentile lies in 0..100")
        require(self.reason in JOIN_FAULTS, f"no such reason: {self.reason!r}")


@dataclass(frozen=True, slots=True)
class AuditedEdit:
    """An edit's joins against the uncut bar lines of its song.

    Attributes:
        joins: in the order of the edit.
        n_bar_lines: uncut bar lines that were listened to.
        control_share: share of them that stand out by the same rule.
        kept_silence_s: seconds of silence in the edit that are no music.
    """

    joins: tuple[AuditedJoin, ...]
    n_bar_lines: int
    control_share: float
    kept_silence_s: float = 0.0

    def __post_init__(self) -> None:
        at_s = [join.out_s for join in self.joins]
        require(at_s == sorted(at_s), "joins come in the order of the edit")
        require(self.n_bar_lines >= 0 and is_share(self.control_share), "a count and a share")
        require(is_duration(self.kept_silence_s), "silence lasts some seconds")
