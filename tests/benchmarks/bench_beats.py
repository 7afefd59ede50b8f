"""Beats and bars against exact truth: `python tests/benchmarks/bench_beats.py [--json FILE]`.

Every number is cross-validated: a piece's beats and bars are found with weights that were fitted
without it and without the same piece minus its drums. Speed is of the whole analysis of the file
with the shipped weights, in CPU time of this process. The beat network was trained on other pieces,
so that it needs no folds; `--network both` shows what it adds. librosa stands beside it, on the
same files in the same run, where it is installed; on real songs, which have no truth, the table
shows how far both agree (rendered pieces flatter a tracker that was fitted on renderings). Songs
that change tempo and meter half-way are made of two pieces each, see `changing_pieces.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from unittest import mock

os.environ.setdefault("OMP_NUM_THREADS", "1")

import fitting_scripts  # noqa: F401 - the weights' own scripts
import mir_eval
import numpy as np
import reference_beats
from changing_pieces import measure_changing
from fit_linear_weights import (
    Piece,
    find_music_dir,
    fold_of,
    read_pieces,
    weights_for_fold,
)

from ml_core import audio_file
from ml_core.analysis.analyse import analyse, find_grid
from ml_core.analysis.beats.network import BeatNetwork, shipped_network
from ml_core.analysis.weights import Weights
from ml_core.progress import silent

# The window within which a beat counts as found, as usual in the field.
WINDOW_S = 0.07
# Bars count as right for the confidence's sake from this downbeat F on.
RIGHT_DOWNBEAT_F = 0.8
COLUMNS = ("F", "CMLt", "AMLt", "downbeat_F", "error_ms", "bias_ms", "x_realtime")


def beat_errors_ms(true_s: np.ndarray, found_s: np.ndarray) -> np.ndarray:
    """Signed distance of each found beat to the nearest true one, within the window."""
    if not len(found_s):
        return np.zeros(0)
    nearest = true_s[np.abs(found_s[:, None] - true_s).argmin(axis=1)]
    errors = found_s - nearest
    return 1000 * errors[np.abs(errors) <= WINDOW_S]


def measure(piece: Piece, weights: Weights, music_dir: Path, network: BeatNetwork | None) -> dict:
    """One row of the table."""
    grid, confidence, _ = find_grid(piece.spectra, silent(), weights, network)
    beats_s, downbeats_s = grid.beats_s, grid.beats_s[grid.bar_start_beats]
    continuity = mir_eval.beat.continuity(piece.beats_s, beats_s)
    errors = beat_errors_ms(piece.beats_s, beats_s)
    sound = music_dir / "truth" / f"{piece.name}.ogg"
    song = audio_file.read_song(sound)
    started = time.process_time()
    with mock.patch.object(sys.modules[find_grid.__module__], "shipped_network", lambda: network):
        analyse(song, sound)
    seconds = time.process_time() - started
    return {
        "name": piece.name,
        "drums": bool(piece.truth["drums"]),
        "meter": int(piece.truth["meter"]),
        "meter_found": grid.meter,
        "tempo": round(float(piece.truth["tempo"]), 1),
        "tempo_found": round(grid.tempo_bpm, 1),
        "F": mir_eval.beat.f_measure(piece.beats_s, beats_s, WINDOW_S),
        "CMLt": continuity[1],
        "AMLt": continuity[3],
        "downbeat_F": mir_eval.beat.f_measure(piece.downbeats_s, downbeats_s, WINDOW_S),
        "error_ms": float(np.median(np.abs(errors))) if len(errors) else float("nan"),
        "bias_ms": float(np.median(errors)) if len(errors) else float("nan"),
        "x_realtime": piece.spectra.duration_s / seconds,
        "confidence": confidence,
    }


def measure_reference(piece: Piece, music_dir: Path) -> dict[str, float]:
    """librosa's row for a piece: the columns that it has."""
    beats_s, seconds = reference_beats.librosa_beats_s(music_dir / "truth" / f"{piece.name}.ogg")
    continuity = mir_eval.beat.continuity(piece.beats_s, beats_s)
    errors = beat_errors_ms(piece.beats_s, beats_s)
    return {
        "F": mir_eval.beat.f_measure(piece.beats_s, beats_s, WINDOW_S),
        "CMLt": continuity[1],
        "AMLt": continuity[3],
        "downbeat_F": float("nan"),
        "error_ms": float(np.median(np.abs(errors))) if len(errors) else float("nan"),
        "bias_ms": float(np.median(errors)) if len(errors) else float("nan"),
        "x_realtime": piece.spectra.duration_s / seconds,
    }


