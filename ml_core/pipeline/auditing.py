"""How much the joins of exported edits stand out, from the record beside each file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ml_core import audio_file, paths
from ml_core.domain.corrections import NO_CORRECTIONS
from ml_core.domain.edits import Edit
from ml_core.domain.intervals import spans_samples, whole_number
from ml_core.domain.songs import SongEntry
from ml_core.edits import audit
from ml_core.edits.exact.lengths import MOST_STRETCH
from ml_core.edits.silence.finding import silences
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.materials import if_they_fit, known_as, song_analysis
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.untrusted_json import read_json

LARGEST_GAIN_DB = 60.0
"""More than any edit of ours has, by far."""
USUAL_FADE_S = 0.02
"""Length taken for the fades of a record that names none: the shortest that the app makes."""


def read_record(file: Path) -> tuple[Path, Edit]:
    """(source, edit) of a `NAME.edit.json`.

    Raises:
        UserError: if it can't be read or is not such a record.
    """
    record = read_json(file, "Give a file that export wrote.")
    try:
        rate = whole_number(record["sample_rate_hz"])
        spans = spans_samples(record["kept_samples"])
        usual = (round(USUAL_FADE_S * rate),) * (len(spans) - 1)
        edit = Edit(
            str(record["sha256"]),
            rate,
            spans,
            tuple(whole_number(fade, least=0) for fade in record.get("fades_samples", usual)),
            tuple(_gain_db(gain) for gain in record.get("gains_db", ())),
            tails=tuple(whole_number(tail, least=0) for tail in record.get("tails_samples", ())),
        )
        source = Path(record["source"])
        source.exists()  # Raises ValueError where no system takes it as a path.
        return source, edit
    except OSError as error:
        raise UserError(f"{file} can't be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise UserError(
            f"{printable_name(file)} is not the record of an edit.",
            "Give a file that export wrote.",
        ) from error


def recorded_stretch(file: Path) -> float:
    """By how much a recorded edit was stretched, 1 for not at all.

    Raises:
        UserError: if the record can't be read, or names no such stretch.
    """
    stretch = read_json(file, "Give a file that export wrote.").get("stretch", 1.0)
    is_number = isinstance(stretch, int | float) and not isinstance(stretch, bool)
    if not is_number or abs(stretch - 1.0) > MOST_STRETCH + 1e-3:
        raise UserError(
            f"{printable_name(file)} names a stretch that no edit has.",
            "Give a file that export wrote.",
        )
    return float(stretch)


def _gain_db(value: Any) -> float:
    gain = float(value)
    if abs(gain) > LARGEST_GAIN_DB:
        raise ValueError("no such gain")
    return gain


def audit_file(
    file: Path,
    project: Path,
    progress: Progress,
    library: Sequence[SongEntry] = (),
) -> tuple[Edit, audit.AuditReport]:
    """Audit one exported edit.

    Args:
        file: record that export wrote.
        project: whose analyses are used.
        progress: told what is done; may cancel.
        library: its songs, whose corrections of beats and bars are used.

    Raises:
        UserError: if the record or its song can't be used.
    """
    source, edit = read_record(file)
    stretch = recorded_stretch(file)
    song = known_as(audio_file.read_song(source, progress.part(0.0, 0.2)), library)
    names = {song.sha256, song.sound, audio_file.file_sha256(source)}
    if edit.sha256 not in names or max(end for _, end in edit.spans) > song.n_samples:
        raise UserError(
            f"{source.name} is not the song that {file.name} was made of.",
            "Export the edit again.",
        )
    cache_dir = str(paths.cache_dir(project))
    grid = next((e.corrections for e in library if e.song.sha256 == song.sha256), NO_CORRECTIONS)
    analysis = if_they_fit(
        grid, lambda fitting: song_analysis(cache_dir, song, progress.part(0.2, 0.7), fitting)
    )
    progress.report(0.7, f"Listening to the joins of {file.name}")
    audio = audio_file.read(source)
    edit = replace(edit, sha256=song.identity)
    report = audit.audit_edit(
        audio,
        edit.sample_rate_hz,
        edit,
        analysis.bar_edges_samples,
        silences=silences(analysis),
    )
    joins = tuple(replace(join, out_s=join.out_s * stretch) for join in report.joins)
    return edit, replace(report, joins=joins, stretch=stretch)


def project_library(project: Path) -> list[SongEntry]:
    """The songs of a project; none where there is no project."""
    if not paths.database_path(project).exists():
        return []
    with Store.open(project, write=False) as store:
        return store.songs.listed()


def report_json(edit: Edit, report: audit.AuditReport) -> dict[str, Any]:
    """An audited edit as the command's JSON shows it."""
    lasts_s = edit.duration_s * report.stretch
    return {"sha256": edit.sha256, "duration_s": lasts_s, **report.to_json()}


def summary_json(reports: Sequence[tuple[Edit, audit.AuditReport]]) -> Mapping[str, Any]:
    """All joins together, against the songs' own bar lines."""
    return audit.pooled([report for _, report in reports]).to_json()
