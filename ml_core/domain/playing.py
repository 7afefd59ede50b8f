"""What a person is to see and hear of songs and edits: what is asked for, and what is made."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from ml_core.domain.checked import is_share, require, rises
from ml_core.domain.edits import Edit, Span
from ml_core.domain.songs import SongRef


@dataclass(frozen=True, slots=True)
class PreparePairRequest:
    """Asks for a pair as the player needs it: decoded, rendered, at the device's rate.

    Attributes:
        edits: of that song, to be heard beside it: A and B of a pair.
        sample_rate_hz: of the output device.
        out_dir: where raw float32 files are put.
    """

    cache_dir: str
    song: SongRef
    edits: tuple[Edit, ...]
    sample_rate_hz: int
    out_dir: str

    def __post_init__(self) -> None:
        require(self.sample_rate_hz > 0, "a device has a rate")
        is_own = all(edit.sha256 == self.song.sha256 for edit in self.edits)
        require(is_own, "the edits are of that song")


@dataclass(frozen=True, slots=True)
class PrepareFileRequest:
    """Asks for an audio file as the player needs it, as it is: no song of a project.

    Attributes:
        file: path.
        sample_rate_hz: of the output device.
        out_dir: where a raw float32 file is put.
    """

    file: str
    sample_rate_hz: int
    out_dir: str

    def __post_init__(self) -> None:
        require(self.sample_rate_hz > 0, "a device has a rate")


@dataclass(frozen=True, slots=True)
class PreparedAudio:
    """One stretch of audio in a raw float32 file, interleaved stereo.

    Attributes:
        file: path; n_samples * 2 float32 values.
        n_samples: at `sample_rate_hz`.
        joins: centre of each fade, in samples at `sample_rate_hz`, in order.
        peaks_file: npz with the min/max pyramid of all channels; empty where none was asked.
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
    song: SongRef
    n_columns: int = 400

    def __post_init__(self) -> None:
        require(self.n_columns >= 1, "a waveform has columns")


@dataclass(frozen=True, slots=True)
class SongOverview:
    """A song at a glance.

    Attributes:
        columns: (smallest, largest, root mean square) of all channels in each column.
        layout: None while the song is not analysed.
    """

    sha256: str
    columns: tuple[tuple[float, float, float], ...]
    layout: SongLayout | None

    def __post_init__(self) -> None:
        require(all(low <= high for low, high, _ in self.columns), "the smallest comes first")
