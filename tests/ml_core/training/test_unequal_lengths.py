"""Songs of 20 seconds and of 20 minutes in one library: asked about, learned from, delivered."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import ProposeRequest, SongTask, TrainRequest
from ml_core.edits.graph.edit_graph import EditGraph, build_graph
from ml_core.edits.limits.checks import broken_limit
from ml_core.progress import silent
from ml_core.training.checkpoint import BASE_MODEL, load_model
from ml_core.training.deliver import deliver, draw
from ml_core.training.pairs.selection import choose_pairs
from ml_core.training.train import train
from tests.ml_core.edits.song_builder import build_song


def long_song(form: str, bars_each: int, number: int) -> EditGraph:
    song = build_song(form, bars_each=bars_each, beat_s=0.5, seed=number)
    sha256 = hashlib.sha256(f"length {number}".encode()).hexdigest()
    return build_graph(replace(song, sha256=sha256))


@pytest.fixture(scope="module")
def library() -> dict[str, EditGraph]:
    """20 s, 4 min and 20 min."""
    made = [long_song("ABA", 3, 1), long_song("ABACABAC", 15, 2), long_song("ABACABAC" * 3, 25, 3)]
    lengths_s = [graph.song_s for graph in made]
    assert lengths_s[0] < 20 and lengths_s[2] > 19 * 60
    return {graph.analysis.sha256: graph for graph in made}


def test_a_library_of_very_unequal_songs_goes_the_whole_way(library, tmp_path) -> None:
    tasks = tuple(SongTask(sha256, "") for sha256 in library)
    asked = ProposeRequest(cache_dir="", songs=tasks, n_pairs=24, seed=0)
    pairs = choose_pairs(asked, library, BASE_MODEL, silent())
    assert {pair.sha256 for pair in pairs} == set(library)
    for pair in pairs:
        for edit in (pair.a, pair.b):
            assert broken_limit(edit, library[pair.sha256], Limits()) is None

    def liking(edit) -> float:
        """Half of the song, whatever its length."""
        return -abs(np.log(edit.duration_s / library[edit.sha256].song_s / 0.5))

    ratings = []
    for number, pair in enumerate(pairs, start=1):
        gap = liking(pair.a) - liking(pair.b)
        answer = "tie" if abs(gap) < 0.05 else "A" if gap > 0 else "B"
        ratings.append(Rating(number, pair.a, pair.b, answer, id=number))
    request = TrainRequest(
        cache_dir="",
        models_dir=str(tmp_path),
        songs=tasks,
        ratings=tuple(ratings),
        seed=0,
        device="cpu",
        epochs=2,
        episodes=60,
    )
    result = train(request, library, silent())
    model = load_model(tmp_path / result.best.file_name, result.best.sha256)
    gains = []
    for graph in library.values():
        edit = deliver(model, graph, Limits(), 0)[0].edit
        assert broken_limit(edit, graph, Limits()) is None
        usual = [c.edit for c in draw(BASE_MODEL, graph, Limits(), 24, np.random.default_rng(0))]
        gains.append(liking(edit) - np.mean([liking(other) for other in usual]))
    assert np.mean(gains) > 0.1
