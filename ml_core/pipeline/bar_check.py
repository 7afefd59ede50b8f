"""A song's beats and bars to be checked, and corrected where they don't fit."""

from __future__ import annotations

from pathlib import Path

from ml_core import audio_file
from ml_core.domain.adding import AnalyseRequest
from ml_core.domain.bar_check import BarCheck, BarCheckRequest
from ml_core.edits import peaks
from ml_core.errors import UserError
from ml_core.own_files import make_private_folder
from ml_core.paths import printable_name
from ml_core.pipeline.listening import analyse_song, song_warnings
from ml_core.pipeline.materials import song_analysis
from ml_core.pipeline.playing import layout_of
from ml_core.progress import Progress

PEAKS_BASE_SAMPLES = 128
"""Five bars on a screen are some 400 samples a pixel; a three-hour song takes 45 MB."""


def bar_check(request: BarCheckRequest, progress: Progress) -> BarCheck:
    """The grid that a song's corrections give.

    Its analysis and edit graph are in the cache then, unless the corrections are only tried.

    Raises:
        UserError: if a correction makes no sense for the song, or its file is gone.
    """
    # Imported here, as the analysis is: playing a pair in this worker does not wait for scipy.
    from ml_core.analysis.bars.doubt import doubtful_bars

    cache_dir, song, corrections = request.cache_dir, request.song, request.corrections
    is_kept = not request.is_trial
    reading = progress.part(0.0, 0.7)
    analysis = song_analysis(cache_dir, song, reading, corrections, is_kept=is_kept)
    if is_kept:
        analyse_song(AnalyseRequest(cache_dir, song, corrections), progress.part(0.7, 0.8))
    doubtful = () if corrections else tuple(int(bar) for bar in doubtful_bars(analysis))
    return BarCheck(
        layout_of(analysis),
        corrections,
        doubtful,
        song_warnings(song, analysis, corrections),
        _peaks(request, progress.part(0.8, 1.0)),
        _likely_tempi(request),
    )


def _likely_tempi(request: BarCheckRequest) -> tuple[float, ...]:
    """Two tempi where either may be meant, and the person tries one of them at most."""
    from ml_core.analysis.bars.tempo_level import other_tempo
    from ml_core.analysis.cache import load_analysis

    kinds = [step.kind for step in request.corrections.steps]
    base = load_analysis(request.cache_dir, request.song.sha256)
    if base is None or request.corrections.is_confirmed or kinds not in ([], ["double"], ["halve"]):
        return ()
    factor = other_tempo(base)
    if factor == 1.0:
        return ()
    return tuple(sorted((base.tempo_bpm, factor * base.tempo_bpm)))


def _peaks(request: BarCheckRequest, progress: Progress) -> str:
    """The file of the song's waveform, made now unless it is there."""
    file = Path(request.peaks_dir) / f"{request.song.sha256}.peaks.npz"
    if not file.exists():
        try:
            make_private_folder(file.parent)
            blocks = audio_file.blocks(request.song.path)
            heard = peaks.heard_blocks(blocks, progress)
            made = peaks.pyramid_of_blocks(heard, PEAKS_BASE_SAMPLES)
            peaks.save_pyramid(file, made)
        except OSError as error:
            raise UserError(
                f"The waveform of {printable_name(request.song.path)} can't be put into "
                f"{request.peaks_dir}: {error.strerror}.",
                "Free some space and try again.",
            ) from error
    return str(file)
