"""From a song to the edit that the policy delivers, and on to files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ml_core.audio_file import read_tags
from ml_core.domain.by_hand import ChangeEditRequest, CheckEditRequest
from ml_core.domain.edits import Edit
from ml_core.domain.files.exporting import EditToWrite, ExportRequest, ExportResult
from ml_core.domain.models import Reason
from ml_core.domain.requests import Delivered, DeliverRequest
from ml_core.domain.tasting import ExplainRequest
from ml_core.edits.by_hand import change_bars, is_on_bar_lines
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.graph.rough_joins import rough_graph
from ml_core.edits.joins.cost import cost_at
from ml_core.edits.limits.checks import TooLittleMusic, broken_limit
from ml_core.errors import UserError
from ml_core.export.audio import export_edit, reserved_target
from ml_core.export.naming import file_stem, with_edit_title
from ml_core.paths import printable_name
from ml_core.pipeline.learning import model_from
from ml_core.pipeline.materials import graph
from ml_core.progress import Progress
from ml_core.training.deliver import deliver, explain


def deliver_song(request: DeliverRequest, progress: Progress) -> list[Delivered]:
    """The edit that the policy delivers for a song, then its alternatives."""
    progress.report(0.0, "Choosing the edit")
    song = graph(request.cache_dir, request.song, progress)
    try:
        return _deliver(request, song)
    except TooLittleMusic as error:
        raise error.named(printable_name(request.song.path)) from None
    except UserError:
        # Joins that stand out are a way out, not a wish: they are taken where nothing else is left.
        if not request.song.limits.rough_joins:
            raise
        return _deliver(request, rough_graph(song))


def _deliver(request: DeliverRequest, song: EditGraph) -> list[Delivered]:
    return list(
        deliver(
            model_from(request.model),
            song,
            request.song.limits,
            request.seed,
            n_alternatives=request.n_alternatives,
            marks=request.marks,
            checkpoint=request.model.id,
        )
    )


def explain_edit(request: ExplainRequest, progress: Progress) -> list[Reason]:
    """Why the model likes or dislikes an edit, the strongest reason first."""
    song = graph(request.cache_dir, request.song, progress)
    model = model_from(request.model)
    return list(explain(model, song, request.edit, request.song.limits))


def change_edit(request: ChangeEditRequest, progress: Progress) -> Edit:
    """An edit with a stretch of its song left out or kept, as a person wants it."""
    song = graph(request.cache_dir, request.song, progress)
    return change_bars(song, request.edit, request.span_s, request.keep)


def check_edit(request: CheckEditRequest, progress: Progress) -> str:
    """The first rule that an edit changed by hand breaks, as a sentence; empty if it keeps all."""
    song = graph(request.cache_dir, request.song, progress)
    broken = broken_limit(request.edit, song, request.song.limits)
    if broken is None and not is_on_bar_lines(song, request.edit):
        broken = "The song's bar lines have moved since it was cut."
    return broken or ""


def export(request: ExportRequest, progress: Progress) -> ExportResult:
    """Write edits as audio files; one that fails is listed, the others proceed."""
    files: list[str] = []
    failed: list[tuple[str, str]] = []
    notes: list[tuple[str, str]] = []
    total = max(1, len(request.edits))
    for index, wanted in enumerate(request.edits):
        part = progress.part(index / total, (index + 1) / total)
        part.report(0.0, f"Exporting {wanted.stem}")
        try:
            said: list[str] = []
            file = str(_export_one(request, wanted, part, said.append))
            files.append(file)
            notes += [(file, sentence) for sentence in said]
        except UserError as error:
            failed.append((wanted.song.path, str(error)))
    return ExportResult(tuple(files), tuple(failed), tuple(notes))


def _export_one(
    request: ExportRequest, wanted: EditToWrite, progress: Progress, say: Callable[[str], None]
) -> Path:
    edit = wanted.edit
    analysis = graph(request.cache_dir, wanted.song, progress.part(0.0, 0.1)).analysis
    costs = [
        cost_at(analysis, left_end, right_start)
        for (_, left_end), (right_start, _) in zip(edit.spans[:-1], edit.spans[1:], strict=True)
    ]
    tags = read_tags(wanted.song.path)
    stem = file_stem(request.choices, wanted.stem, tags, edit)
    with reserved_target(request.out_dir, stem, request.file_format) as target:
        return export_edit(
            wanted.song,
            edit,
            target,
            request.file_format,
            join_costs=costs,
            tags=with_edit_title(request.choices, tags, edit),
            progress=progress.part(0.1, 1.0),
            say=say,
        )
