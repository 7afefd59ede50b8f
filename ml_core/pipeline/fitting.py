"""Which songs fit what the edits are for."""

from __future__ import annotations

from ml_core.domain.requests import FitRequest, SongFit
from ml_core.edits.graph.version import made_with
from ml_core.errors import UserError
from ml_core.pipeline.materials import graph
from ml_core.progress import Progress
from ml_core.training.fitting import misfit


def song_fits(request: FitRequest, progress: Progress) -> list[SongFit]:
    """Whether each song has an edit within its limits; one whose analysis and file have gone, or
    that can't be used, is left out.
    """
    found = []
    for index, song in enumerate(request.songs):
        part = progress.part(index / len(request.songs), (index + 1) / len(request.songs))
        part.report(0.0, "Seeing which songs fit")
        try:
            made = graph(request.cache_dir, song, part)
        except UserError:
            continue
        found.append(SongFit(song.sha256, made_with(song.corrections), misfit(made, song.limits)))
    return found
