"""From a song to the edit that the policy delivers, and on to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml_core.audio_file import read_tags, write_format
from ml_core.audio_file.tagging.own_edits import edit_json_path
from ml_core.domain.by_hand import (
    ChangeEditRequest,
    CheckEditRequest,
    JoinPlaces,
    JoinPlacesRequest,
)
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.files.exporting import EditToWrite, ExportRequest, ExportResult
from ml_core.domain.files.stems import FindStemsRequest, StemsFound, WrittenStem
from ml_core.domain.files.tools import MARKERS, refuse_what_tools_cannot_say
from ml_core.domain.models import Reason
from ml_core.domain.requests import Delivered, DeliverRequest
from ml_core.domain.tasting import ExplainRequest
from ml_core.edits.by_hand import is_on_bar_lines
from ml_core.edits.exact.lengths import stretch_to, stretch_words
from ml_core.edits.exact.seams import Seam
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.graph.rough_joins import rough_graph
from ml_core.edits.hand.changes import apply_changes
from ml_core.edits.hand.places import join_places
from ml_core.edits.joins.cost import costs_at
from ml_core.edits.limits.checks import TooLittleMusic, broken_limit
from ml_core.errors import UserError
from ml_core.export.audio import export_edit, reserved_target
from ml_core.export.belonging import mark_whole, remove_written
from ml_core.export.naming import file_stem, with_edit_title
from ml_core.export.one_stem import share_stem
from ml_core.export.stems.matching import find_stems as find_stems_in
from ml_core.export.stems.writing import export_stem
from ml_core.export.tools.writing import edit_cues, write_for_tools
from ml_core.paths import printable_name
from ml_core.pipeline.materials import graph
from ml_core.pipeline.models import model_from
from ml_core.progress import Progress, silent
from ml_core.training.deliver import deliver, explain
from ml_core.training.deliver_exact import deliver_exactly
from ml_core.untrusted_json import read_json


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
    model, limits = model_from(request.model), request.song.limits

    def within(limits: Limits) -> Sequence[Delivered]:
        return deliver(
            model,
            song,
            limits,
            request.seed,
            n_alternatives=request.n_alternatives,
            marks=request.marks,
            checkpoint=request.model.id,
        )

    if limits.exact_s is None:
        return list(within(limits))
    return deliver_exactly(within, song, limits, limits.exact_s, request.n_alternatives)


def explain_edit(request: ExplainRequest, progress: Progress) -> list[Reason]:
    """Why the model likes or dislikes an edit, the strongest reason first."""
    song = graph(request.cache_dir, request.song, progress)
    model = model_from(request.model)
    return list(explain(model, song, request.edit, request.song.limits))


def change_edit(request: ChangeEditRequest, progress: Progress) -> Edit:
    """An edit with one change made to it, as a person wants it."""
    song = graph(request.cache_dir, request.song, progress)
    return apply_changes(song, request.edit, [request.change])[0]


def find_join_places(request: JoinPlacesRequest, progress: Progress) -> JoinPlaces:
    """Where a join of an edit could lie, and how much it would stand out there."""
    song = graph(request.cache_dir, request.song, progress)
    return join_places(song, request.edit, request.join)


def check_edit(request: CheckEditRequest, progress: Progress) -> str:
    """The first rule that an edit changed by hand breaks, as a sentence; empty if it keeps all."""
    song = graph(request.cache_dir, request.song, progress)
    broken = broken_limit(request.edit, song, request.song.limits)
    if broken is None and not is_on_bar_lines(song, request.edit):
        broken = "It is not cut on the song's bar lines."
    return broken or ""


def find_stems(request: FindStemsRequest, progress: Progress) -> StemsFound:
    """Which files below a folder are stems of which song."""
    return find_stems_in(Path(request.folder), request.songs, progress, request.others)


@dataclass
class _Written:
    """What an export has done so far."""

    files: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    stretched: list[tuple[str, str]] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)
    stems: list[WrittenStem] = field(default_factory=list)
    stems_failed: list[tuple[str, str]] = field(default_factory=list)

    def result(self) -> ExportResult:
        return ExportResult(
            tuple(self.files),
            tuple(self.failed),
            tuple(self.notes),
            tuple(self.stretched),
            tuple(self.others),
            tuple(self.stems),
            tuple(self.stems_failed),
        )


def export(request: ExportRequest, progress: Progress) -> ExportResult:
    """Write edits as audio files, and their stems; what fails is listed, the others proceed.

    Where it is stopped in the middle, nothing of what it has written stays.
    """
    done = _Written()
    total = max(1, len(request.edits))
    try:
        for index, wanted in enumerate(request.edits):
            part = progress.part(index / total, (index + 1) / total)
            part.report(0.0, f"Exporting {wanted.stem}")
            try:
                _export_whole(request, wanted, part, done)
            except UserError as error:
                done.failed.append((wanted.song.path, str(error)))
    except BaseException:
        remove_written([done.result()])
        raise
    return done.result()


def _export_whole(
    request: ExportRequest, wanted: EditToWrite, progress: Progress, done: _Written
) -> None:
    """Write an edit and all that belongs to it.

    Raises:
        UserError: if the edit itself can't be written.
    """
    said: list[str] = []
    seams: list[Seam] = []
    share = 1.0 / (1 + len(wanted.stems))
    path = _export_one(request, wanted, progress.part(0.0, share), said.append, seams)
    file, is_whole = str(path), True
    done.files.append(file)
    if wanted.stems and request.choices.loudness_lufs:
        said.append("Its stems keep the song's own level.")
    done.notes += [(file, sentence) for sentence in said]
    others: list[str] = []
    try:
        others += map(str, _export_for_tools(request, wanted, path))
        done.others += [(file, one) for one in others]
        done.notes += [(file, words) for words in _said_of_tools(request)]
    except UserError as error:
        done.notes.append((file, f"It was not written for other tools: {error}"))
        is_whole = False
    words = stretched_words(wanted, file)
    done.stretched += [(file, words)] if words else []
    for stem, written in _export_stems(request, wanted, path, seams, progress.part(share, 1.0)):
        if isinstance(written, UserError):
            done.stems_failed.append((stem, str(written)))
            is_whole = False
        else:
            done.stems.append(WrittenStem(file, stem, str(written)))
            others.append(str(written))
    if wanted.made_for and is_whole and not _stands_alone(request, wanted):
        mark_whole(path, wanted.made_for, wanted.made_of, others)


def _stands_alone(request: ExportRequest, wanted: EditToWrite) -> bool:
    """Whether an edit is whole once its audio and its record are written."""
    return not wanted.stems and not request.choices.tool_names


def _said_of_tools(request: ExportRequest) -> list[str]:
    """Where clips of the song are not what was written."""
    encoding = request.choices.encoding
    is_other = encoding.rate_hz or encoding.n_channels
    if not request.choices.tool_names or not (
        is_other or not write_format(request.file_format).is_lossless
    ):
        return []
    return ["Other tools play the song itself, at its own rate and quality."]


def _has_markers(request: ExportRequest, wanted: EditToWrite) -> bool:
    is_asked = MARKERS in request.choices.tool_names and request.file_format == "wav"
    return is_asked and wanted.exact_s is None


def _export_for_tools(request: ExportRequest, wanted: EditToWrite, path: Path) -> list[Path]:
    """What other tools read of an edit that was written."""
    if not request.choices.tool_names:
        return []
    names, is_exact = request.choices.tool_names, wanted.exact_s is not None
    refuse_what_tools_cannot_say(names, request.file_format, is_exact)
    record = read_json(edit_json_path(path))
    return write_for_tools(
        wanted.edit,
        Path(wanted.song.path),
        graph(request.cache_dir, wanted.song, silent()).analysis,
        path,
        names,
        gain_db=float(record.get("gain_db", 0.0)),
        has_residues=request.choices.has_residues,
        copies_audio=request.choices.copies_audio,
    )


def _export_stems(
    request: ExportRequest,
    wanted: EditToWrite,
    edit_file: Path,
    seams: Sequence[Seam],
    progress: Progress,
) -> Iterator[tuple[str, Path | UserError]]:
    """Each stem of an edit that was written, with its file or why there is none."""
    n_stems = len(wanted.stems)
    for index, stem in enumerate(wanted.stems):
        try:
            yield (
                stem,
                export_stem(
                    Path(stem),
                    Path(wanted.song.path),
                    wanted.edit,
                    edit_file,
                    request.file_format,
                    stretch=stretch_to(wanted.edit, wanted.exact_s),
                    seams=seams,
                    encoding=request.choices.encoding,
                    progress=progress.part(index / n_stems, (index + 1) / n_stems),
                ),
            )
        except UserError as error:
            yield stem, error


def stretched_words(wanted: EditToWrite, file: str) -> str:
    """What was stretched in a file that was written; empty where nothing was."""
    stretch = stretch_to(wanted.edit, wanted.exact_s)
    return stretch_words(printable_name(file), stretch, wanted.edit.sample_rate_hz)


def _export_one(
    request: ExportRequest,
    wanted: EditToWrite,
    progress: Progress,
    say: Callable[[str], None],
    seams: list[Seam],
) -> Path:
    edit = wanted.edit
    song = graph(request.cache_dir, wanted.song, progress.part(0.0, 0.1))
    left, entered = [end for _, end in edit.spans[:-1]], [start for start, _ in edit.spans[1:]]
    costs = costs_at(song.analysis, song.distances, left, entered).tolist()
    tags = read_tags(wanted.song.path)
    length_s = wanted.exact_s or edit.duration_s
    stem = file_stem(request.choices, wanted.stem, tags, length_s)
    noted: dict[str, Any] = {}
    if wanted.made_for and _stands_alone(request, wanted):
        noted = {"made_for": wanted.made_for, "made_of": list(wanted.made_of)}
    with reserved_target(request.out_dir, stem, request.file_format) as target:
        path = export_edit(
            wanted.song,
            edit,
            target,
            request.file_format,
            join_costs=costs,
            tags=with_edit_title(request.choices, tags, length_s),
            encoding=request.choices.encoding,
            loudness_lufs=request.choices.loudness_lufs,
            true_peak_db=request.choices.true_peak_db,
            progress=progress.part(0.1, 1.0),
            say=say,
            exact_s=wanted.exact_s,
            seams=seams,
            cues=tuple(edit_cues(edit)) if _has_markers(request, wanted) else (),
            noted=noted,
        )
    # What stands beside an edit for other tools, and its stems, are named after its own file.
    return share_stem(path, stem) if _stands_alone(request, wanted) else path
