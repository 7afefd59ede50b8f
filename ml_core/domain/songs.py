"""Songs and what analysis finds in them. Audio positions are integers in samples of the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.checked import is_share, require, require_sha256, require_sound
from ml_core.domain.corrections import NO_CORRECTIONS, Corrections

SongStatus = Literal["waiting", "ready", "failed", "gone", "changed"]
"""How far a song is. The last two are of its file and never stored: it is at none of its paths, or
holds other sound now."""
SongUse = Literal["rate", "compare", "out"]
FileStamp = tuple[int, int]
"""(size in bytes, time of change in ns): as long as both stay, a file is taken to be the same."""

SHORTEST_SONG_S = 20.0

VOICE_HZ = 50
"""Rows a second of `SongAnalysis.voice`."""

NO_BEAT_WARNING = "No steady beat was found, so edits follow pauses and onsets."
DOUBTFUL_WARNING = "The bars are doubtful: check them with the click track."

HALF_TEMPO_WARNING = "The tempo may be half of what was found: hear both."
DOUBLE_TEMPO_WARNING = "The tempo may be twice what was found: hear both."
CHECK_WARNINGS = (DOUBTFUL_WARNING, HALF_TEMPO_WARNING, DOUBLE_TEMPO_WARNING)
"""What is settled once a person has said that the bars fit."""

SILENCE = "silence"
"""Label of a section that is silence and no music: see `edits.silence`. Analysis never gives it."""

EIGHTHS = 8
"""Parts of a beat at which joins may lie."""


class KnownSong(Protocol):
    """What tells whether a file still is the song that was added."""

    @property
    def sha256(self) -> str:
        """The song's key in its project."""

    @property
    def path(self) -> str:
        """Where the song lies now."""

    @property
    def sound(self) -> str:
        """The identity of its sound; empty where it is not known yet."""


@dataclass(frozen=True, slots=True)
class Song:
    """One song, known by its sound: tags, names and containers may change.

    Attributes:
        sha256: its key in a project, hexadecimal: the identity of its sound. A song that was added
            before sounds had one keeps its key, the SHA-256 of the bytes of that day's file.
        paths: where this content was seen, newest first.
        sample_rate_hz: of the source.
        n_samples: decoded length, in samples per channel.
        n_channels: of the source.
        title, artist: from the tags, else from the file name.
        file_format: libsndfile's name of the container, for instance "WAV".
        subtype: libsndfile's name of the coding, for instance "PCM_24".
        warnings: what was mended while reading, one sentence each.
        sound: the identity of its sound (see `audio_file.sound_sha256`); empty where it is not
            known yet.
        fingerprint: of the recording, whatever it is coded in; empty where it is not known.
        stamp: (size, time of change in ns) of the file that was read; none where it was not.
    """

    sha256: str
    paths: tuple[str, ...]
    sample_rate_hz: int
    n_samples: int
    n_channels: int
    title: str = ""
    artist: str = ""
    file_format: str = ""
    subtype: str = ""
    warnings: tuple[str, ...] = ()
    sound: str = ""
    fingerprint: bytes = field(default=b"", repr=False)
    stamp: FileStamp | None = None

    def __post_init__(self) -> None:
        require_sha256(self.sha256)
        require_sound(self.sound)
        if self.sample_rate_hz <= 0 or self.n_channels <= 0 or self.n_samples < 0:
            raise ValueError("a song needs a rate, channels and a length")

    @property
    def path(self) -> str:
        """Where the song was seen last; empty when it was never seen."""
        return self.paths[0] if self.paths else ""

    @property
    def identity(self) -> str:
        """What the world outside is told the song is: its sound, or its key until that is known."""
        return self.sound or self.sha256

    @property
    def duration_s(self) -> float:
        """Decoded length in seconds."""
        return self.n_samples / self.sample_rate_hz


@dataclass(frozen=True, slots=True)
class SongRef:
    """One song as a task reads it: which it is, where it lies now, and its beats and bars.

    Attributes:
        sha256: its key in the project; what sounds differently is refused.
        path: of a file that holds it.
        corrections: of its beats and bars.
        sound: the identity of its sound; empty where it is not known yet.
    """

    sha256: str
    path: str
    corrections: Corrections = field(default=NO_CORRECTIONS, kw_only=True)
    sound: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        require_sha256(self.sha256)
        require_sound(self.sound)


