"""How often joins cut sung notes and phrases: with voice, without, at bar lines only, by chance.

    python tests/benchmarks/bench_voices.py [--music DIR] [--seeds 2] [--cache DIR] [--out FILE]

On songs whose sung notes were timed by hand (to +-50 ms). A song's voice is detected with weights
fitted on all other songs; most of them share one singer. Joins are those that the base policy
delivers; chance is any place of the song. Stand-out shares are those of the audit, which knows
nothing of voices, against the songs' own uncut bar lines.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import fitting_scripts  # noqa: F401 - the weights' own scripts
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fit_singing_weights import singing_without
from fit_voice_weights import (
    SungSong,
    area_under_curve,
    read_songs,
    sung_files,
    weights_without,
)

from ml_core import audio_file
from ml_core.analysis.analyse import analyse
from ml_core.analysis.cache import load_analysis, save_analysis
from ml_core.analysis.version import ANALYSER_VERSION
from ml_core.analysis.voice.detector import voice_probabilities
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.songs import VOICE_HZ, SongAnalysis
from ml_core.edits.audit import AuditReport, BarLines, audit_edit, pooled
from ml_core.edits.graph.edit_graph import EditGraph, build_graph
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import deliver, draw

KINDS = ("with voice", "without voice", "drawn with voice", "drawn without voice")
N_ALTERNATIVES = 4
N_DRAWS = 2
# The truth was timed by hand to +-50 ms: what lies nearer to a note's edge may be outside it.
SURELY_S = 0.05
CUTS = (("sung_notes", 0.0), ("phrases", 0.0), ("sung_notes", SURELY_S), ("phrases", SURELY_S))


def analysed(path: Path, cache: Path | None) -> SongAnalysis:
    """A song's analysis, kept in `cache`."""
    song = audio_file.read_song(path)
    analysis = load_analysis(cache, song.sha256) if cache else None
    if analysis is None:
        analysis = analyse(song, path)
        if cache:
            save_analysis(cache, analysis)
    return analysis


def voices_without(songs: list[SungSong], music: Path, cache: Path | None) -> dict[str, np.ndarray]:
    """Each song's probabilities by weights fitted on all others, kept in `cache`."""
    files = (
        {song.name: cache / f"{song.name}.voice-{ANALYSER_VERSION}.npy" for song in songs}
        if cache
        else {}
    )
    if files and all(file.is_file() for file in files.values()):
        return {name: np.load(file) for name, file in files.items()}
    weights = weights_without(songs, music, cache)
    singing = singing_without(music, cache)
    voices = {
        song.name: voice_probabilities(song.rows, weights[song.name], singing[song.name])
        for song in songs
    }
    for name, file in files.items():
        np.save(file, voices[name])
    return voices


def with_voice(analysis: SongAnalysis, voice: np.ndarray) -> SongAnalysis:
    """With the voice as found without the song; another version, as policies are kept by it."""
    return replace(analysis, version="voice found without the song", voice=voice)


def without_voice(analysis: SongAnalysis) -> SongAnalysis:
    """As if nobody had listened for a voice: joins at bar lines by their cost alone."""
    return replace(
        analysis,
        version="without voice",
        voice=np.zeros((0, 2), np.float16),
        eighth_levels_db=np.zeros((0, 4), np.float16),
    )


def inside(truth: dict, places_s: np.ndarray) -> np.ndarray:
    """Whether each place lies inside a note, a phrase, and surely inside them, (n, 4)."""
    found = np.zeros((len(places_s), len(CUTS)), dtype=bool)
    for column, (key, margin_s) in enumerate(CUTS):
        for start_s, end_s, *_ in truth[key]:
            found[:, column] |= (places_s > start_s + margin_s) & (places_s < end_s - margin_s)
    return found


def sides_s(edit: Edit) -> np.ndarray:
    """Places of the source that joins leave and enter, in seconds."""
    spans = edit.spans
    places = [s[1] for s in spans[:-1]] + [s[0] for s in spans[1:]]
    return np.array(places, dtype=np.float64) / edit.sample_rate_hz


def edits_of(kind: str, graph: EditGraph, seed: int) -> list[Edit]:
    if kind.startswith("drawn"):
        rng = np.random.default_rng([seed, 7])
        return [c.edit for c in draw(BASE_MODEL, graph, Limits(), N_DRAWS, rng)]
    return [d.edit for d in deliver(BASE_MODEL, graph, Limits(), seed, N_ALTERNATIVES)]


