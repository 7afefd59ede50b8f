"""From files to analysed songs."""

from __future__ import annotations

from ml_core import audio_file
from ml_core import demo_songs as demo
from ml_core.audio_file.tagging.pictures import thumbnail
from ml_core.audio_file.tagging.tags import embedded_tags
from ml_core.domain.adding import (
    AnalyseOutcome,
    AnalyseRequest,
    DemoRequest,
    ReadOutcome,
    ReadRequest,
)
from ml_core.domain.corrections import Corrections
from ml_core.domain.files.tags import SongTags, TagsRequest
from ml_core.domain.songs import (
    CHECK_WARNINGS,
    DOUBLE_TEMPO_WARNING,
    HALF_TEMPO_WARNING,
    Song,
    SongAnalysis,
)
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.materials import if_they_fit, song_graph
from ml_core.pipeline.reading.limited_reading import USUAL, WIDE, LimitedReader, OverBounds
from ml_core.pipeline.reading.recognising import recognised
from ml_core.progress import Progress

_YEAR = 4
"""Characters of a date that are shown: files hold anything from a year to a second."""


def read_songs(request: ReadRequest, progress: Progress) -> list[ReadOutcome]:
    """Read files and folders as songs; one that fails gets a sentence, the others proceed.

    Partial results tell which `files` there are, and of each when it is `reading`, and then whether
    it was `read` or `refused`.

    Edits of our own come last; they are not read unless they were named themselves.
    """
    found = audio_file.find_songs(request.paths, progress)
    files, outcomes = found.files, []
    progress.report(0.0, "", {"files": [str(path) for path in files]})
    with LimitedReader(WIDE if request.goes_on else USUAL) as reader:
        for index, path in enumerate(files):
            part = progress.part(index / len(files), (index + 1) / len(files))
            part.report(0.0, f"Reading {path.name}", {"reading": str(path)})
            try:
                outcome = ReadOutcome(str(path), recognised(reader.read(path, part), request.known))
            except OverBounds as error:
                outcome = ReadOutcome(str(path), None, str(error), can_go_on=True)
            except UserError as error:
                outcome = ReadOutcome(str(path), None, str(error))
            outcomes.append(outcome)
            part.report(1.0, "", {"refused" if outcome.song is None else "read": str(path)})
    return outcomes + [
        ReadOutcome(str(path), None, f"{printable_name(path)} is an edit that Tastecut made.", True)
        for path in found.own_edits
    ]


def analyse_song(request: AnalyseRequest, progress: Progress) -> AnalyseOutcome:
    """Have a song's analysis and edit graph in the cache; quick when they are there already.

    Raises:
        UserError: if the file is gone or has changed since it was read.
    """
    analysis = if_they_fit(
        request.corrections,
        lambda fitting: song_graph(request.cache_dir, request.song, progress, fitting),
    ).analysis
    return AnalyseOutcome(
        analysis.sha256,
        analysis.tempo_bpm,
        analysis.meter,
        analysis.confidence,
        song_warnings(request.song, analysis, request.corrections),
    )


def song_warnings(song: Song, analysis: SongAnalysis, corrections: Corrections) -> tuple[str, ...]:
    """What a person should know of a song: doubts end once she said that the bars fit.

    Args:
        analysis: as corrected; a person who corrected anything knows the tempo.
    """
    # Imported here, as the analysis is: playing a pair in this worker does not wait for scipy.
    from ml_core.analysis.bars.tempo_level import other_tempo

    found = analysis.warnings
    if not corrections:
        found += _TEMPO_WARNINGS.get(other_tempo(analysis), ())
    settled = CHECK_WARNINGS if corrections.is_confirmed else ()
    return song.warnings + tuple(one for one in found if one not in settled)


_TEMPO_WARNINGS = {0.5: (HALF_TEMPO_WARNING,), 2.0: (DOUBLE_TEMPO_WARNING,)}


def song_tags(request: TagsRequest, progress: Progress) -> SongTags:
    """Album, year, genre and cover from a song's file; empty where it has none."""
    progress.check()
    tags = embedded_tags(request.song.path)
    facts = (tags.text("album"), tags.text("date")[:_YEAR], tags.text("genre"))
    cover = None if tags.cover is None else thumbnail(tags.cover.data, request.cover_px)
    return SongTags(request.song.sha256, tuple(filter(None, facts)), cover)


def demo_songs(request: DemoRequest, progress: Progress) -> list[str]:
    """Write the demo songs; returns their paths."""
    return [str(truth.path) for truth in demo.write_demo_songs(request.out_dir, progress)]
