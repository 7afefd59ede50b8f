"""Every reader of a file from outside: a valid file of it, how it is mutated, and how it is read.

A reader returns, or refuses by `UserError` with one sentence. Anything else is a fault.
"""

from __future__ import annotations

import hashlib
import json
import random
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_core.audio_file import Cover, Tags, blocks, read_song, write_atomic
from ml_core.errors import UserError
from ml_core.paths import backups_dir, database_path, journal_path
from ml_core.pipeline.rating_files.csv_files import csv_text
from ml_core.store import Store
from ml_core.untrusted_json import read_json
from tests.faults.hostile.database_cases import whole_project
from tests.faults.hostile.import_cases import (
    N_PAIRS,
    TEMPLATE_COLUMNS,
    answers_in,
    project_with_pairs,
    rows_of,
)
from tests.fuzz import mutating, projects
from tests.ml_core.audio_file.sound_material import sound

Mutate = Callable[[bytes, random.Random, Path], bytes]
FORMATS = ("wav", "flac", "mp3", "ogg", "opus", "aiff")


@dataclass(frozen=True)
class Reader:
    """One reader.

    Attributes:
        suffix: of its files' names.
        valid: makes the bytes of a valid file, in an empty folder.
        mutate: makes a mutant.
        read: reads a file, with a folder that holds what it needs.
        prepare: makes what it needs.
        mebibytes: of address space that reading may take.
    """

    suffix: str
    valid: Callable[[Path], bytes]
    mutate: Mutate
    read: Callable[[Path, Path], None]
    prepare: Callable[[Path], None] = lambda work: None
    mebibytes: int = 1536


def _by_json(data: bytes, rng: random.Random, work: Path) -> bytes:
    return mutating.json_mutant(data, rng)


def _by_csv(data: bytes, rng: random.Random, work: Path) -> bytes:
    return mutating.csv_mutant(data, rng)


def _by_bytes(data: bytes, rng: random.Random, work: Path) -> bytes:
    return mutating.bytes_mutant(data, rng)


def _record(work: Path) -> bytes:
    record = {
        "schema": 1,
        "source": str(work / "song.wav"),
        "sha256": "ab" * 32,
        "sample_rate_hz": 44_100,
        "kept_samples": [[0, 400_000], [800_000, 1_200_000]],
        "proposed_samples": [[0, 500_000], [800_000, 1_200_000]],
        "fades_samples": [900],
        "tails_samples": [0],
        "gains_db": [0.0, -0.5],
        "joins": [{"out_s": 9.07, "source_from_s": 9.07, "source_to_s": 18.1, "cost": 0.3}],
    }
    return json.dumps(record).encode()


def _read_record(file: Path, work: Path) -> None:
    # Imported here, so that a child does not wait for what it does not need.
    from ml_core.pipeline.auditing import read_record
    from ml_core.pipeline.hand_changes import read_exported, read_hand_change, read_kept

    for read in (read_record, read_exported, read_kept):
        with suppress(UserError):
            read(file)
    read_hand_change(file)


def _pairs(work: Path) -> bytes:
    pair = {"song": "song.wav", "a": [[0, 10.5], [20, 30]], "b": [[5, 25]]}
    return json.dumps({"schema": 1, "pairs": [pair, pair]}).encode()


def _database(work: Path) -> bytes:
    whole_project(work / "whole")
    return database_path(work / "whole").read_bytes()


def _read_database(file: Path, work: Path) -> None:
    """Open for reading and for writing, and read all of it."""
    project = work / "opened"
    project.mkdir(exist_ok=True)
    for left_over in [*project.glob("*sqlite3*"), *backups_dir(project).glob("*")]:
        left_over.unlink()
    database_path(project).write_bytes(file.read_bytes())
    for write in (False, True):
        with Store.open(project, write=write) as store:
            store.songs.listed(), store.songs.removed(True), store.songs.reserved()
            store.pairs.waiting(), store.pairs.asked(), store.tastes.listed(), store.tastes.in_use()
            store.ratings.current(include_skips=True), store.ratings.by_hand()
            store.models.all(), store.models.history(), store.models.active()
            for session in store.sessions.all():
                store.sessions.report(session.id), store.pairs.of_session(session.id)
            store.settings.brief(), store.settings.get("speed", 1.0), store.check()
    Store.restore(file, work / "restored")


def _prepare_ratings(work: Path) -> None:
    (work / "rated").mkdir()
    project_with_pairs(work / "rated", 5)


