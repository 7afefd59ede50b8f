"""What a batch is asked for: jobs of its songs as everything stands, or as it was kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from editor_app.look.foreign import song_title
from editor_app.places.export.batch.kept import KeptBatch, KeptSong
from editor_app.places.export.batch.songs import BatchSong, n_in
from editor_app.places.export.checks import check_request
from editor_app.places.export.plans import N_ALTERNATIVES
from editor_app.project.project import Project
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.files.batch import SongJob
from ml_core.domain.files.choices import AS_AT_FIRST, FileChoices
from ml_core.domain.files.exporting import ExportRequest
from ml_core.domain.requests import DeliverRequest
from ml_core.domain.songs import SongEntry


@dataclass(frozen=True, slots=True)
class Order:
    """How all files of a batch are written: what is changed after is the next one's.

    Attributes:
        model: id of the checkpoint that it was started with.
    """

    out_dir: Path = Path()
    file_format: str = "wav"
    files: FileChoices = AS_AT_FIRST
    model: str = ""


def as_things_stand(
    project: Project,
    order: Order,
    entries: Sequence[SongEntry],
    limits_of: Callable[[SongEntry], Limits],
    choices: Mapping[str, int],
    by_hand: Mapping[str, Edit],
) -> tuple[Order, list[BatchSong]]:
    """The songs as they are now, each once, and the order with the taste in use."""
    # The model and the marks are one for all songs: reading them for each took 45 ms a song
    # after some twenty trainings.
    common = project.requests.deliver(entries[0], limits_of(entries[0]), n_alternatives=1)
    order = replace(order, model=common.model.id)
    songs = []
    for sha256, entry in {entry.song.sha256: entry for entry in entries}.items():
        limits, own = limits_of(entry), by_hand.get(sha256)
        job = _job(project, order, common, entry, limits, choices.get(sha256, 0), own)
        songs.append(BatchSong(song_title(entry.song), job, job.key))
    return order, songs


def as_kept(
    project: Project, left: KeptBatch, found: Sequence[tuple[str, ...]]
) -> tuple[Order, list[BatchSong]]:
    """A batch that is left, by the taste and rules that it was started with.

    Args:
        project: whose songs they are; those that were removed since are left out.
        left: the batch.
        found: of each of its songs, the files that were written whole.
    """
    order = Order(Path(left.out_dir), left.file_format, left.files, left.model)
    model, songs = project.requests.model(left.model), []
    for one, files in zip(left.songs, found, strict=True):
        entry = project.songs.get(one.sha256)
        if entry is None:
            continue
        common = project.requests.deliver(entry, one.limits, n_alternatives=1)
        if model is not None:
            common = replace(common, model=model)
        job = _job(project, order, common, entry, one.limits, one.chosen, one.own)
        song = BatchSong(song_title(entry.song), job, one.key if files else job.key)
        if files:
            song.state, song.files = "written", files
        songs.append(song)
    return order, songs


def to_keep(order: Order, songs: Sequence[BatchSong]) -> KeptBatch:
    """A batch as it is kept."""
    kept = [
        KeptSong(
            song.job.deliver.song.sha256,
            song.key,
            song.job.deliver.song.limits,
            song.job.chosen or 0,
            song.job.own,
        )
        for song in songs
    ]
    return KeptBatch(
        str(order.out_dir),
        order.file_format,
        order.files,
        order.model,
        tuple(kept),
        n_in(songs, "written"),
    )


def _job(
    project: Project,
    order: Order,
    common: DeliverRequest,
    entry: SongEntry,
    limits: Limits,
    chosen: int,
    own: Edit | None,
) -> SongJob:
    if own is None:
        song = project.requests.song(entry, limits)
    else:
        song = check_request(project, entry, own, limits).song
    # Alternatives are sorted by their match: which is which depends on how many there are.
    deliver = replace(common, song=song, n_alternatives=N_ALTERNATIVES if chosen else 1)
    export = ExportRequest(
        (), str(order.out_dir), project.cache_dir, order.file_format, order.files
    )
    return SongJob(deliver, export, Path(song.path).stem, chosen=chosen, own=own)
