"""Checkpoints, why one likes an edit, and the outcome of comparing two of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal, get_args

from ml_core.domain.checked import is_share, require, require_file, require_sha256
from ml_core.domain.ratings import ANSWERS, Answer
from ml_core.units import clock

CERTAINTY = "How well I know your taste"
"""What the one number is called that says it, on every screen and in every sentence."""

BASE = "base"
"""Id of the untrained policy, which needs no file."""

FEATURES_VERSION = "4"
"""Raised whenever the meaning or the order of the edit features changes: models name it."""

POLICY_VERSION = "3"
"""Of the policy's terms, styles and base potentials: tilts of another version mean other things."""

COMPARISON_PAIRS = 25
"""Pairs of a blind comparison, fixed beforehand. A policy that truly wins four decided pairs in
five, with a fifth of ties, is then shown to be better in 80 % of comparisons (two-sided 95 %)."""


@dataclass(frozen=True, slots=True)
class Taste:
    """One taste of a project: its ratings, models and comparisons are kept apart from others'.

    Attributes:
        name: as the person calls it; the store keeps names apart, whatever their capitals.
        n_ratings: answers that count as ratings (`domain.ratings.counts`).
        replaces: id of the taste that a reset put aside for this one, else None.
    """

    id: int
    name: str
    n_ratings: int = 0
    replaces: int | None = None

    def __post_init__(self) -> None:
        require(self.n_ratings >= 0, "a number of ratings is not negative")


CheckpointKind = Literal["best", "final"]
Verdict = Literal["better", "worse", "no difference shown", "unfinished"]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A trained reward model and policy in one safetensors file.

    Attributes:
        id: short name; the store takes no two of one name.
        file_name: within the project's folder of models, without any folder.
        sha256: of that file; a file that differs is refused.
        kind: the best episode's policy or the final one's.
        parent: id of the checkpoint that training started from; "base" at first.
        configuration: plain values, enough to train again.
        seed: of the training run.
        dataset_hash: of the ratings used.
        n_ratings: how many of them.
        utc: when its training began, as that writes it (ISO 8601); of older builds when it ended.
        metrics: plain values that training measured.
    """

    id: str
    file_name: str
    sha256: str
    kind: CheckpointKind
    parent: str
    configuration: Mapping[str, Any]
    seed: int
    dataset_hash: str
    n_ratings: int
    utc: str
    metrics: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_sha256(self.sha256)
        require(self.kind in get_args(CheckpointKind), f"no such kind: {self.kind!r}")
        is_plain = self.file_name == PurePath(self.file_name).name != ""
        require(is_plain, "a checkpoint's file lies in the folder of models")
        require(self.n_ratings >= 0, "a number of ratings is not negative")


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model as a task reads it.

    Attributes:
        id: of the checkpoint.
        file: absolute path; None for the base policy, which needs none.
        sha256: of that file, what differs is refused; empty with no file.
    """

    id: str = BASE
    file: str | None = None
    sha256: str = ""

    def __post_init__(self) -> None:
        require_file(self.file, self.sha256)


BASE_REF = ModelRef()
"""The untrained policy."""


