"""How near edits come to a wished length, and what is refused.

    python tests/benchmarks/bench_length.py [--music DIR] [--cache DIR] [--seeds 1] [--songs 22]
        [--rules 1000] [--words 51] [--out FILE.json]

Lengths: three for each song, parts of a tenth of a second included, drawn between a fifth and nine
tenths of it. Beside each error stands that of the former way in the same run: any draw within 3 %
of the length. Errors are told in bars of the song.

Rules: as many random sets of rules (length, share, intro, ending, locks, forbidden parts, shortest
piece) over all songs. Counted are edits that break one, and refusals without a nearest length where
a length was asked for. Each edit is made by what `tastecut export` calls.

Words: as many random parts of four seconds that are forbidden, cut out with as little else as can
be. Told is what is lost beside the bars that such a part touches, in bars, and what share of the
joins stands out, beside the songs' own bar lines.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from number_table import Row, print_rows, write_rows
from taste_measures import asked_library, benchmark_parser

from ml_core import audio_file
from ml_core.domain.edits import Limits
from ml_core.edits.audit import AuditSummary, audit_edit, pooled
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.limits.checks import broken_limit, touched_bars
from ml_core.edits.limits.lengths import bar_s
from ml_core.errors import UserError
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import deliver

SLACK = 0.03
LENGTHS_A_SONG = 3
WORD_S = 4.0


def length_errors(graphs: Sequence[EditGraph], seed: int) -> list[dict[str, Any]]:
    """A row for each song and length."""
    rows = []
    for graph in graphs:
        rng = np.random.default_rng([seed, 21])
        for share in rng.uniform(0.2, 0.9, LENGTHS_A_SONG):
            wished_s = round(float(share) * graph.song_s, 1)
            row: dict[str, Any] = {"wished_s": wished_s, "bar_s": bar_s(graph)}
            former = Limits(wished_s * (1 - SLACK), wished_s * (1 + SLACK), 0.0, 1.0)
            for name, limits in (("ours", Limits.lasting(wished_s)), ("former", former)):
                began = time.process_time()
                try:
                    (made,) = deliver(BASE_MODEL, graph, limits, seed)
                    row[name] = (made.edit.duration_s - wished_s) / row["bar_s"]
                    row[f"{name}_cost"] = made.mean_join_cost
                except UserError as error:
                    row[name], row["refused"] = None, str(error)
                    row["nearest_s"] = getattr(error, "nearest_s", None)
                row[f"{name}_s"] = time.process_time() - began
            rows.append(row)
    return rows


def random_limits(graph: EditGraph, rng: np.random.Generator) -> Limits:
    """Rules as a person might set them, contradictions included."""
    song_s = graph.song_s

    def spans(most: int) -> tuple[tuple[float, float], ...]:
        starts = rng.uniform(0, song_s, int(rng.integers(0, most + 1)))
        return tuple((float(s), float(min(song_s, s + rng.uniform(1, 20)))) for s in starts)

    kind = rng.random()
    if kind < 0.5:
        base = Limits.lasting(round(float(rng.uniform(0.05, 1.1)) * song_s, 1))
    elif kind < 0.75:
        low, high = np.sort(rng.uniform(0.05, 1.0, 2)).tolist()
        base = Limits(None, None, low, high)
    else:
        base = Limits().of_own_edit()
    return replace(
        base,
        keep_intro=bool(rng.random() < 0.3),
        keep_ending=bool(rng.random() < 0.3),
        locked=spans(2) if rng.random() < 0.4 else (),
        forbidden=spans(3) if rng.random() < 0.5 else (),
        shortest_segment_bars=int(rng.choice([1, 1, 1, 2, 4])),
        longest_segment_bars=int(rng.integers(4, 17)) if rng.random() < 0.2 else None,
    )


def random_rules(graphs: Sequence[EditGraph], n: int, seed: int) -> dict[str, Any]:
    """Over the songs in turn."""
    broken: list[str] = []
    bare: list[str] = []
    n_edits = 0
    for k in range(n):
        graph, rng = graphs[k % len(graphs)], np.random.default_rng([seed, 22, k])
        limits = random_limits(graph, rng)
        try:
            (made,) = deliver(BASE_MODEL, graph, limits, k)
        except UserError as error:
            if limits.is_wish and not getattr(error, "nearest_s", ()):
                bare.append(f"{k}: {error}")
            continue
        n_edits += 1
        said = broken_limit(made.edit, graph, limits)
        if said:
            broken.append(f"{k}: {said}")
    return {"n": n, "edits": n_edits, "broken": broken, "without_nearest": bare}


def cut_words(
    songs: Sequence[tuple[str, EditGraph]], n: int, seed: int
) -> tuple[list[float], list[float], AuditSummary]:
    """(bars lost beside the word's, seconds lost, the joins), over the songs in turn."""
    beside, lost, reports = [], [], []
    for k in range(n):
        path, graph = songs[k % len(songs)]
        rng, a_bar_s = np.random.default_rng([seed, 23, k]), bar_s(graph)
        start_s = float(rng.uniform(0, graph.song_s - WORD_S))
        limits = Limits(
            None, None, 0.0, 1.0, forbidden=((start_s, start_s + WORD_S),), cut_least=True
        )
        (made,) = deliver(BASE_MODEL, graph, limits, seed)
        lost_s = graph.song_s - made.edit.duration_s
        word = touched_bars(graph, start_s, start_s + WORD_S)
        lost.append(lost_s)
        beside.append((lost_s - float(graph.bar_s[word].sum())) / a_bar_s)
        analysis = graph.analysis
        reports.append(
            audit_edit(
                audio_file.read(path),
                analysis.sample_rate_hz,
                made.edit,
                analysis.bar_edges_samples,
                silences=graph.silent_spans,
            )
        )
    return beside, lost, pooled(reports)


def _share(errors: Sequence[float], percent: float) -> float:
    return float(np.percentile(np.abs(errors), percent)) if errors else float("nan")


def main() -> None:
    """Run and print."""
    parser = benchmark_parser(__doc__, seeds=1)
    parser.add_argument("--songs", type=int, default=22)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--words", type=int, default=51)
    options = parser.parse_args()
    seed = options.first_seed
    songs = list(asked_library(options).values())[: options.songs]
    graphs = [graph for _, graph in songs]
    errors = length_errors(graphs, seed)
    ours = [row["ours"] for row in errors if row["ours"] is not None]
    former = [row["former"] for row in errors if row["former"] is not None]
    rules = random_rules(graphs, options.rules, seed)
    beside, lost_s, joins = cut_words(songs, options.words, seed)
    refused = [row for row in errors if row["ours"] is None]
    cost = [row["ours_cost"] / max(row["former_cost"], 1e-6) for row in errors
            if row["ours"] is not None and row["former"] is not None]  # fmt: skip
    took = [row["ours_s"] / row["former_s"] for row in errors]
    against = "bars, any draw within 3 %"
    rows = [
        Row("error of the length, median", _share(ours, 50), "bars", 0.2, _share(former, 50),
            against, {"all": errors}),
        Row("error of the length, worst", _share(ours, 100), "bars", 0.5, _share(former, 100),
            against),
        Row(f"refused, of {len(errors)}", len(refused), "", None, len(errors) - len(former),
            "of the former way"),
        Row("mean cost of joins, median", _share(cost, 50), "x", None, 1.0, "x, the former way"),
        Row("processor time, median", _share(took, 50), "x", None, 1.0, "x, the former way"),
        Row(f"rules broken, {rules['edits']} edits", len(rules["broken"]), "", 0, rules["n"],
            "random sets of rules", rules),
        Row("refusals of a length without a nearest", len(rules["without_nearest"]), "", 0,
            rules["n"] - rules["edits"], "refusals"),
    ]  # fmt: skip
    rows += [
        Row("lost beside a forbidden part's bars, median", _share(beside, 50), "bars", 1.0,
            _share(lost_s, 50), "s lost in all, median", {"all": beside}),
        Row("the same, worst quarter", _share(beside, 75), "bars", None, _share(lost_s, 75),
            "s lost in all"),
        Row("joins there that stand out", joins.share_standing_out or 0.0, "", None,
            joins.control_share, "of the songs' own bar lines"),
    ]  # fmt: skip
    print_rows(rows)
    for row in refused:
        print(f"  refused: {row['wished_s']} s, nearest {row['nearest_s']}: {row['refused']}")
    for said in (rules["broken"] + rules["without_nearest"])[:20]:
        print(f"  {said}")
    write_rows(rows, options.out)


if __name__ == "__main__":
    main()
