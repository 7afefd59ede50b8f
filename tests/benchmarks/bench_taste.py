"""What 48 ratings teach: simulated raters through whole cycles, judged on songs never rated.

    python tests/benchmarks/bench_taste.py [--music DIR] [--cache DIR] [--seeds 2] [--ratings 48]
        [--raters "short,calm"] [--out FILE.json]

Raters (see `raters`) share nothing with the project. Everything is told beside the 27,521-parameter
network of an earlier project (trained on the same ratings, its choice among as many base draws) and
beside the untuned policy reranked by our reward alone. A third of the songs is held out, another
third with each seed. Wins are shares of noise-free preferences; equal counts half.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from raters import RATERS, RandomRater, Rater

from ml_core import audio_file
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import SongTask
from ml_core.edits.edit_features import FEATURE_NAMES, edit_features
from ml_core.edits.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.pipeline.materials import song_graph
from ml_core.progress import Progress
from ml_core.reward.baselines import NETWORK_INPUTS, network_utility
from ml_core.training import simulate as loop
from ml_core.training.checkpoint import BASE_MODEL, Model
from ml_core.training.deliver import N_CANDIDATES, deliver, draw
from ml_core.training.fit_reward import RewardFit, fit_reward
from ml_core.training.preference_dataset import build_dataset

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


def _win(ours: float, theirs: list[float]) -> float:
    gaps = ours - np.array(theirs)
    return float(np.mean(np.where(gaps > 0, 1.0, np.where(gaps < 0, 0.0, 0.5))))


def _network(fit: RewardFit, features: np.ndarray) -> np.ndarray:
    columns = [FEATURE_NAMES.index(name) for name in NETWORK_INPUTS]
    x = torch.from_numpy(fit.model.scaling.apply(features)[:, columns].astype(np.float32))
    last = [p[-1:] for p in fit.network.parameters]
    return np.asarray(network_utility(last, x[None])[0].numpy(), dtype=float)


def _refit(result: dict[str, Any], songs: dict[str, tuple[str, EditGraph]], seed: int) -> RewardFit:
    """The baselines on the very ratings of a simulated cycle."""
    by_path = dict(songs.values())
    ratings = []
    for k, row in enumerate(result["pairs"], start=1):
        a, b = (as_edit(by_path[row["song"]], row[side]) for side in "ab")
        ratings.append(Rating(k, a, b, row["answer"], id=k))
    graphs = {graph.analysis.sha256: graph for graph in by_path.values()}
    return fit_reward(build_dataset(ratings, graphs), seed=seed)


def _accuracies(
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
            "ours": model.reward.mean_utility(song.cut_features),
            "network": _network(network, song.cut_features),
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


def _at_fixed_length(
    model: Model, song: HeldOut, value: Callable[[Kept], float], seed: int
) -> list[tuple[str, float]]:
    """Delivered against base draws where both keep 40 % of the song; empty if none can."""
    rng = np.random.default_rng([seed, 9])
    try:
        new = deliver(model, song.graph, FIXED_LENGTH, seed)[0].edit
        old = [c.edit for c in draw(BASE_MODEL, song.graph, FIXED_LENGTH, 24, rng)]
    except UserError:
        return []
    return [("fixed", _win(value(new.seconds), [value(edit.seconds) for edit in old]))]


def cycle(
    rater: Rater | RandomRater,
    songs: dict[str, tuple[str, EditGraph]],
    out: list[HeldOut],
    n_ratings: int,
    seed: int,
) -> dict[str, Any]:
    """One simulated cycle in numbers."""
    models: list[Model] = []

    def keep(model: Model) -> list[dict[str, float]]:
        models.append(model)
        return []

    tasks = tuple(SongTask(sha, path) for sha, (path, _) in songs.items())
    tests = tuple(SongTask(s.graph.analysis.sha256, s.path) for s in out)
    graphs = {sha: graph for sha, (_, graph) in songs.items()}
    graphs |= {s.graph.analysis.sha256: s.graph for s in out}
    began = time.process_time()
    result = loop.simulate(
        loop.Simulation("", tasks, tests, n_ratings, seed, device="cpu"),
        graphs,
        rater,
        keep,
        Progress(),
    )
    row: dict[str, Any] = {"cpu_s": time.process_time() - began}
    report, verdict = result["reports"][-1], result["verdict"]
    row["train_s"] = report["seconds"]["reward"] + report["seconds"]["policy"]
    row["verdict"] = verdict["verdict"]
    row["wins"], row["losses"] = verdict["wins"], verdict["losses"]
    answers = [pair["answer"] for pair in result["pairs"]]
    row["ties"] = answers.count("tie") / len(answers)
    moved = [
        np.mean([sum(b - a for a, b in kept) for kept in song["new_samples"]])
        / np.mean([sum(b - a for a, b in kept) for kept in song["old_samples"]])
        for song in report["held_out"]
    ]
    row["length_moves"] = float(np.exp(np.mean(np.log(moved)))) - 1.0
    if isinstance(rater, RandomRater):
        return row
    network = _refit(result, songs, seed)
    row |= _accuracies(rater, models[-1], network, out, seed)
    wins: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {"join_cost_delivered": [], "join_cost_draws": []}
    for song, shown in zip(out, report["held_out"], strict=True):

        def value(kept: Kept, path: str = song.path) -> float:
            return rater.value(path, kept)

        old = [value(kept) for kept in shown["old_samples"]]
        new = value(shown["new"])
        best = int(np.argmax(_network(network, song.base_features)))
        at_length = [] if rater.length_only else _at_fixed_length(models[-1], song, value, seed)
        for name, win in (
            ("plain", float(np.mean([_win(value(kept), old) for kept in shown["new_samples"]]))),
            ("delivered", _win(new, old)),
            ("untrained", _win(new, [value(shown["old"])])),
            ("reranked", _win(value(shown["old_reranked"]), old)),
            ("network", _win(value(song.base[best]), old)),
            *at_length,
        ):
            wins.setdefault(f"win_{name}", []).append(win)
        edits = [as_edit(song.graph, kept) for kept in (shown["new"], *shown["old_samples"])]
        cost = edit_features(song.graph, edits)[:, JOIN_COST]
        costs["join_cost_delivered"].append(float(cost[0]))
        costs["join_cost_draws"].append(float(cost[1:].mean()))
    row |= {name: float(np.mean(values)) for name, values in (wins | costs).items()}
    return row


SHOWN = (
    ("accuracy_ours", "acc"),
    ("accuracy_network", "(net)"),
    ("accuracy_matched_ours", "acc ="),
    ("accuracy_matched_network", "(net)"),
    ("win_plain", "plain"),
    ("win_delivered", "deliv"),
    ("win_reranked", "rerank"),
    ("win_network", "(net)"),
    ("win_untrained", "vs old"),
    ("win_fixed", "40 %"),
    ("join_cost_delivered", "join"),
    ("join_cost_draws", "(base)"),
    ("length_moves", "length"),
    ("ties", "ties"),
    ("train_s", "train"),
    ("cpu_s", "cpu s"),
)


def summary(rows: list[dict[str, Any]], worst: bool = False) -> dict[str, float]:
    """Median over raters of their means over seeds; or the worst rater's."""
    found = {}
    for name, _ in SHOWN:
        by_rater: dict[str, list[float]] = {}
        for row in rows:
            if name in row:
                by_rater.setdefault(row["rater"], []).append(row[name])
        means = [float(np.mean(values)) for values in by_rater.values()]
        low_is_worst = name.startswith(("accuracy", "win"))
        if means and worst:
            found[name] = min(means) if low_is_worst else max(means, key=abs)
        elif means:
            found[name] = float(np.median(means))
    return found


