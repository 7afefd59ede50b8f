"""Seconds and memory of the reward model for many ratings, steady and reversed.

    python tests/benchmarks/bench_taste_scale.py [--ratings 48,500,5000] [--out FILE.json]

Ratings are of random features under a linear taste; the reversed ones change their mind 40 ratings
before the last. Accuracy is that on unseen pairs under the taste at the end.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml_core.edits.features.edit_features import EDIT_FEATURES, FEATURE_NAMES
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import PreferenceDataset

N_SONGS = 20
REVERSED_FOR = 40
TIE = 0.5


def dataset(n: int, reverse: bool, seed: int) -> PreferenceDataset:
    """`n` ratings; with `reverse`, all but the last 40 are of the opposite taste."""
    rng = np.random.default_rng(seed)
    taste = np.random.default_rng(0).normal(size=len(EDIT_FEATURES))
    song = rng.integers(N_SONGS, size=n)
    aspects = np.random.default_rng(1).normal(size=(N_SONGS, len(FEATURE_NAMES) - len(taste)))
    a, b = (np.concatenate([rng.normal(size=(n, len(taste))), aspects[song]], 1) for _ in range(2))
    gap = (a - b)[:, : len(taste)] @ taste / np.linalg.norm(taste)
    gap += 0.3 * rng.normal(size=n)
    if reverse:
        gap[: max(0, n - REVERSED_FOR)] *= -1
    sign = np.where(np.abs(gap) < TIE, 0.0, np.sign(gap))
    longer = (a - b)[:, FEATURE_NAMES.index("log_duration")]
    ones = np.ones(n)
    songs = tuple(f"{k:064x}" for k in range(N_SONGS))
    return PreferenceDataset(
        a, b, sign, ones, ones, longer, song, np.arange(len(song)), songs, {}, 0, ""
    )


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ratings", default="48,500,5000")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    print(f"{'ratings':>8}{'taste':>10}{'memory':>8}{'cpu s':>8}{'MB at most':>12}{'accuracy':>10}")
    for n in (int(text) for text in arguments.ratings.split(",")):
        for reverse in (False, True):
            began = time.process_time()
            fit = fit_reward(dataset(n, reverse, 2), epochs=0)
            seconds = time.process_time() - began
            unseen = dataset(2000, False, 3)
            said = np.sign(fit.model.difference(unseen.a, unseen.b)[0])
            right = float(np.mean((said == unseen.sign)[unseen.decided]))
            most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            taste = "reversed" if reverse else "steady"
            memory = fit.metrics["memory"]
            rows.append(
                {"ratings": n, "taste": taste, "memory": memory, "cpu_s": seconds,
                 "most_mb": most_mb, "accuracy": right}
            )  # fmt: skip
            print(
                f"{n:8}{taste:>10}{memory if memory else '-':>8}{seconds:8.2f}{most_mb:12.0f}"
                f"{right:10.2f}"
            )
    if arguments.out:
        arguments.out.write_text(json.dumps({"rows": rows}, indent=1))


if __name__ == "__main__":
    main()