def compare_with_librosa(pieces: list[Piece], music_dir: Path) -> dict[str, object]:
    """librosa on the same pieces, and how far it agrees with ours on real songs."""
    if not reference_beats.is_installed():
        print("librosa: not installed")
        return {"installed": False}
    if pieces:  # The first call compiles.
        measure_reference(pieces[0], music_dir)
    rows = [{"name": p.name} | measure_reference(p, music_dir) for p in pieces]
    columns = [[row[c] for row in rows] for c in COLUMNS]
    means = {
        c: float(np.mean(finite)) if len(finite := np.array(v)[np.isfinite(v)]) else float("nan")
        for c, v in zip(COLUMNS, columns, strict=True)
    }
    print(f"{f'librosa ({len(rows)})':52s}" + "".join(f"{means[c]:11.3f}" for c in COLUMNS))
    print("\nreal songs, ours against librosa (its bias taken off)")
    print(f"{'':52s} {'ours':>6s} {'theirs':>6s} {'F':>6s} {'AMLt':>6s} {'bias':>6s} {'conf':>6s}")
    songs = reference_beats.real_songs(music_dir, WINDOW_S)
    agreed = {c: float(np.mean([song[c] for song in songs])) for c in ("F", "AMLt")}
    print(f"{'mean':66s} {agreed['F']:6.2f} {agreed['AMLt']:6.2f}")
    return {"installed": True, "pieces": rows, "summary": means, "songs": songs, "agreed": agreed}


def area_under_curve(score: np.ndarray, right: np.ndarray) -> float:
    """Chance that a right one has the higher score."""
    ups, downs = score[right], score[~right]
    if not len(ups) or not len(downs):
        return float("nan")
    above = (ups[:, None] > downs).mean() + 0.5 * (ups[:, None] == downs).mean()
    return float(above)


def summarize(rows: list[dict]) -> dict[str, dict[str, float]]:
    """Means of each column for all pieces and each group."""
    groups = {
        "all": rows,
        "drums": [r for r in rows if r["drums"]],
        "no drums": [r for r in rows if not r["drums"]],
        "4 beats": [r for r in rows if r["meter"] == 4],
        "other meters": [r for r in rows if r["meter"] != 4],
        "generated": [r for r in rows if r["name"].startswith("gen_")],
        "Freedoom": [r for r in rows if r["name"].startswith("freedoom")],
        "OpenMSX": [r for r in rows if r["name"].startswith("openmsx")],
    }
    return {
        name: {"n": len(group)} | {c: float(np.nanmean([r[c] for r in group])) for c in COLUMNS}
        for name, group in groups.items()
        if group
    }


def print_table(rows: list[dict], summary: dict[str, dict[str, float]]) -> None:
    """Pieces, then groups."""
    print(f"{'piece':34s}{'bpm':>12s}{'meter':>6s}" + "".join(f"{c:>11s}" for c in COLUMNS), "conf")
    for r in rows:
        tempo, meter = (
            f"{r['tempo']:.0f}>{r['tempo_found']:.0f}",
            f"{r['meter']}>{r['meter_found']}",
        )
        numbers = "".join(f"{r[c]:11.3f}" for c in COLUMNS)
        print(f"{r['name']:34s}{tempo:>12s}{meter:>6s}{numbers} {r['confidence']:.2f}")
    for name, means in summary.items():
        label = f"{name} ({means['n']:.0f})"
        print(f"{label:52s}" + "".join(f"{means[c]:11.3f}" for c in COLUMNS))


def measure_all(
    pieces: list[Piece], music_dir: Path, network: BeatNetwork | None
) -> dict[str, object]:
    """Measure and print all pieces."""
    weights, fold = weights_for_fold(pieces), fold_of(pieces)
    rows = [measure(piece, weights[fold[piece.family]], music_dir, network) for piece in pieces]
    summary = summarize(rows)
    print_table(rows, summary)
    right = np.array([r["downbeat_F"] >= RIGHT_DOWNBEAT_F for r in rows])
    confidence = np.array([r["confidence"] for r in rows])
    calibration = {
        "right": float(right.mean()),
        "mean_confidence": float(confidence.mean()),
        "area_under_curve": area_under_curve(confidence, right),
    }
    print("bars right", {k: round(v, 3) for k, v in calibration.items()})
    print("meter right", round(float(np.mean([r["meter"] == r["meter_found"] for r in rows])), 3))
    return {"pieces": rows, "summary": summary, "confidence": calibration}


def main() -> None:
    """Measure all pieces, with the beat network and without it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the numbers here")
    parser.add_argument("--network", choices=("with", "without", "both"), default="with")
    arguments = parser.parse_args()
    music_dir = find_music_dir()
    if music_dir is None:
        sys.exit("No pieces here: set TASTECUT_MUSIC to a folder with manifest.json.")
    pieces = read_pieces(music_dir)
    results: dict[str, object] = {}
    for case, network in (("with", shipped_network()), ("without", None)):
        if arguments.network in (case, "both"):
            print(f"{case} the beat network")
            results[case] = measure_all(pieces, music_dir, network)
            results[f"changing, {case}"] = measure_changing(pieces, music_dir, network)
    results["librosa"] = compare_with_librosa(pieces, music_dir)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
