"""Songs made of repeated sections, and scripted raters who judge edits by what they keep."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from ml_core.domain.edits import Edit, Limits
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import SongTask, TrainRequest
from ml_core.edits.graph.edit_graph import EditGraph, build_graph
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import draw
from tests.ml_core.edits.song_builder import build_song, sound

FORMS = ("ABACAB", "AABBCB", "ABCBCA", "ABABCC", "ACBACB", "ABCABC", "AABCBA", "ABBACA")
Liking = Callable[[EditGraph, Edit], float]


def _song(number: int) -> EditGraph:
    """A song of 24 bars or so, louder in some of its sections."""
    rng = np.random.default_rng(number)
    form = FORMS[number % len(FORMS)]
    song = build_song(form, bars_each=4 + number % 2, beat_s=0.45 + 0.02 * number, seed=number)
    loud = {letter: rng.normal(scale=3.0) for letter in sorted(set(form))}
    per_bar = np.repeat([loud[letter] for letter in form], song.n_bars // len(form))
    features = song.bar_features.copy()
    features[:, 0] = -20.0 + per_bar + 0.3 * rng.normal(size=song.n_bars)
    features[:, 5] = np.argsort(np.argsort(features[:, 0])) / (song.n_bars - 1)
    levels = np.full_like(song.edge_levels_db, -20.0)
    made = replace(
        song,
        sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        bar_features=features,
        edge_levels_db=levels,
        excerpt=sound(features[:, 0], song.bar_edges_samples, song.n_samples, rng),
    )
    return build_graph(made)


@pytest.fixture(scope="session")
def graphs() -> dict[str, EditGraph]:
    """Eight songs by hash."""
    made = [_song(number) for number in range(8)]
    return {graph.analysis.sha256: graph for graph in made}


def kept_difference(one: Edit, other: Edit) -> float:
    """Jaccard distance of what two edits of a song keep: 0 the same audio, 1 nothing shared."""
    shared = sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in one.spans
        for other_start, other_end in other.spans
    )
    return 1.0 - shared / (one.n_samples + other.n_samples - shared)


def likes_short(graph: EditGraph, edit: Edit) -> float:
    """The shorter the better."""
    return -3.0 * float(np.log(edit.duration_s / graph.song_s))


def likes_energy(graph: EditGraph, edit: Edit) -> float:
    """Loud bars, at any length."""
    edges = graph.edges_samples
    heard = sum(
        np.clip(np.minimum(end, edges[1:]) - np.maximum(start, edges[:-1]), 0, None)
        for start, end in edit.spans
    )
    loud = graph.analysis.bar_feature("energy").astype(float)
    return 8.0 * float(heard @ (loud - loud.mean()) / heard.sum())


@dataclass(frozen=True)
class Ratings:
    """Ratings of base draws by a scripted rater."""

    graphs: dict[str, EditGraph]

    def by(self, liking: Liking, n: int, seed: int = 0, ties: float = 0.2) -> list[Rating]:
        """`n` ratings, songs in turn."""
        rng = np.random.default_rng(seed)
        songs = list(self.graphs.values())
        pools = [[c.edit for c in draw(BASE_MODEL, graph, Limits(), 30, rng)] for graph in songs]
        ratings = []
        for number in range(n):
            song = number % len(songs)
            a, b = (pools[song][k] for k in rng.choice(30, 2, replace=False))
            gap = liking(songs[song], a) - liking(songs[song], b) + 0.3 * rng.normal()
            answer = "tie" if abs(gap) < ties else "A" if gap > 0 else "B"
            ratings.append(Rating(number + 1, a, b, answer, id=number + 1))
        return ratings


@pytest.fixture(scope="session")
def rated(graphs: dict[str, EditGraph]) -> Ratings:
    """Makes ratings on the songs."""
    return Ratings(graphs)


@pytest.fixture(scope="session")
def request_in(graphs: dict[str, EditGraph]) -> Callable[..., TrainRequest]:
    """Builds a training request with few epochs and episodes; its models go into a folder."""

    def build(models_dir: Path, ratings: list[Rating], **changes: object) -> TrainRequest:
        request = TrainRequest(
            cache_dir="",
            models_dir=str(models_dir),
            songs=tuple(SongTask(sha256, "") for sha256 in graphs),
            ratings=tuple(ratings),
            seed=1,
            device="cpu",
            epochs=4,
            episodes=80,
        )
        return replace(request, **changes)

    return build


@pytest.fixture
def request_for(
    request_in: Callable[..., TrainRequest], tmp_path: Path
) -> Callable[..., TrainRequest]:
    """Builds a training request whose models go into the test's own folder."""

    def build(ratings: list[Rating], **changes: object) -> TrainRequest:
        folder = Path(str(changes.pop("models_dir", tmp_path / "models")))
        return request_in(folder, ratings, **changes)

    return build


@pytest.fixture(scope="session")
def short_ratings(rated: Ratings) -> list[Rating]:
    """Of someone who likes short edits."""
    return rated.by(likes_short, 40)


@pytest.fixture(scope="session")
def energy_ratings(rated: Ratings) -> list[Rating]:
    """Of someone who likes loud parts, whatever the length."""
    return rated.by(likes_energy, 48)


@pytest.fixture(scope="session")
def energy_liking() -> Liking:
    """What that person likes."""
    return likes_energy