@dataclass(frozen=True, slots=True)
class ComparisonSession:
    """A blind comparison of two checkpoints whose end was fixed beforehand.

    Attributes:
        id: assigned by the store; 0 before.
        old, new: checkpoint ids.
        n_pairs: 1 at least; the store never changes it.
        ends_early: whether it ends as soon as its answers show something (`domain.early_end`);
            else after all its pairs.
        on_reserved: whether its songs were never rated; if not, the verdict says so.
        seed: of the draw of songs and sides.
        utc: when it was started, as the store writes it; empty before.
    """

    old: str
    new: str
    n_pairs: int
    on_reserved: bool
    seed: int
    utc: str = ""
    id: int = 0
    ends_early: bool = False

    def __post_init__(self) -> None:
        require(self.n_pairs >= 1, "a comparison is of one pair at least")


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """What a comparison showed.

    Attributes:
        n: pairs fixed beforehand; those until its end where it could end early.
        wins, ties, losses: of the new policy, by the listener; answers by eye are none of these.
        interval: two-sided 95 % interval of the share of decided pairs that the new policy won.
        p: two-sided exact test of wins against losses, whatever the share of ties.
        verdict: "unfinished" before its end; nothing is shown before.
        per_song: of each answered pair what is shown of it, as plain values; `pair` is its id.
        baselines: accuracy of fixed rules on these answers, by name.
        answers: given so far, in the order of the pairs.
    """

    n: int
    wins: int
    ties: int
    losses: int
    interval: tuple[float, float]
    p: float
    verdict: Verdict
    per_song: tuple[Mapping[str, Any], ...] = ()
    baselines: Mapping[str, float] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()

    def __post_init__(self) -> None:
        counts = (self.n, self.wins, self.ties, self.losses)
        require(min(counts) >= 0, "pairs are counted from 0")
        low, high = self.interval
        require(is_share(low) and is_share(high) and low <= high, "an interval lies in 0..1")
        require(is_share(self.p), "a probability lies in 0..1")
        require(self.verdict in get_args(Verdict), f"no such verdict: {self.verdict!r}")
        require(set(self.answers) <= set(ANSWERS), "answers are A, B, tie or skip")


def rows_by_pair(report: ComparisonReport, pair_ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """What a report says of each answered pair, by the pair's id.

    Args:
        pair_ids: of all pairs in order: reports of earlier versions name none, and have all.
    """
    return {
        row.get("pair", known): row for row, known in zip(report.per_song, pair_ids, strict=False)
    }


@dataclass(frozen=True, slots=True)
class Reason:
    """One of the learned wishes, and what it says of an edit.

    Attributes:
        feature: name of the edit feature that it is about.
        words: how the edit differs from the song's usual one in it.
        gain: utility that the edit gains by it; negative where the wish speaks against the edit.
        interval: (low, high) of nine of ten likely values of the gain.
    """

    feature: str
    words: str
    gain: float
    interval: tuple[float, float]

    def __post_init__(self) -> None:
        require(self.interval[0] <= self.interval[1], "an interval is (low, high)")


@dataclass(frozen=True, slots=True)
class KnownCertainty:
    """How well a taste was last said to be known.

    Attributes:
        n_ratings, hash: of the ratings it was said of, skips too.
        share: 0 guessing, 1 every answer foreseen.
        fell: why it was lower than before, in words; empty where it was not.
    """

    n_ratings: int
    hash: str
    share: float
    fell: str = ""

    def __post_init__(self) -> None:
        require(self.n_ratings >= 0 and 0.0 <= self.share <= 1.0, "a share of some ratings")


def known_certainty(values: Mapping[str, Any] | None) -> KnownCertainty | None:
    """As it was kept; None where nothing fitting was."""
    try:
        return None if values is None else KnownCertainty(**values)
    except (TypeError, ValueError):
        return None


def changed_rows(found: Mapping[str, Mapping[str, float]]) -> tuple[tuple[str, str, str], ...]:
    """What a training changes, for people: (what, before, after) of the usual edits.

    Args:
        found: `what_changes` of a training's metrics; of older ones some of it may be missing.
    """
    old, new = found.get("old", {}), found.get("new", {})
    written: tuple[tuple[str, str, Callable[[float], str]], ...] = (
        ("Length", "duration_s", clock),
        ("Joins", "joins", lambda n: f"{n:.1f}"),
        ("Intro kept", "intro_kept", _percent),
        ("Ending kept", "outro_kept", _percent),
        ("What is kept is louder than", "energy", _share_below),
    )
    return tuple(
        (words, write(old[name]), write(new[name]))
        for words, name, write in written
        if name in old and name in new
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _share_below(rank: float) -> str:
    """Of a mean rank of loudness, -.5 for the song's quietest bar to .5 for its loudest."""
    return f"{100 * (0.5 + rank):.0f} % of the song"
