"""What the window needs to show and play a song and its edits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.analysis.cache import load_analysis
from ml_core.domain.edits import Edit
from ml_core.domain.requests import (
    OverviewRequest,
    PreparedAudio,
    PreparedPair,
    PreparePairRequest,
    SongLayout,
    SongOverview,
)
from ml_core.domain.songs import SongAnalysis
from ml_core.edits import peaks
from ml_core.edits.render import render
from ml_core.errors import UserError
from ml_core.pipeline.materials import graph
from ml_core.progress import Progress
from ml_core.units import db_to_gain

PLAY_LUFS = -16.0
"""Loudness that songs are played at: near what streaming services settle on, so quiet and loud
songs in one session do not make anybody reach for the volume."""

PEAK_CEILING = 0.891
"""-1 dBFS: a fade of two correlated sides can rise a little above either."""


def layout_of(analysis: SongAnalysis) -> SongLayout:
    """What a screen shows of an analysis."""
    edges = analysis.bar_edges_samples
    return SongLayout(
        sha256=analysis.sha256,
        sample_rate_hz=analysis.sample_rate_hz,
        n_samples=analysis.n_samples,
        bar_edges_samples=tuple(int(edge) for edge in edges),
        beat_samples=tuple(int(beat) for beat in analysis.beat_samples),
        sections=tuple(
            (int(edges[s.start_bar]), int(edges[s.end_bar]), s.label) for s in analysis.sections
        ),
        tempo_bpm=analysis.tempo_bpm,
        meter=analysis.meter,
        confidence=analysis.confidence,
        has_beat=analysis.has_beat,
    )


def play_gain(analysis: SongAnalysis) -> float:
    """One gain for a song and all its edits, so that none of them is liked for being louder."""
    if not np.isfinite(analysis.loudness_lufs):
        return 1.0
    wanted = db_to_gain(PLAY_LUFS - analysis.loudness_lufs)
    return float(min(wanted, PEAK_CEILING / max(analysis.peak, 1e-6)))


def song_overview(request: OverviewRequest, progress: Progress) -> SongOverview:
    """A song's small waveform, and its layout once it is analysed."""
    columns = peaks.overview_columns(request.path, request.n_columns, progress)
    analysis = load_analysis(request.cache_dir, request.sha256)
    layout = None if analysis is None else layout_of(analysis)
    return SongOverview(
        request.sha256, tuple((float(a), float(b), float(c)) for a, b, c in columns), layout
    )


def prepare_pair(request: PreparePairRequest, progress: Progress) -> PreparedPair:
    """Decode the song once, render its edits, and put all of them where the player maps them.

    Raises:
        UserError: if the file is gone, or is not the song that was analysed.
    """
    analysis = graph(request.cache_dir, request.sha256).analysis
    progress.report(0.0, "Reading the song")
    source = audio_file.read(request.path)
    if len(source) != analysis.n_samples:
        raise UserError(
            f"{Path(request.path).name} has changed since it was added.",
            "Add it again to rate it.",
        )
    song = _put(source, request, analysis.sample_rate_hz, f"{request.sha256[:16]}-song", ())
    edits = []
    for index, edit in enumerate(request.edits):
        progress.report(0.4 + 0.3 * index, "Making the edits")
        edits.append(
            _put(render(edit, source), request, analysis.sample_rate_hz, edit.id, _joins(edit))
        )
    return PreparedPair(song, tuple(edits), play_gain(analysis), layout_of(analysis))


def _joins(edit: Edit) -> tuple[int, ...]:
    return edit.join_samples


def _put(
    audio: NDArray[np.float32],
    request: PreparePairRequest,
    source_rate_hz: int,
    stem: str,
    joins: tuple[int, ...],
) -> PreparedAudio:
    """Write audio as raw float32 stereo at the device's rate; a file that is there is kept."""
    rate = request.sample_rate_hz
    folder = Path(request.out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{stem}-{rate}.f32"
    peaks_file = folder / f"{stem}-{rate}.peaks.npz"
    if file.exists() and peaks_file.exists():
        n_samples = file.stat().st_size // 8
    else:
        stereo = to_stereo(audio)
        if source_rate_hz != rate:
            stereo = np.ascontiguousarray(
                soxr.resample(stereo, source_rate_hz, rate), dtype=np.float32
            )
        n_samples = len(stereo)
        stereo.tofile(file)
        peaks.save_pyramid(peaks_file, peaks.pyramid(stereo.mean(axis=1)))
    moved = tuple(round(join * rate / source_rate_hz) for join in joins)
    return PreparedAudio(str(file), n_samples, rate, moved, str(peaks_file))


def to_stereo(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """Any channel count as stereo: mono doubled; more than two folded, even left, odd right."""
    n_channels = audio.shape[1]
    if n_channels == 2:
        return np.ascontiguousarray(audio, dtype=np.float32)
    if n_channels == 1:
        return np.repeat(audio, 2, axis=1).astype(np.float32)
    left, right = audio[:, 0::2].mean(axis=1), audio[:, 1::2].mean(axis=1)
    return np.stack([left, right], axis=1).astype(np.float32)
