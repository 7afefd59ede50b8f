"""What finished edits teach beside ratings and instead of them, judged on songs never rated.

    python tests/benchmarks/bench_finished_edits.py [--music DIR] [--cache DIR] [--seeds 2]
        [--raters "energetic,hook"] [--tuned] [--conditions "0+12,5+12"] [--out FILE.json]

A finished edit is what a rater likes best of 60 draws of a song that may be rated; "cut" conditions
take the best of 60 cuts at random beats instead, as no draw is made, and "brief" ones the best of
the 30 draws nearest to 45 s, whose length was given. Pairs are chosen given the edits. Without
`--tuned` the best of 200 base draws by the reward is delivered, which takes a tenth of the time.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from raters import RATERS, Rater
from taste_measures import (
    MATCHED,
    HeldOut,
    Songs,
    as_edit,
    asked_library,
    asked_raters,
    asked_seeds,
    beat_cuts,
    benchmark_parser,
    split,
    win_share,
)

from ml_core.domain.edits import Limits
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import SongTask
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.training import simulate as loop
from ml_core.training.checkpoint import BASE_MODEL, Model
from ml_core.training.deliver import deliver, draw
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset
from ml_core.training.song_scene import SongScene

USUAL_RATERS = (
    "energetic; hook; intro and ending; few cuts; about a minute; straight in; contrast; builds up"
)
CONDITIONS = "0+12,0+24,0+48,3+12,5+0,5+12,5+24"
BEST_OF = 60
BRIEF_S, BRIEF_OF = 45.0, 30


@dataclass(frozen=True)
class Condition:
    """So many finished edits, made in some way, and so many ratings."""

    n_edits: int
    n_ratings: int
    way: str = "draws"

    @classmethod
    def of(cls, text: str) -> Condition:
        """From "5+12", "5cut+12" or "5brief+12"."""
        edits, _, ratings = text.strip().partition("+")
        digits = edits.rstrip("cutbrief")
        return cls(int(digits), int(ratings), edits[len(digits) :] or "draws")


class Taste:
    """A rater and a split of the songs: what it made, said, and is right about."""

    def __init__(self, rater: Rater, seed: int, rated: Songs, out: list[HeldOut]) -> None:
        self.rater, self.seed, self.rated, self.out = rater, seed, rated, out
        self.graphs = {sha: graph for sha, (_, graph) in rated.items()}
        self.population = np.concatenate(
            [SongScene.of(graph, Limits()).usual_features for graph in self.graphs.values()]
        )
        self.truths = [self._truths(song) for song in out]

    def _truths(self, song: HeldOut) -> tuple[np.ndarray, list[float]]:
        cuts = np.array([self.rater.value(song.path, kept) for kept in song.cuts])
        return cuts, [self.rater.value(song.path, kept) for kept in song.base[:100]]

    @cache  # noqa: B019
    def edits(self, n: int, way: str) -> tuple[FinishedEdit, ...]:
        """Of n songs, the best of many edits."""
        rng = np.random.default_rng([self.seed, 21])
        order = rng.permutation(sorted(self.rated))
        found = []
        for sha in order[:n]:
            path, graph = self.rated[str(sha)]
            best = max(_made(graph, way, rng), key=lambda kept: self.rater.value(path, kept))
            spans = as_edit(graph, best).spans
            rate, n_samples = graph.analysis.sample_rate_hz, graph.analysis.n_samples
            found.append(
                FinishedEdit(str(sha), rate, spans, "edit", n_samples, way.startswith("brief"))
            )
        return tuple(found)

    @cache  # noqa: B019
    def ratings(self, n: int, n_edits: int, way: str) -> list[Rating]:
        """Answers to pairs chosen given the edits."""
        tasks = tuple(SongTask(sha, path) for sha, (path, _) in self.rated.items())
        asked = loop.Simulation(
            "", tasks, (), n, self.seed, edits=self.edits(n_edits, way) if n_edits else ()
        )
        rng = np.random.default_rng([self.seed, 1])
        return loop.rate_songs(asked, self.graphs, self.rater, rng, Progress())[1]

    def model(self, condition: Condition, is_tuned: bool) -> Model:
        """What is learned."""
        edits = self.edits(condition.n_edits, condition.way) if condition.n_edits else ()
        most = 48 if not condition.n_edits else max(24, condition.n_ratings)
        ratings = []
        if condition.n_ratings:
            ratings = self.ratings(most, condition.n_edits, condition.way)[: condition.n_ratings]
        if is_tuned:
            tasks = tuple(SongTask(sha, path) for sha, (path, _) in self.rated.items())
            asked = loop.Simulation("", tasks, (), len(ratings), self.seed, edits=edits)
            return loop._train(asked, self.graphs, ratings, Progress())[0]
        dataset = build_dataset(ratings, self.graphs, edits=edits)
        try:
            return Model(fit_reward(dataset, self.population, 0, self.seed).model)
        except UserError:
            return BASE_MODEL

    def judge(self, model: Model) -> dict[str, float]:
        """Accuracy on pairs of beat cuts, of any and of equal length, and the delivered win."""
        right: dict[str, list[float]] = {"acc": [], "acc =": [], "win": []}
        for song, (truth, old) in zip(self.out, self.truths, strict=True):
            new = deliver(model, song.graph, Limits(), self.seed)[0].edit.seconds
            right["win"].append(win_share(self.rater.value(song.path, new), old))
            if model.reward is None:
                continue
            guess = model.reward.difference(song.cut_features, song.cut_features[:1])[0]
            lasts = np.log([sum(b - a for a, b in kept) for kept in song.cuts])
            one, other = np.triu_indices(len(truth), 1)
            differ = truth[one] != truth[other]
            alike = differ & (np.abs(lasts[one] - lasts[other]) <= MATCHED)
            signs = np.sign(truth[one] - truth[other]) * np.sign(guess[one] - guess[other])
            right["acc"].append(float(np.mean((signs[differ] + 1) / 2)))
            if not self.rater.length_only and alike.any():
                right["acc ="].append(float(np.mean((signs[alike] + 1) / 2)))
        return {name: float(np.mean(values)) for name, values in right.items() if values}


def _made(graph: EditGraph, way: str, rng: np.random.Generator) -> list[list[list[float]]]:
    if way == "cut":
        return beat_cuts(graph, BEST_OF, rng)
    if way == "draws":
        return [c.edit.seconds for c in draw(BASE_MODEL, graph, Limits(), BEST_OF, rng)]
    drawn = [c.edit for c in draw(BASE_MODEL, graph, Limits(), 200, rng)]
    drawn.sort(key=lambda edit: abs(np.log(edit.duration_s / BRIEF_S)))
    return [edit.seconds for edit in drawn[:BRIEF_OF]]


def main() -> None:
    """Run and print."""
    parser = benchmark_parser(__doc__, seeds=2)
    parser.add_argument("--conditions", default=CONDITIONS)
    parser.add_argument("--tuned", action="store_true")
    arguments = parser.parse_args()
    arguments.raters = arguments.raters or USUAL_RATERS
    torch.set_num_threads(1)
    songs = asked_library(arguments)
    conditions = arguments.conditions.split(",")
    rows: list[dict[str, Any]] = []
    for seed in asked_seeds(arguments):
        rated, out = split(songs, seed)
        for name in asked_raters(arguments):
            taste = Taste(RATERS[name], seed, rated, out)
            for text in conditions:
                model = taste.model(Condition.of(text), arguments.tuned)
                rows.append({"rater": name, "seed": seed, "is": text, **taste.judge(model)})
            cells = [f"{row['win']:.2f}" for row in rows[-len(conditions) :]]
            print(f"{name} {seed}: win {' '.join(cells)}", flush=True)
    print(f"{'':12}{'acc':>8}{'acc =':>8}{'win':>8}{'median':>8}{'worst':>8}")
    for text in conditions:
        mine = [row for row in rows if row["is"] == text]
        means = [np.mean([r[key] for r in mine if key in r] or [0.5]) for key in ("acc", "acc =")]
        wins = [row["win"] for row in mine]
        cells = [*means, np.mean(wins), np.median(wins), min(wins)]
        print(f"{text:12}" + "".join(f"{value:8.3f}" for value in cells))
    if arguments.out:
        arguments.out.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