def measure(edits: list[Edit], reports: list[AuditReport], cut: list[np.ndarray]) -> dict:
    """A row of the table."""
    summary = pooled(reports).to_json()
    shares = np.concatenate(cut).mean(axis=0).tolist() if cut else [np.nan] * len(CUTS)
    minutes = sum(edit.duration_s for edit in edits) / 60.0
    return {
        "n_joins": summary["n_joins"],
        "joins_a_minute": summary["n_joins"] / minutes,
        "inside_note": shares[0],
        "inside_phrase": shares[1],
        "surely_inside_note": shares[2],
        "surely_inside_phrase": shares[3],
        "share_standing_out": summary["share_standing_out"],
        "control_share": summary["control_share"],
        "auc": summary["auc"],
        "reasons": summary["reasons"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[3] / "shared" / "music"
    parser.add_argument("--music", type=Path, default=default)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--kinds", nargs="*", default=KINDS, choices=KINDS)
    parser.add_argument("--cache", type=Path, help="folder where analyses and features are kept")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    started = time.process_time()
    songs = {song.name: song for song in read_songs(arguments.music, arguments.cache)}
    voices = voices_without(list(songs.values()), arguments.music, arguments.cache)
    made = {kind: [] for kind in arguments.kinds}
    reports = {kind: [] for kind in arguments.kinds}
    cut = {kind: [] for kind in arguments.kinds}
    by_song, chance, areas = [], [], []
    for path, truth_file in sung_files(arguments.music):
        song, truth = songs[path.stem], json.loads(truth_file.read_text(encoding="utf-8"))
        voice = voices[song.name]
        areas.append([area_under_curve(voice[:, k].astype(float), song.sung[:, k]) for k in (0, 1)])
        chance.append(inside(truth, np.arange(len(song.sung)) / VOICE_HZ).mean(axis=0))
        analysis = with_voice(analysed(path, arguments.cache), voice)
        audio = audio_file.read(path)
        graphs = {True: build_graph(analysis), False: build_graph(without_voice(analysis))}
        rate, edges = analysis.sample_rate_hz, graphs[False].edges_samples
        lines = BarLines.of(audio, rate, edges)
        row = {"song": path.stem, "note_auc": areas[-1][0], "phrase_auc": areas[-1][1]}
        for kind in arguments.kinds:
            graph = graphs["without" not in kind]
            ours = []
            for seed in range(arguments.seeds):
                for edit in edits_of(kind, graph, seed):
                    made[kind].append(edit)
                    reports[kind].append(audit_edit(audio, rate, edit, edges, lines))
                    ours.append(inside(truth, sides_s(edit)))
            cut[kind] += [one for one in ours if len(one)]
            if any(len(one) for one in ours):
                row[kind] = np.concatenate(ours).mean(axis=0).round(3).tolist()
        by_song.append(row)
        print(row, flush=True)
    rows = {kind: measure(made[kind], reports[kind], cut[kind]) for kind in arguments.kinds}
    print(
        f"\n{'joins':20s} {'n':>5s} {'a min':>6s} {'in note':>8s} {'in phrase':>9s} "
        f"{'surely':>7s} {'surely':>7s} "
        f"{'out':>6s} {'control':>8s} {'AUC':>6s}"
    )
    for kind, each in rows.items():
        print(
            f"{kind:20s} {each['n_joins']:5d} {each['joins_a_minute']:6.2f} "
            f"{each['inside_note']:8.3f} {each['inside_phrase']:9.3f} "
            f"{each['surely_inside_note']:7.3f} {each['surely_inside_phrase']:7.3f} "
            f"{each['share_standing_out']:6.3f} {each['control_share']:8.3f} {each['auc']:6.3f}"
        )
    by_chance = np.mean(chance, axis=0)
    print(
        f"{'by chance':20s} {'':12s} {by_chance[0]:8.3f} {by_chance[1]:9.3f} "
        f"{by_chance[2]:7.3f} {by_chance[3]:7.3f}"
    )
    mean = np.mean(areas, axis=0)
    print(f"detection, leave one song out: note {mean[0]:.3f}, phrase {mean[1]:.3f}")
    result = {
        "rows": rows,
        "songs": by_song,
        "by_chance": by_chance.tolist(),
        "detection_auc": mean.tolist(),
        "cpu_s": time.process_time() - started,
    }
    if arguments.out:
        arguments.out.write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
