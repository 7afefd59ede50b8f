"""What tasks are asked for: plain records that travel to a worker process and back."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from ml_core.domain.checked import is_share, require, require_file, require_sha256, rises
from ml_core.domain.corrections import NO_CORRECTIONS, Corrections
from ml_core.domain.edits import Candidate, Edit, Limits, Span
from ml_core.domain.models import Checkpoint
from ml_core.domain.ratings import Comparison, Mark, Rating
from ml_core.domain.reasons import Reason

DeviceChoice = Literal["auto", "cuda", "cpu"]


@dataclass(frozen=True, slots=True)
class SongTask:
    """One song as a task needs it: its content, where it lies, its hard limits and its grid."""

    sha256: str
    path: str
    limits: Limits = Limits()
    corrections: Corrections = NO_CORRECTIONS

    def __post_init__(self) -> None:
        require_sha256(self.sha256)


@dataclass(frozen=True, slots=True)
class ProposeRequest:
    """Asks for pairs to rate.

    Attributes:
        songs: those that may be rated.
        n_pairs: 1 at least.
        model_file: absolute path of the active checkpoint; None for the base policy.
        model_sha256: what that file's SHA-256 must be; empty with no file.
        checkpoint: id of the active checkpoint.
        ratings: current ones, for active choice and so that no pair comes twice.
        asked: pairs that were shown or wait to be shown, oldest first.
        marks: joins to avoid.
    """

    cache_dir: str
    songs: tuple[SongTask, ...]
    n_pairs: int
    seed: int
    model_file: str | None = None
    model_sha256: str = ""
    checkpoint: str = "base"
    ratings: tuple[Rating, ...] = ()
    asked: tuple[Comparison, ...] = ()
    marks: tuple[Mark, ...] = ()
    with_repeats: bool = True

    def __post_init__(self) -> None:
        require(self.n_pairs >= 1, "one pair at least is asked for")
        require_file(self.model_file, self.model_sha256)


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """Asks for a reward model and a fine-tuned policy.

    Attributes:
        models_dir: where checkpoints are put, and the state of an interrupted training.
        songs: every song whose ratings count, or that fine-tuning may draw from.
        parent: id of the checkpoint to start from; "base" for the base policy.
        parent_file: its file; None for the base policy.
        parent_sha256: what that file's SHA-256 must be; empty with no file.
        resume: whether to go on where training was interrupted.
    """

    cache_dir: str
    models_dir: str
    songs: tuple[SongTask, ...]
    ratings: tuple[Rating, ...]
    seed: int
    device: DeviceChoice = "auto"
    epochs: int = 150
    episodes: int = 300
    parent: str = "base"
    parent_file: str | None = None
    parent_sha256: str = ""
    resume: bool = False
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        require(self.device in get_args(DeviceChoice), f"no such device: {self.device!r}")
        require(self.epochs >= 0 and self.episodes >= 0, "rounds are not negative")
        require_file(self.parent_file, self.parent_sha256)


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
        model_file: absolute path of the checkpoint; None for the base policy.
        model_sha256: what that file's SHA-256 must be; empty with no file.
        n_alternatives: how many edits in all, 1 at least.
    """

    cache_dir: str
    song: SongTask
    seed: int
    checkpoint: str = "base"
    model_file: str | None = None
    model_sha256: str = ""
    n_alternatives: int = 1
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        require(self.n_alternatives >= 1, "one edit at least is asked for")
        require_file(self.model_file, self.model_sha256)


@dataclass(frozen=True, slots=True)
class Delivered:
    """An edit that the policy delivers, with what the model says of it.

    Attributes:
        utility: mean of the reward model (standardized units); 0 without one.
        utility_sd: its standard deviation.
        mean_join_cost: of the edit's joins; 0 without joins.
        reasons: the wishes that speak for it and against it, strongest first; none without a taste.
    """

    candidate: Candidate
    utility: float
    utility_sd: float
    mean_join_cost: float
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        require(self.utility_sd >= 0, "a standard deviation is not negative")
        sizes = [-abs(reason.gain) for reason in self.reasons]
        require(sizes == sorted(sizes), "the strongest reason comes first")

    @property
    def edit(self) -> Edit:
        """The edit itself."""
        return self.candidate.edit


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Asks for audio files of edits.

    Attributes:
        edits: (source path, edit, file stem) of each.
        file_format: name of the format, for instance "wav"; one that can't be written is refused
            when it is to be.
        corrections: of beats and bars, by the song's SHA-256; songs without any may be left out.
    """

    edits: tuple[tuple[str, Edit, str], ...]
    out_dir: str
    cache_dir: str
    file_format: str = "wav"
    corrections: Mapping[str, Corrections] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Files written, and songs that could not be, each with its sentence."""

    files: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PreparePairRequest:
    """Asks for a pair as the player needs it: decoded, rendered, at the device's rate.

    Attributes:
        path: of the source.
        edits: of that song, to be heard beside it: A and B of a pair.
        sample_rate_hz: of the output device.
        out_dir: where raw float32 files are put.
    """

    cache_dir: str
    path: str
    sha256: str
    edits: tuple[Edit, ...]
    sample_rate_hz: int
    out_dir: str
    corrections: Corrections = NO_CORRECTIONS

    def __post_init__(self) -> None:
        require(self.sample_rate_hz > 0, "a device has a rate")
        require(all(e.sha256 == self.sha256 for e in self.edits), "the edits are of that song")


