"""From a song's file to its analysis, in one pass over the sound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.analysis.bars.beat_features import beat_features, edge_levels_db, eighth_levels_db
from ml_core.analysis.bars.doubt import is_doubtful
from ml_core.analysis.bars.features import BAR_FEATURE_NAMES, bar_features
from ml_core.analysis.bars.finding import BarPath, find_bars
from ml_core.analysis.bars.grid import Grid, free_grid, grid_from_bars, sounding_range_s
from ml_core.analysis.bars.score import bar_score_features, bar_start_score, beat_pattern
from ml_core.analysis.bars.sections import bar_pattern, find_sections, novelty
from ml_core.analysis.beats.activation import beat_activation, beat_log_odds
from ml_core.analysis.beats.confidence import beat_clarity, confidence, steadiness
from ml_core.analysis.beats.network import BeatNetwork, network_log_odds, shipped_network
from ml_core.analysis.beats.onsets import onset_quantities
from ml_core.analysis.beats.tracking import SNAP_S, even_out, find_beats, snap_to_onsets
from ml_core.analysis.spectra.reading import EXCERPT_HZ, Spectra, quiet_gain, read_spectra
from ml_core.analysis.version import ANALYSER_VERSION
from ml_core.analysis.weights import FITTED, Weights
from ml_core.domain.songs import (
    DOUBTFUL_WARNING,
    NO_BEAT_WARNING,
    Section,
    Song,
    SongAnalysis,
)
from ml_core.progress import Progress, silent

Floats = NDArray[np.float64]

SILENT_WARNING = "The song is silent."
# Fewer beats than this don't make a grid: the song's sound is too short.
FEWEST_BEATS = 12
# Measured: noise and drones have a clarity up to .03, music from .10 on. Chance events and
# syllables have a steadiness up to .12, music with a beat from .28 on.
LEAST_BEAT_CLARITY = 0.05
LEAST_STEADINESS = 0.15
# How much better the bars on the offbeats must be, in nats a second. On 40 rendered pieces wrong
# offbeats reach .18. In pieces with the beats half a beat off they are better by .17 to .73.
OFFBEAT_MARGIN = 0.25
# Below this every second rendered piece had wrong bars.
DOUBTFUL_CONFIDENCE = 0.6
NO_BEAT_CONFIDENCE = 0.05
# Shares of the work, by CPU time on a four-minute song.
READING_SHARE = 0.8
BEATS_SHARE = 0.9
BARS_SHARE = 0.95


def analyse(song: Song, path: str | Path, progress: Progress | None = None) -> SongAnalysis:
    """Beats, bars, sections and features of a song.

    Args:
        song: what reading the file told.
        path: where the file is.
        progress: told while reading and before each step; may cancel.

    Raises:
        UserError: if the file can't be read.
        Cancelled: if the person asked to stop.
    """
    progress = progress or silent()
    return analyse_spectra(song, song_spectra(song, path, progress), progress)


def song_spectra(song: Song, path: str | Path, progress: Progress) -> Spectra:
    """What is kept of a song's sound; arguments and errors as in `analyse`."""
    reading = progress.part(0.0, READING_SHARE)

    def read(channel: int | None = None, gain: float = 1.0) -> tuple[Spectra, int | None]:
        blocks = audio_file.blocks(path)
        rate, n_samples = song.sample_rate_hz, song.n_samples
        return read_spectra(blocks, rate, n_samples, reading, channel, gain)

    progress.report(0.0, "Reading")
    spectra, loudest = read()
    if loudest is not None:
        # The channels cancel each other in the mix: hear the loudest one alone.
        spectra, _ = read(loudest)
    gain = quiet_gain(spectra)
    if gain != 1.0:
        spectra, _ = read(loudest, gain)
    return spectra


def analyse_spectra(song: Song, spectra: Spectra, progress: Progress) -> SongAnalysis:
    """The analysis of a song whose sound was read already; see `analyse`."""
    progress.report(READING_SHARE, "Finding beats")
    grid, sureness, warnings = find_grid(spectra, progress, network=shipped_network())
    progress.report(BARS_SHARE, "Finding parts")
    analysis = describe(song, spectra, grid, sureness, warnings)
    if DOUBTFUL_WARNING not in warnings and is_doubtful(analysis):
        analysis = replace(analysis, warnings=(*warnings, DOUBTFUL_WARNING))
    progress.report(1.0)
    return analysis


