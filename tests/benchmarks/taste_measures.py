"""What the benchmark of taste measures on one held-out song; see `bench_taste`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from raters import RATERS, Rater

from ml_core import audio_file
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.ratings import Rating
from ml_core.edits.features.edit_features import FEATURE_NAMES, edit_features
from ml_core.edits.graph.edit_graph import EditGraph, edit_from_path
from ml_core.errors import UserError
from ml_core.pipeline.materials import song_graph
from ml_core.policy.path_distribution import WEIGHTS, PathDistribution, PolicyParameters
from ml_core.progress import Progress
from ml_core.reward.baselines import NETWORK_INPUTS, network_utility
from ml_core.training.checkpoint import BASE_MODEL, Model
from ml_core.training.deliver import N_CANDIDATES, candidates, deliver, draw
from ml_core.training.fit_reward.fit import RewardFit, fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset
from ml_core.training.song_scene import SongScene, song_seed

Kept = list[list[float]]

FIXED_LENGTH = Limits(shortest_s=None, keep_low=0.38, keep_high=0.42)
MOST_HELD_OUT = 6
TEST_EDITS = 60
TEST_PAIRS = 60
MATCHED = 0.03
JOIN_COST = FEATURE_NAMES.index("join_cost_mean")


@dataclass(frozen=True, eq=False)
class HeldOut:
    """A song never rated, with edits that no app made and base draws for the network."""

    path: str
    graph: EditGraph
    cuts: list[Kept]
    cut_features: np.ndarray
    base: list[Kept]
    base_features: np.ndarray


def beat_cuts(graph: EditGraph, n: int, rng: np.random.Generator) -> list[Kept]:
    """Random edits cut at beats: 15-90 % kept in one to six segments."""
    analysis = graph.analysis
    beats = analysis.beat_samples / analysis.sample_rate_hz
    edges = np.concatenate([[0.0], beats[1:-1], [analysis.n_samples / analysis.sample_rate_hz]])
    edits: list[Kept] = []
    while len(edits) < n:
        segments = int(rng.integers(1, 7))
        places = np.sort(rng.choice(len(edges), 2 * segments, replace=False))
        kept = [[float(edges[a]), float(edges[b])] for a, b in places.reshape(-1, 2)]
        share = sum(b - a for a, b in kept) / edges[-1]
        if 0.15 <= share <= 0.9 and sum(b - a for a, b in kept) >= 10:
            edits.append(kept)
    return edits


def as_edit(graph: EditGraph, kept: Kept) -> Edit:
    """Kept seconds as an edit."""
    rate, n = graph.analysis.sample_rate_hz, graph.analysis.n_samples
    spans = tuple((round(a * rate), min(n, round(b * rate))) for a, b in kept)
    return Edit(graph.analysis.sha256, rate, spans)


def held_out(path: str, graph: EditGraph, seed: int) -> HeldOut:
    """Everything about a held-out song that no rater changes."""
    rng = np.random.default_rng([seed, 7])
    cuts = beat_cuts(graph, TEST_EDITS, rng)
    base = [c.edit for c in draw(BASE_MODEL, graph, Limits(), N_CANDIDATES, rng)]
    return HeldOut(
        path,
        graph,
        cuts,
        edit_features(graph, [as_edit(graph, kept) for kept in cuts]),
        [edit.seconds for edit in base],
        edit_features(graph, base),
    )


def library(music: Path, cache: str) -> dict[str, tuple[str, EditGraph]]:
    """Path and graph of each usable song by hash."""
    found = {}
    folders = [str(music / name) for name in ("songs", "vocals") if (music / name).is_dir()]
    for path in audio_file.find_audio_files(folders or [str(music)]):
        try:
            song = audio_file.read_song(path)
            found[song.sha256] = (str(path), song_graph(cache, song, Progress()))
        except UserError as error:
            print(error, file=sys.stderr)
    return dict(sorted(found.items()))


def benchmark_parser(doc: str | None, seeds: int) -> argparse.ArgumentParser:
    """What every benchmark over raters is asked."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--music", type=Path)
    parser.add_argument("--cache")
    parser.add_argument("--seeds", type=int, default=seeds)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--raters", default="")
    parser.add_argument("--out", type=Path)
    return parser


