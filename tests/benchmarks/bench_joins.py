"""How much joins stand out: ours, the songs' uncut bar lines, a random bar, a random beat.

    python tests/benchmarks/bench_joins.py [--music DIR] [--seeds 4] [--out FILE.json]

Pooled over songs and seeds. Ours are plain draws of the base policy, and what it delivers, the
latter once more with all tails left out. The random bar has our fades and alignment; the random
beat is cut at the beat without any fade, as a naive script would. The audit shares no code with the
join cost, and the control is every uncut bar line of the same songs scored by the same rule.
Whether a song is sung is judged by weights fitted without its artist; the voice's own weights were
fitted on other songs.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import fitting_scripts  # noqa: F401 - the weights' own scripts
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fit_singing_weights import singing_without
from fit_voice_weights import song_rows

from ml_core import audio_file
from ml_core.analysis.analyse import analyse
from ml_core.analysis.cache import load_analysis, save_analysis
from ml_core.analysis.voice.detector import voice_probabilities
from ml_core.domain.edits import Edit, Limits
from ml_core.edits.audit import AuditReport, BarLines, audit_edit, pooled
from ml_core.edits.graph.edit_graph import EditGraph, build_graph, edit_from_path
from ml_core.edits.graph.edit_graph import Path as BarPath
from ml_core.edits.joins.cost import costs_at
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import deliver, draw

EDITS_A_SONG = 2
ALTERNATIVES = 4
KINDS = ("drawn", "delivered", "without tails", "random bar", "random beat")


def songs(music: Path, cache: Path | None) -> Iterator[tuple[str, EditGraph, np.ndarray]]:
    """Name, graph and audio of each song."""
    singing = singing_without(music, cache)
    for path in sorted((music / "songs").iterdir()):
        song = audio_file.read_song(path)
        analysis = load_analysis(cache, song.sha256) if cache else None
        if analysis is None:
            analysis = analyse(song, path)
            if cache:
                save_analysis(cache, analysis)
        if analysis.n_bars >= 8:
            voice = voice_probabilities(song_rows(path), singing=singing[path.stem])
            analysis = replace(analysis, voice=voice)
            yield path.stem, build_graph(analysis), audio_file.read(path)


def random_path(
    graph: EditGraph, rng: np.random.Generator, weights: Callable[[int], np.ndarray]
) -> BarPath:
    """A path from the song's beginning with segments of 2 to 16 bars; joins drawn by weight."""
    path, bar, n = [], 0, graph.n_bars
    while True:
        last = min(n - 1, bar + int(rng.integers(2, 17)) - 1)
        weight = weights(last) if last < n - 2 else np.zeros(n)
        if last == n - 1 or weight.sum() <= 0:
            path.append((bar, n - 1))
            return tuple(path)
        path.append((bar, last))
        bar = int(rng.choice(n, p=weight / weight.sum()))


def any_bar(graph: EditGraph, last: int) -> np.ndarray:
    return (np.arange(graph.n_bars) >= last + 2).astype(float)


def beat_edit(graph: EditGraph, rng: np.random.Generator) -> Edit:
    """Cuts at random beats, without fade."""
    beats = graph.analysis.beat_samples
    n_joins = max(1, graph.n_bars // 12)
    places = np.sort(rng.choice(np.arange(2, len(beats) - 2), 2 * n_joins, replace=False))
    bounds = [0, *beats[places].tolist(), graph.analysis.n_samples]
    spans = tuple((a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=True))
    return Edit(graph.analysis.sha256, graph.analysis.sample_rate_hz, spans)


def edits_of(kind: str, graph: EditGraph, seed: int) -> list[Edit]:
    rng = np.random.default_rng([seed, 7])
    if kind in ("delivered", "without tails"):
        edits = [d.edit for d in deliver(BASE_MODEL, graph, Limits(), seed, ALTERNATIVES)]
        return edits if kind == "delivered" else [replace(edit, tails=()) for edit in edits]
    if kind == "drawn":
        return [c.edit for c in draw(BASE_MODEL, graph, Limits(), EDITS_A_SONG, rng)]
    if kind == "random beat":
        return [beat_edit(graph, rng) for _ in range(EDITS_A_SONG)]
    return [
        edit_from_path(graph, random_path(graph, rng, lambda last: any_bar(graph, last)))
        for _ in range(EDITS_A_SONG)
    ]


def row(kind: str, edits: list[tuple[EditGraph, Edit]], reports: list[AuditReport]) -> dict:
    summary = pooled(reports).to_json()
    minutes = sum(edit.duration_s for _, edit in edits) / 60.0
    costs = [
        costs_at(
            graph.analysis,
            graph.distances,
            [span[1] for span in edit.spans[:-1]],
            [span[0] for span in edit.spans[1:]],
        )
        for graph, edit in edits
        if edit.n_joins
    ]
    return {
        "kind": kind,
        **summary,
        "above_control": summary["share_standing_out"] - summary["control_share"],
        "joins_a_minute": summary["n_joins"] / minutes,
        "share_with_tails": float(np.mean([tail > 0 for _, e in edits for tail in e.tails])),
        "mean_cost": float(np.mean(np.concatenate(costs))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[3] / "shared" / "music"
    parser.add_argument("--music", type=Path, default=default)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cache", type=Path, help="folder where analyses are kept")
    arguments = parser.parse_args()
    made: dict[str, list[tuple[EditGraph, Edit]]] = {kind: [] for kind in KINDS}
    reports: dict[str, list[AuditReport]] = {kind: [] for kind in KINDS}
    started = time.process_time()
    for name, graph, audio in songs(arguments.music, arguments.cache):
        rate, edges = graph.analysis.sample_rate_hz, graph.edges_samples
        lines = BarLines.of(audio, rate, edges)
        for seed in range(arguments.seeds):
            for kind in KINDS:
                for edit in edits_of(kind, graph, seed):
                    made[kind].append((graph, edit))
                    reports[kind].append(audit_edit(audio, rate, edit, edges, lines))
        shares = " ".join(
            f"{kind} {pooled(reports[kind]).share_standing_out or 0.0:.2f}" for kind in KINDS
        )
        print(f"{name[:40]:40s} so far: {shares}", flush=True)
    rows = [row(kind, made[kind], reports[kind]) for kind in KINDS]
    print(
        f"\n{'kind':13s} {'joins':>6s} {'a min':>6s} {'tails':>6s} {'cost':>6s} {'out':>6s} "
        f"{'control':>8s} {'above':>7s} {'AUC':>6s}  reasons"
    )
    for each in rows:
        print(
            f"{each['kind']:13s} {each['n_joins']:6d} {each['joins_a_minute']:6.2f} "
            f"{each['share_with_tails']:6.2f} {each['mean_cost']:6.2f} "
            f"{each['share_standing_out']:6.3f} "
            f"{each['control_share']:8.3f} {each['above_control']:+7.3f} {each['auc']:6.3f}  "
            f"{each['reasons']}"
        )
    result = {"rows": rows, "cpu_s": time.process_time() - started, "seeds": arguments.seeds}
    if arguments.out:
        arguments.out.write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