def _line(title: str, row: dict[str, Any], end: str = "") -> str:
    cells = "".join(f"{row[name]:7.2f}" if name in row else "      -" for name, _ in SHOWN)
    return f"{title:<22}{cells}  {end}"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--music", type=Path)
    parser.add_argument("--cache")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--ratings", type=int, default=48)
    parser.add_argument("--raters", default="")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    music = arguments.music
    if music is None:
        from tests.conftest import find_music_dir

        music = find_music_dir()
    if music is None:
        sys.exit("There are no songs to measure on: give --music.")
    with tempfile.TemporaryDirectory() as folder:
        songs = library(music, arguments.cache or folder)
    names = [name.strip() for name in arguments.raters.split(",") if name.strip()] or list(RATERS)
    rows: list[dict[str, Any]] = []
    print(" " * 22 + "".join(f"{title:>7}" for _, title in SHOWN))
    for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
        shas = list(songs)
        test = [sha for k, sha in enumerate(shas) if k % 3 == seed % 3][:MOST_HELD_OUT]
        rated = {sha: songs[sha] for k, sha in enumerate(shas) if k % 3 != seed % 3}
        out = [held_out(*songs[sha], seed) for sha in test]
        for name in names:
            row = cycle(RATERS[name], rated, out, arguments.ratings, seed)
            rows.append({"rater": name, "seed": seed, **row})
            print(_line(f"{name} {seed}", row, row["verdict"]), flush=True)
    print(_line("median", summary(rows)))
    print(_line("worst", summary(rows, worst=True)))
    if arguments.out:
        text = json.dumps(
            {"rows": rows, "median": summary(rows), "worst": summary(rows, worst=True)}, indent=1
        )
        arguments.out.write_text(text)


if __name__ == "__main__":
    main()
