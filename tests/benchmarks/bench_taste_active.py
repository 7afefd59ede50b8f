"""What chosen pairs are worth: reward accuracy after 24 active ratings, and 24, 40, 48 random ones.

    python tests/benchmarks/bench_taste_active.py [--music DIR] [--cache DIR] [--seeds 1]
        [--raters "short,calm"] [--out FILE.json]

Both ways ask pairs of the same songs, half of them length-matched, with hidden repeats; they differ
only in whether the pair that teaches most is taken or any. Judged as in `bench_taste`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from raters import RATERS, RandomRater
from taste_measures import (
    accuracies,
    asked_library,
    asked_raters,
    asked_seeds,
    benchmark_parser,
    split,
)

from ml_core.domain.requests import SongTask
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.training import simulate as loop
from ml_core.training.checkpoint import Model
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset
from ml_core.training.pairs.information import PairInformation

WAYS = (("active", 24), ("random", 24), ("random", 40), ("random", 48))


@contextmanager
def any_pair(seed: int) -> Iterator[None]:
    """Pairs are taken as they come instead of by what they teach."""
    rng, chosen = np.random.default_rng(seed), PairInformation.of
    PairInformation.of = lambda self, a, b: rng.random(len(a))  # type: ignore[method-assign]
    try:
        yield
    finally:
        PairInformation.of = chosen  # type: ignore[method-assign]


def main() -> None:
    """Run and print."""
    arguments = benchmark_parser(__doc__, seeds=1).parse_args()
    torch.set_num_threads(1)
    songs = asked_library(arguments)
    names = [n for n in asked_raters(arguments) if not isinstance(RATERS[n], RandomRater)]
    print(f"{'rater':<22}" + "".join(f"{way} {n:<4}".rjust(13) for way, n in WAYS))
    rows = []
    for seed in asked_seeds(arguments):
        rated, out = split(songs, seed)
        graphs = {sha: graph for sha, (_, graph) in rated.items()}
        tasks = tuple(SongTask(sha, path) for sha, (path, _) in rated.items())
        for name in names:
            rater, found = RATERS[name], []
            for way, n in WAYS:
                request = loop.Simulation("", tasks, (), n, seed, device="cpu")
                rng = np.random.default_rng([seed, 1])
                if way == "active":
                    _, ratings = loop._rate(request, graphs, rater, rng, Progress())
                else:
                    with any_pair(seed):
                        _, ratings = loop._rate(request, graphs, rater, rng, Progress())
                try:
                    fit = fit_reward(build_dataset(ratings, graphs), epochs=0, seed=seed)
                except UserError:
                    found.append(0.5)
                    continue
                scores = accuracies(rater, Model(fit.model), fit, out, seed)
                found.append(scores["accuracy_ours"])
            rows.append({"rater": name, "seed": seed, "accuracy": found})
            print(f"{name:<22}" + "".join(f"{value:13.3f}" for value in found), flush=True)
    table = np.array([row["accuracy"] for row in rows])
    for title, values in (("mean", table.mean(0)), ("median", np.median(table, 0))):
        print(f"{title:<22}" + "".join(f"{value:13.3f}" for value in values))
    if arguments.out:
        arguments.out.write_text(json.dumps({"ways": WAYS, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
