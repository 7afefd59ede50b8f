"""What the window needs to show and play a song and its edits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.analysis.cache import load_analysis
from ml_core.domain.edits import Edit
from ml_core.domain.playing import (
    OverviewRequest,
    PreparedAudio,
    PreparedPair,
    PrepareFileRequest,
    PreparePairRequest,
    SongLayout,
    SongOverview,
)
from ml_core.domain.songs import SongAnalysis
from ml_core.edits import peaks
from ml_core.edits.forward_reading import BLOCK_SAMPLES
from ml_core.edits.render import render, render_blocks
from ml_core.errors import UserError
from ml_core.own_files import make_private_folder, touch_private
from ml_core.paths import printable_name
from ml_core.pipeline.materials import MOST_SAMPLES_IN_MEMORY, graph
from ml_core.progress import Progress
from ml_core.units import db_to_gain

Audio = NDArray[np.float32]

BYTES_A_STEREO_SAMPLE = 8

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
            (int(edges[s.start_bar]), int(edges[s.end_bar]), s.name) for s in analysis.sections
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
    song = request.song
    columns = peaks.overview_columns(song.path, request.n_columns, progress)
    analysis = load_analysis(request.cache_dir, song.sha256, song.corrections)
    layout = None if analysis is None else layout_of(analysis)
    return SongOverview(
        song.sha256, tuple((float(a), float(b), float(c)) for a, b, c in columns), layout
    )


def prepare_pair(request: PreparePairRequest, progress: Progress) -> PreparedPair:
    """Decode the song, render its edits, and put all of them where the player maps them.

    A usual song is decoded once; a very long one is streamed for each part, in little memory.

    Raises:
        UserError: if the file is gone or is not the song that was analysed, or the disk is full.
    """
    path = request.song.path
    analysis = graph(request.cache_dir, request.song, progress.part(0.0, 0.1)).analysis
    progress.report(0.1, "Reading the song")
    header = audio_file.probe(path)
    fits = analysis.n_samples * header.n_channels <= MOST_SAMPLES_IN_MEMORY
    source = audio_file.read(path) if fits else None
    # A header's length may be wrong or missing; what was decoded is not.
    n_samples = analysis.n_samples if source is None else len(source)
    if (n_samples, header.sample_rate_hz) != (analysis.n_samples, analysis.sample_rate_hz):
        raise UserError(
            f"{Path(path).name} has changed since it was added.",
            "Add it again to rate it.",
        )

    def sound(edit: Edit | None) -> Iterator[Audio]:
        """The song, or an edit of it, in blocks."""
        if source is not None:
            audio = source if edit is None else render(edit, source)
            for start in range(0, len(audio), BLOCK_SAMPLES):
                yield audio[start : start + BLOCK_SAMPLES]
        elif edit is None:
            yield from audio_file.blocks(path)
        else:
            yield from render_blocks(edit, path)

    try:
        folder = Path(request.out_dir)
        make_private_folder(folder)
        stem = f"{request.song.sha256[:16]}-song"
        song = _put(sound(None), request, header, stem)
        edits = []
        for index, edit in enumerate(request.edits):
            progress.report(0.4 + 0.3 * index, "Making the edits")
            made = _put(sound(edit), request, header, edit.id)
            ratio = request.sample_rate_hz / header.sample_rate_hz
            joins = tuple(round(join * ratio) for join in edit.join_samples)
            edits.append(replace(made, joins=joins))
    except OSError as error:
        raise UserError(
            f"The edits of {Path(path).name} can't be put into {request.out_dir}: "
            f"{error.strerror}.",
            "Free some space and try again.",
        ) from error
    return PreparedPair(song, tuple(edits), play_gain(analysis), layout_of(analysis))


def prepare_file(request: PrepareFileRequest, progress: Progress) -> PreparedAudio:
    """Decode an audio file, and put it where the player maps it.

    Raises:
        UserError: if the file is gone or holds no sound, or the disk is full.
    """
    progress.report(0.0, "Reading the file")
    header = audio_file.probe(request.file)
    known = Path(request.file).stat()
    which = f"{request.file} {known.st_size} {known.st_mtime_ns}"
    try:
        make_private_folder(Path(request.out_dir))
        stem = f"file-{hashlib.sha256(which.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"
        return _put(audio_file.blocks(request.file), request, header, stem)
    except OSError as error:
        raise UserError(
            f"{printable_name(request.file)} can't be put into {request.out_dir} to be heard: "
            f"{error.strerror}.",
            "Free some space and try again.",
        ) from error


def _put(
    sound: Iterator[Audio],
    request: PreparePairRequest | PrepareFileRequest,
    header: audio_file.AudioHeader,
    stem: str,
) -> PreparedAudio:
    """Write audio as raw float32 stereo at the device's rate; a file that is there is kept.

    The peaks come last, so that what has peaks is whole.
    """
    rate = request.sample_rate_hz
    file = Path(request.out_dir) / f"{stem}-{rate}.f32"
    peaks_file = Path(request.out_dir) / f"{stem}-{rate}.peaks.npz"
    if not (file.exists() and peaks_file.exists()):
        stereo = (audio_file.mix_channels(block, 2, header.channel_mask) for block in sound)
        partial = file.with_suffix(".partial")
        touch_private(partial)
        with partial.open("wb") as handle:

            def written() -> Iterator[Audio]:
                """Each block, after it is in the file."""
                for block in audio_file.resample_blocks(stereo, header.sample_rate_hz, rate, 2):
                    handle.write(np.ascontiguousarray(block, dtype=np.float32).tobytes())
                    yield block

            made = peaks.pyramid_of_blocks(written())
        partial.replace(file)
        peaks.save_pyramid(peaks_file, made)
    n_samples = file.stat().st_size // BYTES_A_STEREO_SAMPLE
    return PreparedAudio(str(file), n_samples, rate, (), str(peaks_file))
