"""Small whole projects with songs, analyses and a model, and what is looked at in them."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from ml_core.audio_file import file_sha256
from ml_core.domain.archiving import OpenArchiveRequest, OpenedArchive, SavedArchive
from ml_core.domain.corrections import NO_CORRECTIONS
from ml_core.domain.edits import Edit
from ml_core.domain.models import Checkpoint
from ml_core.domain.ratings import Comparison, Mark, Rating
from ml_core.domain.songs import Song
from ml_core.paths import database_path
from ml_core.pipeline.archive.opening import open_archive
from ml_core.pipeline.archive.saving import save_archive
from ml_core.progress import silent
from ml_core.store import Store
from ml_core.store.archive_request import archive_request
from ml_core.store.records.corrections import SongGrid

CORRECTED = NO_CORRECTIONS.doubled()
MODEL = "0123456789-cycle"


def write_song(path: Path, seed: int) -> Song:
    """Half a second of noise, as a song that the store takes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = np.random.default_rng(seed).normal(0, 0.1, 4000)
    soundfile.write(path, sound, 8000, subtype="PCM_16")
    return Song(file_sha256(path), (str(path),), 8000, 4000, 1, title=path.stem)


def build(project: Path, songs_folder: Path, n_songs: int = 3) -> list[Song]:
    """A closed project with two tastes, ratings, a correction, a model, and an analysis a song."""
    rng = random.Random(3)
    songs = [write_song(songs_folder / f"Lied {k} ü.wav", k) for k in range(n_songs)]
    with Store.open(project) as store:
        store.songs.add_all(songs, "ready")
        for song in songs:
            asked = Comparison(_edit(song, rng), _edit(song, rng), "random")
            _, (kept,) = store.pairs.add([asked])
            store.ratings.add(Rating(kept.id, kept.a, kept.b, "A", heard_a_s=2.5))
        store.corrections.set_grid(songs[0].sha256, SongGrid(CORRECTED, 240.0, 3, ""))
        store.settings.set("hand edits", {"anything": [1, 2]})
        store.marks.add(Mark(kept.id, kept.sha256, "bad_join", "A", 100, 200))
        store.tastes.add("for dancing")
        models = project / "models"
        models.mkdir()
        file = models / f"{MODEL}.safetensors"
        file.write_bytes(rng.randbytes(5000))
        store.models.add(_checkpoint(file))
        store.models.activate(MODEL)
    cache = project / "cache"
    cache.mkdir()
    for song in songs:
        for key in ("", f".{CORRECTED.key}", ".00000000deadbeef"):
            np.savez(cache / f"{song.sha256}{key}.analysis.npz", beats=np.arange(500))
        (cache / f"{song.sha256}.graph.npz").write_bytes(b"can be made again")
    (project / "notes of mine.txt").write_text("not Tastecut's")
    return songs


def _edit(song: Song, rng: random.Random) -> Edit:
    start, end = sorted(rng.sample(range(100, song.n_samples - 100), 2))
    return Edit(song.sha256, song.sample_rate_hz, ((0, start), (end, song.n_samples)))


def save(
    project: Path, target: Path, with_songs: bool = False, overwrite: bool = False
) -> SavedArchive:
    with (
        Store.open(project, write=False) as store,
        archive_request(store, target, with_songs, overwrite) as request,
    ):
        return save_archive(request, silent())


def open_(
    file: Path, project: Path, *folders: Path, without_damaged: bool = False
) -> OpenedArchive:
    asked = OpenArchiveRequest(str(file), str(project), tuple(map(str, folders)), without_damaged)
    return open_archive(asked, silent())


def tables(project: Path, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    uri = f"{database_path(project).as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for (name,) in names
            if name not in without
        }


def below(folder: Path) -> set[str]:
    """Every file and folder, hidden ones too."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def _checkpoint(file: Path) -> Checkpoint:
    return Checkpoint(
        id=MODEL,
        file_name=file.name,
        sha256=file_sha256(file),
        kind="best",
        parent="base",
        configuration={},
        seed=1,
        dataset_hash="0" * 64,
        n_ratings=3,
        utc="2026-01-01T00:00:00.000+00:00",
        metrics={},
    )
