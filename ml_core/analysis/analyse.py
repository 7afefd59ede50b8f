"""From a song's file to its analysis, in one pass over the sound."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.analysis.bar_features import BAR_FEATURE_NAMES, bar_features
from ml_core.analysis.bar_score import bar_score_features, bar_start_score, beat_pattern
from ml_core.analysis.bars import find_bars
from ml_core.analysis.beat_activation import beat_activation, beat_log_odds
from ml_core.analysis.beat_features import beat_features, edge_levels_db
from ml_core.analysis.beats import find_beats, snap_to_onsets
from ml_core.analysis.confidence import bar_clarity, beat_clarity, confidence
from ml_core.analysis.grid import Grid, free_grid, grid_from_bars, sounding_range_s
from ml_core.analysis.onsets import onset_quantities
from ml_core.analysis.sections import bar_pattern, find_sections, novelty
from ml_core.analysis.spectra import EXCERPT_HZ, Spectra, read_spectra
from ml_core.analysis.version import ANALYSER_VERSION
from ml_core.analysis.weights import FITTED, Weights
from ml_core.domain.songs import Section, Song, SongAnalysis
from ml_core.progress import Progress, silent

NO_BEAT_WARNING = "No steady beat was found, so edits follow pauses and onsets."
DOUBTFUL_WARNING = "The bars are doubtful: listen to the first joins with care."
SILENT_WARNING = "The song is silent."
# Fewer beats than this don't make a grid: the song's sound is too short.
FEWEST_BEATS = 12
# Beats no clearer than this are as good as those found in noise.
LEAST_BEAT_CLARITY = 0.05
DOUBTFUL_CONFIDENCE = 0.4
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

    def blocks() -> Iterable[NDArray[np.float32]]:
        return audio_file.blocks(path)

    progress.report(0.0, "Reading")
    reading = progress.part(0.0, READING_SHARE)
    spectra, loudest = read_spectra(blocks(), song.sample_rate_hz, song.n_samples, reading)
    if loudest is not None:
        # The channels cancel each other in the mix: hear the loudest one alone.
        spectra, _ = read_spectra(
            blocks(), song.sample_rate_hz, song.n_samples, reading, channel=loudest
        )
    return analyse_spectra(song, spectra, progress)


def analyse_spectra(song: Song, spectra: Spectra, progress: Progress) -> SongAnalysis:
    """The analysis of a song whose sound was read already; see `analyse`."""
    progress.report(READING_SHARE, "Finding beats")
    grid, sureness, warnings = find_grid(spectra, progress)
    progress.report(BARS_SHARE, "Finding parts")
    edges_s = grid.bar_edges_s
    pattern = bar_pattern(spectra, edges_s)
    change = novelty(pattern)
    beat_rows, blocks = beat_features(spectra, grid.beats_s)
    analysis = SongAnalysis(
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
    )
    progress.report(1.0)
    return analysis


def find_grid(
    spectra: Spectra, progress: Progress, weights: Weights = FITTED
) -> tuple[Grid, float, tuple[str, ...]]:
    """Beats and bars, how sure they are, and what the person should know."""
    first_s, end_s = sounding_range_s(spectra.rms)
    free = free_grid(spectra.rms, spectra.duration_s)
    if end_s <= first_s:
        return free, 0.0, (SILENT_WARNING,)
    quantities = onset_quantities(spectra)
    activation = beat_activation(beat_log_odds(quantities, weights))
    beats_s = snap_to_onsets(find_beats(activation), spectra.flux)
    # A beat may be snapped a little ahead of the first sound, hence the twentieth.
    inside = (beats_s >= first_s - 0.05) & (beats_s < min(end_s, spectra.duration_s))
    beats_s = beats_s[inside]
    clarity = beat_clarity(activation, beats_s)
    if len(beats_s) < FEWEST_BEATS or clarity < LEAST_BEAT_CLARITY:
        return free, NO_BEAT_CONFIDENCE, (NO_BEAT_WARNING,)
    progress.report(BEATS_SHARE, "Finding bars")
    score = bar_start_score(bar_score_features(spectra, quantities, beats_s), weights)
    bars = find_bars(score, beat_pattern(spectra, beats_s))
    grid = grid_from_bars(beats_s, bars, spectra.duration_s)
    if grid is None:
        return free, NO_BEAT_CONFIDENCE, (NO_BEAT_WARNING,)
    sureness = confidence(clarity, bar_clarity(score, bars.position, grid.meter))
    return grid, sureness, (DOUBTFUL_WARNING,) if sureness < DOUBTFUL_CONFIDENCE else ()


def _samples(seconds: NDArray[np.float64], song: Song) -> NDArray[np.int64]:
    """Seconds to source samples, within the song and rising."""
    samples = np.round(seconds * song.sample_rate_hz).astype(np.int64)
    return np.clip(samples, 0, song.n_samples)
