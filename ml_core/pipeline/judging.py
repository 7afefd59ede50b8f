"""The reward model's answer for given pairs of any intervals, cut anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ml_core import audio_file, paths
from ml_core.domain.corrections import NO_CORRECTIONS
from ml_core.domain.edits import Edit
from ml_core.domain.intervals import SpansS, spans_s
from ml_core.domain.songs import SongEntry
from ml_core.edits.features.edit_features import edit_features
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.pipeline.materials import if_they_fit, known_as, song_graph
from ml_core.pipeline.models import model_from
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.requests import model_ref, newest_checkpoint
from ml_core.store.whereabouts import present_path
from ml_core.training.checkpoint import Model

_IT_NEEDS = (
    "It needs song, a and b; a and b are lists of [start, end] in seconds within the song, each "
    "start before its end."
)


@dataclass(frozen=True, slots=True)
class GivenPair:
    """A pair from outside: song by id or path, kept intervals in seconds."""

    song: str
    a: SpansS
    b: SpansS


def read_pairs(data: Any, name: str) -> tuple[GivenPair, ...]:
    """Pairs from parsed JSON: a list of {song, a, b}, or an object that holds it as `pairs`.

    Raises:
        UserError: naming the first entry that is not a pair.
    """
    rows = data.get("pairs") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise UserError(f"{name} holds no list of pairs.", "It needs [{song, a, b}, ...].")
    pairs = []
    for number, row in enumerate(rows, start=1):
        try:
            song = row["song"]
            if not isinstance(song, str | int) or isinstance(song, bool) or "\0" in str(song):
                raise ValueError("it names no song")
            pairs.append(GivenPair(str(song), spans_s(row["a"]), spans_s(row["b"])))
        except (KeyError, TypeError, IndexError) as error:
            raise UserError(f"Entry {number} of {name} is not a pair.", _IT_NEEDS) from error
        except ValueError as error:
            raise UserError(
                f"Entry {number} of {name} is not a pair: {error}.", _IT_NEEDS
            ) from error
    return tuple(pairs)


def reward_of_project(store: Store) -> Model:
    """The active checkpoint's model, or the newest one's while the base policy is in use.

    Raises:
        UserError: if nothing was trained yet.
    """
    checkpoint = store.models.active() or newest_checkpoint(store)
    if checkpoint is None:
        raise UserError("There is no reward model yet.", "Rate some pairs and train first.")
    return model_from(model_ref(store, checkpoint))


def judge_pairs(
    store: Store, model: Model, pairs: Sequence[GivenPair], progress: Progress
) -> tuple[list[dict[str, float]], list[bool]]:
    """P(A), P(B) and P(tie) of each pair, and of each whether the taste has learned from its song.

    Songs may be in the library or anywhere on disk.
    """
    found = {}
    for text in {pair.song for pair in pairs}:
        entry = store.songs.find(text)
        found[text] = text if entry is None else present_path(entry)
    cache_dir = str(paths.cache_dir(store.project_dir))
    graphs = graphs_of(cache_dir, found, progress, store.songs.listed())
    learned = store.learned.songs()
    is_known = [graphs[pair.song].analysis.sha256 in learned for pair in pairs]
    return judge_by(model, graphs, pairs), is_known


def graphs_of(
    cache_dir: str,
    paths_by_name: dict[str, str],
    progress: Progress,
    library: Sequence[SongEntry] = (),
) -> dict[str, EditGraph]:
    """Edit graphs by the names that pairs use, analysed now where they are not cached."""
    graphs = {}
    for index, (text, path) in enumerate(sorted(paths_by_name.items())):
        part = progress.part(index / len(paths_by_name), (index + 1) / len(paths_by_name))
        song = known_as(audio_file.read_song(Path(path)), library)
        grids = (entry.corrections for entry in library if entry.song.sha256 == song.sha256)
        grid = next(grids, NO_CORRECTIONS)
        graphs[text] = if_they_fit(grid, partial(song_graph, cache_dir, song, part))
    return graphs


def judge_by(
    model: Model, graphs: dict[str, EditGraph], pairs: Sequence[GivenPair]
) -> list[dict[str, float]]:
    """P(A), P(B) and P(tie) of each pair, by a model that has a reward."""
    if model.reward is None:
        raise UserError("There is no reward model yet.", "Rate some pairs and train first.")
    judged = []
    for number, pair in enumerate(pairs, start=1):
        graph = graphs[pair.song]
        _require_within(graph, pair, number)
        features = edit_features(graph, [_edit(graph, pair.a), _edit(graph, pair.b)])
        p_a, p_b, p_tie = model.reward.probabilities(features[:1], features[1:])[0]
        judged.append({"p_a": float(p_a), "p_b": float(p_b), "p_tie": float(p_tie)})
    return judged


def _require_within(graph: EditGraph, pair: GivenPair, number: int) -> None:
    song_s = graph.analysis.n_samples / graph.analysis.sample_rate_hz
    try:
        for kept in (pair.a, pair.b):
            spans_s(kept, song_s)
    except ValueError as error:
        raise UserError(f"Pair {number} can't be judged: {error}.", _IT_NEEDS) from error


def _edit(graph: EditGraph, kept: Sequence[tuple[float, float]]) -> Edit:
    analysis = graph.analysis
    rate, n_samples = analysis.sample_rate_hz, analysis.n_samples
    spans = []
    for start_s, end_s in kept:
        start = min(round(start_s * rate), n_samples - 1)
        spans.append((start, max(start + 1, min(round(end_s * rate), n_samples))))
    return Edit(analysis.sha256, rate, tuple(spans))
