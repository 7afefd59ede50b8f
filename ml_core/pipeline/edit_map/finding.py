"""A song's map: many of its possible edits at once."""

from __future__ import annotations

from dataclasses import replace

from ml_core.domain.mapping import EditMap, MapRequest
from ml_core.domain.requests import DeliverRequest
from ml_core.edits.exact.lengths import durations_for_s
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.graph.rough_joins import rough_graph
from ml_core.errors import UserError
from ml_core.pipeline.exporting import deliver_song
from ml_core.pipeline.materials import graph
from ml_core.pipeline.models import model_from
from ml_core.progress import Progress
from ml_core.training.edit_map import map_edits, mapped


def map_song(request: MapRequest, progress: Progress) -> EditMap:
    """Edits of a song spread over lengths and loudness, the alternatives first.

    Raises:
        UserError: if no edit keeps the limits, or the song can't be read.
    """
    limits, n_first = request.song.limits, min(request.n_edits, request.n_alternatives)
    if limits.cut_least:
        n_first = request.n_edits
    asked = DeliverRequest(
        request.cache_dir, request.song, request.seed, request.model, n_first, request.marks
    )
    first = deliver_song(asked, progress.part(0.0, 0.3))
    song = graph(request.cache_dir, request.song, progress.part(0.3, 0.3))
    if limits.exact_s is not None:
        # What a stretch makes last exactly so.
        low_s, high_s = durations_for_s(limits.exact_s)
        limits = replace(limits, shortest_s=low_s, longest_s=high_s, is_wish=False, exact_s=None)
    model = model_from(request.model)

    def found_in(graph: EditGraph) -> EditMap:
        return map_edits(
            model,
            graph,
            limits,
            request.seed,
            progress.part(0.3, 1.0),
            request.n_edits,
            first,
            request.marks,
            request.model.id,
        )

    try:
        return found_in(song)
    except UserError:
        # The alternatives are there all the same: they were found by joins that stand out, or
        # their length is so rare that it is decoded and not drawn.
        if not limits.rough_joins:
            return mapped(song, first)
    rough = rough_graph(song)
    try:
        return found_in(rough)
    except UserError:
        return mapped(rough, first)
