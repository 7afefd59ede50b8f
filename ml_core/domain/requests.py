"""What tasks are asked for: plain records that travel to a worker process and back."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ml_core.domain.corrections import NO_CORRECTIONS, Corrections
from ml_core.domain.edits import Candidate, Edit, Limits, Span
from ml_core.domain.models import Checkpoint
from ml_core.domain.ratings import Comparison, Mark, Rating
from ml_core.domain.reasons import Reason
from ml_core.domain.songs import Song

DeviceChoice = Literal["auto", "cuda", "cpu"]


@dataclass(frozen=True, slots=True)
class SongTask:
    """One song as a task needs it: its content, where it lies, its hard limits and its grid."""

    sha256: str
    path: str
    limits: Limits = Limits()
    corrections: Corrections = NO_CORRECTIONS


@dataclass(frozen=True, slots=True)
class ProposeRequest:
    """Asks for pairs to rate.

    Attributes:
        songs: those that may be rated; their analyses must be cached.
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


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """Asks for a reward model and a fine-tuned policy.

    Attributes:
        songs: every song that ratings mention or that fine-tuning may draw from.
        parent_file: checkpoint to start from; None for the base policy.
        work_dir: where interrupted training keeps its state for `resume`.
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


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What training made; the store keeps the checkpoints, then one may be activated."""

    best: Checkpoint
    final: Checkpoint
    metrics: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeliverRequest:
    """Asks for the edit (and alternatives) that the policy delivers for one song."""

    cache_dir: str
    song: SongTask
    seed: int
    checkpoint: str = "base"
    model_file: str | None = None
    model_sha256: str = ""
    n_alternatives: int = 1
    marks: tuple[Mark, ...] = ()


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

    @property
    def edit(self) -> Edit:
        """The edit itself."""
        return self.candidate.edit


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Asks for audio files of edits.

    Attributes:
        edits: (source path, edit, file stem) of each.
        file_format: wav, flac, mp3, ogg, opus or aiff.
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
        edits: A and B.
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


@dataclass(frozen=True, slots=True)
class PreparedAudio:
    """One stretch of audio in a raw float32 file, interleaved stereo.

    Attributes:
        file: absolute path; n_samples * 2 float32 values.
        n_samples: at `sample_rate_hz`.
        joins: centre of each fade, in samples at `sample_rate_hz`.
        peaks_file: npz with the min/max pyramid of the mono mixture; empty where none was asked.
    """

    file: str
    n_samples: int
    sample_rate_hz: int
    joins: tuple[int, ...] = ()
    peaks_file: str = ""


@dataclass(frozen=True, slots=True)
class SongLayout:
    """What a screen shows of an analysis. Positions are source samples.

    Attributes:
        bar_edges_samples: each bar's start and the last one's end.
        beat_samples: where beats sound.
        sections: (start, end, label) of each part.
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
    """The song and its edits, ready to play; `gain` is one for all of them."""

    song: PreparedAudio
    edits: tuple[PreparedAudio, ...]
    gain: float
    layout: SongLayout


@dataclass(frozen=True, slots=True)
class OverviewRequest:
    """Asks for a song's small waveform and layout.

    Attributes:
        n_columns: columns of the waveform.
    """

    cache_dir: str
    path: str
    sha256: str
    n_columns: int = 400
    corrections: Corrections = NO_CORRECTIONS


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


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """A file that was read: its song, or the sentence that says why not."""

    path: str
    song: Song | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Asks for files and folders to be read as songs."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnalyseRequest:
    """Asks for a song's analysis and edit graph, as corrected, to be in the cache."""

    cache_dir: str
    song: Song
    corrections: Corrections = NO_CORRECTIONS


@dataclass(frozen=True, slots=True)
class AnalyseOutcome:
    """What the library shows of an analysis."""

    sha256: str
    tempo_bpm: float
    meter: int
    confidence: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """Asks for the demo songs to be written into a folder."""

    out_dir: str