def asked_library(arguments: argparse.Namespace) -> dict[str, tuple[str, EditGraph]]:
    """The songs that a benchmark was asked to run on, or those of the tests."""
    music = arguments.music
    if music is None:
        from tests.conftest import find_music_dir

        music = find_music_dir()
    if music is None:
        sys.exit("There are no songs to measure on: give --music.")
    with tempfile.TemporaryDirectory() as folder:
        return library(music, arguments.cache or folder)


def asked_seeds(arguments: argparse.Namespace) -> range:
    """The seeds that a benchmark was asked for."""
    return range(arguments.first_seed, arguments.first_seed + arguments.seeds)


def asked_raters(arguments: argparse.Namespace) -> list[str]:
    """Names of the raters that a benchmark was asked for; all without any.

    Names hold commas themselves: they may be parted by semicolons.
    """
    mark = ";" if ";" in arguments.raters else ","
    names = [name.strip() for name in arguments.raters.split(mark) if name.strip()]
    unknown = [name for name in names if name not in RATERS]
    if unknown:
        sys.exit(f"There is no rater {unknown[0]!r}; there are: {'; '.join(RATERS)}.")
    return names or list(RATERS)


Songs = dict[str, tuple[str, EditGraph]]


def split(songs: Songs, seed: int) -> tuple[Songs, list[HeldOut]]:
    """Songs to rate, and those held out: another third with each seed."""
    rated = {sha: song for k, (sha, song) in enumerate(songs.items()) if k % 3 != seed % 3}
    test = [song for sha, song in songs.items() if sha not in rated][:MOST_HELD_OUT]
    return rated, [held_out(*song, seed) for song in test]


def agreement(pairs: list[dict[str, Any]]) -> float | None:
    """Share of hidden repeats, sides swapped, that got the same answer; None without any."""
    first = {json.dumps([row["a"], row["b"]]): row["answer"] for row in pairs}
    swapped = {"A": "B", "B": "A"}
    same = [
        swapped.get(row["answer"], row["answer"]) == first[json.dumps([row["b"], row["a"]])]
        for row in pairs
        if row["reason"] == "repeat"
    ]
    return float(np.mean(same)) if same else None


def win_share(ours: float, theirs: list[float]) -> float:
    gaps = ours - np.array(theirs)
    return float(np.mean(np.where(gaps > 0, 1.0, np.where(gaps < 0, 0.0, 0.5))))


def network_scores(fit: RewardFit, features: np.ndarray) -> np.ndarray:
    columns = [FEATURE_NAMES.index(name) for name in NETWORK_INPUTS]
    x = torch.from_numpy(fit.model.scaling.apply(features)[:, columns].astype(np.float32))
    last = [p[-1:] for p in fit.network.parameters]
    return np.asarray(network_utility(last, x[None])[0].numpy(), dtype=float)


def refit(result: dict[str, Any], songs: dict[str, tuple[str, EditGraph]], seed: int) -> RewardFit:
    """The baselines on the very ratings of a simulated cycle."""
    by_path = dict(songs.values())
    ratings = []
    for k, row in enumerate(result["pairs"], start=1):
        a, b = (as_edit(by_path[row["song"]], row[side]) for side in "ab")
        ratings.append(Rating(k, a, b, row["answer"], id=k))
    graphs = {graph.analysis.sha256: graph for graph in by_path.values()}
    return fit_reward(build_dataset(ratings, graphs), seed=seed)