@dataclass(frozen=True, slots=True)
class SongEntry:
    """A song as the library lists it; tempo and meter are those after the corrections.

    Attributes:
        same_as: id of the first song that is the same recording in another file; None if it is
            the first or only one.
    """

    id: int
    song: Song
    status: SongStatus
    message: str
    use: SongUse
    tempo_bpm: float | None = None
    meter: int | None = None
    corrections: Corrections = NO_CORRECTIONS
    same_as: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Bars [start_bar, end_bar) that belong together; the same label means the same music."""

    start_bar: int
    end_bar: int
    label: str

    def __post_init__(self) -> None:
        if not 0 <= self.start_bar < self.end_bar:
            raise ValueError("a section is a non-empty span of bars")

    @property
    def name(self) -> str:
        """What people are told: a number, since A and B are the two edits; "silence" for that.

        The analysis labels as spreadsheets do: A to Z are 1 to 26, AA is 27.
        """
        if not (self.label.isascii() and self.label.isalpha() and self.label.isupper()):
            return self.label
        number = 0
        for letter in self.label:
            number = 26 * number + ord(letter) - ord("A") + 1
        return str(number)


@dataclass(frozen=True, slots=True, eq=False)
class SongAnalysis:
    """Beats, bars, sections and features of one song.

    Attributes:
        sha256: the song's.
        version: of the analyser that made this.
        sample_rate_hz, n_samples: of the source.
        beat_samples: int64 (n_beats,), rising, where beats sound, in source samples.
        bar_start_beats: int64 (n_bars,), rising, index of each bar's first beat.
        bar_edges_samples: int64 (n_bars + 1,), each bar's start and the last one's end. The first
            edge may lie after 0 (a pick-up) and the last before the song's end (a tail): an edit
            that starts with bar 0 starts at sample 0, and one that ends with the last bar ends at
            the song's end.
        meter: beats a bar.
        tempo_bpm: median tempo.
        confidence: 0..1, how sure beats and bars are.
        has_beat: false where the grid is only a fallback.
        sections: cover all bars in order.
        bar_features: float32 (n_bars, n_features), named by `bar_feature_names`.
        beat_features: float32 (n_beats, n_beat_features): the blocks that join costs compare.
        beat_blocks: (name, first column, end column) of each block in `beat_features`.
        edge_levels_db: float32 (n_bars + 1, 4): loudness before, loudness after, kick and onset
            strength at each edge, in dB; what the hard vetoes read.
        loudness_lufs: integrated loudness (ITU-R BS.1770) of the whole song.
        peak: largest absolute sample value.
        excerpt_hz, excerpt: the song's mono mixture at a low rate, float16 (n,), from which a
            join's two sides are aligned.
        warnings: one sentence each, for the person.
        voice: float16 (n_frames, 2), `VOICE_HZ` rows a second: the probability of being inside a
            sung note, and inside a sung phrase; empty where it was not listened for.
        eighth_levels_db: float16 (n_beats * 8, 4): what `edge_levels_db` holds, at each eighth of
            each beat; empty where joins lie on bar lines only.
    """

    sha256: str
    version: str
    sample_rate_hz: int
    n_samples: int
    beat_samples: NDArray[np.int64]
    bar_start_beats: NDArray[np.int64]
    bar_edges_samples: NDArray[np.int64]
    meter: int
    tempo_bpm: float
    confidence: float
    has_beat: bool
    sections: tuple[Section, ...]
    bar_features: NDArray[np.float32]
    bar_feature_names: tuple[str, ...]
    beat_features: NDArray[np.float32]
    beat_blocks: tuple[tuple[str, int, int], ...]
    edge_levels_db: NDArray[np.float32]
    loudness_lufs: float
    peak: float
    excerpt_hz: int
    excerpt: NDArray[np.float16]
    warnings: tuple[str, ...] = field(default=())
    voice: NDArray[np.float16] = field(default_factory=lambda: np.zeros((0, 2), np.float16))
    eighth_levels_db: NDArray[np.float16] = field(
        default_factory=lambda: np.zeros((0, 4), np.float16)
    )

    def __post_init__(self) -> None:
        require_sha256(self.sha256)
        n_bars, n_beats = len(self.bar_start_beats), len(self.beat_samples)
        edges = self.bar_edges_samples
        if n_bars < 1 or edges.shape != (n_bars + 1,):
            raise ValueError("an analysis needs bars and one more edge than bars")
        if np.any(np.diff(edges) <= 0) or edges[0] < 0 or edges[-1] > self.n_samples:
            raise ValueError("bar edges must rise within the song")
        if n_beats and np.any(np.diff(self.beat_samples) <= 0):
            raise ValueError("beats must rise")
        starts = self.bar_start_beats
        if np.any(np.diff(starts) <= 0) or starts[0] < 0 or starts[-1] >= max(n_beats, 1):
            raise ValueError("bars must start with beats, and rise")
        require(self.meter >= 1 and is_share(self.confidence), "a meter, and a confidence in 0..1")
        require(self.excerpt_hz > 0 and self.excerpt.ndim == 1, "excerpt must be (n,)")
        width = self.beat_features.shape[-1]
        inside = all(0 <= first <= end <= width for _, first, end in self.beat_blocks)
        require(inside, "beat_blocks must lie within beat_features")
        if self.bar_features.shape != (n_bars, len(self.bar_feature_names)):
            raise ValueError("bar_features must be (n_bars, n_features)")
        if self.beat_features.ndim != 2 or len(self.beat_features) != n_beats:
            raise ValueError("beat_features must be (n_beats, n_beat_features)")
        if self.edge_levels_db.shape != (n_bars + 1, 4):
            raise ValueError("edge_levels_db must be (n_bars + 1, 4)")
        if self.voice.ndim != 2 or self.voice.shape[1] != 2:
            raise ValueError("voice must be (n_frames, 2)")
        if self.eighth_levels_db.shape not in ((0, 4), (EIGHTHS * n_beats, 4)):
            raise ValueError("eighth_levels_db must be (8 n_beats, 4)")
        covered = [bar for s in self.sections for bar in range(s.start_bar, s.end_bar)]
        if covered != list(range(n_bars)):
            raise ValueError("sections must cover all bars in order")

    @property
    def n_bars(self) -> int:
        """Number of bars."""
        return len(self.bar_start_beats)

    def bar_feature(self, name: str) -> NDArray[np.float32]:
        """One column of `bar_features`, float32 (n_bars,)."""
        column: NDArray[np.float32] = self.bar_features[:, self.bar_feature_names.index(name)]
        return column
