"""What a screen needs to check a song's beats and bars against its sound."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.checked import require
from ml_core.domain.corrections import NO_CORRECTIONS, Corrections
from ml_core.domain.playing import SongLayout
from ml_core.domain.songs import Song


@dataclass(frozen=True, slots=True)
class BarCheckRequest:
    """Asks for a song's grid as corrected, with its waveform; all that follows is cached, too.

    Attributes:
        peaks_dir: where the waveform is put.
        is_trial: whether the corrections are only tried: nothing of them is put into the cache.
    """

    cache_dir: str
    song: Song
    peaks_dir: str
    corrections: Corrections = NO_CORRECTIONS
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class BarCheck:
    """A song's grid on the screen.

    Attributes:
        corrections: that gave it.
        doubtful_bars: indices of bars whose first beat is uncertain; none once a person said
            that the bars fit, or corrected them.
        warnings: of the song, for the person.
        tempi_bpm: both tempi that are likely, the slower first, while nobody said which it is.
        peaks_file: see `peaks.load_pyramid`; at the source's rate.
    """

    layout: SongLayout
    corrections: Corrections
    doubtful_bars: tuple[int, ...]
    warnings: tuple[str, ...]
    peaks_file: str
    tempi_bpm: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        n_bars = len(self.layout.bar_edges_samples) - 1
        require(all(0 <= bar < n_bars for bar in self.doubtful_bars), "doubtful bars are bars")
        require(
            not (self.doubtful_bars and self.corrections),
            "bars that a person confirmed or corrected are not doubtful",
        )