def accuracies(
    rater: Rater, model: Model, network: RewardFit, songs: list[HeldOut], seed: int
) -> dict[str, float]:
    """Accuracy on noise-free preferences between beat-cut edits, of any and of equal length."""
    rng = np.random.default_rng([seed, 8])
    right: dict[str, list[float]] = {}
    assert model.reward is not None
    for song in songs:
        truth = np.array([rater.value(song.path, kept) for kept in song.cuts])
        length = np.array([sum(b - a for a, b in kept) for kept in song.cuts])
        guesses = {
            "ours": model.reward.difference(song.cut_features, song.cut_features[:1])[0],
            "network": network_scores(network, song.cut_features),
            "shorter": -length,
        }
        one, other = np.triu_indices(len(song.cuts), 1)
        alike = np.abs(np.log(length[one] / length[other])) <= MATCHED
        groups = [("", np.ones(len(one), bool))]
        if not rater.length_only:
            groups.append(("_matched", alike))
        for suffix, usable in groups:
            rows = rng.permutation(np.flatnonzero(usable & (truth[one] != truth[other])))
            rows = rows[:TEST_PAIRS]
            sign = np.sign(truth[one[rows]] - truth[other[rows]])
            for name, guess in guesses.items():
                said = np.sign(guess[one[rows]] - guess[other[rows]]) * sign
                right.setdefault(f"accuracy{suffix}_{name}", []).extend((said + 1) / 2)
    return {name: float(np.mean(values)) for name, values in right.items() if values}


def at_fixed_length(
    model: Model, song: HeldOut, value: Callable[[Kept], float], seed: int
) -> list[tuple[str, float]]:
    """Delivered against base draws where both keep 40 % of the song; empty if none can."""
    rng = np.random.default_rng([seed, 9])
    try:
        new = deliver(model, song.graph, FIXED_LENGTH, seed)[0].edit
        old = [c.edit for c in draw(BASE_MODEL, song.graph, FIXED_LENGTH, 24, rng)]
    except UserError:
        return []
    return [("fixed", win_share(value(new.seconds), [value(edit.seconds) for edit in old]))]


def gap_closed(
    model: Model, song: HeldOut, value: Callable[[Kept], float], old: list[float], seed: int
) -> float:
    """Of the way from the mean base draw to the best of the candidates, what delivery covers."""
    scene = SongScene.of(song.graph, Limits())
    rng = np.random.default_rng(song_seed(song.graph, seed))
    paths = [path for path, _ in candidates(model, scene, rng)]
    values = np.array([value(edit_from_path(song.graph, path).seconds) for path in paths])
    chosen = value(deliver(model, song.graph, Limits(), seed)[0].edit.seconds)
    way = float(values.max()) - float(np.mean(old))
    return (chosen - float(np.mean(old))) / way if way > 1e-9 else 1.0


def _moved(policy: PolicyParameters, by: float) -> PolicyParameters:
    return replace(policy, **{name: by * getattr(policy, name) for name in WEIGHTS})


def _kl(policy: PolicyParameters, songs: list[HeldOut]) -> float:
    scenes = [SongScene.of(song.graph, Limits()) for song in songs]
    base = PolicyParameters.base()
    return float(
        np.mean(
            [
                PathDistribution(s.chain, policy).kl_to(PathDistribution(s.chain, base))
                for s in scenes
            ]
        )
    )


def at_twice_the_kl(model: Model, rater: Rater, songs: list[HeldOut], seed: int) -> float:
    """What plain draws gain over the base policy's, further on along the same way, as a share.

    The policy is moved on from the base policy through the chosen one until its KL is twice as
    large: a reward that can be gamed loses true utility there.
    """
    target = 2.0 * _kl(model.policy, songs)
    low, high = 1.0, 4.0
    for _ in range(7):
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if _kl(_moved(model.policy, middle), songs) < target
            else (
                low,
                middle,
            )
        )

    def mean_value(policy: PolicyParameters) -> float:
        moved = replace(model, policy=policy)
        found = []
        for song in songs:
            rng = np.random.default_rng([seed, 11])
            drawn = draw(moved, song.graph, Limits(), 24, rng)
            found.append(np.mean([rater.value(song.path, c.edit.seconds) for c in drawn]))
        return float(np.mean(found))

    base, chosen, further = (
        mean_value(_moved(model.policy, by)) for by in (0.0, 1.0, (low + high) / 2)
    )
    gained = chosen - base
    return (further - base) / gained if abs(gained) > 1e-9 else 1.0