def describe(
    song: Song, spectra: Spectra, grid: Grid, sureness: float, warnings: tuple[str, ...]
) -> SongAnalysis:
    """All that an analysis holds, on a grid that was found or corrected."""
    edges_s = grid.bar_edges_s
    pattern = bar_pattern(spectra, edges_s)
    change = novelty(pattern)
    beat_rows, blocks = beat_features(spectra, grid.beats_s)
    return SongAnalysis(
        sha256=song.sha256,
        version=ANALYSER_VERSION,
        sample_rate_hz=song.sample_rate_hz,
        n_samples=song.n_samples,
        beat_samples=_samples(grid.beats_s, song),
        bar_start_beats=grid.bar_start_beats,
        bar_edges_samples=_samples(edges_s, song),
        meter=grid.meter,
        tempo_bpm=grid.tempo_bpm,
        confidence=sureness,
        has_beat=grid.has_beat,
        sections=find_sections(pattern, change) if len(change) > 1 else (Section(0, 1, "A"),),
        bar_features=bar_features(spectra, edges_s, pattern, change),
        bar_feature_names=BAR_FEATURE_NAMES,
        beat_features=beat_rows,
        beat_blocks=blocks,
        edge_levels_db=edge_levels_db(spectra, edges_s, 60.0 / grid.tempo_bpm),
        loudness_lufs=spectra.loudness_lufs,
        peak=spectra.peak,
        excerpt_hz=EXCERPT_HZ,
        excerpt=spectra.excerpt,
        warnings=warnings,
        voice=spectra.voice,
        eighth_levels_db=eighth_levels_db(spectra, grid.beats_s, grid.has_beat),
    )


def find_grid(
    spectra: Spectra,
    progress: Progress,
    weights: Weights = FITTED,
    network: BeatNetwork | None = None,
) -> tuple[Grid, float, tuple[str, ...]]:
    """Beats and bars, how sure they are, and what the person should know.

    Args:
        spectra: of the song.
        progress: told before each step; may cancel.
        weights: other than the shipped ones for cross-validation.
        network: helps to find the beats; None goes without.
    """
    first_s, end_s = sounding_range_s(spectra.rms)
    if end_s <= first_s:
        return free_grid(spectra.rms, spectra.duration_s), 0.0, (SILENT_WARNING,)
    quantities = onset_quantities(spectra)
    log_odds = beat_log_odds(quantities, weights)
    heard = None if network is None else network_log_odds(spectra, network)[:, 0]
    progress.report(READING_SHARE)
    beat_frames = find_beats(beat_activation(log_odds, heard))
    # Whether there is a beat at all is judged without the network, which expects one.
    activation = beat_activation(log_odds)
    clarity, steady = beat_clarity(activation, beat_frames), steadiness(activation, beat_frames)
    if clarity >= LEAST_BEAT_CLARITY and steady >= LEAST_STEADINESS:
        progress.report(BEATS_SHARE, "Finding bars")
        bars = _find_bars(spectra, quantities, beat_frames, (first_s, end_s), weights)
        grid = grid_from_bars(bars.beats_s, bars.path, spectra.duration_s) if bars else None
        if bars is not None and grid is not None:
            certain = confidence(steady, bars.start_log_odds)
            return grid, certain, (DOUBTFUL_WARNING,) if certain < DOUBTFUL_CONFIDENCE else ()
    free = free_grid(spectra.rms, spectra.duration_s)
    return free, NO_BEAT_CONFIDENCE, (NO_BEAT_WARNING,)


@dataclass(frozen=True, slots=True)
class _Bars:
    """Bars on one grid of beats."""

    beats_s: Floats
    score: Floats
    path: BarPath

    @property
    def score_per_s(self) -> float:
        return self.path.score / float(self.beats_s[-1] - self.beats_s[0])

    @property
    def start_log_odds(self) -> float:
        return float(self.score[self.path.position == 0].mean())


def _find_bars(
    spectra: Spectra,
    quantities: NDArray[np.float32],
    beat_frames: NDArray[np.int64],
    sounding_s: tuple[float, float],
    weights: Weights,
) -> _Bars | None:
    """Bars on the beats, or on the offbeats where these bear clearly better bars.

    A strong backbeat or a syncopated bass draws the beat search half a beat off; what starts bars
    (new harmony, new bass notes) does not follow. None where there are too few beats.
    """

    def bars_on(frames: NDArray[np.int64] | Floats) -> _Bars | None:
        beats_s = even_out(snap_to_onsets(frames, spectra.flux))
        # A beat may be snapped a little ahead of the first sound.
        kept = (beats_s >= sounding_s[0] - SNAP_S) & (beats_s < sounding_s[1])
        beats_s = beats_s[kept & (beats_s < spectra.duration_s)]
        if len(beats_s) < FEWEST_BEATS:
            return None
        features = bar_score_features(spectra, quantities, beats_s)
        score = bar_start_score(features, weights)
        return _Bars(beats_s, score, find_bars(score, beat_pattern(spectra, beats_s)))

    on, off = bars_on(beat_frames), bars_on((beat_frames[1:] + beat_frames[:-1]) / 2)
    if on is not None and off is not None and off.score_per_s > on.score_per_s + OFFBEAT_MARGIN:
        return off
    return on


def _samples(seconds: NDArray[np.float64], song: Song) -> NDArray[np.int64]:
    """Seconds to source samples, within the song and rising."""
    samples = np.round(seconds * song.sample_rate_hz).astype(np.int64)
    return np.clip(samples, 0, song.n_samples)
