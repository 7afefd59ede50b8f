"""The verb export: edits of songs, as files."""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ml_core import paths
from ml_core.cli.export.files import chosen_files
from ml_core.cli.export.limits import export_limits, ready_song, require_exact, song_path
from ml_core.cli.export.stems import ToldStems, found_stems
from ml_core.cli.finding import find_again
from ml_core.cli.output import complain_outdated, open_project, show_taken, watch
from ml_core.domain.files.exporting import EditToWrite, ExportRequest
from ml_core.domain.requests import Delivered, DeliverRequest
from ml_core.errors import UserError
from ml_core.store import Store
from ml_core.store.requests import deliver_request
from ml_core.units import clock


@dataclass(frozen=True, slots=True)
class Failed:
    """A song that was not exported, as the command's JSON tells it.

    Attributes:
        nearest_s: lengths that its edits can have, nearest to the one asked for; empty where the
            length is not what is missing.
    """

    song: str
    message: str
    nearest_s: tuple[float, ...] = ()

    @classmethod
    def of(cls, song: str, error: UserError) -> Failed:
        """For what was said of a song."""
        return cls(song, str(error), getattr(error, "nearest_s", ()))


def export(arguments: argparse.Namespace) -> None:
    """Export the active policy's edits of the given songs."""
    if arguments.daw is not None:
        raise UserError(f"--daw {arguments.daw} is not built yet.", "Leave it out.")
    choices = chosen_files(arguments)
    if arguments.exact:
        require_exact(arguments)
    from ml_core.pipeline.exporting import deliver_song
    from ml_core.pipeline.exporting import export as write_edits
    from ml_core.training.wishes.why import why_line

    find_again(arguments)
    failed: list[Failed] = []
    files: list[tuple[str, Delivered]] = []
    notes: list[tuple[str, str]] = []
    with open_project(arguments, write=False) as store, watch(arguments) as progress:
        cache = str(paths.cache_dir(store.project_dir))
        complain_outdated(store)
        # All at once: the window may change the project while edits are made.
        asked = [(text, _asked(store, arguments, text)) for text in arguments.songs]
        stems = found_stems(arguments, map(store.songs.find, arguments.songs), progress)
        told_stems = ToldStems(stems)
        for index, (text, request) in enumerate(asked):
            part = progress.part(index / len(asked), (index + 1) / len(asked))
            try:
                if isinstance(request, UserError):
                    raise request
                found = deliver_song(request, part.part(0.0, 0.3))
            except UserError as error:
                failed.append(Failed.of(song_path(store.songs.find(text), text), error))
                continue
            stem = Path(request.song.path).stem
            for k, made in enumerate(found):
                name = f"{stem} (alternative {k + 1})" if k else stem
                begin, end = (0.3 + 0.7 * step / len(found) for step in (k, k + 1))
                wanted = EditToWrite(
                    request.song,
                    made.edit,
                    name,
                    exact_s=request.song.limits.exact_s,
                    stems=stems.of(request.song.path),
                )
                result = write_edits(
                    ExportRequest((wanted,), str(arguments.out), cache, arguments.format, choices),
                    part.part(begin, end),
                )
                files += [(file, made) for file in result.files]
                failed += [Failed(song, message) for song, message in result.failed]
                told_stems.add(result)
                notes += (*result.notes, *result.stretched)
    lines = []
    for file, made in files:
        lasts_s = arguments.duration if arguments.exact else made.edit.duration_s
        facts = (clock(lasts_s), _joins(made.edit.n_joins), made.match)
        lines.append(f"{file} ({', '.join(filter(None, facts))})")
        lines += told_stems.of(file)
        if made.reasons:
            lines.append(f"  why: {why_line(made.reasons)}")
    lines += [f"  note: {sentence}" for _, sentence in notes]
    lines += told_stems.lines()
    lines += [f"not exported  {one.message}" for one in failed]
    if failed:
        lines.append(f"{len(files)} of {len(asked)} songs are exported, {len(failed)} not.")
    data = {
        "files": [file for file, _ in files],
        "why": [
            {
                "file": file,
                "match": made.match,
                "reasons": [asdict(reason) for reason in made.reasons],
            }
            for file, made in files
        ],
        "failed": [asdict(one) for one in failed],
        "notes": [{"file": file, "message": sentence} for file, sentence in notes],
        **told_stems.json(),
    }
    first = failed[0].message if failed else "Nothing was exported."
    nothing = f"None of {len(asked)} songs was exported: {first}" if len(asked) > 1 else first
    show_taken(arguments, data, lines, (len(files), max(len(files), len(asked))), nothing)


def _asked(store: Store, arguments: argparse.Namespace, text: str) -> DeliverRequest | UserError:
    """What is asked for a song that was named, or why it can't be."""
    try:
        song = ready_song(store.songs.find(text), text)
        limits = export_limits(store, arguments, song)
        asked = deliver_request(store, song, limits, arguments.seed)
        return replace(asked, n_alternatives=arguments.alternatives)
    except UserError as error:
        return error


def _joins(n_joins: int) -> str:
    return "1 join" if n_joins == 1 else f"{n_joins} joins"
