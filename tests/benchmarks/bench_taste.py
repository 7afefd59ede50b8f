"""What 48 ratings teach: simulated raters through whole cycles, judged on songs never rated.

    python tests/benchmarks/bench_taste.py [--music DIR] [--cache DIR] [--seeds 2] [--ratings 48]
        [--raters "short,calm"] [--out FILE.json]

Raters (see `raters`) share nothing with the project. Everything is told beside the 27,521-parameter
network of an earlier project (trained on the same ratings, its choice among as many base draws) and
beside the untuned policy reranked by our reward alone. A third of the songs is held out, another
third with each seed. Wins are shares of noise-free preferences; equal counts half.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from raters import RATERS, RandomRater, Rater
from taste_measures import (
    JOIN_COST,
    HeldOut,
    Kept,
    accuracies,
    agreement,
    as_edit,
    asked_library,
    asked_raters,
    asked_seeds,
    at_fixed_length,
    at_twice_the_kl,
    benchmark_parser,
    gap_closed,
    network_scores,
    refit,
    split,
    win_share,
)

from ml_core.domain.requests import SongTask
from ml_core.edits.features.edit_features import edit_features
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.progress import Progress
from ml_core.training import simulate as loop
from ml_core.training import train as trainer
from ml_core.training.checkpoint import Model


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
    trained_s: list[float] = []

    def timed(*arguments: Any) -> Any:
        start = time.process_time()
        result = trainer.train(*arguments)
        trained_s.append(time.process_time() - start)
        return result

    loop.train = timed
    result = loop.simulate(
        loop.Simulation("", tasks, tests, n_ratings, seed, device="cpu"),
        graphs,
        rater,
        keep,
        Progress(),
    )
    row: dict[str, Any] = {"cpu_s": time.process_time() - began}
    report, verdict = result["reports"][-1], result["verdict"]
    # CPU seconds of everything: reading the songs, reward, baselines, policy and summary.
    row["train_s"] = trained_s[-1] if trained_s else 0.0
    row["verdict"] = verdict["verdict"]
    row["wins"], row["losses"] = verdict["wins"], verdict["losses"]
    answers = [pair["answer"] for pair in result["pairs"]]
    row["ties"] = answers.count("tie") / len(answers)
    agreed = agreement(result["pairs"])
    if agreed is not None:
        row["agreement"] = agreed
    moved = [
        np.mean([sum(b - a for a, b in kept) for kept in song["new_samples"]])
        / np.mean([sum(b - a for a, b in kept) for kept in song["old_samples"]])
        for song in report["held_out"]
    ]
    row["length_moves"] = float(np.exp(np.mean(np.log(moved)))) - 1.0
    if isinstance(rater, RandomRater):
        return row
    network = refit(result, songs, seed)
    row |= accuracies(rater, models[-1], network, out, seed)
    wins: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {"join_cost_delivered": [], "join_cost_draws": []}
    for song, shown in zip(out, report["held_out"], strict=True):

        def value(kept: Kept, path: str = song.path) -> float:
            return rater.value(path, kept)

        old = [value(kept) for kept in shown["old_samples"]]
        new = value(shown["new"])
        best = int(np.argmax(network_scores(network, song.base_features)))
        at_length = [] if rater.length_only else at_fixed_length(models[-1], song, value, seed)
        for name, win in (
            (
                "plain",
                float(np.mean([win_share(value(kept), old) for kept in shown["new_samples"]])),
            ),
            ("delivered", win_share(new, old)),
            ("untrained", win_share(new, [value(shown["old"])])),
            ("reranked", win_share(value(shown["old_reranked"]), old)),
            ("network", win_share(value(song.base[best]), old)),
            *at_length,
            ("gap", gap_closed(models[-1], song, value, old, seed)),
        ):
            wins.setdefault(f"win_{name}", []).append(win)
        edits = [as_edit(song.graph, kept) for kept in (shown["new"], *shown["old_samples"])]
        cost = edit_features(song.graph, edits)[:, JOIN_COST]
        costs["join_cost_delivered"].append(float(cost[0]))
        costs["join_cost_draws"].append(float(cost[1:].mean()))
    row |= {name: float(np.mean(values)) for name, values in (wins | costs).items()}
    row["at_twice_kl"] = at_twice_the_kl(models[-1], rater, out, seed)
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
    ("win_gap", "gap"),
    ("at_twice_kl", "2 KL"),
    ("join_cost_delivered", "join"),
    ("join_cost_draws", "(base)"),
    ("length_moves", "length"),
    ("ties", "ties"),
    ("agreement", "agree"),
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
        low_is_worst = name.startswith(("accuracy", "agreement", "win", "at_twice"))
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
    parser = benchmark_parser(__doc__, seeds=2)
    parser.add_argument("--ratings", type=int, default=48)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    songs = asked_library(arguments)
    rows: list[dict[str, Any]] = []
    print(" " * 22 + "".join(f"{title:>7}" for _, title in SHOWN))
    for seed in asked_seeds(arguments):
        rated, out = split(songs, seed)
        for name in asked_raters(arguments):
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
