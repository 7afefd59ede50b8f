"""Sections against exact truth: `python tests/benchmarks/bench_sections.py [--json FILE]`.

On the generated pieces, whose parts are known. Once on the true bars and once on our own, which
were found with weights fitted without the piece and the beat network, which never saw any of them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import fitting_scripts  # noqa: F401 - the weights' own scripts
import mir_eval
import numpy as np
from fit_linear_weights import Piece, find_music_dir, fold_of, read_pieces, weights_for_fold

from ml_core.analysis.analyse import find_grid
from ml_core.analysis.bars.sections import bar_pattern, find_sections, novelty
from ml_core.analysis.beats.network import shipped_network
from ml_core.progress import silent

COLUMNS = ("hit_half_s", "hit_3_s", "pairwise_F")


def sections_s(piece: Piece, edges_s: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Intervals in seconds and labels of the sections found on these bars."""
    pattern = bar_pattern(piece.spectra, edges_s)
    sections = find_sections(pattern, novelty(pattern))
    intervals = np.array([[edges_s[s.start_bar], edges_s[s.end_bar]] for s in sections])
    return intervals, [s.label for s in sections]


def measure(piece: Piece, edges_s: np.ndarray) -> dict[str, float]:
    """Hit rates of the boundaries (both ends left out), and F of pairs of equal label."""
    truth = piece.truth["sections"]
    true_intervals = np.array([[s["start"], s["end"]] for s in truth])
    intervals, labels = sections_s(piece, edges_s)
    intervals, labels = mir_eval.util.adjust_intervals(
        intervals, labels, t_min=true_intervals[0, 0], t_max=true_intervals[-1, 1]
    )

    def hits(window_s: float) -> float:
        return mir_eval.segment.detection(true_intervals, intervals, window_s, trim=True)[2]

    pairs = mir_eval.segment.pairwise(
        true_intervals, [s["label"] for s in truth], intervals, labels
    )
    return {"hit_half_s": hits(0.5), "hit_3_s": hits(3.0), "pairwise_F": pairs[2]}


def main() -> None:
    """Measure all pieces whose parts are known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the numbers here")
    arguments = parser.parse_args()
    music_dir = find_music_dir()
    if music_dir is None:
        sys.exit("No pieces here: set TASTECUT_MUSIC to a folder with manifest.json.")
    pieces = read_pieces(music_dir)
    weights, fold = weights_for_fold(pieces), fold_of(pieces)
    rows = []
    for piece in pieces:
        if "sections" not in piece.truth:
            continue
        true_edges_s = np.append(piece.downbeats_s, piece.truth["sections"][-1]["end"])
        fitted = weights[fold[piece.family]]
        grid, _, _ = find_grid(piece.spectra, silent(), fitted, shipped_network())
        found = {"true bars": true_edges_s, "own bars": grid.bar_edges_s}
        for bars, edges_s in found.items():
            rows.append({"name": piece.name, "bars": bars} | measure(piece, edges_s))
            lengths = [b - a for a, b in pairwise([0, *_starts(piece, edges_s)])]
            print(f"{piece.name:20s}{bars:12s}", *(f"{rows[-1][c]:8.3f}" for c in COLUMNS), lengths)
    summary = {
        bars: {c: float(np.mean([r[c] for r in rows if r["bars"] == bars])) for c in COLUMNS}
        for bars in ("true bars", "own bars")
    }
    for bars, means in summary.items():
        print(f"{'mean':20s}{bars:12s}", *(f"{means[c]:8.3f}" for c in COLUMNS))
    if arguments.json:
        result = {"pieces": rows, "summary": summary}
        arguments.json.write_text(json.dumps(result, indent=1), encoding="utf-8")


def _starts(piece: Piece, edges_s: np.ndarray) -> list[int]:
    intervals, _ = sections_s(piece, edges_s)
    return [int(np.searchsorted(edges_s, end - 1e-6)) for end in intervals[:, 1]]


if __name__ == "__main__":
    main()
