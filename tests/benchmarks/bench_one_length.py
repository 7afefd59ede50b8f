"""Tuning where all edits are of one length: plain draws of the tuned policy against the base's.

    python tests/benchmarks/bench_one_length.py [--music DIR] [--cache DIR] [--seeds 2]
        [--raters "short,calm"] [--keep 0.38-0.42] [--ratings 48] [--out FILE.json]

Rated, trained and drawn within one narrow range of lengths, judged on songs never rated: accuracy
of the reward, the share of base draws that a plain draw of the tuned policy beats, that a delivered
edit beats, the update that was kept, and draws that differ from the base policy's.
"""

from __future__ import annotations

import json
import sys
import tempfile
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
    win_share,
)

from ml_core.domain.edits import Limits
from ml_core.domain.requests import SongTask, TrainRequest
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.training import simulate as loop
from ml_core.training.checkpoint import BASE_MODEL, load_model
from ml_core.training.deliver import deliver, draw
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset
from ml_core.training.train import train

DRAWS = 24


def main() -> None:
    """Run and print."""
    parser = benchmark_parser(__doc__, seeds=2)
    parser.add_argument("--keep", default="0.38-0.42")
    parser.add_argument("--ratings", type=int, default=48)
    arguments = parser.parse_args()
    low, high = (float(share) for share in arguments.keep.split("-"))
    limits = Limits(shortest_s=None, keep_low=low, keep_high=high)
    torch.set_num_threads(1)
    songs = asked_library(arguments)
    names = [n for n in asked_raters(arguments) if not isinstance(RATERS[n], RandomRater)]
    print(
        f"{'rater':<26}{'seed':>5}{'accuracy':>10}{'plain':>8}{'given':>8}{'kept':>6}{'others':>8}"
    )
    rows = []
    for seed in asked_seeds(arguments):
        rated, out = split(songs, seed)
        graphs = {sha: graph for sha, (_, graph) in rated.items()}
        tasks = tuple(SongTask(sha, path, limits) for sha, (path, _) in rated.items())
        for name in names:
            rater = RATERS[name]
            if rater.length_only:
                continue
            request = loop.Simulation("", tasks, (), arguments.ratings, seed, device="cpu")
            rng = np.random.default_rng([seed, 1])
            _, ratings = loop.rate_songs(request, graphs, rater, rng, Progress())
            with tempfile.TemporaryDirectory() as folder:
                asked = TrainRequest(
                    "", folder, tasks, ratings=tuple(ratings), seed=seed, device="cpu"
                )
                try:
                    result = train(asked, graphs, Progress())
                except UserError as error:
                    print(f"{name:<26}{seed:5d}  {error}")
                    continue
                model = load_model(f"{folder}/{result.best.file_name}", result.best.sha256)
            fit = fit_reward(build_dataset(ratings, graphs), epochs=0, seed=seed)
            row = {"rater": name, "seed": seed, "best_update": result.metrics["best_episode"] // 4}
            row["accuracy"] = accuracies(rater, model, fit, out, seed)["accuracy_matched_ours"]
            plain, given, others = [], [], []
            for song in out:
                try:
                    old, new = (
                        [
                            c.edit.seconds
                            for c in draw(
                                m, song.graph, limits, DRAWS, np.random.default_rng([seed, 2])
                            )
                        ]
                        for m in (BASE_MODEL, model)
                    )
                    best = deliver(model, song.graph, limits, seed)[0].edit.seconds
                except UserError:
                    continue
                base = [rater.value(song.path, kept) for kept in old]
                plain += [win_share(rater.value(song.path, kept), base) for kept in new]
                given.append(win_share(rater.value(song.path, best), base))
                others.append(np.mean([a != b for a, b in zip(old, new, strict=True)]))
            row |= {"plain": float(np.mean(plain)), "given": float(np.mean(given))}
            row["others"] = float(np.mean(others))
            rows.append(row)
            told = f"{row['accuracy']:10.3f}{row['plain']:8.3f}{row['given']:8.3f}"
            print(
                f"{name:<26}{seed:5d}{told}{row['best_update']:6.0f}{row['others']:8.2f}",
                flush=True,
            )
    for title, some in (("all", rows), ("right", [r for r in rows if r["accuracy"] > 0.75])):
        if some:
            plain = [row["plain"] for row in some]
            print(
                f"{title}: {len(some)}, plain median {np.median(plain):.3f}, worst {min(plain):.3f}"
            )
    if arguments.out:
        arguments.out.write_text(json.dumps({"rows": rows}, indent=1))


if __name__ == "__main__":
    main()
