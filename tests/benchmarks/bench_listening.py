"""What a way of choosing pairs costs in listening, and what it teaches: three ways side by side.

    python tests/benchmarks/bench_listening.py [--music DIR] [--cache DIR] [--seeds 2]
        [--raters "short,calm"] [--out FILE.json]

Pairs are taken as they come, by what each teaches, or by what each teaches for the time that it
takes (the app's way). All ask pairs of the same songs, half of them length-matched, with hidden
repeats. Accuracy is judged as in `bench_taste`; a win is one of what the reward alone delivers
against base draws. Seconds are those of the differences of all pairs, and of both edits whole.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from raters import RATERS, RandomRater, Rater
from taste_measures import (
    HeldOut,
    accuracies,
    asked_library,
    asked_raters,
    asked_seeds,
    benchmark_parser,
    split,
    win_share,
)

from ml_core.domain.edits import Limits
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import SongTask
from ml_core.edits.differing import to_hear_s
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.training import simulate as loop
from ml_core.training.checkpoint import Model
from ml_core.training.deliver import deliver
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset
from ml_core.training.pairs import selection
from ml_core.training.pairs.information import PairInformation

WAYS = ("any", "by pair", "by second")
COUNTS = (24, 48)


@contextmanager
def chosen(way: str, seed: int) -> Iterator[None]:
    """Pairs are chosen in this way."""
    rng = np.random.default_rng(seed)
    information, cost = PairInformation.of, selection.listening_cost
    if way == "any":
        PairInformation.of = lambda self, a, b: rng.random(len(a))  # type: ignore[method-assign]
    if way != "by second":
        selection.listening_cost = lambda spans, one, *_: np.ones(len(one))
    try:
        yield
    finally:
        PairInformation.of = information  # type: ignore[method-assign]
        selection.listening_cost = cost


def judged(
    ratings: list[Rating],
    rater: Rater,
    graphs: dict[str, EditGraph],
    out: list[HeldOut],
    seed: int,
) -> dict[str, float]:
    """Seconds of listening, and what was learned from it."""
    row = {
        "differences_s": sum(to_hear_s(r.a, r.b) for r in ratings),
        "whole_s": sum(r.a.duration_s + r.b.duration_s for r in ratings),
        "ties": sum(r.answer == "tie" for r in ratings) / len(ratings),
        "accuracy": 0.5,
        "win": 0.5,
    }
    try:
        fit = fit_reward(build_dataset(ratings, graphs), epochs=0, seed=seed)
    except UserError:
        return row
    model = Model(fit.model)
    row["accuracy"] = accuracies(rater, model, fit, out, seed)["accuracy_ours"]
    wins = []
    for song in out:
        new = deliver(model, song.graph, Limits(), seed)[0].edit.seconds
        old = [rater.value(song.path, kept) for kept in song.base]
        wins.append(win_share(rater.value(song.path, new), old))
    row["win"] = float(np.mean(wins))
    return row


def show(title: str, table: dict[str, dict[str, float]]) -> None:
    """One line a way."""
    for way, row in table.items():
        values = "".join(f"{row[name]:11.3f}" for name in ("accuracy", "win", "ties"))
        seconds = f"{row['differences_s']:9.0f}{row['whole_s']:9.0f}"
        print(f"{title:<26}{way:<14}{values}{seconds}", flush=True)


def main() -> None:
    """Run and print."""
    arguments = benchmark_parser(__doc__, seeds=2).parse_args()
    torch.set_num_threads(1)
    songs = asked_library(arguments)
    names = [n for n in asked_raters(arguments) if not isinstance(RATERS[n], RandomRater)]
    columns = f"{'accuracy':>11}{'win':>11}{'ties':>11}{'differ s':>9}{'whole s':>9}"
    print(f"{'rater':<26}{'way':<14}{columns}")
    rows: list[dict[str, Any]] = []
    for seed in asked_seeds(arguments):
        rated, out = split(songs, seed)
        graphs = {sha: graph for sha, (_, graph) in rated.items()}
        tasks = tuple(SongTask(sha, path) for sha, (path, _) in rated.items())
        for name in names:
            for way in WAYS:
                request = loop.Simulation("", tasks, (), COUNTS[-1], seed, device="cpu")
                rng = np.random.default_rng([seed, 1])
                with chosen(way, seed):
                    _, ratings = loop.rate_songs(request, graphs, RATERS[name], rng, Progress())
                for n in COUNTS:
                    row = judged(ratings[:n], RATERS[name], graphs, out, seed)
                    rows.append({"rater": name, "seed": seed, "way": way, "n": n} | row)
                show(name, {f"{way} {COUNTS[-1]}": rows[-1]})
    for n in COUNTS:
        table: dict[str, dict[str, float]] = {}
        for way in WAYS:
            some = [row for row in rows if row["way"] == way and row["n"] == n]
            means = {k: float(np.mean([row[k] for row in some])) for k in some[0] if k not in NAMES}
            table[f"{way} {n}"] = means
        show("mean", table)
        ratio = table[f"by second {n}"]["differences_s"] / table[f"by pair {n}"]["differences_s"]
        print(f"listening by second, as a share of that by pair: {ratio:.2f}")
    if arguments.out:
        arguments.out.write_text(json.dumps({"rows": rows}, indent=1))


NAMES = ("rater", "seed", "way", "n")


if __name__ == "__main__":
    main()
