"""Analyses and edit graphs for a task's songs, from the cache, or made again where it lacks them.

The cache may be emptied at any time, and a newer analyser takes nothing of an older one's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from ml_core import audio_file
from ml_core.analysis.cache import load_analysis, save_analysis
from ml_core.domain.corrections import NO_CORRECTIONS, CorrectionRefused, Corrections
from ml_core.domain.songs import DOUBTFUL_WARNING, Song, SongAnalysis, SongEntry, SongRef
from ml_core.edits.graph.cache import load_or_build
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.progress import Progress

MOST_SAMPLES_IN_MEMORY = 96_000 * 2 * 60 * 20
"""Twenty minutes of stereo at 96 kHz, .9 GB as float32: beyond, songs are streamed."""

Made = TypeVar("Made")


def song_analysis(
    cache_dir: str,
    song: Song,
    progress: Progress,
    corrections: Corrections = NO_CORRECTIONS,
    *,
    is_kept: bool = True,
) -> SongAnalysis:
    """The song's analysis as corrected, from the cache where it is there.

    Args:
        is_kept: whether it is put into the cache; what is only tried is not.

    Raises:
        UserError: if the file is gone or can't be used, a correction makes no sense for the song,
            or the analysis can't be kept.
    """
    analysis = load_analysis(cache_dir, song.sha256, corrections)
    if analysis is None:
        # Imported here so that playing a pair does not wait for scipy.
        from ml_core.analysis.analyse import analyse_spectra, song_spectra
        from ml_core.analysis.spectra.kept import save_spectra

        if corrections.steps:
            analysis = _corrected(cache_dir, song, corrections, progress)
        else:
            spectra = song_spectra(song, song.path, progress)
            analysis = analyse_spectra(song, spectra, progress)
            if DOUBTFUL_WARNING in analysis.warnings:  # The person is about to correct it.
                save_spectra(cache_dir, song.sha256, spectra)
        if is_kept or not corrections.steps:
            _keep(cache_dir, song, analysis)
    return analysis


def _corrected(
    cache_dir: str, song: Song, corrections: Corrections, progress: Progress
) -> SongAnalysis:
    """The analysis on the corrected grid; the song is read only if the cache lacks its sound."""
    from ml_core.analysis.analyse import analyse_spectra, song_spectra
    from ml_core.analysis.corrections import corrected
    from ml_core.analysis.spectra.kept import load_spectra, save_spectra

    base = load_analysis(cache_dir, song.sha256)
    spectra = None if base is None else load_spectra(cache_dir, base)
    if base is None or spectra is None:
        audio_file.require_song(song)
        spectra = song_spectra(song, song.path, progress.part(0.0, 0.8))
        save_spectra(cache_dir, song.sha256, spectra)
    if base is None:
        base = analyse_spectra(song, spectra, progress)
        _keep(cache_dir, song, base)
    progress.report(0.9, "Moving beats and bars")
    return corrected(base, spectra, corrections)


def known_as(read: Song, library: Collection[SongEntry]) -> Song:
    """A song that was just read, under the key that a library knows it by: its cache lies there."""
    for entry in library:
        if entry.song.sound == read.sound or entry.song.sha256 == read.sha256:
            return replace(read, sha256=entry.song.sha256)
    unheard = {entry.song.sha256 for entry in library if not entry.song.sound}
    if unheard:
        key = audio_file.file_sha256(read.path)
        return replace(read, sha256=key) if key in unheard else read
    return read


def _keep(cache_dir: str, song: Song, analysis: SongAnalysis) -> None:
    try:
        save_analysis(cache_dir, analysis)
    except OSError as error:
        raise UserError(
            f"The analysis of {song.title} can't be kept in {cache_dir}: {error.strerror}.",
            "Free some space, or choose another project folder.",
        ) from error


def song_graph(
    cache_dir: str, song: Song, progress: Progress, corrections: Corrections = NO_CORRECTIONS
) -> EditGraph:
    """The song's edit graph as corrected, analysed now if need be.

    Raises:
        UserError: as `song_analysis` does.
    """
    song_analysis(cache_dir, song, progress.part(0.0, 0.95), corrections)
    progress.report(0.95, "Finding joins")
    return load_or_build(cache_dir, song.sha256, corrections)


def graph(cache_dir: str, wanted: SongRef, progress: Progress) -> EditGraph:
    """The edit graph of a song that was added, analysed again if the cache has lost it.

    Raises:
        UserError: if that is needed and the file is gone or is another song now.
    """
    with suppress(UserError):  # It is not in the cache.
        return _kept(cache_dir, wanted.sha256, wanted.corrections)
    audio_file.require_song(wanted)
    read = audio_file.read_song(wanted.path, progress.part(0.0, 0.3))
    song = replace(read, sha256=wanted.sha256)  # What is kept of it lies under its key.

    def analysed(fitting: Corrections) -> EditGraph:
        song_analysis(cache_dir, song, progress.part(0.3, 1.0), fitting)
        return _kept(cache_dir, wanted.sha256, fitting)

    return if_they_fit(wanted.corrections, analysed)


def if_they_fit(corrections: Corrections, make: Callable[[Corrections], Made]) -> Made:
    """What `make` makes with the corrections; without them where they no longer fit the song.

    They were made for what an older analyser found, and one song must stop no other.

    Raises:
        UserError: as `make` does without corrections.
    """
    try:
        return make(corrections)
    except CorrectionRefused:
        return make(NO_CORRECTIONS)


@lru_cache(maxsize=64)
def _kept(cache_dir: str, sha256: str, corrections: Corrections) -> EditGraph:
    """The last 64 are kept in memory (about 5 MB each)."""
    return load_or_build(cache_dir, sha256, corrections)


def graphs(cache_dir: str, songs: Iterable[SongRef], progress: Progress) -> dict[str, EditGraph]:
    """Edit graphs by song hash; a song whose file and analysis are both gone is left out.

    Raises:
        UserError: if a song can't be used, or all are gone.
    """
    found = {}
    gone: UserError | None = None
    wanted = list(songs)
    for index, song in enumerate(wanted):
        part = progress.part(index / len(wanted), (index + 1) / len(wanted))
        progress.check()
        try:
            found[song.sha256] = graph(cache_dir, song, part)
        except UserError as error:
            if os.path.exists(song.path):  # noqa: PTH110 - pathlib raises where access is denied
                raise
            gone = error
    if gone is not None and not found:
        raise gone
    return found