def _ratings_csv(work: Path) -> bytes:
    _prepare_ratings(work)
    rows = rows_of(work / "rated" / "pairs")
    cells = [[row[name] for name in TEMPLATE_COLUMNS] for row in rows]
    return csv_text(TEMPLATE_COLUMNS, cells).encode()


def _ratings_json(work: Path) -> bytes:
    _prepare_ratings(work)
    data = json.loads((work / "rated" / "pairs" / "pairs.json").read_text())
    rows = [{**row, "answer": "A", "heard_a_s": 3.5} for row in data["pairs"]]
    return json.dumps({"preferences": rows}).encode()


def _read_ratings(file: Path, work: Path) -> None:
    """Import into a project; what was taken must be what is there, neither less nor more."""
    project = work / "rated"
    whole = work / "whole.sqlite3"
    if not whole.exists():
        whole.write_bytes(database_path(project).read_bytes())
    database_path(project).write_bytes(whole.read_bytes())
    journal_path(project).unlink(missing_ok=True)  # It would give the last mutant's ratings back.
    taken = 0
    try:
        taken, refused = answers_in(project, file)
        if any(not row.reason.strip().endswith(".") for row in refused):
            raise AssertionError(f"no sentence: {refused}")
    finally:
        with Store.open(project) as store:
            found = len(store.ratings.current(include_skips=True))
            if found != taken or taken > N_PAIRS:
                raise AssertionError(f"a partial import: {found} are there, {taken} were taken")


def _model(work: Path) -> bytes:
    from ml_core.training.checkpoint import BASE_MODEL, save_model

    checkpoint = save_model(
        BASE_MODEL, work, kind="best", parent="base", configuration={}, seed=1, dataset_hash="h",
        n_ratings=3, utc="2026", metrics={},
    )  # fmt: skip
    return (work / checkpoint.file_name).read_bytes()


def _read_model(file: Path, work: Path) -> None:
    """With the hash that the mutant has: what else stands between it and the reader?"""
    from ml_core.training.checkpoint import load_model

    load_model(file, hashlib.sha256(file.read_bytes()).hexdigest())


def _sound(extension: str) -> Callable[[Path], bytes]:
    def make(work: Path) -> bytes:
        tags = Tags({"title": ("A title",), "artist": ("שלום",)}, Cover(bytes(3_000), "image/png"))
        whole = work / f"whole.{extension}"
        write_atomic(whole, [sound(20.5, 8_000)], 8_000, 2, extension, tags=tags)
        return whole.read_bytes()

    return make


def _read_sound(file: Path, work: Path) -> None:
    song = read_song(file)
    n_samples = sum(len(block) for block in blocks(file))
    if n_samples != song.n_samples:
        raise AssertionError(f"{n_samples} samples of {song.n_samples}")


def _read_pairs(file: Path, work: Path) -> None:
    from ml_core.pipeline.judging import read_pairs

    data: Any = read_json(file)
    read_pairs(data, file.name)


READERS: dict[str, Reader] = {
    "database": Reader(".sqlite3", _database, mutating.database_mutant, _read_database),
    "ratings-csv": Reader(".csv", _ratings_csv, _by_csv, _read_ratings, _prepare_ratings),
    "ratings-json": Reader(".json", _ratings_json, _by_json, _read_ratings, _prepare_ratings),
    "record": Reader(".edit.json", _record, _by_json, _read_record),
    "rpp": Reader(".rpp", projects.rpp, projects.rpp_mutant, projects.read),
    "otio": Reader(".otio", projects.otio, projects.otio_mutant, projects.read),
    "dawproject": Reader(
        ".dawproject", projects.dawproject, projects.dawproject_mutant, projects.read
    ),
    "pairs": Reader(".json", _pairs, _by_json, _read_pairs),
    "model": Reader(".safetensors", _model, _by_bytes, _read_model, mebibytes=16_384),
    **{
        extension: Reader(f".{extension}", _sound(extension), _by_bytes, _read_sound)
        for extension in FORMATS
    },
}


def verdict(reader: Reader, file: Path, work: Path) -> str:
    """What a reader makes of a file: "read", "refused SENTENCE" or "fault WHAT"."""
    try:
        reader.read(file, work)
    except UserError as error:
        sentence = str(error)
        is_sentence = sentence.endswith(".") and len(sentence.splitlines()) == 1
        return f"{'refused' if is_sentence else 'fault no sentence:'} {sentence!r}"
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        return f"fault {type(error).__name__} {str(error)[:200]!r} at {where}"
    return "read"
