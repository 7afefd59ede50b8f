"""A song's map: many of its possible edits at once."""

from __future__ import annotations

from ml_core.domain.mapping import EditMap, MapRequest
from ml_core.edits.limits.checks import TooLittleMusic
from ml_core.paths import printable_name
from ml_core.pipeline.learning import model_from
from ml_core.pipeline.materials import graph
from ml_core.progress import Progress
from ml_core.training.edit_map import map_edits


def map_song(request: MapRequest, progress: Progress) -> EditMap:
    """Edits of a song spread over lengths and loudness, the alternatives first.

    Raises:
        UserError: if no edit keeps the limits, or the song can't be read.
    """
    song = graph(request.cache_dir, request.song, progress.part(0.0, 0.2))
    try:
        return map_edits(
            model_from(request.model),
            song,
            request.song.limits,
            request.seed,
            progress.part(0.2, 1.0),
            request.n_edits,
            request.n_alternatives,
            request.marks,
            request.model.id,
        )
    except TooLittleMusic as error:
        raise error.named(printable_name(request.song.path)) from None
