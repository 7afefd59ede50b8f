"""A project as it is after one cycle, made without a person: demo songs and a scripted rater."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ml_core import paths
from ml_core.cli import main
from ml_core.demo_songs import write_demo_songs
from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Comparison, Rating
from ml_core.pipeline.tasks import load
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.compare_requests import compare_request, report_request
from ml_core.store.requests import propose_request, train_request

# Differences below this are a tie to the rater, above the second it says "much better".
_TIE, _MUCH = 0.2, 1.8


class ScriptedRater:
    """Likes edits of about 50 s that begin with the song and end with it."""

    def __init__(self, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)

    def rating(self, pair: Comparison, n_samples: int, source: str = "ear") -> Rating:
        """The answer to a pair of a song of `n_samples` samples."""
        gain = self._liking(pair.a, n_samples) - self._liking(pair.b, n_samples)
        gain += 0.4 * float(self._rng.normal())
        answer = "tie" if abs(gain) < _TIE else "A" if gain > 0 else "B"
        strength = 2 if abs(gain) > _MUCH and answer != "tie" else 1
        utc = f"2026-01-01T10:{pair.id % 60:02}:00+00:00"
        return Rating(
            pair.id, pair.a, pair.b, answer, strength, utc, 12.0, 11.0, source,  # type: ignore[arg-type]
            pair.reason, pair.repeat_of,
        )  # fmt: skip

    def _liking(self, edit: Edit, n_samples: int) -> float:
        has_start = edit.spans[0][0] == 0
        has_end = edit.spans[-1][1] >= n_samples - edit.sample_rate_hz
        return -1.5 * abs(math.log(edit.duration_s / 50)) + 0.8 * has_start + 0.8 * has_end


def fill_project(
    project: Path,
    n_ratings: int,
    epochs: int,
    episodes: int,
    n_pairs: int,
    demo_songs: Path | None = None,
) -> None:
    """Put demo songs, ratings, a training and a finished comparison into a new project.

    Args:
        demo_songs: a folder of them to copy, since making them takes long.
    """
    folder = paths.demo_dir(project)
    folder.mkdir(parents=True, exist_ok=True)
    if demo_songs is None:
        write_demo_songs(folder)
    else:
        for song in demo_songs.glob("*.flac"):
            shutil.copy(song, folder)
    if main(["add", str(folder), "--project", str(project), "--json"]) != 0:
        raise RuntimeError("the demo songs could not be added")
    rater = ScriptedRater()
    with Store.open(project) as store:
        _, pairs = store.pairs.add(_run("propose", propose_request(store, n_ratings)))
        _rate(store, pairs, rater, "ear")
        trained = _run("train", train_request(store, "cpu", epochs, episodes))
        for checkpoint in (trained.best, trained.final):
            store.models.add(checkpoint)
        request, session = compare_request(store, n_pairs)
        _, session = store.sessions.add(session, _run("compare_pairs", request))
        _rate(store, store.pairs.of_session(session.id), rater, "compare")
        store.sessions.save_report(
            session.id, _run("compare_report", report_request(store, session))
        )


def _rate(store: Store, pairs: list[Comparison], rater: ScriptedRater, source: str) -> None:
    lengths = {entry.song.sha256: entry.song.n_samples for entry in store.songs.listed()}
    for pair in pairs:
        rating = rater.rating(pair, lengths[pair.sha256], source)
        store.ratings.add(replace(rating, utc=rating.utc))


def _run(task: str, request: Any) -> Any:
    return load(task)(request, Progress())