@dataclass(frozen=True, slots=True)
class PreparedAudio:
    """One stretch of audio in a raw float32 file, interleaved stereo.

    Attributes:
        file: path; n_samples * 2 float32 values.
        n_samples: at `sample_rate_hz`.
        joins: centre of each fade, in samples at `sample_rate_hz`, in order.
        peaks_file: npz with the min/max pyramid of the mono mixture; empty where none was asked.
    """

    file: str
    n_samples: int
    sample_rate_hz: int
    joins: tuple[int, ...] = ()
    peaks_file: str = ""

    def __post_init__(self) -> None:
        require(self.n_samples >= 0 and self.sample_rate_hz > 0, "audio has a length and a rate")
        require(list(self.joins) == sorted(self.joins), "joins come in order")


@dataclass(frozen=True, slots=True)
class SongLayout:
    """What a screen shows of an analysis. Positions are source samples.

    Attributes:
        bar_edges_samples: each bar's start and the last one's end, rising within the song.
        beat_samples: where beats sound, rising.
        sections: (start, end, label) of each part, none empty.
        confidence: 0..1.
    """

    sha256: str
    sample_rate_hz: int
    n_samples: int
    bar_edges_samples: tuple[int, ...]
    beat_samples: tuple[int, ...]
    sections: tuple[tuple[int, int, str], ...]
    tempo_bpm: float
    meter: int
    confidence: float
    has_beat: bool

    def __post_init__(self) -> None:
        edges = self.bar_edges_samples
        is_inside = len(edges) >= 2 and rises(edges) and edges[-1] <= self.n_samples
        require(is_inside, "bars rise within the song")
        require(rises(self.beat_samples), "beats rise")
        require(all(0 <= start < end for start, end, _ in self.sections), "parts are not empty")
        require(is_share(self.confidence), "a confidence lies in 0..1")

    def nearest_edge(self, sample: int) -> int:
        """Index of the bar edge that a span's end was meant for: it slides less than half a bar."""
        edges = self.bar_edges_samples
        after = min(max(bisect_left(edges, sample), 1), len(edges) - 1)
        return after if edges[after] - sample < sample - edges[after - 1] else after - 1

    def meant_span(self, span: Span) -> Span:
        """The bars that a span was meant for, wherever its joins slid; itself if that is none."""
        first, last = (self.bar_edges_samples[self.nearest_edge(at)] for at in span)
        return (first, last) if first < last else span


@dataclass(frozen=True, slots=True)
class PreparedPair:
    """The song and its edits, ready to play at one rate; `gain` is one for all of them."""

    song: PreparedAudio
    edits: tuple[PreparedAudio, ...]
    gain: float
    layout: SongLayout

    def __post_init__(self) -> None:
        require(self.gain > 0, "a gain is positive")
        rates = {audio.sample_rate_hz for audio in (self.song, *self.edits)}
        require(len(rates) == 1, "the song and its edits have one rate")


@dataclass(frozen=True, slots=True)
class OverviewRequest:
    """Asks for a song's small waveform and layout.

    Attributes:
        n_columns: columns of the waveform, 1 at least.
    """

    cache_dir: str
    path: str
    sha256: str
    n_columns: int = 400
    corrections: Corrections = NO_CORRECTIONS

    def __post_init__(self) -> None:
        require(self.n_columns >= 1, "a waveform has columns")


@dataclass(frozen=True, slots=True)
class SongOverview:
    """A song at a glance.

    Attributes:
        columns: (smallest, largest, root mean square) of the mono mixture in each column.
        layout: None while the song is not analysed.
    """

    sha256: str
    columns: tuple[tuple[float, float, float], ...]
    layout: SongLayout | None

    def __post_init__(self) -> None:
        require(all(low <= high for low, high, _ in self.columns), "the smallest comes first")
