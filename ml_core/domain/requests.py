"""From ratings to a taste, and from a taste to edits: records that travel to a worker and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from ml_core.domain.checked import require, require_sha256
from ml_core.domain.edits import Candidate, Edit, Limits
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.models import BASE_REF, Checkpoint, KnownCertainty, ModelRef, Reason
from ml_core.domain.ratings import Comparison, Mark, Rating
from ml_core.domain.songs import SongRef

DeviceChoice = Literal["auto", "cuda", "cpu"]


@dataclass(frozen=True, slots=True)
class SongTask(SongRef):
    """One song with the hard limits that its edits keep."""

    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class ProposeRequest:
    """Asks for pairs to rate.

    Attributes:
        songs: those that may be rated.
        n_pairs: 1 at least.
        model: the active checkpoint.
        ratings: current ones, for active choice and so that no pair comes twice.
        asked: pairs that were shown or wait to be shown, oldest first.
        marks: joins to avoid.
        by_eye: whether answers given by eye teach too.
        n_before_training: of `asked`, how many are from before the newest training.
        edits: the person's finished edits, which teach besides.
    """

    cache_dir: str
    songs: tuple[SongTask, ...]
    n_pairs: int
    seed: int
    model: ModelRef = BASE_REF
    ratings: tuple[Rating, ...] = ()
    asked: tuple[Comparison, ...] = ()
    marks: tuple[Mark, ...] = ()
    with_repeats: bool = True
    by_eye: bool = False
    n_before_training: int = 0
    edits: tuple[FinishedEdit, ...] = ()

    def __post_init__(self) -> None:
        require(self.n_pairs >= 1, "one pair at least is asked for")
        known = 0 <= self.n_before_training <= len(self.asked)
        require(known, "no more was asked before training than was asked")


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """Asks for a reward model and a fine-tuned policy.

    Attributes:
        models_dir: where checkpoints are put, and the state of an interrupted training.
        songs: every song whose ratings count, or that fine-tuning may draw from.
        parent: the checkpoint to start from.
        ratings: answers that stand; of these `domain.ratings.counts` says which teach.
        resume: whether to go on where training was interrupted.
        known: the certainty that was told last; None before.
        by_eye: whether answers given by eye teach too.
        edits: the person's finished edits, which teach besides; from three on without ratings.
    """

    cache_dir: str
    models_dir: str
    songs: tuple[SongTask, ...]
    ratings: tuple[Rating, ...]
    seed: int
    device: DeviceChoice = "auto"
    epochs: int = 150
    episodes: int = 300
    parent: ModelRef = BASE_REF
    resume: bool = False
    marks: tuple[Mark, ...] = ()
    known: KnownCertainty | None = None
    by_eye: bool = False
    edits: tuple[FinishedEdit, ...] = ()

    def __post_init__(self) -> None:
        require(self.device in get_args(DeviceChoice), f"no such device: {self.device!r}")
        require(self.epochs >= 0 and self.episodes >= 0, "rounds are not negative")


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What training made; the store keeps the checkpoints, then one may be activated."""

    best: Checkpoint
    final: Checkpoint
    metrics: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeliverRequest:
    """Asks for the edit (and alternatives) that the policy delivers for one song.

    Attributes:
        n_alternatives: how many edits in all, 1 at least.
    """

    cache_dir: str
    song: SongTask
    seed: int
    model: ModelRef = BASE_REF
    n_alternatives: int = 1
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        require(self.n_alternatives >= 1, "one edit at least is asked for")


MATCH_UNKNOWN = "match not known yet"
MATCHES = ("weak match", MATCH_UNKNOWN, "good match", "strong match")
"""What is said of an edit against the song's usual one, from the lowest step to the highest."""

_STRONG = math.log(3.0)
"""A difference in utility is a logit (Bradley and Terry): three of four such pairs are won."""

_LIKELY_SD = 1.645


@dataclass(frozen=True, slots=True)
class Delivered:
    """An edit that the policy delivers, with what the model says of it.

    Attributes:
        utility: mean of the reward model (standardized units); 0 without one.
        utility_sd: its standard deviation.
        mean_join_cost: of the edit's joins; 0 without joins.
        reasons: the wishes that speak for it and against it, strongest first; none without a taste.
        is_proven: whether the answers show a taste at all, so that its match may be told.
    """

    candidate: Candidate
    utility: float
    utility_sd: float
    mean_join_cost: float
    reasons: tuple[Reason, ...] = ()
    is_proven: bool = False

    def __post_init__(self) -> None:
        require(self.utility_sd >= 0, "a standard deviation is not negative")
        sizes = [-abs(reason.gain) for reason in self.reasons]
        require(sizes == sorted(sizes), "the strongest reason comes first")

    @property
    def edit(self) -> Edit:
        """The edit itself."""
        return self.candidate.edit

    @property
    def match(self) -> str:
        """One of `MATCHES`, as nine of ten likely values have it; empty without a shown taste."""
        if not self.is_proven or self.utility_sd <= 0.0:
            return ""
        low = self.utility - _LIKELY_SD * self.utility_sd
        high = self.utility + _LIKELY_SD * self.utility_sd
        step = 3 if low > _STRONG else 2 if low > 0.0 else 0 if high < 0.0 else 1
        return MATCHES[step]


@dataclass(frozen=True, slots=True)
class FitRequest:
    """Asks which songs have an edit within their limits."""

    cache_dir: str
    songs: tuple[SongTask, ...]


@dataclass(frozen=True, slots=True)
class SongFit:
    """Whether a song has an edit within the limits of a brief.

    Attributes:
        sha256: of the song.
        made_with: names the versions and corrections that this was found with.
        misfit: why there is no such edit, as a sentence; empty where there is one.
    """

    sha256: str
    made_with: str
    misfit: str = ""

    def __post_init__(self) -> None:
        require_sha256(self.sha256)


def corrections_named(made_with: str) -> str:
    """The key of the corrections that a fit was found with, see `Corrections.key`."""
    return made_with.rpartition("+")[2]
